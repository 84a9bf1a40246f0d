//! Untrusted text in error messages.

use core::fmt::{self, Write};

/// Displays untrusted text, such as from a file or a saved ring: on one line, with unprintable characters escaped, and cut if long.
pub(crate) struct Shown<'a>(pub(crate) &'a str);

impl fmt::Display for Shown<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        const MOST: usize = 60;
        for letter in self.0.chars().take(MOST) {
            // Messages put the text between backticks, so quotes need no escape.
            if matches!(letter, '\'' | '"') { f.write_char(letter)? } else { letter.escape_debug().fmt(f)? }
        }
        if self.0.chars().nth(MOST).is_some() { f.write_char('…') } else { Ok(()) }
    }
}

#[cfg(test)]
mod tests {
    use alloc::string::ToString;

    use super::*;

    #[test]
    fn a_text_stays_on_one_line_and_short() {
        for (text, shown) in [
            ("ring:points=160", "ring:points=160"),
            ("größe \"a\" it's", "größe \"a\" it's"),
            ("\0\nring\u{1b}[2J\r\u{2028}", r"\0\nring\u{1b}[2J\r\u{2028}"),
            (r"a\nb", r"a\\nb"),
        ] {
            assert_eq!(Shown(text).to_string(), shown);
        }
        assert_eq!(Shown(&"ä".repeat(60)).to_string(), "ä".repeat(60));
        assert_eq!(Shown(&"ä".repeat(61)).to_string(), "ä".repeat(60) + "…");
    }
}
