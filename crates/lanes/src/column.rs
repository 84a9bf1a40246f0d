//! A list of numbers in whole cache lines.

use alloc::vec::Vec;
use core::{fmt, slice};

use super::vectors::{MOST, Sealed};

/// A 32-bit number that a [`Column`] holds, sixteen to a cache line. Sealed: only this crate implements it.
pub trait Lane: Copy + Default + Sealed {}

impl Sealed for u32 {}
impl Sealed for f32 {}
impl Lane for u32 {}
impl Lane for f32 {}

/// Sixteen numbers, aligned to a cache line.
#[derive(Clone, Copy, Debug)]
#[repr(C, align(64))]
struct Line<T>([T; MOST]);

/// A growable list of 32-bit numbers for loops over vectors. Every vector lies within one cache line, and the last line is padded
/// with copies of the last number.
///
/// In a plain `Vec`, the widest vectors are likely to straddle two cache lines. A pass over more data than the first-level cache
/// holds then takes about 1.5 times as long.
///
/// ```
/// use annulus_lanes::Column;
///
/// let mut column = Column::new();
/// column.refill([3_u32, 1, 4].into_iter());
/// column.insert(2, 7);
/// assert_eq!(column.as_slice(), [3, 1, 7, 4]);
/// assert_eq!(column.remove(0), 3);
/// assert_eq!(column.filled(), [1, 7, 4, 4, 4, 4, 4, 4, 4, 4, 4, 4, 4, 4, 4, 4]);
/// ```
#[derive(Clone, Default)]
pub struct Column<T> {
    lines: Vec<Line<T>>,
    len: usize,
}

impl<T: Lane> Column<T> {
    /// An empty column. Allocates nothing.
    #[must_use]
    pub const fn new() -> Self {
        Self { lines: Vec::new(), len: 0 }
    }

    /// The exact heap bytes of a column of `len` numbers.
    #[must_use]
    pub const fn heap_bytes(len: usize) -> u64 {
        (len.div_ceil(MOST) * size_of::<Line<T>>()) as u64
    }

    /// The number of numbers, without padding.
    #[must_use]
    pub const fn len(&self) -> usize {
        self.len
    }

    /// Whether the column is empty.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.len == 0
    }

    /// The numbers, without padding.
    #[inline]
    #[must_use]
    pub fn as_slice(&self) -> &[T] {
        &self.filled()[..self.len]
    }

    /// The numbers with padding: whole lines.
    #[inline]
    #[must_use]
    pub fn filled(&self) -> &[T] {
        // SAFETY: a line is exactly its sixteen numbers (`fit`, which creates every line, checks this at compile time), so the
        // numbers of all lines are contiguous.
        unsafe { slice::from_raw_parts(self.lines.as_ptr().cast(), self.lines.len() * MOST) }
    }

    fn filled_mut(&mut self) -> &mut [T] {
        // SAFETY: as in `filled`, and `self` is borrowed mutably for as long.
        unsafe { slice::from_raw_parts_mut(self.lines.as_mut_ptr().cast(), self.lines.len() * MOST) }
    }

    /// Resizes to exactly `len` numbers.
    fn fit(&mut self, len: usize) {
        const { assert!(size_of::<Line<T>>() == MOST * size_of::<T>()) };
        let lines = len.div_ceil(MOST);
        self.lines.reserve_exact(lines.saturating_sub(self.lines.len()));
        self.lines.resize(lines, Line([T::default(); MOST]));
        self.lines.shrink_to_fit();
        self.len = len;
    }

    fn fill_up(&mut self) {
        let len = self.len;
        if let Some(&last) = self.as_slice().last() {
            self.filled_mut()[len..].fill(last);
        }
    }

    /// Replaces all numbers. Takes at most as many as the iterator's `len` says.
    pub fn refill(&mut self, numbers: impl ExactSizeIterator<Item = T>) {
        self.fit(numbers.len());
        let (room, mut taken) = (self.len, 0);
        // Stays empty if the iterator panics.
        self.len = 0;
        for (to, number) in self.filled_mut()[..room].iter_mut().zip(numbers) {
            *to = number;
            taken += 1;
        }
        self.fit(taken);
        self.fill_up();
    }

    /// Replaces the number at `position`.
    ///
    /// # Panics
    /// If there is no number at `position`.
    pub fn set(&mut self, position: usize, number: T) {
        let len = self.len;
        self.filled_mut()[..len][position] = number;
        self.fill_up();
    }

    /// Inserts a number at `position`, before the number that is there.
    ///
    /// # Panics
    /// If `position` is past the end.
    pub fn insert(&mut self, position: usize, number: T) {
        let len = self.len;
        assert!(position <= len, "position {position} of {len} numbers");
        self.fit(len + 1);
        let numbers = self.filled_mut();
        numbers.copy_within(position..len, position + 1);
        numbers[position] = number;
        self.fill_up();
    }

    /// Removes and returns the number at `position`.
    ///
    /// # Panics
    /// If there is no number at `position`.
    pub fn remove(&mut self, position: usize) -> T {
        let len = self.len;
        let number = self.as_slice()[position];
        self.filled_mut().copy_within(position + 1..len, position);
        self.fit(len - 1);
        self.fill_up();
        number
    }

    /// Removes all numbers and frees the memory.
    pub fn clear(&mut self) {
        *self = Self::new();
    }
}

impl<T: Lane + fmt::Debug> fmt::Debug for Column<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.as_slice()).finish()
    }
}

#[cfg(test)]
mod tests {
    use alloc::vec;

    use annulus_core::mix;

    use super::*;
    use crate::ROUNDS;

    #[test]
    fn a_column_is_a_list_in_whole_lines() {
        let (mut column, mut list) = (Column::new(), Vec::new());
        for step in 0..ROUNDS {
            let number = u32::try_from(mix(1, step) >> 32).unwrap();
            let at = usize::try_from(mix(2, step) % (list.len() + 1) as u64).unwrap();
            // Grows on the whole, then shrinks, so that lines are added and removed.
            let rising = mix(3, step) % 5 < if step % 4_000 < 2_000 { 3 } else { 2 };
            if rising {
                column.insert(at, number);
                list.insert(at, number);
            } else if at < list.len() {
                assert_eq!(column.remove(at), list.remove(at));
            } else if let Some(last) = list.last_mut() {
                *last = number;
                column.set(at - 1, number);
            }
            let mut filled = list.clone();
            filled.resize(list.len().next_multiple_of(MOST), list.last().copied().unwrap_or_default());
            assert_eq!((column.as_slice(), column.filled(), column.len()), (list.as_slice(), filled.as_slice(), list.len()));
            assert_eq!(column.filled().as_ptr().addr() % 64, 0);
            assert_eq!(Column::<u32>::heap_bytes(list.len()), 4 * filled.len() as u64);
            assert_eq!(column.lines.capacity(), column.lines.len());
        }
        assert_eq!(column.clone().as_slice(), list);
        column.refill(list.iter().map(|&number| !number));
        assert!(column.as_slice().iter().zip(&list).all(|(found, number)| *found == !number));
        assert_eq!(alloc::format!("{column:?}"), alloc::format!("{:?}", column.as_slice()));
        column.clear();
        assert!(column.is_empty() && column.filled().is_empty() && column.as_slice() == vec![0; 0]);
    }
}
