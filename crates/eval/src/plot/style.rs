//! Colours, markers, sizes and the font: the same for an algorithm in every picture.

use std::collections::BTreeMap;
use std::sync::OnceLock;

use plotters::style::{FontStyle, RGBColor, register_font};

use crate::known::{self, Look, Marker};

/// The sheet on which a picture is laid out, in units: about a pixel of a page that is shown at its own size.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Sheet {
    pub(super) width: i32,
    /// The most panels that stand side by side.
    pub(super) columns: usize,
}

impl Sheet {
    /// For pages.
    pub(super) const WIDE: Self = Self { width: 900, columns: usize::MAX };
    /// For telephones.
    pub(super) const NARROW: Self = Self { width: 430, columns: 1 };
}

/// Dots a unit: pictures stay sharp on dense screens and in print.
pub(super) const DOTS: i32 = 2;

pub(super) const INK: RGBColor = RGBColor(34, 34, 34);
pub(super) const FAINT_INK: RGBColor = RGBColor(96, 96, 96);
pub(super) const GRID: RGBColor = RGBColor(226, 226, 226);
pub(super) const FRAME: RGBColor = RGBColor(140, 140, 140);
pub(super) const BAND: RGBColor = RGBColor(205, 205, 205);
pub(super) const FLOOR: RGBColor = RGBColor(110, 110, 110);

pub(super) const TITLE_SIZE: i32 = 19;
pub(super) const TEXT_SIZE: i32 = 14;
pub(super) const LABEL_SIZE: i32 = 13;

/// The family as SVG names it: where the embedded font is missing, Verdana is as wide.
pub(super) const FONT: &str = "DejaVu Sans, Verdana, sans-serif";

/// Makes the embedded font known to the drawing library, once; before that nothing can be drawn, SVG included.
pub(super) fn load_font() -> Result<(), String> {
    static LOADED: OnceLock<bool> = OnceLock::new();
    static BYTES: &[u8] = include_bytes!("../../assets/DejaVuSans.ttf");
    let loaded = LOADED.get_or_init(|| register_font(FONT, FontStyle::Normal, BYTES).is_ok());
    if *loaded { Ok(()) } else { Err("the embedded font cannot be read".to_owned()) }
}

/// Looks of further algorithms: the rest of the palette, with markers of their own.
const FURTHER: [Look; 8] = [
    Look { colour: (230, 159, 0), marker: Marker::TriangleDown },
    Look { colour: (86, 180, 233), marker: Marker::Hexagon },
    Look { colour: (140, 90, 40), marker: Marker::Star },
    Look { colour: (230, 159, 0), marker: Marker::Plus },
    Look { colour: (86, 180, 233), marker: Marker::Star },
    Look { colour: (140, 90, 40), marker: Marker::TriangleDown },
    Look { colour: (230, 159, 0), marker: Marker::Hexagon },
    Look { colour: (86, 180, 233), marker: Marker::Plus },
];

/// A look's colour, as the drawing library has it.
pub(super) fn colour(look: Look) -> RGBColor {
    let (red, green, blue) = look.colour;
    RGBColor(red, green, blue)
}

/// The looks of a set of algorithms.
#[derive(Clone, Debug)]
pub(super) struct Palette(BTreeMap<String, Look>);

impl Palette {
    /// Gives every algorithm its look: a known one its own, a further one the look that its name picks, or the next
    /// that is free.
    pub(super) fn of<'a>(algorithms: impl IntoIterator<Item = &'a str>) -> Self {
        let mut looks = BTreeMap::new();
        let mut is_taken = [false; FURTHER.len()];
        let sorted: std::collections::BTreeSet<&str> = algorithms.into_iter().collect();
        for name in sorted {
            let look = known::look(name).unwrap_or_else(|| {
                let start = name.bytes().fold(0_usize, |sum, byte| sum.wrapping_mul(31).wrapping_add(byte.into()));
                let slots = (0..FURTHER.len()).map(|i| start.wrapping_add(i) % FURTHER.len());
                let slot = slots.clone().find(|&slot| !is_taken[slot]).unwrap_or(start % FURTHER.len());
                is_taken[slot] = true;
                FURTHER[slot]
            });
            looks.insert(name.to_owned(), look);
        }
        Self(looks)
    }

    /// The look of an algorithm that the palette was made of.
    pub(super) fn look(&self, algorithm: &str) -> Look {
        self.0.get(algorithm).copied().unwrap_or(FURTHER[0])
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_algorithm_looks_its_own_way() {
        let names = ["ring", "jump", "rendezvous", "maglev", "modulo", "a", "b", "c", "d", "e", "f", "g", "h"];
        let palette = Palette::of(names);
        let looks: Vec<Look> = names.iter().map(|name| palette.look(name)).collect();
        for (i, look) in looks.iter().enumerate() {
            assert!(!looks[..i].contains(look), "{} looks like one before it", names[i]);
        }
    }

    #[test]
    fn an_algorithm_looks_the_same_whatever_stands_beside_it() {
        let alone = Palette::of(["mine"]).look("mine");
        assert_eq!(Palette::of(["ring", "mine", "jump"]).look("mine"), alone);
        assert_eq!(Palette::of(["ring"]).look("ring"), Palette::of(["ring", "mine"]).look("ring"));
    }
}
