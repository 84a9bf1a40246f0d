//! Colours, each for white paper and for a dark screen.

use crate::known::Look;

/// Red, green and blue.
pub(super) type Rgb = (u8, u8, u8);

/// One colour on white and its counterpart on black.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) struct Ink {
    pub(super) light: Rgb,
    pub(super) dark: Rgb,
}

pub(super) const PAPER: Ink = Ink { light: (255, 255, 255), dark: (21, 24, 28) };
pub(super) const INK: Ink = Ink { light: (34, 34, 34), dark: (232, 232, 232) };
pub(super) const FAINT_INK: Ink = Ink { light: (90, 90, 90), dark: (176, 176, 176) };
pub(super) const GRID: Ink = Ink { light: (228, 228, 228), dark: (52, 56, 62) };
pub(super) const FRAME: Ink = Ink { light: (140, 140, 140), dark: (116, 120, 126) };
pub(super) const BAND: Ink = Ink { light: (217, 217, 217), dark: (66, 71, 78) };
pub(super) const FLOOR: Ink = Ink { light: (105, 105, 105), dark: (160, 160, 160) };

impl Ink {
    pub(super) fn of(look: Look) -> Self {
        Self { light: look.colour, dark: look.dark }
    }

    /// So much of this and the rest of another.
    pub(super) fn mixed(self, part: f64, other: Self) -> Self {
        Self { light: mixed(self.light, part, other.light), dark: mixed(self.dark, part, other.dark) }
    }

    /// The colour, the fainter the smaller the part.
    pub(super) fn faint(self, part: f64) -> Self {
        self.mixed(part, PAPER)
    }

    /// The name of its class in SVG: what differs on white differs on black.
    pub(super) fn class(self) -> String {
        hex(self.light)
    }

    /// What CSS says of it on white, and on black.
    pub(super) fn rules(self) -> [String; 2] {
        let class = self.class();
        [self.light, self.dark].map(|rgb| format!(".f{class}{{fill:#{0}}}.s{class}{{stroke:#{0}}}", hex(rgb)))
    }
}

fn mixed((r, g, b): Rgb, part: f64, (other_r, other_g, other_b): Rgb) -> Rgb {
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "between two bytes")]
    let mix = |one: u8, other: u8| f64::from(one).mul_add(part, f64::from(other) * (1.0 - part)).round() as u8;
    (mix(r, other_r), mix(g, other_g), mix(b, other_b))
}

/// As CSS writes it, without the `#`.
pub(super) fn hex((red, green, blue): Rgb) -> String {
    format!("{red:02x}{green:02x}{blue:02x}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_part_of_a_colour_lies_between() {
        let ink = Ink { light: (0, 100, 200), dark: (0, 0, 0) };
        assert_eq!(ink.mixed(1.0, PAPER), ink);
        assert_eq!(ink.faint(0.0), PAPER);
        assert_eq!(ink.faint(0.5).light, (128, 178, 228));
        assert_eq!(ink.class(), "0064c8");
        assert!(ink.rules()[1].contains("fill:#000000"));
    }
}
