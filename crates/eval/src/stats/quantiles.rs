//! Every quantile that has a library or an expansion behind it, held to another form of the same law: areas under densities, sums
//! of other laws' probabilities, closed forms. Counts are from 1 to 10¹², and tails from 10⁻⁹ to nearly ½, on both sides.

use statrs::distribution::{ContinuousCDF, Normal};
use statrs::function::erf::erf;

use super::arcs::{self, ArcsLaw};
use super::beta_binomial::BetaBinomial;
use super::binomial::BinomialLaw;
use super::events::EventsLaw;
use super::family::Tail;
use super::ks;
use super::multinomial::{UniformLaw, chi_square_band, chi_square_beyond};
use super::numeric::{deviance, float, integrate, stirling_error, whole};
use super::student::student;

const TAILS: [f64; 5] = [0.499, 0.11, 1.3e-3, 1.7e-6, 1e-9];

/// Asserts that a tail is as probable as was asked, to that part of it.
fn holds(is: f64, asked: f64, within: f64, context: &str) {
    assert!((is / asked - 1.0).abs() <= within, "{context}: a tail of {is:e} instead of {asked:e}");
}

/// The area under a density between two points that are not negative, by their roots: a density that has no end at 0 has one there.
fn area(from: f64, to: f64, ln_density: impl Fn(f64) -> f64) -> f64 {
    integrate(from.sqrt(), to.sqrt(), |root| 2.0 * root * ln_density(root * root).exp())
}

/// The areas on either side of x, of a law with that spread whose far tail falls by e for each `scale`.
fn areas(x: f64, spread: f64, scale: f64, ln_density: impl Fn(f64) -> f64) -> (f64, f64) {
    let reach = 15.0 * spread + 60.0 * scale;
    // What is nearer to 0 is 10⁻⁹ of the lower tail at most, for half a degree of freedom.
    let nearest = (x - reach).max(x * 1e-18);
    (area(nearest, x, &ln_density), area(x, x + reach, &ln_density))
}

#[test]
fn chi_square_is_the_area_under_its_density() {
    for degrees in [1, 2, 3, 4, 7, 10, 99, 1_000, 19_999, 20_001, 1_000_000, 100_000_000, 10_000_000_000, 1_000_000_000_000_u64] {
        let shape = float(degrees) / 2.0;
        let ln_half =
            |half: f64| -deviance(shape, half) - stirling_error(shape) + 0.5 * (shape / std::f64::consts::TAU).ln() - half.ln();
        for tail in TAILS {
            let band = chi_square_band(degrees, Tail::new(tail).unwrap());
            let (below, _) = areas(band.low / 2.0, shape.sqrt(), 1.0, ln_half);
            let (_, above) = areas(band.high / 2.0, shape.sqrt(), 1.0, ln_half);
            holds(below, tail, 2e-6, &format!("{degrees} degrees, below {}", band.low));
            holds(above, tail, 2e-6, &format!("{degrees} degrees, above {}", band.high));
            holds(chi_square_beyond(degrees, band.high), tail, 2e-6, &format!("{degrees} degrees, p"));
        }
    }
}

#[test]
fn shares_of_arcs_are_binomial_tails() {
    let counts = [1, 2, 3, 10, 160, 1_000, 9_999, 10_001, 100_000, 10_000_000, 1_000_000_000, 1_000_000_000_000_u64];
    for own in counts {
        // A share so near to 1 that its distance from it has few digits has no quantiles to speak of.
        for others in counts.into_iter().filter(|others| own / others <= 1_000) {
            for tail in TAILS {
                let band = arcs::weighted_share_band(own, own + others, Tail::new(tail).unwrap()).unwrap();
                let context = format!("{own} and {others} points, tail {tail}: {band:?}");
                // Of T−1 points thrown at a circle's rest, `own` or more lie below x as often as the share is no more than x.
                let law = |x| BinomialLaw::new(own + others - 1, x);
                let (more, less) = (tail * 1.001, tail * 0.999);
                assert!(law(band.low).high(more) < own && law(band.low).high(less) >= own, "low: {context}");
                assert!(law(band.high).low(more) >= own && law(band.high).low(less) < own, "high: {context}");
            }
        }
    }
}

#[test]
fn students_t_is_the_area_under_its_density() {
    for degrees in [1, 2, 3, 10, 99, 1_000, 99_999, 100_001, 1_000_000, 100_000_000, 1_000_000_000_000_u64].map(float) {
        let half = degrees / 2.0;
        // ln of Γ(half + ½)/Γ(half)/√(π·degrees), by Stirling's series.
        let errors = stirling_error(half + 0.5) - stirling_error(half);
        let ln_front = errors + half * (0.5 / half).ln_1p() - 0.5 - 0.5 * std::f64::consts::TAU.ln();
        for tail in TAILS {
            let t = student(degrees, tail);
            // By t = sinh(y), in which tails that fall as powers fall as exponentials.
            let density = |y: f64| (ln_front - (half + 0.5) * (y.sinh().powi(2) / degrees).ln_1p()).exp() * y.cosh();
            let above = integrate(t.asinh(), t.asinh() + 36.0 / degrees.min(9.0), density);
            holds(above, tail, 1e-6, &format!("{degrees} degrees, t = {t}"));
        }
    }
}

/// ln of a binomial probability by Loader's form, for any counts.
fn ln_binomial(trials: f64, count: f64, success: f64) -> f64 {
    if count == 0.0 {
        return trials * (-success).ln_1p();
    }
    if count == trials {
        return trials * success.ln();
    }
    let rest = trials - count;
    let errors = stirling_error(trials) - stirling_error(count) - stirling_error(rest);
    let deviances = deviance(count, trials * success) + deviance(rest, trials * (1.0 - success));
    errors - deviances + 0.5 * (trials / (std::f64::consts::TAU * count * rest)).ln()
}

/// P(X ≤ count) and P(X > count) of the count of K keys whose share is Beta(a, b) with whole shapes: of a+b−1 points and K keys in
/// a random order, the first a + count have a points or more. Sums of hypergeometric probabilities.
fn keys_up_to(count: f64, keys: f64, a: f64, b: f64) -> (f64, f64) {
    let (points, drawn) = (a + b - 1.0, a + count);
    let success = drawn / (points + keys);
    let mass = |found: f64| {
        let (keys_found, all) = (drawn - found, points + keys);
        if keys_found > keys || keys_found < 0.0 {
            return 0.0;
        }
        let ln = ln_binomial(points, found, success) + ln_binomial(keys, keys_found, success) - ln_binomial(all, drawn, success);
        ln.exp()
    };
    let sum = |from: f64, to: f64| (0..=whole(to - from)).map(|step| mass(from + float(step))).sum::<f64>();
    (sum(a, points.min(drawn)), sum(0.0, a - 1.0))
}

#[test]
fn keys_of_a_new_node_are_hypergeometric_tails() {
    for keys in [1, 2, 10, 99, 1_000, 100_000, 10_000_000, 100_000_000, 10_000_000_000, 1_000_000_000_000_u64] {
        for (own, others) in [(1, 1), (1, 4), (1, 99), (7, 7), (20, 180), (160, 320), (160, 1_440), (100, 9_900)] {
            let law = BetaBinomial::new(keys, float(own), float(others)).unwrap();
            for tail in TAILS {
                let band = law.band(Tail::new(tail).unwrap());
                let context = format!("{keys} keys, {own} and {others} points, tail {tail}: {band:?}");
                let tails = |count: f64| keys_up_to(count, float(keys), float(own), float(others));
                // One count further in, the tail is more than was asked.
                let (more, less) = (tail * 1.001, tail * 0.999);
                assert!(band.low == 0.0 || tails(band.low - 1.0).0 <= more, "low: {context}");
                assert!(tails(band.low).0 > less, "low, further in: {context}");
                assert!(band.high == float(keys) || tails(band.high).1 <= more, "high: {context}");
                assert!(band.high == 0.0 || tails(band.high - 1.0).1 > less, "high, further in: {context}");
            }
        }
    }
}

#[test]
fn the_normal_quantile_is_the_area_under_its_density() {
    for tail in [0.499, 0.11, 1.3e-3, 1.7e-6, 1e-9, 1e-12] {
        let z = -Normal::standard().inverse_cdf(tail);
        let above = integrate(z, z + 12.0, |x| (-0.5 * x * x).exp()) / std::f64::consts::TAU.sqrt();
        holds(above, tail, 1e-8, &format!("z = {z}"));
    }
}

/// P(X ≤ count) of a binomial law by Loader's probabilities: their sum, or for a spread of 1,000 counts and more the area under
/// them, which is as much up to a part of z/(24·spread²).
fn binomial_up_to(trials: u64, success: f64, count: u64) -> f64 {
    let (n, variance) = (float(trials), float(trials) * success * (1.0 - success));
    if variance < 1e6 {
        // Some twenty spreads below, and for few the rest of a Poisson law, there is nothing.
        let first = count.saturating_sub(whole(20.0 * variance.sqrt()) + 100);
        return (first..=count).map(|count| ln_binomial(n, float(count), success).exp()).sum();
    }
    let end = float(count) + 0.5;
    integrate((end - 15.0 * variance.sqrt()).max(0.5), end, |count| ln_binomial(n, count, success).exp())
}

/// P(the busiest of two nodes has more than `most`) = 2·P(X < K − most).
fn busiest_of_two_beyond(keys: u64, most: u64) -> f64 {
    if most >= keys { 0.0 } else { 2.0 * binomial_up_to(keys, 0.5, keys - most - 1) }
}

#[test]
fn the_busiest_of_two_nodes_is_a_binomial_tail() {
    let holds = |keys: u64, probability: f64| {
        let most = UniformLaw::new(2, keys).unwrap().max_quantile(probability);
        let up_to = |most: u64| 1.0 - busiest_of_two_beyond(keys, most);
        assert!(up_to(most) >= probability * (1.0 - 1e-6), "{keys} keys, {probability}: {most} is too few");
        let is_least = most == keys.div_ceil(2) || up_to(most - 1) < probability * (1.0 + 1e-6);
        assert!(is_least, "{keys} keys, {probability}: {most} is too many");
    };
    for keys in [1, 2, 7, 100, 10_001, 1_000_000, 30_000_000] {
        TAILS.into_iter().flat_map(|tail| [tail, 1.0 - tail]).for_each(|probability| holds(keys, probability));
    }
    // So many keys that a node's count is no longer summed.
    holds(1_000_000_000, 1e-6);
}

#[test]
fn chi_square_of_two_nodes_is_a_binomial_tail() {
    for keys in [1, 2, 7, 100, 10_001, 1_000_000, 100_000_000, 10_000_000_000, 1_000_000_000_000_u64] {
        for tail in TAILS {
            let band = UniformLaw::new(2, keys).unwrap().chi_square_band(Tail::new(tail).unwrap());
            // X² = (2m − K)²/K for m keys on the busier node.
            let most = |square: f64| whole((float(keys) + (square * float(keys)).sqrt()).round() / 2.0);
            let (high, low, even) = (most(band.high), most(band.low), keys.div_ceil(2));
            let beyond = |most: u64| busiest_of_two_beyond(keys, most);
            let context = format!("{keys} keys, tail {tail}: {band:?}");
            assert!(beyond(high) <= tail * 1.000_1 && (high == even || beyond(high - 1) > tail * 0.999_9), "{context}");
            assert!(low == even || 1.0 - beyond(low - 1) <= tail * 1.000_1, "{context}");
            assert!(1.0 - beyond(low) > tail * 0.999_9, "{context}");
        }
    }
}

/// P(the busiest of three nodes has at most `most`): the first has x keys, and of the others' K − x neither has more.
fn busiest_of_three(keys: u64, most: u64) -> f64 {
    let (n, m) = (float(keys), float(most));
    integrate((n - 2.0 * m - 0.5).max(0.5), m + 0.5, |first| {
        let rest = n - first;
        // By the normal law, near to a part of 1/rest for halves.
        let within = erf((m + 0.5 - rest / 2.0) / (rest / 2.0).sqrt());
        ln_binomial(n, first, 1.0 / 3.0).exp() * within
    })
}

#[test]
fn the_busiest_of_three_nodes_is_a_sum_over_the_first() {
    for keys in [1_000_000, 30_000_000] {
        let law = UniformLaw::new(3, keys).unwrap();
        for probability in [1e-3, 0.11, 0.5, 0.9, 0.999] {
            let most = law.max_quantile(probability);
            holds(law.max_cdf(most), busiest_of_three(keys, most), 1e-4, &format!("{keys} keys, at most {most}"));
            assert!(law.max_cdf(most - 1) < probability && law.max_cdf(most) >= probability, "{keys}, {probability}: {most}");
        }
    }
}

/// Bonferroni: P(busiest > m) is at most N·p, and at least N·p·(1 − N·p/2), since nodes with many keys leave fewer to others.
#[test]
fn the_busiest_of_many_nodes_is_as_rare_as_the_sum_over_nodes() {
    for (nodes, keys) in [(10, 1_000), (10, 30_000_000), (1_000, 1_000_000), (1_000, 30_000_000)] {
        let law = UniformLaw::new(nodes, keys).unwrap();
        let others = 1.0 - 1.0 / float(nodes);
        let sum = |most: u64| float(nodes) * binomial_up_to(keys, others, keys - most - 1);
        let most = law.max_quantile(1.0 - 1e-3);
        assert!(sum(most) <= 1e-3 * 1.001 && sum(most - 1) >= 1e-3, "{nodes} nodes, {keys} keys: {most}");
        for tail in TAILS {
            let most = whole((law.max_band(Tail::new(tail).unwrap()).high * law.mean_load()).round());
            assert!(sum(most) <= tail * 1.001 && sum(most - 1) > tail * 0.999, "{nodes} nodes, {keys} keys, tail {tail}: {most}");
        }
    }
}

#[test]
fn the_largest_of_single_arcs_is_as_rare_as_long_gaps() {
    let quantile = |nodes, probability| ArcsLaw::new(nodes, 1).unwrap().single_point_max_quantile(probability).unwrap();
    for tail in [1e-3, 0.11, 0.5, 0.89, 0.999, 1.0 - 1e-6, 1.0 - 1e-9] {
        // Of two, the larger is uniform between ½ and 1; of three, it exceeds y ≥ ½ with 3·(1 − y)².
        assert!((quantile(2, tail) / (1.0 + tail) - 1.0).abs() < 1e-5, "{tail}");
        let of_three = 3.0 - (3.0 * (1.0 - tail)).sqrt();
        assert!(of_three < 1.5 || (quantile(3, tail) / of_three - 1.0).abs() < 1e-9, "{tail}");
        for nodes in [1_000_000, 1_000_000_000, 1_000_000_000_000_u64] {
            // Poisson: N·e^(−x) gaps in the mean, up to a part of x²/N, and as much for each gap by which the others are shorter.
            let x = quantile(nodes, tail);
            let gaps = float(nodes) * (-x).exp();
            holds(gaps, -tail.ln(), (2.0 + gaps) * x * x / float(nodes) + 1e-6, &format!("{nodes} nodes, {tail}: {x}"));
        }
    }
}

#[test]
fn bernsteins_band_holds_the_binomial_one() {
    for keys in [1, 2, 10, 1_000, 1_000_000, 1_000_000_000, 1_000_000_000_000_u64] {
        for success in [1e-9, 1e-3, 0.2, 0.5, 0.9] {
            for tail in TAILS {
                let band = EventsLaw::of(&[success]).band(keys, Tail::new(tail).unwrap()).scaled(float(keys));
                let law = BinomialLaw::new(keys, success);
                let context = format!("{keys} keys, {success}, {tail}: {band:?}");
                assert!(band.low <= float(law.low(tail)) && float(law.high(tail)) <= band.high, "{context}");
            }
        }
    }
}

/// P(√n·D < x) for many values: √(2π)/x·Σ exp(−(2j−1)²π²/(8x²)), with Vrbik's correction of x for their number
/// (<https://doi.org/10.37394/23206.2018.17.15>).
fn kolmogorov(values: f64, distance: f64) -> f64 {
    let x = values.sqrt() * distance;
    let x = x + 1.0 / (6.0 * values.sqrt()) + (x - 1.0) / (4.0 * values);
    let term = |j: f64| (-((2.0 * j - 1.0) * std::f64::consts::PI / x).powi(2) / 8.0).exp();
    std::f64::consts::TAU.sqrt() / x * [1.0, 2.0, 3.0, 4.0].map(term).iter().sum::<f64>()
}

#[test]
fn distances_of_p_values_have_the_law_of_many() {
    for values in [100, 1_000, 10_000] {
        let n = float(values);
        // The tails that are asked of that many; the matrix grows with the cube of the distance.
        for tail in TAILS.into_iter().filter(|tail| *tail < 10.0 / n) {
            let band = ks::band(values, Tail::new(tail).unwrap());
            // Smirnov: P(D⁺ > d) = exp(−(6nd+1)²/(18n)), twice that, and both sides at once.
            let one_side = (-(6.0 * n * band.high + 1.0).powi(2) / (18.0 * n)).exp();
            let above = 2.0 * (one_side - one_side.powi(4));
            // Both forms leave out the square of the exponent over n.
            let within = (1.0 + tail.ln().powi(2)) / (5.0 * n);
            holds(kolmogorov(n, band.low), tail, within, &format!("{values} values, below {}", band.low));
            holds(above, tail, within, &format!("{values} values, above {}", band.high));
        }
    }
}
