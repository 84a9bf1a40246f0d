//! Searching for where a condition ends.

/// The first number below `end` for which `is_before` does not hold, or `end`. It must hold up to there and not after.
pub(crate) fn partition_point(end: u32, is_before: impl Fn(u32) -> bool) -> u32 {
    between(0, end, is_before)
}

/// The same, found in few steps if it is near `guess`, which is at most `end`.
pub(crate) fn partition_near(guess: u32, end: u32, is_before: impl Fn(u32) -> bool) -> u32 {
    let (mut from, mut to, mut step) = (guess, guess, 1);
    if guess < end && is_before(guess) {
        while to < end && is_before(to) {
            from = to + 1;
            to = to.saturating_add(step).min(end);
            step *= 2;
        }
    } else {
        while from > 0 && !is_before(from - 1) {
            to = from - 1;
            from = from.saturating_sub(step);
            step *= 2;
        }
    }
    between(from, to, is_before)
}

/// The same, if it is from `from` to `to`.
fn between(mut from: u32, mut to: u32, is_before: impl Fn(u32) -> bool) -> u32 {
    while from < to {
        let middle = u32::midpoint(from, to);
        if is_before(middle) {
            from = middle + 1;
        } else {
            to = middle;
        }
    }
    from
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn finds_the_end_from_any_guess() {
        for end in [0, 1, 2, 7, 100] {
            for is in 0..=end {
                assert_eq!(partition_point(end, |number| number < is), is);
                for guess in 0..=end {
                    assert_eq!(partition_near(guess, end, |number| number < is), is, "{guess} of {end}");
                }
            }
        }
        assert_eq!(partition_near(5, 1 << 24, |_| true), 1 << 24);
    }
}
