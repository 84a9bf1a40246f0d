#![doc = include_str!("../README.md")]
#![no_std]
#![cfg_attr(docsrs, feature(doc_cfg))]
// Invariants. A level other than the portable one exists only if the processor was detected to have its features, and only
// detection creates one. Instructions used outside a level belong to the target's base set, and read within the given reference.
// A line of a column is exactly sixteen numbers.
#![allow(unsafe_code)]
#![deny(clippy::undocumented_unsafe_blocks)]

extern crate alloc;
#[cfg(any(feature = "std", test))]
extern crate std;

/// Rounds of tests. An interpreter (Miri) takes a second for what a processor does in a few microseconds.
#[cfg(test)]
const ROUNDS: u64 = if cfg!(miri) { 40 } else { 20_000 };

#[cfg(any(test, feature = "arrays"))]
mod arrays;
#[cfg(all(feature = "std", target_arch = "x86_64"))]
mod avx2;
#[cfg(all(feature = "std", target_arch = "x86_64", annulus_avx512))]
mod avx512;
#[cfg(all(feature = "std", target_arch = "x86_64", annulus_avx512))]
mod avx512_doubles;
mod bound;
mod columns;
mod doubles;
mod prefetch;
mod sorted;
mod vectors;

#[cfg(any(test, feature = "arrays"))]
pub use arrays::Arrays;
pub use bound::{Bound, VectorFunction};
pub use columns::{Columns, Lane};
pub use doubles::{DoubleTask, Doubles};
pub use prefetch::prefetch;
pub use sorted::{sorted_below, sorted_below_wide};
pub use vectors::{MOST, VectorTask, Vectors};

/// A loop over plain arrays, compiled once per [`Level`].
pub trait Task {
    /// The result.
    type Output;

    /// Runs the loop. Mark it and everything it calls `#[inline(always)]`, or it is compiled for the portable level only.
    fn run(self) -> Self::Output;
}

/// A vector instruction set that this processor has.
///
/// ```
/// use annulus_lanes::{Level, Task};
///
/// struct Sum<'a>(&'a [u32]);
///
/// impl Task for Sum<'_> {
///     type Output = u32;
///     #[inline(always)]
///     fn run(self) -> u32 {
///         self.0.iter().fold(0, |sum, &number| sum.wrapping_add(number))
///     }
/// }
///
/// for level in Level::available() {
///     assert_eq!(level.run(Sum(&[1, 2, 3])), 6);
/// }
/// assert!(Level::available().any(|level| level == Level::detect()));
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Level(Kind);

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    Portable,
    #[cfg(all(feature = "std", target_arch = "x86_64"))]
    Avx2,
    #[cfg(all(feature = "std", target_arch = "x86_64", annulus_avx512))]
    Avx512,
    /// The instructions of AVX-512 on vectors of 32 bytes.
    #[cfg(all(feature = "std", target_arch = "x86_64", annulus_avx512))]
    Avx512Narrow,
}

impl Level {
    /// The level that every processor of the target has.
    pub const PORTABLE: Self = Self(Kind::Portable);

    /// The widest level that this processor has. Without the feature `std` it is the portable one.
    ///
    /// Detected once and cached, so small batches do not repeat the CPU checks.
    #[inline]
    #[must_use]
    pub fn detect() -> Self {
        #[cfg(feature = "std")]
        {
            static WIDEST: std::sync::OnceLock<Level> = std::sync::OnceLock::new();
            *WIDEST.get_or_init(Self::widest)
        }
        #[cfg(not(feature = "std"))]
        Self::widest()
    }

    fn widest() -> Self {
        Self::available().last().unwrap_or(Self::PORTABLE)
    }

    /// All levels that this processor has, the widest last.
    pub fn available() -> impl Iterator<Item = Self> {
        let levels = [
            Some(Self::PORTABLE),
            #[cfg(all(feature = "std", target_arch = "x86_64"))]
            (std::arch::is_x86_feature_detected!("avx2")
                && std::arch::is_x86_feature_detected!("bmi1")
                && std::arch::is_x86_feature_detected!("bmi2")
                && std::arch::is_x86_feature_detected!("fma")
                && std::arch::is_x86_feature_detected!("popcnt"))
            .then_some(Self(Kind::Avx2)),
            #[cfg(all(feature = "std", target_arch = "x86_64", annulus_avx512))]
            (std::arch::is_x86_feature_detected!("bmi1")
                && std::arch::is_x86_feature_detected!("bmi2")
                && std::arch::is_x86_feature_detected!("popcnt")
                && std::arch::is_x86_feature_detected!("fma")
                && std::arch::is_x86_feature_detected!("avx2")
                && std::arch::is_x86_feature_detected!("avx512f")
                && std::arch::is_x86_feature_detected!("avx512dq")
                && std::arch::is_x86_feature_detected!("avx512vl")
                && std::arch::is_x86_feature_detected!("avx512bw"))
            .then_some(Self(Kind::Avx512)),
        ];
        levels.into_iter().flatten()
    }

    /// The level without AVX-512. Use it for loops that count comparisons, which mask registers slow down, and for too few
    /// numbers to fill its vectors.
    #[must_use]
    pub const fn without_masks(self) -> Self {
        match self.0 {
            // Detection reports AVX-512 only together with AVX2.
            #[cfg(all(feature = "std", target_arch = "x86_64", annulus_avx512))]
            Kind::Avx512 | Kind::Avx512Narrow => Self(Kind::Avx2),
            _ => self,
        }
    }

    /// The level with vectors of at most 32 bytes, for numbers that do not fill wider ones. AVX-512 keeps its other instructions.
    #[inline]
    #[must_use]
    pub const fn narrow(self) -> Self {
        match self.0 {
            #[cfg(all(feature = "std", target_arch = "x86_64", annulus_avx512))]
            Kind::Avx512 => Self(Kind::Avx512Narrow),
            _ => self,
        }
    }

    /// The 32-bit numbers that one of its [`Vectors`] holds; 1 on the portable level, which has none.
    #[inline]
    #[must_use]
    pub const fn lanes(self) -> usize {
        match self.0 {
            Kind::Portable => 1,
            #[cfg(all(feature = "std", target_arch = "x86_64"))]
            Kind::Avx2 => 8,
            #[cfg(all(feature = "std", target_arch = "x86_64", annulus_avx512))]
            Kind::Avx512 => 16,
            #[cfg(all(feature = "std", target_arch = "x86_64", annulus_avx512))]
            Kind::Avx512Narrow => 8,
        }
    }

    /// Runs a task compiled for this level.
    #[inline]
    pub fn run<T: Task>(self, task: T) -> T::Output {
        match self.0 {
            Kind::Portable => task.run(),
            // SAFETY: the level exists only if the processor was detected to have the five features (`available`).
            #[cfg(all(feature = "std", target_arch = "x86_64"))]
            Kind::Avx2 => unsafe { avx2(task) },
            // SAFETY: as above, for the nine features of this level.
            #[cfg(all(feature = "std", target_arch = "x86_64", annulus_avx512))]
            Kind::Avx512 | Kind::Avx512Narrow => unsafe { avx512(task) },
        }
    }

    /// Runs a task in its form over named vectors. The portable level has none and uses the plain form.
    #[inline]
    pub fn run_on_vectors<T: VectorTask>(self, task: T) -> T::Output {
        match self.0 {
            Kind::Portable => task.run(),
            // SAFETY: as in `run`.
            #[cfg(all(feature = "std", target_arch = "x86_64"))]
            Kind::Avx2 => unsafe { avx2_vectors(task) },
            // SAFETY: as in `run`.
            #[cfg(all(feature = "std", target_arch = "x86_64", annulus_avx512))]
            Kind::Avx512 => unsafe { avx512_vectors(task) },
            // SAFETY: as in `run`.
            #[cfg(all(feature = "std", target_arch = "x86_64", annulus_avx512))]
            Kind::Avx512Narrow => unsafe { avx512_narrow_vectors(task) },
        }
    }

    /// Runs a task in its form over named vectors of 64-bit numbers. Levels without masks use the plain form.
    #[inline]
    pub fn run_on_doubles<T: DoubleTask>(self, task: T) -> T::Output {
        match self.0 {
            // SAFETY: as in `run`.
            #[cfg(all(feature = "std", target_arch = "x86_64", annulus_avx512))]
            Kind::Avx512 => unsafe { avx512_doubles(task) },
            _ => self.run(task),
        }
    }
}

impl Default for Level {
    fn default() -> Self {
        Self::detect()
    }
}

/// # Safety
/// The processor has AVX2, BMI1, BMI2, FMA and POPCNT.
#[cfg(all(feature = "std", target_arch = "x86_64"))]
#[target_feature(enable = "avx2,bmi1,bmi2,fma,popcnt")]
unsafe fn avx2<T: Task>(task: T) -> T::Output {
    task.run()
}

/// # Safety
/// The processor has AVX-512F, DQ, VL and BW, AVX2, BMI1, BMI2, FMA and POPCNT.
#[cfg(all(feature = "std", target_arch = "x86_64", annulus_avx512))]
#[target_feature(enable = "avx512f,avx512dq,avx512vl,avx512bw,bmi1,bmi2,fma,popcnt")]
unsafe fn avx512<T: Task>(task: T) -> T::Output {
    task.run()
}

/// # Safety
/// The processor has AVX2, BMI1, BMI2, FMA and POPCNT.
#[cfg(all(feature = "std", target_arch = "x86_64"))]
#[target_feature(enable = "avx2,bmi1,bmi2,fma,popcnt")]
unsafe fn avx2_vectors<T: VectorTask>(task: T) -> T::Output {
    // SAFETY: this function requires more than `new` does.
    task.run_on(unsafe { avx2::Avx2::new() })
}

/// # Safety
/// The processor has AVX-512F, DQ, VL and BW, AVX2, BMI1, BMI2, FMA and POPCNT.
#[cfg(all(feature = "std", target_arch = "x86_64", annulus_avx512))]
#[target_feature(enable = "avx512f,avx512dq,avx512vl,avx512bw,bmi1,bmi2,fma,popcnt")]
unsafe fn avx512_vectors<T: VectorTask>(task: T) -> T::Output {
    // SAFETY: this function requires more than `new` does.
    task.run_on(unsafe { avx512::Avx512::new() })
}

/// # Safety
/// The processor has AVX-512F, DQ, VL and BW, AVX2, BMI1, BMI2, FMA and POPCNT.
#[cfg(all(feature = "std", target_arch = "x86_64", annulus_avx512))]
#[target_feature(enable = "avx512f,avx512dq,avx512vl,avx512bw,bmi1,bmi2,fma,popcnt")]
unsafe fn avx512_narrow_vectors<T: VectorTask>(task: T) -> T::Output {
    // SAFETY: this function requires more than `new` does.
    task.run_on(unsafe { avx2::Avx2::new() })
}

/// # Safety
/// The processor has AVX-512F, DQ, VL and BW, AVX2, BMI1, BMI2, FMA and POPCNT.
#[cfg(all(feature = "std", target_arch = "x86_64", annulus_avx512))]
#[target_feature(enable = "avx512f,avx512dq,avx512vl,avx512bw,bmi1,bmi2,fma,popcnt")]
unsafe fn avx512_doubles<T: DoubleTask>(task: T) -> T::Output {
    // SAFETY: this function requires more than `new` does.
    task.run_on(unsafe { avx512_doubles::Avx512Doubles::new() })
}
