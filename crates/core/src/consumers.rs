//! What a cluster is built and extended from: names, names with data, or names with weights and data.

#[cfg(target_has_atomic = "ptr")]
use alloc::sync::Arc;
use alloc::{borrow::Cow, boxed::Box, rc::Rc, string::String, vec::Vec};

use crate::Weight;

/// A consumer to be added: a name, a name with data, or a name with a [`Weight`] and data. Without data, `T` is `()`. Without a
/// weight, the weight is one. A name with only a weight is `(name, weight)` with `T = ()`.
///
/// ```
/// use annulus_ring::{HashRing, Weight};
///
/// let names = HashRing::from_consumers(["a", "b"])?;
/// let with_data = HashRing::from_consumers([("a", "10.0.0.1"), ("b", "10.0.0.2")])?;
/// let with_weights = HashRing::from_consumers([("a", Weight::ONE, "10.0.0.1"), ("b", Weight::new(2).unwrap(), "10.0.0.2")])?;
/// let owned = HashRing::from_consumers((0..10).map(|i| (format!("shard-{i}"), i)))?;
/// # assert_eq!((names.len(), with_data.len(), with_weights.len(), owned.len()), (2, 2, 2, 10));
/// # Ok::<(), annulus_ring::ChangeError>(())
/// ```
///
/// ```compile_fail,E0283
/// # use annulus_ring::{HashRing, Weight};
/// // A weight, or data that is a `Weight`? `HashRing::<()>::from_consumers` takes it for a weight.
/// let ring = HashRing::from_consumers([("a", Weight::ONE)]);
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` is no consumer with data of type `{T}`",
    label = "a consumer is `name`, `(name, data)`, `(name, weight, data)` or, without data, `(name, weight)`",
    note = "a name is `&str`, `String` or another owner of text, and a weight is a `Weight`, as `Weight::new(2).unwrap()`"
)]
pub trait Consumer<T>: Parts<T> {}

pub(crate) mod sealed {
    use crate::Weight;

    /// A type usable as a name.
    #[diagnostic::on_unimplemented(
        message = "`{Self}` is no name",
        label = "a name is `&str`, `String` or another owner of text"
    )]
    pub trait Name {
        fn as_text(&self) -> &str;
    }

    /// A consumer as name, weight and data.
    pub trait Parts<T> {
        type Name: Name;
        fn parts(self) -> (Self::Name, Weight, T);
    }
}

use sealed::{Name, Parts};

/// Gives the consumers to `add` in the form that the contract takes. Names are owned by the items, and lent from here.
pub(crate) fn lend<I, T, R>(consumers: I, add: impl FnOnce(&mut dyn Iterator<Item = (&str, Weight, T)>) -> R) -> R
where
    I: IntoIterator,
    I::Item: Consumer<T>,
{
    let parts = consumers.into_iter().map(Parts::parts);
    let mut given: Vec<_> = parts.map(|(name, weight, data)| (name, weight, Some(data))).collect();
    add(&mut given.iter_mut().filter_map(|(name, weight, data)| Some((name.as_text(), *weight, data.take()?))))
}

/// One line for each kind of name: without data; what has data takes any of them.
macro_rules! name {
    ($($(#[$when:meta])? $name:ty),* $(,)?) => {$(
        $(#[$when])?
        impl Name for $name {
            fn as_text(&self) -> &str {
                self
            }
        }
        $(#[$when])?
        impl Parts<()> for $name {
            type Name = Self;
            fn parts(self) -> (Self, Weight, ()) {
                (self, Weight::ONE, ())
            }
        }
        $(#[$when])?
        impl Consumer<()> for $name {}
    )*};
}

name!(&str, &&str, String, &String, Box<str>, &Box<str>, Cow<'_, str>, Rc<str>, #[cfg(target_has_atomic = "ptr")] Arc<str>);

impl<N: Name, T> Parts<T> for (N, T) {
    type Name = N;
    fn parts(self) -> (N, Weight, T) {
        (self.0, Weight::ONE, self.1)
    }
}

impl<N: Name, T> Consumer<T> for (N, T) {}

// Overlaps with the one above on purpose: a weight in place of data then compiles only if the data type is stated.
impl<N: Name> Parts<()> for (N, Weight) {
    type Name = N;
    fn parts(self) -> (N, Weight, ()) {
        (self.0, self.1, ())
    }
}

impl<N: Name> Consumer<()> for (N, Weight) {}

impl<N: Name, T> Parts<T> for (N, Weight, T) {
    type Name = N;
    fn parts(self) -> (N, Weight, T) {
        self
    }
}

impl<N: Name, T> Consumer<T> for (N, Weight, T) {}
