//! Pictures drawn from records, each as SVG and as PNG from one drawing function.
//!
//! ```text
//! records ─▶ balance, loads, … ─▶ Figure (data: panels, axes, series, bands) ─▶ render ─▶ SVG, PNG
//! ```
//!
//! Nothing here measures: a picture reads [`Record`]s, from memory or from a `records.csv` read back, by these names.
//!
//! | picture | `measure` | `metric` | `case` |
//! |---|---|---|---|
//! | balance | `balance` | `max_over_mean` | empty |
//! | loads | `balance` | `min_over_mean`, `load_p01`, `load_p05`, `load_p50`, `load_p95`, `load_p99`, `max_over_mean` | empty |
//! | remap | `remap` | `moved_over_own` | `add_one`, `remove_last`, `remove_any` |
//! | failures | `failure` | `worst_load` | `fail_1`, `fail_2`, … |
//! | needless | `failure` | `moved_over_own` | `fail_1`, `fail_2`, … |
//! | pareto | `balance`, `memory` | `max_over_mean`, `state_bytes` | empty |
//! | latency | `lookup` | `latency`, `throughput` | `digest`, `string` |
//!
//! Deterministic figures are read from `value`, timed ones from `measured_value`; rows without a finite figure are left
//! out. Rows whose status is an error are drawn like the others: a report says what is wrong with them.

mod axis;
mod balance;
mod error;
mod failures;
mod figure;
mod latency;
mod loads;
mod pareto;
mod pen;
mod remap;
mod render;
mod style;

use std::collections::HashMap;
use std::fs;
use std::path::{Path, PathBuf};

use crate::known::Look;
use crate::reading::select::Rows;
use crate::record::Record;
use figure::Figure;
use style::{Palette, Sheet};

pub use error::PlotError;

/// A picture that was drawn, or the reason why it was not.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Drawn {
    /// The picture's short name, which is also its files' stem.
    pub name: &'static str,
    /// The question that the picture answers.
    pub title: String,
    /// Where it stands, relative to the run's folder: with the extension `svg`, and again with `png`. `None` where
    /// the records do not hold what the picture needs.
    pub stem: Option<PathBuf>,
    /// How to read it, or why it is not there.
    pub note: String,
}

/// The folder of the pictures within a run's folder.
const FOLDER: &str = "plots";

/// A picture's name, its question, and what makes it of records: a figure, or the reason why there is none.
struct Picture {
    name: &'static str,
    title: &'static str,
    of: fn(&[Record]) -> Result<Figure, String>,
    varies: Varies,
}

/// Of which parts of the records a picture can be drawn apart.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Varies {
    Nowise,
    ByKeys,
    ByKeysAndNodes,
}

/// All pictures, in the order in which a report shows them.
const PICTURES: [Picture; 7] = [
    Picture { name: "balance", title: balance::TITLE, of: balance::figure, varies: Varies::ByKeys },
    Picture { name: "loads", title: loads::TITLE, of: loads::figure, varies: Varies::ByKeysAndNodes },
    Picture { name: "remap", title: remap::TITLE, of: remap::figure, varies: Varies::ByKeys },
    Picture { name: "failures", title: failures::TITLE, of: failures::figure, varies: Varies::Nowise },
    Picture { name: "needless", title: failures::NEEDLESS_TITLE, of: failures::needless, varies: Varies::Nowise },
    Picture { name: "pareto", title: pareto::TITLE, of: pareto::figure, varies: Varies::Nowise },
    Picture { name: "latency", title: latency::TITLE, of: latency::figure, varies: Varies::Nowise },
];

/// Draws every picture that the records allow into `dir/plots`, which is made if it is not there.
///
/// # Errors
/// A folder or file that cannot be written. Records that a picture needs and that are not there are no error: the
/// picture's [`Drawn::note`] says what is missing.
pub fn draw_all(dir: &Path, records: &[Record]) -> Result<Vec<Drawn>, PlotError> {
    let folder = dir.join(FOLDER);
    fs::create_dir_all(&folder).map_err(|source| PlotError::Folder { path: folder.clone(), source })?;
    PICTURES.iter().map(|picture| picture.draw(&folder, records)).collect()
}

/// One picture in all its variants, as texts of SVGs.
pub(crate) struct Gallery {
    pub(crate) name: &'static str,
    pub(crate) variants: Vec<Variant>,
}

/// Which numbers of nodes a variant of a picture shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Sizes {
    /// All; the picture has no other variants.
    Any,
    /// All, beside variants of one each.
    All,
    /// One.
    One(u64),
}

/// A picture of a part of the records.
pub(crate) struct Variant {
    /// The key set that it shows; `None` where it does not depend on it.
    pub(crate) keys: Option<String>,
    pub(crate) sizes: Sizes,
    /// For pages.
    pub(crate) wide: String,
    /// For telephones.
    pub(crate) narrow: String,
}

/// Draws every picture of every part of the records that it can show by itself; nothing is written.
///
/// # Errors
/// What the drawing library reports.
pub(crate) fn galleries(records: &[Record]) -> Result<Vec<Gallery>, PlotError> {
    PICTURES.iter().map(|picture| picture.gallery(records)).filter(|gallery| !is_empty(gallery)).collect()
}

/// The colour of an algorithm in every picture, as CSS writes it; `None` for what is no algorithm, such as a floor.
pub(crate) fn colour_of(algorithm: &str, all: &[&str]) -> Option<String> {
    if !all.contains(&algorithm) {
        return None;
    }
    let Look { colour: (red, green, blue), .. } = Palette::of(all.iter().copied()).look(algorithm);
    Some(format!("#{red:02x}{green:02x}{blue:02x}"))
}

fn is_empty(gallery: &Result<Gallery, PlotError>) -> bool {
    gallery.as_ref().is_ok_and(|gallery| gallery.variants.is_empty())
}

impl Picture {
    fn draw(&self, folder: &Path, records: &[Record]) -> Result<Drawn, PlotError> {
        let (stem, note) = match (self.of)(records) {
            Ok(figure) => {
                render::write(&figure, &folder.join(self.name))?;
                (Some(Path::new(FOLDER).join(self.name)), figure.note)
            }
            Err(missing) => (None, missing),
        };
        Ok(Drawn { name: self.name, title: self.title.to_owned(), stem, note })
    }

    fn gallery(&self, records: &[Record]) -> Result<Gallery, PlotError> {
        let mut variants = Vec::new();
        // A page has a switch for some sizes where there are many.
        let some = Rows::all(records).some_nodes();
        let is_shown = |sizes: Sizes| if let Sizes::One(nodes) = sizes { some.contains(&nodes) } else { true };
        for ((keys, sizes), part) in self.varies.parts(records).into_iter().filter(|((_, sizes), _)| is_shown(*sizes)) {
            if let Ok(figure) = (self.of)(&part) {
                let failed = |reason| PlotError::Draw { path: self.name.into(), reason };
                let wide = render::svg_of(&figure, Sheet::WIDE).map_err(failed)?;
                let narrow = render::svg_of(&figure, Sheet::NARROW).map_err(failed)?;
                variants.push(Variant { keys, sizes, wide, narrow });
            }
        }
        Ok(Gallery { name: self.name, variants })
    }
}

/// What the records of a part have in common.
type Part = (Option<String>, Sizes);

impl Varies {
    /// To which parts a record belongs.
    fn parts_of(self, record: &Record) -> Vec<Part> {
        let keys = || Some(record.keys.clone());
        match self {
            Self::Nowise => vec![(None, Sizes::Any)],
            Self::ByKeys => vec![(keys(), Sizes::Any)],
            Self::ByKeysAndNodes => vec![(keys(), Sizes::All), (keys(), Sizes::One(record.nodes))],
        }
    }

    /// The parts in the order in which records first name them.
    fn parts(self, records: &[Record]) -> Vec<(Part, Vec<Record>)> {
        let mut order: Vec<Part> = Vec::new();
        let mut parts: HashMap<Part, Vec<Record>> = HashMap::new();
        for record in records {
            for part in self.parts_of(record) {
                if !parts.contains_key(&part) {
                    order.push(part.clone());
                }
                parts.entry(part).or_default().push(record.clone());
            }
        }
        order.into_iter().filter_map(|part| parts.remove(&part).map(|records| (part, records))).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::reading::sample::{ALGORITHMS, records};

    /// Draws everything into a folder that is thrown away; answers what was drawn, with the text of each SVG.
    fn drawn(records: &[Record]) -> Vec<(Drawn, Option<String>)> {
        let folder = tempfile::tempdir().unwrap();
        let pictures = draw_all(folder.path(), records).unwrap();
        let with_text = pictures.into_iter().map(|picture| {
            let text = picture.stem.as_ref().map(|stem| {
                let png = fs::read(folder.path().join(stem).with_extension("png")).unwrap();
                assert_eq!(png[1..4], *b"PNG", "{}", picture.name);
                fs::read_to_string(folder.path().join(stem).with_extension("svg")).unwrap()
            });
            (picture, text)
        });
        with_text.collect()
    }

    #[test]
    fn every_picture_is_drawn_and_says_what_it_asks() {
        for (picture, svg) in drawn(&records(&ALGORITHMS, &[10, 100, 1000])) {
            let svg = svg.unwrap_or_else(|| panic!("{}: {}", picture.name, picture.note));
            assert!(svg.contains(&format!("<title>{}</title>", picture.title)), "{}", picture.name);
            assert!(svg.starts_with("<svg width=\"900\"") && !svg.contains("NaN"), "{}", picture.name);
            for (algorithm, _) in ALGORITHMS {
                assert!(svg.contains(algorithm), "{} has no legend for {algorithm}", picture.name);
            }
            assert!(svg.contains("nodes"), "{}", picture.name);
        }
    }

    #[test]
    fn the_same_records_give_the_same_picture() {
        let records = records(&ALGORITHMS, &[10, 100]);
        assert_eq!(drawn(&records), drawn(&records));
    }

    #[test]
    fn odd_records_are_drawn_or_left_out_with_a_reason() {
        let further: Vec<String> = (0..12).map(|i| format!("further-{i}")).collect();
        let crowd: Vec<(&str, &str)> = further.iter().map(|name| (name.as_str(), "")).chain(ALGORITHMS).collect();
        let sizes: Vec<u64> = (0..21).map(|i| 1 << i).collect();
        let mut broken = records(&ALGORITHMS, &[10]);
        for (i, record) in broken.iter_mut().enumerate() {
            let odd = [Some(f64::NAN), Some(f64::INFINITY), Some(0.0), Some(-1.0), None][i % 5];
            (record.value, record.measured_value) = (odd, odd);
        }
        let cases = [
            ("one algorithm, one size", records(&ALGORITHMS[..1], &[100])),
            ("one node", records(&ALGORITHMS, &[1])),
            ("two sizes that are neighbours", records(&ALGORITHMS, &[1000, 1001])),
            ("many algorithms", records(&crowd, &[10, 1000])),
            ("many sizes", records(&ALGORITHMS, &sizes)),
            ("figures that are none", broken),
            ("nothing", Vec::new()),
        ];
        for (case, records) in cases {
            for (picture, svg) in drawn(&records) {
                assert!(!picture.note.is_empty(), "{case}: {}", picture.name);
                assert!(!svg.is_some_and(|svg| svg.contains("NaN") || svg.contains("inf")), "{case}: {}", picture.name);
            }
        }
    }

    #[test]
    fn only_floors_are_no_picture() {
        let records: Vec<Record> =
            records(&ALGORITHMS, &[10]).into_iter().filter(|record| record.algorithm == "empty-loop").collect();
        assert!(drawn(&records).iter().all(|(picture, _)| picture.stem.is_none()));
    }

    #[test]
    fn a_folder_that_cannot_be_made_is_named() {
        let file = tempfile::NamedTempFile::new().unwrap();
        let error = draw_all(file.path(), &[]).unwrap_err().to_string();
        assert!(error.starts_with("cannot make the folder") && error.contains("plots"), "{error}");
    }
}
