//! How close the shares of unequal weights are to exact, integrated over all draws instead of sampled.

use annulus_core::cost::cost;

/// The number of draws of a consumer of weight `heavy` that lose to a draw of cost `mine` at weight 1.
fn losers(mine: u64, heavy: u32) -> u64 {
    let loses = |draw: u32| u128::from(cost(draw)) > u128::from(mine) * u128::from(heavy);
    // Costs fall as draws rise, so the losing draws are the lowest.
    let (mut low, mut high) = (0_u64, 1 << 32);
    while low < high {
        let middle = low.midpoint(high);
        if u32::try_from(middle).is_ok_and(loses) { low = middle + 1 } else { high = middle }
    }
    low
}

/// The share of a consumer of weight 1 beside one of weight `heavy`: the fraction of all pairs of draws that it wins.
///
/// The light one's highest 2¹⁴ draws are all taken, then one of every 2, 4, 8 … draws, because the integrand is smooth and steep
/// only near the greatest draw.
#[expect(clippy::cast_precision_loss, reason = "to one part in 10^12")]
fn light_share(heavy: u32) -> f64 {
    let (mut pairs, mut from) = (0.0, 0_u64);
    while from < 1 << 32 {
        let step = (from >> 14).max(1);
        for start in (from..(2 * from).max(1 << 14)).step_by(usize::try_from(step).expect("below 2^18")) {
            // The middle of an even step lies between two draws.
            for middle in [start + (step - 1) / 2, start + step / 2] {
                let draw = u32::MAX - u32::try_from(middle).expect("within the range of draws");
                pairs += losers(cost(draw), heavy) as f64 * step as f64 / 2.0;
            }
        }
        from = (2 * from).max(1 << 14);
    }
    pairs / 2_f64.powi(64)
}

#[test]
fn the_lightest_shares_are_exact_to_one_part_in_a_hundred_million() {
    for heavy in [1, 2, 10, 100, 10_000, 1_000_000] {
        let exact = 1.0 / (1.0 + f64::from(heavy));
        let error = light_share(heavy) / exact - 1.0;
        assert!(error.abs() < 1e-8, "1:{heavy}: off by {error:e}");
    }
}
