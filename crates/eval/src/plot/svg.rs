//! Drawing as SVG: colours are classes, so that a style says what they are on white and on black, and every point says its figure.

use std::collections::BTreeSet;
use std::fmt::Write as _;

use super::canvas::{Along, Canvas, Letters, Mark, Outcome, Place, Stroke, Upright, outlines};
use super::ink::{Ink, PAPER};
use super::style::FONT;
use crate::known::Marker;

/// A drawing in the making.
#[derive(Debug, Default)]
pub(super) struct Svg {
    elements: String,
    inks: BTreeSet<Ink>,
}

impl Svg {
    /// The elements, and the colours that they name.
    pub(super) fn finish(self) -> (String, BTreeSet<Ink>) {
        (self.elements, self.inks)
    }

    fn class(&mut self, kind: char, ink: Ink) -> String {
        self.inks.insert(ink);
        format!("{kind}{}", ink.class())
    }
}

/// What a page or a picture says of these colours.
pub(super) fn style(inks: impl IntoIterator<Item = Ink>) -> String {
    let (mut light, mut dark) = (String::new(), String::new());
    for ink in BTreeSet::from([PAPER]).into_iter().chain(inks) {
        let [on_white, on_black] = ink.rules();
        light += &on_white;
        dark += &on_black;
    }
    format!(
        "text{{font-family:{FONT}}}path,polyline{{stroke-linejoin:round}}.l{{fill:none}}\
         .m{{stroke-width:1.6;paint-order:stroke}}.h{{stroke-width:2}}{light}\
         @media screen and (prefers-color-scheme:dark){{{dark}}}"
    )
}

/// A coordinate with a digit after the point, if that is not 0.
fn short(value: f64) -> String {
    let text = format!("{value:.1}");
    let text = text.strip_suffix(".0").unwrap_or(&text);
    if text == "-0" { "0".to_owned() } else { text.to_owned() }
}

fn path(places: &[Place]) -> String {
    let mut text = String::new();
    for (number, &(x, y)) in places.iter().enumerate() {
        let _ = write!(text, "{}{} {}", if number == 0 { "M" } else { "L" }, short(x), short(y));
    }
    text
}

/// A text as a part of a document.
pub(super) fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

impl Canvas for Svg {
    fn line(&mut self, places: &[Place], ink: Ink, thick: f64, stroke: Stroke) -> Outcome {
        let class = self.class('s', ink);
        let dashes = stroke.pattern().map(|(dash, gap)| format!(" stroke-dasharray=\"{dash} {gap}\"")).unwrap_or_default();
        let _ = writeln!(
            self.elements,
            "<path class=\"l {class}\" stroke-width=\"{}\"{dashes} d=\"{}\"/>",
            short(thick),
            path(places)
        );
        Ok(())
    }

    fn fill(&mut self, places: &[Place], ink: Ink) -> Outcome {
        let class = self.class('f', ink);
        let _ = writeln!(self.elements, "<path class=\"{class}\" d=\"{}Z\"/>", path(places));
        Ok(())
    }

    fn text(&mut self, text: &str, (x, y): Place, letters: Letters) -> Outcome {
        let class = self.class('f', letters.ink);
        let anchor = match letters.along {
            Along::Start => "",
            Along::Middle => " text-anchor=\"middle\"",
            Along::End => " text-anchor=\"end\"",
        };
        let size = f64::from(letters.size);
        let base = match letters.upright {
            Upright::Top => y + 0.92 * size,
            Upright::Middle => y + 0.36 * size,
            Upright::Bottom => y - 0.22 * size,
        };
        let _ = writeln!(
            self.elements,
            "<text class=\"{class}\" x=\"{}\" y=\"{}\" font-size=\"{}\"{anchor}>{}</text>",
            short(x),
            short(base),
            letters.size,
            escaped(text)
        );
        Ok(())
    }

    fn marker(&mut self, at: Place, mark: Mark, said: &str) -> Outcome {
        let (fill, stroke) = if mark.is_hollow { (PAPER, mark.ink) } else { (mark.ink, PAPER) };
        let kind = if mark.is_hollow { "h" } else { "m" };
        let class = format!("{kind} {} {}", self.class('f', fill), self.class('s', stroke));
        let mut shape = String::new();
        if mark.shape == Marker::Circle {
            let (radius, across) = (short(mark.radius), short(2.0 * mark.radius));
            let half = format!("a{radius} {radius} 0 1 0");
            let (x, y) = (short(at.0 - mark.radius), short(at.1));
            let _ = write!(shape, "M{x} {y}{half} {across} 0{half} -{across} 0Z");
        } else {
            for outline in outlines(mark.shape, mark.radius) {
                let places: Vec<Place> = outline.into_iter().map(|(x, y)| (at.0 + x, at.1 + y)).collect();
                shape += &path(&places);
                shape.push('Z');
            }
        }
        let (point, title) =
            if said.is_empty() { ("", String::new()) } else { (" p", format!("<title>{}</title>", escaped(said))) };
        let _ = writeln!(self.elements, "<path class=\"{class}{point}\" d=\"{shape}\">{title}</path>");
        Ok(())
    }

    fn open(&mut self, series: &str) {
        let _ = writeln!(self.elements, "<g class=\"g\" data-s=\"{}\">", escaped(series));
    }

    fn close(&mut self) {
        self.elements += "</g>\n";
    }
}
