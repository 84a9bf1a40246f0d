//! Looks, sizes and the font: the same for an algorithm in every picture.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::OnceLock;

use plotters::style::{FontStyle, register_font};

use super::ink::{INK, Ink};
use crate::algorithm::{Algorithm, Registry};
use crate::known::{self, Look, Marker};
use crate::reading::select::{Rows, Subject};
use crate::record::Record;
use crate::stats::float;

/// Dots a unit: pictures stay sharp on dense screens and in print.
pub(super) const DOTS: i32 = 2;

pub(super) const TITLE_SIZE: i32 = 19;
pub(super) const TEXT_SIZE: i32 = 14;
pub(super) const LABEL_SIZE: i32 = 13;

/// The family as SVG names it: where the embedded font is missing, Verdana is as wide.
pub(super) const FONT: &str = "DejaVu Sans, Verdana, sans-serif";

/// Makes the embedded font known to the drawing library, once; before that nothing can be drawn or measured.
pub(super) fn load_font() -> Result<(), String> {
    static LOADED: OnceLock<bool> = OnceLock::new();
    static BYTES: &[u8] = include_bytes!("../../assets/DejaVuSans.ttf");
    let loaded = LOADED.get_or_init(|| register_font(FONT, FontStyle::Normal, BYTES).is_ok());
    if *loaded { Ok(()) } else { Err("the embedded font cannot be read".to_owned()) }
}

/// Looks of further algorithms: the rest of the palette, with markers of their own.
const FURTHER: [Look; 8] = [
    Look { colour: (230, 159, 0), dark: (245, 185, 60), marker: Marker::TriangleDown },
    Look { colour: (110, 80, 170), dark: (175, 150, 235), marker: Marker::Hexagon },
    Look { colour: (140, 90, 40), dark: (200, 150, 100), marker: Marker::Star },
    Look { colour: (230, 159, 0), dark: (245, 185, 60), marker: Marker::Plus },
    Look { colour: (110, 80, 170), dark: (175, 150, 235), marker: Marker::Star },
    Look { colour: (140, 90, 40), dark: (200, 150, 100), marker: Marker::TriangleDown },
    Look { colour: (230, 159, 0), dark: (245, 185, 60), marker: Marker::Hexagon },
    Look { colour: (110, 80, 170), dark: (175, 150, 235), marker: Marker::Plus },
];

/// How an algorithm with its parameters looks: a hue and a marker of the algorithm, a shade of the parameters.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Mien {
    pub(super) ink: Ink,
    pub(super) marker: Marker,
}

/// The looks of a set of algorithms.
#[derive(Clone, Debug)]
pub(super) struct Palette {
    looks: BTreeMap<String, Look>,
    /// By label.
    inks: BTreeMap<String, Ink>,
}

impl Palette {
    /// Of all algorithms in these records, so that every picture of them shows one alike.
    pub(super) fn of(records: &[Record]) -> Self {
        Self::of_subjects(&Rows::all(records).subjects())
    }

    /// Gives every algorithm its look: a known one its own, a further one the look that its name picks, or the next
    /// that is free; and its parameters shades, the stronger the greater they are.
    pub(super) fn of_subjects(subjects: &[Subject]) -> Self {
        let mut looks = BTreeMap::new();
        let mut is_taken = [false; FURTHER.len()];
        let families: BTreeSet<&str> = subjects.iter().map(Subject::family).collect();
        for &name in &families {
            let look = known::look(name).unwrap_or_else(|| {
                let start = name.bytes().fold(0_usize, |sum, byte| sum.wrapping_mul(31).wrapping_add(byte.into()));
                let slots = (0..FURTHER.len()).map(|i| start.wrapping_add(i) % FURTHER.len());
                let slot = slots.clone().find(|&slot| !is_taken[slot]).unwrap_or(start % FURTHER.len());
                is_taken[slot] = true;
                FURTHER[slot]
            });
            looks.insert(name.to_owned(), look);
        }
        let mut inks = BTreeMap::new();
        for family in families {
            let own: Vec<&Subject> = subjects.iter().filter(|subject| subject.family() == family).collect();
            for (subject, ink) in shades(Ink::of(looks[family]), own) {
                inks.insert(subject.label(), ink);
            }
        }
        Self { looks, inks }
    }

    /// How an algorithm that the palette was made of looks, with its parameters.
    pub(super) fn of_subject(&self, subject: &Subject) -> Mien {
        let Mien { ink, marker } = self.of_family(subject.family());
        Mien { ink: self.inks.get(&subject.label()).copied().unwrap_or(ink), marker }
    }

    /// How an algorithm looks whatever its parameters.
    pub(super) fn of_family(&self, family: &str) -> Mien {
        let look = self.looks.get(family).copied().unwrap_or(FURTHER[0]);
        Mien { ink: Ink::of(look), marker: look.marker }
    }
}

/// The labels of the algorithms with their parameters by default.
fn defaults() -> &'static BTreeSet<String> {
    static DEFAULTS: OnceLock<BTreeSet<String>> = OnceLock::new();
    let label = |algorithm: &Algorithm| {
        Subject { algorithm: algorithm.key().to_owned(), parameters: algorithm.parameters().to_owned() }.label()
    };
    DEFAULTS.get_or_init(|| Registry::builtin().iter().map(label).collect())
}

/// One hue: the algorithm's own for its parameters by default, fainter for smaller ones, darker for greater ones.
fn shades(ink: Ink, mut subjects: Vec<&Subject>) -> Vec<(&Subject, Ink)> {
    subjects.sort_by(|one, other| one.parameter().unwrap_or(0.0).total_cmp(&other.parameter().unwrap_or(0.0)));
    let own = subjects.iter().position(|subject| defaults().contains(&subject.label())).unwrap_or(subjects.len() / 2);
    let shade = |place: usize| {
        let steps = |count: usize| float(count.min(3));
        match place {
            _ if place < own => ink.faint(0.85 - 0.15 * steps(own - place)),
            _ if place > own => ink.mixed(1.0 - 0.26 * steps(place - own), INK),
            _ => ink,
        }
    };
    subjects.into_iter().enumerate().map(|(place, subject)| (subject, shade(place))).collect()
}

/// The shade of a hue for one of a number of steps, from faint to full.
pub(super) fn step(ink: Ink, number: usize, count: usize) -> Ink {
    let part = float(number + 1) / float(count.max(1));
    ink.faint(part.mul_add(0.6, 0.4))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn subject(algorithm: &str, parameters: &str) -> Subject {
        Subject { algorithm: algorithm.to_owned(), parameters: parameters.to_owned() }
    }

    #[test]
    fn every_algorithm_looks_its_own_way() {
        let names = ["ring", "jump", "rendezvous", "maglev", "modulo", "a", "b", "c", "d", "e", "f", "g", "h"];
        let palette = Palette::of_subjects(&names.map(|name| subject(name, "")));
        let looks: Vec<Mien> = names.iter().map(|name| palette.of_family(name)).collect();
        for (i, look) in looks.iter().enumerate() {
            assert!(!looks[..i].contains(look), "{} looks like one before it", names[i]);
        }
    }

    #[test]
    fn an_algorithm_looks_the_same_whatever_stands_beside_it() {
        let of = |names: &[&str], name: &str| {
            let subjects: Vec<Subject> = names.iter().map(|name| subject(name, "")).collect();
            Palette::of_subjects(&subjects).of_subject(&subject(name, ""))
        };
        assert_eq!(of(&["ring", "mine", "jump"], "mine"), of(&["mine"], "mine"));
        assert_eq!(of(&["ring"], "ring"), of(&["ring", "mine"], "ring"));
    }

    #[test]
    fn parameters_are_shades_of_one_hue_with_one_marker() {
        let all = ["points=1", "points=10", "points=160", "points=1000"];
        let of = |parameters: &str| {
            let key = if parameters == "points=160" { "ring".to_owned() } else { format!("ring:{parameters}") };
            subject(&key, parameters)
        };
        let palette = Palette::of_subjects(&all.map(of));
        let miens = all.map(|parameters| palette.of_subject(&of(parameters)));
        assert_eq!(miens[2], palette.of_family("ring"), "what it is by default has the hue itself");
        assert!(miens.iter().all(|mien| mien.marker == Marker::Circle));
        // On white the greater parameter is darker.
        let light = |mien: &Mien| u32::from(mien.ink.light.0) + u32::from(mien.ink.light.1) + u32::from(mien.ink.light.2);
        assert!(miens.windows(2).all(|pair| light(&pair[0]) > light(&pair[1])));
    }
}
