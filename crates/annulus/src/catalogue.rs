//! The list of algorithms, one line each, and the code generated from it.

use alloc::vec::Vec;

use annulus_core::Properties;

use crate::{ParameterError, Parameters, visitor::Visitor};

/// An algorithm that is compiled in.
///
/// ```
/// for entry in annulus::catalogue() {
///     println!("{}: {}; even: {}", entry.name, entry.title, entry.properties.uniform);
/// }
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Entry {
    /// Its name in a [`Spec`](crate::Spec) and in a saved ring.
    pub name: &'static str,
    /// Its full name.
    pub title: &'static str,
    /// Where it was published.
    pub reference: &'static str,
    /// Its parameters and their defaults; empty if it has none.
    pub parameters: &'static str,
    /// The name of a further parameter, which changes something only if it is given; empty if it has none.
    pub optional: &'static str,
    /// What it promises with these. Tests check each promise.
    pub properties: Properties,
}

/// The algorithms that are compiled in.
#[must_use]
pub fn catalogue() -> Vec<Entry> {
    entries()
}

/// Generates, from one line per algorithm, the enum of all kernels, its parser, its dispatch and the catalogue.
///
/// An algorithm that promises less with some parameters has another kernel for these, after `or`.
macro_rules! algorithms {
    ($($name:literal $variant:ident($kernel:ty) $(or $other:ident($other_kernel:ty))? by $read:path,
        $parameters:literal $(and $optional:literal)?, $title:literal, $reference:literal;)*) => {
        /// A kernel of any algorithm, without members.
        #[derive(Clone)]
        pub(crate) enum Algorithm {
            $(#[cfg(feature = $name)] $variant($kernel), $(#[cfg(feature = $name)] $other($other_kernel),)?)*
        }

        $(
            #[cfg(feature = $name)]
            impl From<$kernel> for Algorithm {
                fn from(kernel: $kernel) -> Self {
                    Self::$variant(kernel)
                }
            }
        )*

        /// The names of all algorithms, including those that are not compiled in.
        pub(crate) const NAMES: &[&str] = &[$($name),*];

        fn entries() -> Vec<Entry> {
            [$(
                #[cfg(feature = $name)]
                Entry {
                    name: $name,
                    title: $title,
                    reference: $reference,
                    parameters: $parameters,
                    optional: concat!($($optional)?),
                    properties: <$kernel as annulus_core::Kernel>::PROPERTIES,
                },
            )*].into_iter().collect::<Vec<Entry>>()
        }

        impl Algorithm {
            /// The algorithm of this name. Takes its own parameters out of `parameters`.
            #[allow(unused_variables, reason = "without any algorithm")]
            pub(crate) fn read(name: &str, parameters: &mut Parameters) -> Option<Result<Self, ParameterError>> {
                $(#[cfg(feature = $name)] if name == $name {
                    return Some($read(parameters).map(Self::from));
                })*
                None
            }

            /// Passes the kernel to the visitor, with its concrete type.
            #[allow(unused_variables, reason = "without any algorithm")]
            pub(crate) fn visit<V: Visitor>(&self, visitor: V) -> V::Output {
                match *self {
                    $(
                        #[cfg(feature = $name)] Self::$variant(ref kernel) => visitor.visit(kernel.clone()),
                        $(#[cfg(feature = $name)] Self::$other(ref kernel) => visitor.visit(kernel.clone()),)?
                    )*
                }
            }
        }
    };
}

algorithms! {
    "ring" Ring(annulus_ring::RingKernel) by read::ring, "points=160",
        "Hash ring with virtual nodes", "Karger et al. 1997, https://doi.org/10.1145/258533.258660";
    "jump" Jump(annulus_jump::JumpKernel) by read::none::<annulus_jump::JumpKernel>, "",
        "Jump consistent hash", "Lamping and Veach 2014, https://doi.org/10.48550/arXiv.1406.2294";
    "rendezvous" Rendezvous(annulus_rendezvous::RendezvousKernel) by read::none::<annulus_rendezvous::RendezvousKernel>, "",
        "Rendezvous hashing (highest random weight)", "Thaler and Ravishankar 1998, https://doi.org/10.1109/90.663936";
    "maglev" Maglev(annulus_maglev::MaglevKernel) by read::maglev, "slots=65537",
        "Maglev hashing",
        "Eisenbud et al. 2016, https://www.usenix.org/conference/nsdi16/technical-sessions/presentation/eisenbud";
    "slots" Slots(annulus_slots::SlotsKernel) or CappedSlots(annulus_slots::CappedSlotsKernel) by read::slots,
        "bits=16" and "cap",
        "Slots that rank their consumers", "Thaler and Ravishankar 1998, https://doi.org/10.1109/90.663936";
}

/// Building kernels from parameters.
mod read {
    #[cfg(any(feature = "ring", feature = "maglev", feature = "slots"))]
    use alloc::string::ToString;

    #[cfg(feature = "slots")]
    use super::Algorithm;
    #[cfg(any(feature = "ring", feature = "jump", feature = "rendezvous", feature = "maglev", feature = "slots"))]
    use crate::{ParameterError, Parameters};

    /// An algorithm without parameters.
    #[cfg(any(feature = "jump", feature = "rendezvous"))]
    #[expect(clippy::unnecessary_wraps, reason = "as the others")]
    pub(super) fn none<K: Default>(_: &mut Parameters) -> Result<K, ParameterError> {
        Ok(K::default())
    }

    /// `points=160`, or `points=160/16000` for 160 points for each 16,000 units of weight.
    #[cfg(feature = "ring")]
    pub(super) fn ring(parameters: &mut Parameters) -> Result<annulus_ring::RingKernel, ParameterError> {
        let Some(text) = parameters.take("points") else { return Ok(annulus_ring::RingKernel::default()) };
        let (points, unit) = text.split_once('/').unwrap_or((&text, "1"));
        let Some((points, unit)) = points.parse().ok().zip(unit.parse().ok()) else {
            let write = "write a whole number, as points=160, or points=160/16000 for 160 points for each 16000 units of weight";
            return Err(ParameterError::value("points", text, write));
        };
        annulus_ring::RingKernel::with_points_per(points, unit)
            .map_err(|error| ParameterError::value("points", text.clone(), error.to_string()))
    }

    /// `slots=65537`, a prime number.
    #[cfg(feature = "maglev")]
    pub(super) fn maglev(parameters: &mut Parameters) -> Result<annulus_maglev::MaglevKernel, ParameterError> {
        let Some(slots) = parameters.take_number("slots")? else { return Ok(annulus_maglev::MaglevKernel::default()) };
        annulus_maglev::MaglevKernel::with_slots(slots)
            .map_err(|error| ParameterError::value("slots", slots.to_string(), error.to_string()))
    }

    /// `bits=16`, from 8 to 24, and `cap=1.02`, a decimal number or a fraction of at least 1.
    #[cfg(feature = "slots")]
    pub(super) fn slots(parameters: &mut Parameters) -> Result<Algorithm, ParameterError> {
        let kernel = match parameters.take_number("bits")? {
            None => annulus_slots::SlotsKernel::default(),
            Some(bits) => annulus_slots::SlotsKernel::with_bits(bits)
                .map_err(|error| ParameterError::value("bits", bits.to_string(), error.to_string()))?,
        };
        let Some(text) = parameters.take("cap") else { return Ok(Algorithm::Slots(kernel)) };
        let Some((numerator, denominator)) = fraction(&text) else {
            let write = "write a number of at least 1 with few decimals, as cap=1.02, or a fraction, as cap=4/3";
            return Err(ParameterError::value("cap", text, write));
        };
        let kernel = kernel.with_cap(numerator, denominator);
        kernel.map(Algorithm::CappedSlots).map_err(|error| ParameterError::value("cap", text, error.to_string()))
    }

    /// A decimal number or a fraction, exactly: `1.02` is 102/100.
    #[cfg(feature = "slots")]
    fn fraction(text: &str) -> Option<(u32, u32)> {
        let digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
        if let Some((numerator, denominator)) = text.split_once('/') {
            return if digits(numerator) && digits(denominator) {
                numerator.parse().ok().zip(denominator.parse().ok())
            } else {
                None
            };
        }
        let (whole, decimals) = text.split_once('.').unwrap_or((text, "0"));
        if !digits(whole) || !digits(decimals) {
            return None;
        }
        let denominator = 10_u32.checked_pow(u32::try_from(decimals.len()).ok()?)?;
        let numerator = whole.parse::<u32>().ok()?.checked_mul(denominator)?.checked_add(decimals.parse().ok()?)?;
        Some((numerator, denominator))
    }
}
