//! Whether a table size is prime.

/// Whether `number` is prime, by trial division: at most 32,768 divisions.
pub(crate) const fn is_prime(number: u32) -> bool {
    if number < 4 {
        return number > 1;
    }
    if number % 2 == 0 {
        return false;
    }
    let mut divisor = 3;
    // Compared by division, because the square may overflow 32 bits.
    while divisor <= number / divisor {
        if number % divisor == 0 {
            return false;
        }
        divisor += 2;
    }
    true
}

/// The least prime that is at least `number`, if there is one below 2³².
pub(crate) fn next_prime(number: u32) -> Option<u32> {
    (number..=u32::MAX).find(|&candidate| is_prime(candidate))
}

/// The greatest prime that is at most `number`, if there is one.
pub(crate) fn previous_prime(number: u32) -> Option<u32> {
    (0..=number).rev().find(|&candidate| is_prime(candidate))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn agrees_with_a_sieve() {
        const LIMIT: usize = 200_000;
        let mut composite = [false; LIMIT];
        for number in 2..LIMIT {
            assert_eq!(is_prime(u32::try_from(number).unwrap()), !composite[number], "{number}");
            // The square overflows 32 bits.
            for multiple in (number.saturating_mul(number)..LIMIT).step_by(number) {
                composite[multiple] = true;
            }
        }
        assert!(!is_prime(0) && !is_prime(1));
    }

    #[test]
    fn knows_the_ends_of_the_range() {
        assert!(is_prime(4_294_967_291) && !is_prime(u32::MAX) && !is_prime(65_521 * 65_521));
        assert_eq!(next_prime(65_536), Some(65_537));
        assert_eq!(next_prime(4_294_967_292), None);
        assert_eq!((previous_prime(65_537), previous_prime(u32::MAX)), (Some(65_537), Some(4_294_967_291)));
        assert_eq!((previous_prime(2), previous_prime(1)), (Some(2), None));
    }
}
