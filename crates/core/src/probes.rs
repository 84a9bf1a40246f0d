//! The probes that tell one hasher from another.

use crate::mix64;

/// Inputs that hashers with special rules treat alike or differently. Under such a rule, a group would have one digest.
const TEXTS: &[&[u8]] = &[
    // Case.
    b"user:42",
    b"USER:42",
    b"User:42",
    // Only the text in braces counts, from the first or last brace, or if it is not empty.
    b"{user}:42",
    b"user:{42}",
    b"{user}:{42}",
    b"{{user}}:42",
    b"{user}",
    b"{}",
    b"{}user:42",
    b"{",
    b"}",
    b"}user:42{",
    b"[user]:42",
    b"(user):42",
    b"<user>:42",
    // Blanks at the ends and inside.
    b" user:42",
    b"user:42 ",
    b"\tuser:42",
    b"user:42\n",
    b"user:42\r\n",
    b"user: 42",
    // Ports, paths, queries.
    b"user",
    b"user:",
    b"user/42/",
    b"/user/42",
    b"user//42",
    b"user/42?a=1",
    b"user/42#top",
    b"www.user.42",
    b"http://user.42",
    b"https://user.42",
    // Numbers and escapes.
    b"7",
    b"07",
    b"+7",
    b"7.0",
    b"%37",
    b"%",
    // NUL, which ends a C string.
    b"\0",
    b"\0\0",
    b"user\0",
    b"user\x0042",
    b"\0user",
    // High bytes, and letters in two Unicode forms.
    b"\x7f",
    b"\x80",
    b"\xff",
    b"\xff\xff",
    "Zürich".as_bytes(),
    "Zu\u{308}rich".as_bytes(),
    "ZÜRICH".as_bytes(),
    "日本".as_bytes(),
    "\u{feff}user:42".as_bytes(),
];

/// The longest of the probes whose lengths differ by one each.
const LONGEST: usize = 300;

/// Bytes without a pattern, with a 0 now and then.
const LONG: [u8; LONGEST] = {
    let mut bytes = [0; LONGEST];
    let mut at = 0;
    while at < LONGEST {
        // The top byte of a mixed counter.
        bytes[at] = if at % 64 == 5 { 0 } else { mix64(at as u64 + 1).to_be_bytes()[0] };
        at += 1;
    }
    bytes
};

/// Every ASCII punctuation mark between two words, except the colon, which is above.
const MARKS: [[u8; 7]; 31] = {
    let mut marks = [*b"user:42"; 31];
    let (mut byte, mut count) = (0_u8, 0);
    while byte < 128 {
        if byte.is_ascii_punctuation() && byte != b':' {
            marks[count][4] = byte;
            count += 1;
        }
        byte += 1;
    }
    marks
};

/// All probes: texts, marks, then every length.
fn probes() -> impl Iterator<Item = &'static [u8]> {
    let lengths = (0..=LONGEST).map(|length| &LONG[..length]);
    TEXTS.iter().copied().chain(MARKS.iter().map(|mark| &mark[..])).chain(lengths)
}

/// A hash of the digests of all probes, in order.
pub(crate) fn check(hash: impl Fn(&[u8]) -> u64) -> u64 {
    probes().fold(0, |chain, probe| mix64(chain ^ hash(probe)))
}

#[cfg(test)]
mod tests {
    use alloc::vec::Vec;

    use super::*;
    use crate::{KeyHasher, SipHash};

    #[test]
    fn probes_are_distinct_and_long_ones_hold_all_kinds_of_bytes() {
        let mut all: Vec<&[u8]> = probes().collect();
        let count = all.len();
        all.sort_unstable();
        all.dedup();
        assert_eq!(all.len(), count, "a probe stands there twice");
        assert!(LONG[..64].contains(&0) && LONG[..64].iter().any(|&byte| byte > 127));
    }

    /// Rules that were seen in the field, each of which leaves most keys as they were.
    #[test]
    fn a_hasher_with_a_rule_of_its_own_has_another_check() {
        let plain = SipHash::new();
        let sip = |bytes: &[u8]| plain.hash(bytes);
        let inside = |bytes: &[u8]| {
            let open = bytes.iter().position(|&byte| byte == b'{');
            let tag = open.and_then(|open| {
                let rest = &bytes[open + 1..];
                rest.iter().position(|&byte| byte == b'}').filter(|&len| len > 0).map(|len| &rest[..len])
            });
            sip(tag.unwrap_or(bytes))
        };
        let trimmed = |bytes: &[u8]| sip(bytes.trim_ascii());
        let lower = |bytes: &[u8]| sip(&bytes.to_ascii_lowercase());
        let until_nul = |bytes: &[u8]| sip(bytes.split(|&byte| byte == 0).next().unwrap_or_default());
        let seven_bits = |bytes: &[u8]| sip(&bytes.iter().map(|byte| byte & 127).collect::<Vec<_>>());
        let own = plain.check();
        assert_eq!(check(sip), own);
        assert_ne!(check(inside), own);
        assert_ne!(check(trimmed), own);
        assert_ne!(check(lower), own);
        assert_ne!(check(until_nul), own);
        assert_ne!(check(seven_bits), own);
        for mark in (0..128).filter(u8::is_ascii_punctuation) {
            let cut = |bytes: &[u8]| sip(bytes.split(|&byte| byte == mark).next().unwrap_or_default());
            assert_ne!(check(cut), own, "cut at {}", char::from(mark));
        }
        for length in 0..=LONGEST {
            assert_ne!(check(|bytes| if bytes.len() == length { 7 } else { sip(bytes) }), own, "only {length} bytes are special");
            assert_ne!(check(|bytes| sip(&bytes[..bytes.len().min(length.min(LONGEST - 1))])), own, "cut after {length} bytes");
        }
    }
}
