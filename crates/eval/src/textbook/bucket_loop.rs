//! The loop from bucket to bucket, as the paper prints it (Lamping and Veach 2014, <https://doi.org/10.48550/arXiv.1406.2294>).

/// The bucket of `key` among `buckets`, at least one.
#[inline]
#[must_use]
#[expect(clippy::cast_precision_loss, reason = "the paper's own conversions, exact for these ranges")]
#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "the paper's own conversions")]
pub fn bucket_loop(mut key: u64, buckets: u32) -> u32 {
    let (mut bucket, mut next) = (0_i64, 0_i64);
    while next < i64::from(buckets) {
        bucket = next;
        key = key.wrapping_mul(2_862_933_555_777_941_757).wrapping_add(1);
        next = ((bucket + 1) as f64 * ((1_i64 << 31) as f64 / ((key >> 33) + 1) as f64)) as i64;
    }
    bucket as u32
}
