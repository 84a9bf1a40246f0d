//! Many keys in one buffer.

use core::{error::Error, fmt};

use crate::{Digest, KeyHasher};

/// Keys in one buffer, the layout of text and bytes columns in Arrow, Parquet readers and most data frames. Key *i* is
/// `bytes[offsets[i]..offsets[i + 1]]`. Nothing is copied.
///
/// ```
/// use annulus_core::KeyColumn;
/// let keys = KeyColumn::new(b"abc", &[0, 1, 1, 3])?;
/// assert_eq!(keys.iter().collect::<Vec<_>>(), [&b"a"[..], b"", b"bc"]);
///
/// // Eight bytes each, little-endian: as `u64` ids are hashed.
/// let ids = [7_u64, 8].map(u64::to_le_bytes).concat();
/// assert_eq!(KeyColumn::of_width(&ids, 8)?.len(), 2);
///
/// let error = KeyColumn::new(b"abc", &[0, 2, 1]).unwrap_err();
/// assert_eq!(error.to_string(), "key 1 would end at 1, before it begins at 2");
/// # Ok::<(), annulus_core::ColumnError>(())
/// ```
#[derive(Clone, Copy, Debug)]
pub struct KeyColumn<'a> {
    bytes: &'a [u8],
    ends: Ends<'a>,
}

/// The boundaries of the keys.
#[derive(Clone, Copy, Debug)]
enum Ends<'a> {
    Small(&'a [i32]),
    Large(&'a [i64]),
    Width(usize),
}

impl<'a> KeyColumn<'a> {
    /// Keys between 32-bit offsets, one more offset than keys. For 64-bit offsets use [`large`](Self::large). O(keys).
    ///
    /// No offsets mean no keys. Nulls are not known here: the bytes of a null, usually none, count as a key.
    ///
    /// # Errors
    /// [`ColumnError`] if an offset is negative, past the buffer, or less than the one before it.
    pub fn new(bytes: &'a [u8], offsets: &'a [i32]) -> Result<Self, ColumnError> {
        checked(bytes, offsets)?;
        Ok(Self { bytes, ends: Ends::Small(offsets) })
    }

    /// Keys between 64-bit offsets, as in `LargeUtf8`. O(keys).
    ///
    /// # Errors
    /// [`ColumnError`], as [`new`](Self::new).
    pub fn large(bytes: &'a [u8], offsets: &'a [i64]) -> Result<Self, ColumnError> {
        checked(bytes, offsets)?;
        Ok(Self { bytes, ends: Ends::Large(offsets) })
    }

    /// Keys of `width` bytes each.
    ///
    /// # Errors
    /// [`ColumnError`] if the bytes are not a whole number of keys, or the width is 0.
    pub fn of_width(bytes: &'a [u8], width: usize) -> Result<Self, ColumnError> {
        match bytes.len().checked_rem(width) {
            Some(0) => Ok(Self { bytes, ends: Ends::Width(width) }),
            _ => Err(ColumnError::Width { bytes: bytes.len(), width }),
        }
    }

    /// The number of keys.
    #[must_use]
    pub const fn len(&self) -> usize {
        match self.ends {
            Ends::Small(offsets) => offsets.len().saturating_sub(1),
            Ends::Large(offsets) => offsets.len().saturating_sub(1),
            Ends::Width(width) => self.bytes.len() / width,
        }
    }

    /// Whether there is no key.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The key at `position`, or `None` past the last.
    #[must_use]
    pub fn get(&self, position: usize) -> Option<&'a [u8]> {
        let (start, end) = match self.ends {
            Ends::Small(offsets) => (offsets.get(position)?.place(), offsets.get(position + 1)?.place()),
            Ends::Large(offsets) => (offsets.get(position)?.place(), offsets.get(position + 1)?.place()),
            Ends::Width(width) => (position.checked_mul(width)?, (position + 1).checked_mul(width)?),
        };
        self.bytes.get(start..end)
    }

    /// The keys in order.
    pub fn iter(&self) -> impl Iterator<Item = &'a [u8]> {
        let keys = *self;
        (0..keys.len()).map_while(move |position| keys.get(position))
    }

    /// Writes the digests of the keys from position `from` on, as many as `out` has room for.
    #[inline]
    pub(crate) fn digests<H: KeyHasher>(&self, from: usize, hasher: &H, out: &mut [Digest]) {
        match self.ends {
            Ends::Small(offsets) => digests_between(self.bytes, &offsets[from..], hasher, out),
            Ends::Large(offsets) => digests_between(self.bytes, &offsets[from..], hasher, out),
            Ends::Width(width) => {
                for (slot, key) in out.iter_mut().zip(self.bytes.chunks_exact(width).skip(from)) {
                    *slot = hasher.digest(key);
                }
            }
        }
    }
}

#[inline]
fn digests_between<O: Offset>(bytes: &[u8], offsets: &[O], hasher: &impl KeyHasher, out: &mut [Digest]) {
    for (slot, span) in out.iter_mut().zip(offsets.windows(2)) {
        *slot = hasher.digest(&bytes[span[0].place()..span[1].place()]);
    }
}

/// An offset of either width.
trait Offset: Copy + Ord + Into<i64> {
    /// The offset as a position in the buffer. Offsets have been checked.
    #[inline]
    fn place(self) -> usize {
        usize::try_from(self.into()).unwrap_or_default()
    }
}

impl Offset for i32 {}
impl Offset for i64 {}

/// Checks that offsets start at zero or more, never fall, and end within the buffer.
fn checked<O: Offset>(bytes: &[u8], offsets: &[O]) -> Result<(), ColumnError> {
    let (Some(&first), Some(&last)) = (offsets.first(), offsets.last()) else { return Ok(()) };
    if first.into() < 0 {
        return Err(ColumnError::Negative { offset: first.into() });
    }
    if let Some(key) = offsets.windows(2).position(|span| span[1] < span[0]) {
        return Err(ColumnError::Reversed { key, start: offsets[key].into(), end: offsets[key + 1].into() });
    }
    match usize::try_from(last.into()) {
        Ok(end) if end <= bytes.len() => Ok(()),
        _ => Err(ColumnError::PastEnd { end: last.into(), bytes: bytes.len() }),
    }
}

/// Why bytes and offsets do not form a column of keys.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum ColumnError {
    /// The first offset is negative.
    Negative {
        /// That offset.
        offset: i64,
    },
    /// A key would end before it begins.
    Reversed {
        /// The key's position, from zero.
        key: usize,
        /// The offset where it begins.
        start: i64,
        /// The offset where it would end.
        end: i64,
    },
    /// The last offset is past the end of the buffer.
    PastEnd {
        /// That offset.
        end: i64,
        /// Bytes in the buffer.
        bytes: usize,
    },
    /// The buffer is not a whole number of keys of this width.
    Width {
        /// Bytes in the buffer.
        bytes: usize,
        /// Bytes of a key.
        width: usize,
    },
}

impl fmt::Display for ColumnError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Negative { offset } => write!(f, "the first offset is {offset}, which is negative"),
            Self::Reversed { key, start, end } => write!(f, "key {key} would end at {end}, before it begins at {start}"),
            Self::PastEnd { end, bytes } => write!(f, "the last offset is {end}, and the buffer has {bytes} bytes"),
            Self::Width { bytes, width: 0 } => write!(f, "keys of 0 bytes cannot fill a buffer of {bytes} bytes"),
            Self::Width { bytes, width } => write!(f, "{bytes} bytes are no whole number of keys of {width} bytes"),
        }
    }
}

impl Error for ColumnError {}
