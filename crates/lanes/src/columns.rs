//! Lists of numbers in whole cache lines.

use alloc::vec::Vec;
use core::{array, fmt, slice};

use super::vectors::{MOST, Sealed};

/// A 32-bit number that [`Columns`] hold, sixteen to a cache line. Sealed: only this crate implements it.
pub trait Lane: Copy + Default + Sealed {}

impl Sealed for u32 {}
impl Sealed for f32 {}
impl Lane for u32 {}
impl Lane for f32 {}

/// Sixteen numbers, aligned to a cache line.
#[derive(Clone, Copy, Debug)]
#[repr(C, align(64))]
struct Line<T>([T; MOST]);

/// `N` growable lists of 32-bit numbers, all of one length, for loops over vectors. Every vector lies within one cache line, and the
/// last line of a column is padded with copies of its last number.
///
/// In a plain `Vec`, the widest vectors are likely to straddle two cache lines. A pass over more data than the first-level cache
/// holds then takes about 1.5 times as long. All columns have one length, so that a loop over several of them checks it once.
///
/// ```
/// use annulus_lanes::Columns;
///
/// let mut columns = Columns::<u32, 2>::new();
/// columns.refill([[3, 30], [1, 10], [4, 40]].into_iter());
/// columns.insert(2, [7, 70]);
/// assert_eq!(columns.as_slices(), [[3, 1, 7, 4], [30, 10, 70, 40]]);
/// assert_eq!(columns.remove(0), [3, 30]);
/// assert_eq!(columns.filled()[0], [1, 7, 4, 4, 4, 4, 4, 4, 4, 4, 4, 4, 4, 4, 4, 4]);
/// ```
#[derive(Clone)]
pub struct Columns<T, const N: usize> {
    /// Each column has at least `filled` numbers.
    lines: [Vec<Line<T>>; N],
    len: usize,
    /// The length in whole lines. Kept, because to calculate it takes as long as a dozen numbers.
    filled: usize,
    /// What the last lines are padded with, if not with the last number.
    padding: Option<T>,
}

impl<T, const N: usize> Columns<T, N> {
    const EMPTY: [Vec<Line<T>>; N] = [const { Vec::new() }; N];

    /// Empty columns. Allocates nothing.
    #[must_use]
    pub const fn new() -> Self {
        Self { lines: Self::EMPTY, len: 0, filled: 0, padding: None }
    }

    /// Empty columns, whose last lines are padded with `number` instead of the last numbers.
    #[must_use]
    pub const fn padded_with(number: T) -> Self {
        Self { lines: Self::EMPTY, len: 0, filled: 0, padding: Some(number) }
    }

    /// The length of each column, without padding.
    #[inline]
    #[must_use]
    pub const fn len(&self) -> usize {
        self.len
    }

    /// Whether the columns are empty.
    #[inline]
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.len == 0
    }
}

impl<T: Lane, const N: usize> Columns<T, N> {
    /// The exact heap bytes of columns of `len` numbers each.
    #[must_use]
    pub const fn heap_bytes(len: usize) -> u64 {
        (N * len.div_ceil(MOST) * size_of::<Line<T>>()) as u64
    }

    /// The numbers of each column, without padding.
    #[inline]
    #[must_use]
    pub fn as_slices(&self) -> [&[T]; N] {
        self.filled().map(|column| &column[..self.len])
    }

    /// The numbers of each column with padding: whole lines.
    #[inline(always)]
    #[must_use]
    pub fn filled(&self) -> [&[T]; N] {
        // SAFETY: a column has at least `filled` numbers in its lines (`fit`, which alone changes either), and a line is exactly its
        // sixteen numbers (`fit` checks this at compile time), so the numbers of all lines are contiguous.
        array::from_fn(|column| unsafe { slice::from_raw_parts(self.lines[column].as_ptr().cast(), self.filled) })
    }

    fn filled_mut(&mut self) -> [&mut [T]; N] {
        let filled = self.filled;
        // SAFETY: as in `filled`; each column is borrowed once, for as long as `self`.
        self.lines.each_mut().map(|lines| unsafe { slice::from_raw_parts_mut(lines.as_mut_ptr().cast(), filled) })
    }

    /// Resizes to exactly `len` numbers.
    fn fit(&mut self, len: usize) {
        const { assert!(size_of::<Line<T>>() == MOST * size_of::<T>()) };
        // Nothing that not all columns have, even if an allocation panics.
        (self.len, self.filled) = (0, 0);
        let lines = len.div_ceil(MOST);
        for column in &mut self.lines {
            column.reserve_exact(lines.saturating_sub(column.len()));
            column.resize(lines, Line([T::default(); MOST]));
            column.shrink_to_fit();
        }
        (self.len, self.filled) = (len, lines * MOST);
    }

    fn fill_up(&mut self) {
        let (len, padding) = (self.len, self.padding);
        let Some(last) = len.checked_sub(1) else { return };
        for column in self.filled_mut() {
            let padding = padding.unwrap_or(column[last]);
            column[len..].fill(padding);
        }
    }

    /// Replaces all numbers by those of the rows, which have one for each column. Takes at most as many as the iterator's `len` says.
    pub fn refill(&mut self, rows: impl ExactSizeIterator<Item = [T; N]>) {
        let (room, mut taken) = (rows.len(), 0);
        self.fit(room);
        // Stays empty if the iterator panics.
        (self.len, self.filled) = (0, 0);
        for row in rows.take(room) {
            for (column, number) in self.lines.iter_mut().zip(row) {
                column[taken / MOST].0[taken % MOST] = number;
            }
            taken += 1;
        }
        self.fit(taken);
        self.fill_up();
    }

    /// Replaces the number at `position` of a column.
    ///
    /// # Panics
    /// If there is no such column, or no number at `position`.
    pub fn set(&mut self, column: usize, position: usize, number: T) {
        let len = self.len;
        self.filled_mut()[column][..len][position] = number;
        self.fill_up();
    }

    /// Inserts a row at `position`, before the row that is there.
    ///
    /// # Panics
    /// If `position` is past the end.
    pub fn insert(&mut self, position: usize, row: [T; N]) {
        let len = self.len;
        assert!(position <= len, "position {position} of {len} rows");
        self.fit(len + 1);
        for (column, number) in self.filled_mut().into_iter().zip(row) {
            column.copy_within(position..len, position + 1);
            column[position] = number;
        }
        self.fill_up();
    }

    /// Removes and returns the row at `position`.
    ///
    /// # Panics
    /// If there is no row at `position`.
    pub fn remove(&mut self, position: usize) -> [T; N] {
        let len = self.len;
        let row = self.as_slices().map(|column| column[position]);
        for column in self.filled_mut() {
            column.copy_within(position + 1..len, position);
        }
        self.fit(len - 1);
        self.fill_up();
        row
    }

    /// Removes all rows and frees the memory.
    pub fn clear(&mut self) {
        *self = Self { lines: Self::EMPTY, len: 0, filled: 0, padding: self.padding };
    }
}

impl<T, const N: usize> Default for Columns<T, N> {
    fn default() -> Self {
        Self::new()
    }
}

impl<T: Lane + fmt::Debug, const N: usize> fmt::Debug for Columns<T, N> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.as_slices()).finish()
    }
}

#[cfg(test)]
mod tests {
    use annulus_core::mix;

    use super::*;
    use crate::ROUNDS;

    /// The columns of a list of rows, padded.
    fn columns_of(list: &[[u32; 2]], padding: Option<u32>) -> [Vec<u32>; 2] {
        array::from_fn(|column| {
            let mut numbers: Vec<u32> = list.iter().map(|row| row[column]).collect();
            let last = padding.or(numbers.last().copied()).unwrap_or_default();
            numbers.resize(list.len().next_multiple_of(MOST), last);
            numbers
        })
    }

    fn compare(columns: &Columns<u32, 2>, list: &[[u32; 2]], padding: Option<u32>) {
        let expected = columns_of(list, padding);
        assert_eq!(columns.filled(), expected.each_ref().map(Vec::as_slice));
        assert_eq!(columns.as_slices(), expected.each_ref().map(|column| &column[..list.len()]));
        assert_eq!(columns.len(), list.len());
        assert!(columns.filled().iter().all(|column| column.as_ptr().addr() % 64 == 0));
        assert_eq!(Columns::<u32, 2>::heap_bytes(list.len()), 8 * expected[0].len() as u64);
        assert!(columns.lines.iter().all(|lines| lines.capacity() == lines.len()));
    }

    #[test]
    fn columns_are_lists_in_whole_lines() {
        for (mut columns, padding) in [(Columns::new(), None), (Columns::padded_with(7), Some(7))] {
            let mut list: Vec<[u32; 2]> = Vec::new();
            for step in 0..ROUNDS {
                let number = u32::try_from(mix(1, step) >> 32).unwrap();
                let row = [number, !number];
                let at = usize::try_from(mix(2, step) % (list.len() + 1) as u64).unwrap();
                // Grows on the whole, then shrinks, so that lines are added and removed.
                let rising = mix(3, step) % 5 < if step % 4_000 < 2_000 { 3 } else { 2 };
                if rising {
                    columns.insert(at, row);
                    list.insert(at, row);
                } else if at < list.len() {
                    assert_eq!(columns.remove(at), list.remove(at));
                } else if let Some(last) = list.last_mut() {
                    last[1] = number;
                    columns.set(1, at - 1, number);
                }
                compare(&columns, &list, padding);
            }
            compare(&columns.clone(), &list, padding);
            list.iter_mut().for_each(|row| row[0] = !row[0]);
            columns.refill(list.iter().copied());
            compare(&columns, &list, padding);
            assert_eq!(alloc::format!("{columns:?}"), alloc::format!("{:?}", columns.as_slices()));
            columns.clear();
            compare(&columns, &[], padding);
            columns.insert(0, [1, 2]);
            compare(&columns, &[[1, 2]], padding);
        }
    }
}
