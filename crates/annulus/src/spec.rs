//! An algorithm and its parameters as a line of text, and how to build a ring from it.

use alloc::{
    boxed::Box,
    format,
    string::{String, ToString},
};
use core::{error::Error, fmt, marker::PhantomData, str::FromStr};

use annulus_core::{Cluster, DEFAULT_MEMORY_LIMIT, Kernel, KeyHasher, Properties, RestoreError, Ring, Saved};

use crate::{
    Bytes, Hash, ParameterError, Parameters,
    catalogue::{Algorithm, NAMES, catalogue},
    shown::Shown,
    visitor::Visitor,
};

/// An algorithm with its parameters and hash, read from text: `NAME[:parameter=value,…]`.
///
/// ```
/// use annulus::{Ring, Spec};
///
/// // For example, from a configuration file.
/// let spec: Spec = "ring:points=320".parse()?;
/// let mut caches: Box<dyn Ring<&str>> = spec.build();
/// caches.extend([("cache-a", "10.0.0.1"), ("cache-b", "10.0.0.2")])?;
/// let owner = caches.owner("user:42").unwrap();
/// println!("{} at {}", owner.name, owner.info);
///
/// // An error says what to write instead.
/// let error = "ring:point=320".parse::<Spec>().unwrap_err();
/// assert_eq!(error.to_string(), "`ring:point=320`: `ring` has no parameter `point`; write points, hash or memory");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// | text | meaning |
/// |---|---|
/// | `ring` | a hash ring with the default, 160 points per consumer |
/// | `ring:points=160/1000` | 160 points for each 1,000 units of weight |
/// | `maglev:slots=655373` | a larger table; the number must be prime |
/// | `slots:bits=20` | a table of 2²⁰ slots; from 8 bits to 24 |
/// | `slots:cap=1.02` | the same table, in which no consumer has more than 1.02 times its share |
/// | `jump`, `rendezvous` | neither has parameters of its own |
/// | `jump:hash=xxh3` | another hash, for any algorithm (feature `xxh3`) |
/// | `ring:memory=4GB` | another memory limit, for any algorithm; it moves no key |
///
/// It prints as the shortest text with the same meaning, so `ring:points=160` prints as `ring`. A `Spec` never contains a secret: pass a
/// hasher with a secret to [`build_with`](Self::build_with). With the feature `serde`, a `Spec` is serialised as its text.
#[derive(Clone)]
pub struct Spec {
    algorithm: Algorithm,
    hash: Hash,
    memory: u64,
}

impl Spec {
    /// The algorithm's name.
    #[must_use]
    pub fn name(&self) -> &'static str {
        self.properties().algorithm
    }

    /// What the algorithm promises.
    #[must_use]
    pub fn properties(&self) -> Properties {
        struct Promises;
        impl Visitor for Promises {
            type Output = Properties;
            fn visit<K: Kernel>(self, _: K) -> Properties {
                K::PROPERTIES
            }
        }
        self.visit(Promises)
    }

    /// All parameters of the algorithm, including defaults: `points=160`. Empty if it has none.
    #[must_use]
    pub fn parameters(&self) -> String {
        struct Written;
        impl Visitor for Written {
            type Output = String;
            fn visit<K: Kernel>(self, kernel: K) -> String {
                Parametric(kernel).to_string()
            }
        }
        self.visit(Written)
    }

    /// The hash.
    #[must_use]
    pub fn hash(&self) -> Hash {
        self.hash
    }

    /// The memory limit for the algorithm's state, in bytes: 256 MB unless `memory` is given.
    #[must_use]
    pub fn memory_limit(&self) -> u64 {
        self.memory
    }

    /// The same spec with another hash.
    #[must_use]
    pub fn with_hash(mut self, hash: Hash) -> Self {
        self.hash = hash;
        self
    }

    /// The same spec with another memory limit, in bytes.
    #[must_use]
    pub fn with_memory_limit(mut self, bytes: u64) -> Self {
        self.memory = bytes;
        self
    }

    /// Passes the kernel, without members, to the visitor. For code that must know the kernel's type, such as a benchmark loop.
    pub fn visit<V: Visitor>(&self, visitor: V) -> V::Output {
        self.algorithm.visit(visitor)
    }

    /// A ring without consumers.
    #[must_use]
    pub fn build<T: Clone + Send + Sync + 'static>(&self) -> Box<dyn Ring<T>> {
        self.build_with(self.hash.hasher())
    }

    /// A ring without consumers that uses your own hasher, such as one with a secret. This spec's `hash` is ignored.
    ///
    /// ```
    /// use annulus::{Ring, SipHash, Spec};
    /// let spec: Spec = "maglev".parse()?;
    /// let backends: Box<dyn Ring<u16>> = spec.build_with(SipHash::with_keys(0x0123_4567, 0x89ab_cdef));
    /// # Ok::<(), annulus::SpecError>(())
    /// ```
    #[must_use]
    pub fn build_with<T, H>(&self, hasher: H) -> Box<dyn Ring<T>>
    where
        T: Clone + Send + Sync + 'static,
        H: KeyHasher + Clone + Send + Sync + 'static,
    {
        struct Build<T, H>(H, u64, PhantomData<T>);
        impl<T: Clone + Send + Sync + 'static, H: KeyHasher + Clone + Send + Sync + 'static> Visitor for Build<T, H> {
            type Output = Box<dyn Ring<T>>;
            fn visit<K: Kernel + Send + Sync + 'static>(self, kernel: K) -> Box<dyn Ring<T>> {
                Box::new(Cluster::with(kernel, self.0).with_memory_limit(self.1))
            }
        }
        self.visit(Build(hasher, self.memory, PhantomData))
    }

    /// The spec of a saved ring: its algorithm, parameters and hash.
    ///
    /// ```
    /// use annulus::{ConsistentHashRing, Ring, Spec};
    /// let mut ring: Box<dyn Ring<u16>> = "ring:points=320".parse::<Spec>()?.build();
    /// ring.extend([("a", 6379)])?;
    ///
    /// let saved = ring.save()?; // write it, send it, read it back
    /// let again = Spec::of(&saved)?.restore(saved)?;
    /// assert_eq!(again.fingerprint(), ring.fingerprint());
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    /// [`SpecError`] if the algorithm is not compiled in or its parameters are unknown.
    ///
    /// A ring saved with a secret or with your own hasher gives no error; the spec then has the default hash. Restore such a ring with
    /// [`restore_with`](Self::restore_with).
    pub fn of<T>(saved: &Saved<T>) -> Result<Self, SpecError> {
        let colon = if saved.parameters.is_empty() { "" } else { ":" };
        let spec: Self = format!("{}{colon}{}", saved.algorithm, saved.parameters).parse()?;
        let hash = Hash::ALL.iter().copied().find(|hash| hash.hasher().check() == saved.hasher_check);
        Ok(Self { hash: hash.unwrap_or_default(), ..spec })
    }

    /// Restores a saved ring.
    ///
    /// # Errors
    /// [`RestoreError`] if it was saved with another algorithm, parameters or hash, was altered since, or does not fit the memory limit
    /// or the available memory.
    pub fn restore<T: Clone + Send + Sync + 'static>(&self, saved: Saved<T>) -> Result<Box<dyn Ring<T>>, RestoreError> {
        self.restore_with(saved, self.hash.hasher())
    }

    /// Restores a ring that was saved with your own hasher.
    ///
    /// # Errors
    /// The same as [`restore`](Self::restore).
    pub fn restore_with<T, H>(&self, saved: Saved<T>, hasher: H) -> Result<Box<dyn Ring<T>>, RestoreError>
    where
        T: Clone + Send + Sync + 'static,
        H: KeyHasher + Clone + Send + Sync + 'static,
    {
        struct Restore<T, H>(Saved<T>, H, u64);
        impl<T: Clone + Send + Sync + 'static, H: KeyHasher + Clone + Send + Sync + 'static> Visitor for Restore<T, H> {
            type Output = Result<Box<dyn Ring<T>>, RestoreError>;
            fn visit<K: Kernel + Send + Sync + 'static>(self, kernel: K) -> Self::Output {
                Ok(Box::new(Cluster::restore_within(self.0, kernel, self.1, self.2)?))
            }
        }
        self.visit(Restore(saved, hasher, self.memory))
    }

    /// The algorithm's default parameters, as text.
    fn default_parameters(&self) -> String {
        let default = Algorithm::read(self.name(), &mut Parameters::default());
        default.and_then(Result::ok).map(|algorithm| Self { algorithm, ..self.clone() }.parameters()).unwrap_or_default()
    }
}

/// The parameters of a kernel as text.
struct Parametric<K>(K);

impl<K: Kernel> fmt::Display for Parametric<K> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.parameters(f)
    }
}

impl FromStr for Spec {
    type Err = SpecError;

    fn from_str(text: &str) -> Result<Self, SpecError> {
        let text = text.trim();
        let (name, rest) = text.split_once(':').map_or((text, None), |(name, rest)| (name, Some(rest)));
        let wrong = |problem| SpecError { spec: text.into(), problem };
        let parse = |rest| Parameters::parse(rest).map_err(|error| wrong(Problem::Parameter(error)));
        let mut parameters = rest.map(parse).transpose()?.unwrap_or_default();
        let algorithm = match Algorithm::read(name, &mut parameters) {
            Some(read) => read.map_err(|error| wrong(Problem::Parameter(error)))?,
            None if NAMES.contains(&name) => return Err(wrong(Problem::NotCompiled)),
            None => return Err(wrong(Problem::Unknown)),
        };
        let hash = parameters.take("hash").map(|word| word.parse()).transpose();
        let hash = hash.map_err(|error| wrong(Problem::Parameter(error)))?.unwrap_or_default();
        let memory = memory(&mut parameters).map_err(|error| wrong(Problem::Parameter(error)))?;
        match parameters.first() {
            Some(parameter) => Err(wrong(Problem::NoSuch { name: name.into(), parameter: parameter.into() })),
            None => Ok(Self { algorithm, hash, memory }),
        }
    }
}

/// Removes the parameter `memory` and returns its value, or the default.
fn memory(parameters: &mut Parameters) -> Result<u64, ParameterError> {
    let Some(text) = parameters.take("memory") else { return Ok(DEFAULT_MEMORY_LIMIT) };
    let bytes = text.parse::<Bytes>();
    bytes.map(|bytes| bytes.0).map_err(|error| ParameterError::value("memory", text, error.to_string()))
}

/// The shortest text with the same meaning.
impl fmt::Display for Spec {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())?;
        // Those that are not the defaults.
        let (parameters, defaults) = (self.parameters(), self.default_parameters());
        let mut own = parameters.split(',').filter(|own| !defaults.split(',').any(|default| default == *own));
        let parameters = own.next().map(|first| own.fold(String::from(first), |list, next| format!("{list},{next}")));
        let hash = Some(self.hash).filter(|hash| *hash != Hash::default()).map(|hash| format!("hash={hash}"));
        let memory = Some(self.memory).filter(|&memory| memory != DEFAULT_MEMORY_LIMIT);
        let memory = memory.map(|memory| format!("memory={}", Bytes(memory)));
        for (at, parameter) in [parameters, hash, memory].into_iter().flatten().enumerate() {
            write!(f, "{}{parameter}", if at == 0 { ':' } else { ',' })?;
        }
        Ok(())
    }
}

impl fmt::Debug for Spec {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Spec({self})")
    }
}

impl PartialEq for Spec {
    fn eq(&self, other: &Self) -> bool {
        (self.name(), self.parameters(), self.hash, self.memory) == (other.name(), other.parameters(), other.hash, other.memory)
    }
}

impl Eq for Spec {}

#[cfg(feature = "serde")]
impl serde::Serialize for Spec {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

#[cfg(feature = "serde")]
impl<'de> serde::Deserialize<'de> for Spec {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = alloc::borrow::Cow::<'de, str>::deserialize(deserializer)?;
        text.parse().map_err(serde::de::Error::custom)
    }
}

/// Why a text is not a valid [`Spec`], and what to write instead.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SpecError {
    spec: Box<str>,
    problem: Problem,
}

/// What is wrong.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Problem {
    Unknown,
    NotCompiled,
    Parameter(ParameterError),
    NoSuch { name: Box<str>, parameter: Box<str> },
}

impl SpecError {
    /// The text that was read.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.spec
    }

    /// The algorithm whose name this nearly is.
    fn meant(&self) -> Option<&'static str> {
        let given = self.spec.split([':', ' ']).next().unwrap_or_default();
        catalogue().iter().map(|entry| entry.name).find(|name| given.eq_ignore_ascii_case(name))
    }
}

impl fmt::Display for SpecError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (spec, problem) = (Shown(&self.spec), &self.problem);
        match problem {
            Problem::Unknown => match self.meant() {
                Some(name) => {
                    write!(
                        f,
                        "`{spec}` names no algorithm; write `{name}`, in lower case and without blanks, and parameters after a colon"
                    )
                }
                None => write!(
                    f,
                    "`{spec}` names no algorithm; write {}, and parameters after a colon, as NAME:parameter=value",
                    OneOf(catalogue().iter().map(|entry| entry.name))
                ),
            },
            Problem::NotCompiled => {
                let name = self.spec.split(':').next().unwrap_or_default();
                write!(
                    f,
                    "`{spec}`: this program was built without `{name}`; build the crate `annulus` with the feature `{name}`"
                )
            }
            Problem::Parameter(error) => write!(f, "`{spec}`: {error}"),
            Problem::NoSuch { parameter, .. } if parameter.trim() != &**parameter => {
                write!(f, "`{spec}`: `{}` has blanks; write parameters without, as points=160", Shown(parameter))
            }
            Problem::NoSuch { name, parameter } => {
                let entry = catalogue().into_iter().find(|entry| entry.name == &**name);
                let (own, further) = entry.map_or(("", ""), |entry| (entry.parameters, entry.optional));
                let own = own.split('=').next().into_iter().chain([further]).filter(|word| !word.is_empty());
                let words = own.chain(["hash", "memory"]);
                write!(f, "`{spec}`: `{name}` has no parameter `{}`; write {}", Shown(parameter), OneOf(words))
            }
        }
    }
}

impl Error for SpecError {}

/// Displays alternatives: `ring, jump or maglev`.
struct OneOf<I>(I);

impl<'a, I: Iterator<Item = &'a str> + Clone> fmt::Display for OneOf<I> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let last = self.0.clone().count().saturating_sub(1);
        for (at, word) in self.0.clone().enumerate() {
            let before = match at {
                0 => "",
                at if at == last => " or ",
                _ => ", ",
            };
            write!(f, "{before}{word}")?;
        }
        Ok(())
    }
}
