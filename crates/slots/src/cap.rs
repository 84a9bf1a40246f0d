//! The cap: how many slots a consumer may have, as a multiple of what it is due.

use alloc::vec::Vec;
use core::{cmp::Reverse, error::Error, fmt};

use annulus_core::{NodeIndex, Nodes, mix};

/// A fraction of at least one, in lowest terms.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Cap {
    numerator: u32,
    denominator: u32,
}

/// A cap that is no fraction of at least one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct CapError {
    /// The numerator requested.
    pub numerator: u32,
    /// The denominator requested.
    pub denominator: u32,
}

impl fmt::Display for CapError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "a cap must be at least 1, and it is {}/{}", self.numerator, self.denominator)
    }
}

impl Error for CapError {}

const fn greatest_common_divisor(mut a: u32, mut b: u32) -> u32 {
    while b != 0 {
        (a, b) = (b, a % b);
    }
    a
}

impl Cap {
    /// Exactly what is due, to one slot.
    pub(crate) const EVEN: Self = Self { numerator: 1, denominator: 1 };

    pub(crate) fn new(numerator: u32, denominator: u32) -> Result<Self, CapError> {
        if denominator == 0 || numerator < denominator {
            return Err(CapError { numerator, denominator });
        }
        let divisor = greatest_common_divisor(numerator, denominator);
        Ok(Self { numerator: numerator / divisor, denominator: denominator / divisor })
    }

    pub(crate) const fn fraction(self) -> (u32, u32) {
        (self.numerator, self.denominator)
    }

    /// The room of each consumer, in index order: the whole of `slots` times the cap, shared out by weight.
    ///
    /// Each share is rounded down. One more goes to those with the greatest sum of what was cut off and a constant of their own, from 0
    /// to 1, until all is shared out. So as many shares are rounded up in the mean as must be, and which ones they are hardly changes with
    /// the number of consumers. Ties go to the least seed.
    pub(crate) fn rooms(self, nodes: &Nodes, slots: u32) -> Vec<u32> {
        let all = (u64::from(slots) * u64::from(self.numerator)).div_ceil(u64::from(self.denominator));
        let (all, total) = (u128::from(all), u128::from(nodes.total_weight()));
        let exact = |index: NodeIndex| all * u128::from(nodes.weight(index).get());
        let whole = |index| u64::try_from(exact(index) / total).unwrap_or(u64::MAX);
        let mut rooms: Vec<u64> = nodes.indices().map(whole).collect();
        // Fewer are left than consumers, because each rounding lost less than one.
        let left = all - rooms.iter().map(|&room| u128::from(room)).sum::<u128>();
        let left = usize::try_from(left).unwrap_or(usize::MAX).min(rooms.len());
        let mut order: Vec<NodeIndex> = nodes.indices().collect();
        let cut_off = |index: NodeIndex| ((exact(index) % total) << 32) + u128::from(own(nodes.seed(index))) * total;
        order.sort_by_cached_key(|&index| (Reverse(cut_off(index)), nodes.seed(index)));
        order[..left].iter().for_each(|index| rooms[index.as_usize()] += 1);
        rooms.into_iter().map(|room| u32::try_from(room).unwrap_or(u32::MAX).min(slots)).collect()
    }
}

/// A consumer's constant, in units of 2⁻³².
#[expect(clippy::cast_possible_truncation, reason = "the lower half, which nothing else uses")]
const fn own(seed: u64) -> u32 {
    mix(seed, 2) as u32
}

/// As a decimal fraction if it is one, `1.02`, and else as a fraction, `4/3`.
impl fmt::Display for Cap {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { numerator, denominator } = *self;
        let (whole, mut rest) = (numerator / denominator, u64::from(numerator % denominator));
        if rest == 0 {
            return write!(f, "{whole}");
        }
        let mut odd = denominator >> denominator.trailing_zeros();
        while odd % 5 == 0 {
            odd /= 5;
        }
        if odd > 1 {
            return write!(f, "{numerator}/{denominator}");
        }
        write!(f, "{whole}.")?;
        while rest > 0 {
            rest *= 10;
            write!(f, "{}", rest / u64::from(denominator))?;
            rest %= u64::from(denominator);
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use alloc::string::ToString;

    use super::*;

    #[test]
    fn a_cap_is_written_in_lowest_terms() {
        for (numerator, denominator, text) in [
            (1, 1, "1"),
            (7, 7, "1"),
            (102, 100, "1.02"),
            (1_005, 1_000, "1.005"),
            (51, 50, "1.02"),
            (4, 3, "4/3"),
            (9, 8, "1.125"),
            (u32::MAX, 1, "4294967295"),
            (25, 2, "12.5"),
        ] {
            assert_eq!(Cap::new(numerator, denominator).unwrap().to_string(), text);
        }
        for (numerator, denominator) in [(0, 0), (1, 0), (99, 100), (0, 1)] {
            assert_eq!(Cap::new(numerator, denominator), Err(CapError { numerator, denominator }));
        }
    }
}
