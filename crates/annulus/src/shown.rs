//! Texts of others in messages.

use core::fmt::{self, Write};

/// A text that was given, as messages show it: on one line, with what does not print escaped, and cut where it is long. It may come
/// from a file or a save of anybody.
pub(crate) struct Shown<'a>(pub(crate) &'a str);

impl fmt::Display for Shown<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        const MOST: usize = 60;
        for letter in self.0.chars().take(MOST) {
            // Messages put texts between backticks, so quotes need no escape.
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
