//! Jump as the paper prints it: what ours and the crates of others must answer.

/// Jump consistent hash as the paper prints it (Lamping and Veach 2014, <https://doi.org/10.48550/arXiv.1406.2294>).
#[inline]
#[expect(clippy::cast_precision_loss, clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "as printed")]
pub(crate) fn jump_loop(mut key: u64, buckets: u32) -> u32 {
    let (mut b, mut j) = (-1_i64, 0_i64);
    while j < i64::from(buckets) {
        b = j;
        key = key.wrapping_mul(2_862_933_555_777_941_757).wrapping_add(1);
        j = ((b + 1) as f64 * ((1_i64 << 31) as f64 / ((key >> 33) + 1) as f64)) as i64;
    }
    b as u32
}
