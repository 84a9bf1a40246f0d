//! The types of keys.

#[cfg(target_has_atomic = "ptr")]
use alloc::sync::Arc;
use alloc::{borrow::Cow, boxed::Box, rc::Rc, string::String, vec::Vec};

use crate::{Digest, KeyHasher};

/// A key: text, bytes, or a `u64` id.
///
/// The ring's hasher hashes text as its UTF-8 bytes, and an id as its eight little-endian bytes. So `owner("a")` and
/// `owner(b"a")` agree, and a secret protects ids too.
///
/// Other types are not keys. Convert a number of another width to `u64`. Combine several fields into one text or array, in a way
/// that never changes. Pass a `u128` or a UUID as its 16 bytes.
///
/// ```
/// use annulus_core::{Key, KeyHasher, SipHash};
/// let hasher = SipHash::new();
/// assert_eq!("user:42".digest(&hasher), b"user:42".digest(&hasher));
/// assert_eq!(42_u64.digest(&hasher), [42, 0, 0, 0, 0, 0, 0, 0].digest(&hasher));
/// ```
///
/// ```compile_fail,E0277
/// # use annulus_core::{Key, SipHash};
/// let _ = 42_i32.digest(&SipHash::new());
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` is no key",
    label = "a key is text, bytes or a `u64`",
    note = "widen a smaller number to `u64`; give a `u128` or a UUID as its bytes, and several fields as one text or array"
)]
pub trait Key: sealed::Bytes {
    /// The key's digest under `hasher`.
    #[inline]
    fn digest<H: KeyHasher + ?Sized>(&self, hasher: &H) -> Digest {
        self.with_bytes(|bytes| hasher.digest(bytes))
    }
}

mod sealed {
    /// The bytes that are hashed.
    pub trait Bytes {
        fn with_bytes<R>(&self, read: impl FnOnce(&[u8]) -> R) -> R;
    }
}

/// The bytes of a key that are hashed.
pub(crate) fn with_bytes<R>(key: &impl Key, read: impl FnOnce(&[u8]) -> R) -> R {
    key.with_bytes(read)
}

/// Implements one kind of key per line, so that the documentation lists them.
macro_rules! key {
    ($($(#[$when:meta])? [$($generic:tt)*] $key:ty: $this:ident => $bytes:expr;)*) => {$(
        $(#[$when])?
        impl<$($generic)*> sealed::Bytes for $key {
            #[inline]
            fn with_bytes<R>(&self, read: impl FnOnce(&[u8]) -> R) -> R {
                let $this = self;
                read($bytes)
            }
        }
        $(#[$when])?
        impl<$($generic)*> Key for $key {}
    )*};
}

key! {
    [] str: key => key.as_bytes();
    [] String: key => key.as_bytes();
    [] Box<str>: key => key.as_bytes();
    [] Cow<'_, str>: key => key.as_bytes();
    [] Rc<str>: key => key.as_bytes();
    #[cfg(target_has_atomic = "ptr")] [] Arc<str>: key => key.as_bytes();
    [] [u8]: key => key;
    [const N: usize] [u8; N]: key => key;
    [] Vec<u8>: key => key;
    [] u64: id => &id.to_le_bytes();
}

impl<K: sealed::Bytes + ?Sized> sealed::Bytes for &K {
    #[inline]
    fn with_bytes<R>(&self, read: impl FnOnce(&[u8]) -> R) -> R {
        (**self).with_bytes(read)
    }
}

impl<K: Key + ?Sized> Key for &K {}
