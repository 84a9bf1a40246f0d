//! Pictures drawn from records, each as SVG and as PNG from one drawing function.
//!
//! ```text
//! records ─▶ balance, loads, … ─▶ Figure (data: panels, axes, series, bands) ─┬▶ sheet ─▶ a file of SVG, a file of PNG
//!                                                                            └▶ each panel as SVG, for a page
//! ```
//!
//! Nothing here measures: a picture reads [`Record`]s, from memory or from a `records.csv` read back, by these names.
//!
//! | picture | `measure` | `metric` | `case` |
//! |---|---|---|---|
//! | balance | `balance` | `share_max_over_mean`, `max_over_mean`, `cv` | empty |
//! | loads | `balance` | `min_over_mean`, `load_p01`, `load_p05`, `load_p50`, `load_p95`, `load_p99`, `max_over_mean` | empty |
//! | pareto | `balance`, `memory` | as balance, `state_bytes` | empty |
//! | tradeoff | the same, and `remap` | `moved_over_own` | `remove_any` |
//! | parameters | the same, and `lookup` | `latency` | `digest` |
//! | remap | `remap` | `moved_over_own` | `add_one`, `remove_last`, `remove_any` |
//! | slots | `remap` | `moved_over_own` | `remove_any` |
//! | churn | `churn` | `moved_over_own` | `add_1`, …, `rolling`, `reweight` |
//! | failures | `failure` | `worst_load` | `fail_1`, `fail_2`, … |
//! | needless | `failure` | `moved_over_own` | `fail_1`, `fail_2`, … |
//! | receivers | `failure` | `receivers` | `fail_1` |
//! | replicas | `replicas` | `inclusion_max_over_mean`, `churn_over_least` | `r2`, `r3`, … |
//! | weights | `weighted` | `achieved_over_wanted` | `weight_1`, … |
//! | popularity | `popularity` | `max_over_mean`, `least_max_over_mean` | `zipf_0.8`, … |
//! | latency | `lookup` | `latency`, `throughput` | `digest`, `key-16` |
//! | cold | `lookup` | `latency` | `cold`, `digest` |
//! | change | `change` | `build`, `add_one`, `remove_one` | empty |
//!
//! Deterministic figures are read from `value`, timed ones from `measured_value`; rows without a finite figure are left
//! out. Rows whose status is an error are drawn like the others: a report says what is wrong with them.

mod axis;
mod balance;
mod canvas;
mod change;
mod cold;
mod draft;
mod error;
mod failures;
mod figure;
pub(crate) mod fleet;
pub(crate) mod flows;
mod frame;
mod ink;
mod labels;
mod latency;
mod loads;
mod movement;
mod parameters;
mod pareto;
mod png;
mod popularity;
mod render;
mod replicas;
mod sheet;
mod spots;
mod style;
mod svg;
mod table_law;
mod tradeoff;
mod weights;

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use crate::reading::select::Subject;
use crate::record::Record;
use figure::Figure;
use ink::Ink;
use style::Palette;

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
pub(crate) const FOLDER: &str = "plots";

/// A picture's name, its question, and what makes it of records: a figure, or the reason why there is none.
struct Picture {
    name: &'static str,
    title: &'static str,
    of: fn(&[Record]) -> Result<Figure, String>,
}

const fn picture(name: &'static str, title: &'static str, of: fn(&[Record]) -> Result<Figure, String>) -> Picture {
    Picture { name, title, of }
}

/// All pictures, in the order in which a report shows them.
const PICTURES: [Picture; 17] = [
    picture("balance", balance::TITLE, balance::figure),
    picture("loads", loads::TITLE, loads::figure),
    picture("remap", movement::TITLE, movement::figure),
    picture("tradeoff", tradeoff::TITLE, tradeoff::figure),
    picture("pareto", pareto::TITLE, pareto::figure),
    picture("parameters", parameters::TITLE, parameters::figure),
    picture("slots", table_law::TITLE, table_law::figure),
    picture("latency", latency::TITLE, latency::figure),
    picture("cold", cold::TITLE, cold::figure),
    picture("change", change::TITLE, change::figure),
    picture("failures", failures::TITLE, failures::figure),
    picture("receivers", failures::RECEIVERS_TITLE, failures::receivers),
    picture("needless", failures::NEEDLESS_TITLE, failures::needless),
    picture("churn", movement::CHURN_TITLE, movement::churn),
    picture("replicas", replicas::TITLE, replicas::figure),
    picture("weights", weights::TITLE, weights::figure),
    picture("popularity", popularity::TITLE, popularity::figure),
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

/// All pictures of a page, and the style of their colours.
pub(crate) struct Album {
    pub(crate) galleries: Vec<Gallery>,
    pub(crate) style: String,
}

/// One picture, in the parts that a page arranges.
pub(crate) struct Gallery {
    pub(crate) name: &'static str,
    pub(crate) title: &'static str,
    pub(crate) note: String,
    pub(crate) legend: Vec<Label>,
    /// How many panels stand side by side, where there is room.
    pub(crate) columns: usize,
    pub(crate) panels: Vec<Part>,
}

/// An entry of a legend.
pub(crate) struct Label {
    pub(crate) symbol: String,
    pub(crate) text: String,
    /// The series that it stands for; empty where it stands for none.
    pub(crate) series: String,
}

/// A panel, as the text of an SVG.
pub(crate) struct Part {
    /// The key set and the number of nodes that it shows, where another panel of the picture shows another.
    pub(crate) keys: Option<String>,
    pub(crate) nodes: Option<u64>,
    pub(crate) svg: String,
}

/// Draws every picture that the records allow, in parts; nothing is written.
///
/// # Errors
/// What the drawing library reports.
pub(crate) fn album(records: &[Record]) -> Result<Album, PlotError> {
    let mut inks = BTreeSet::new();
    let mut galleries = Vec::new();
    for picture in &PICTURES {
        if let Ok(figure) = (picture.of)(records) {
            let failed = |reason| PlotError::Draw { path: picture.name.into(), reason };
            galleries.push(picture.gallery(figure, &mut inks).map_err(failed)?);
        }
    }
    Ok(Album { galleries, style: svg::style(inks) })
}

/// The colours of an algorithm on white and on black, as CSS writes them; `None` for what is no algorithm, such as a floor. All are
/// given with their parameters; one that stands there alone may be asked for without.
pub(crate) fn colours_of(algorithm: &str, all: &[&str]) -> Option<[String; 2]> {
    let subject = |name: &&str| {
        let parameters = name.split_once(':').map_or("", |(_, parameters)| parameters).to_owned();
        Subject { algorithm: (*name).to_owned(), parameters }
    };
    let subjects: Vec<Subject> = all.iter().map(subject).collect();
    let exact = subjects.iter().find(|subject| subject.algorithm == algorithm);
    let asked = exact.or_else(|| subjects.iter().find(|subject| subject.family() == algorithm))?;
    let Ink { light, dark } = Palette::of_subjects(&subjects).of_subject(asked).ink;
    Some([light, dark].map(|rgb| format!("#{}", ink::hex(rgb))))
}

impl Picture {
    fn draw(&self, folder: &Path, records: &[Record]) -> Result<Drawn, PlotError> {
        let (stem, note) = match (self.of)(records) {
            Ok(figure) => {
                sheet::write(self.title, &figure, &folder.join(self.name))?;
                (Some(Path::new(FOLDER).join(self.name)), figure.note)
            }
            Err(missing) => (None, missing),
        };
        Ok(Drawn { name: self.name, title: self.title.to_owned(), stem, note })
    }

    fn gallery(&self, figure: Figure, inks: &mut BTreeSet<Ink>) -> Result<Gallery, String> {
        // Three fit a page, though not a sheet where they have names.
        let columns = if figure.panels.len() <= 3 { figure.panels.len() } else { figure.columns };
        let mut panels = Vec::new();
        for panel in &figure.panels {
            let svg = sheet::panel_svg(panel, &figure.panels, inks)?;
            panels.push(Part { keys: panel.keys.clone(), nodes: panel.nodes, svg });
        }
        let mut legend = Vec::new();
        for entry in figure.legend {
            legend.push(Label { symbol: sheet::symbol_svg(&entry, inks)?, text: entry.label, series: entry.series });
        }
        Ok(Gallery { name: self.name, title: self.title, note: figure.note, legend, columns, panels })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::reading::sample::{self, ALGORITHMS, records};

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
        let mut records = records(&ALGORITHMS, &[10, 100, 1000]);
        records.extend(sample::records(&[("ring:points=10", "points=10")], &[10, 100, 1000]));
        for (picture, svg) in drawn(&records) {
            let svg = svg.unwrap_or_else(|| panic!("{}: {}", picture.name, picture.note));
            assert!(svg.contains(&format!("<title>{}</title>", picture.title)), "{}", picture.name);
            assert!(svg.starts_with("<svg xmlns") && !svg.contains("NaN"), "{}", picture.name);
            // The baseline has a remark where it would take the axis, and some pictures are of some algorithms alone.
            let is_of_some = ["slots", "parameters", "weights"].contains(&picture.name);
            for (algorithm, _) in ALGORITHMS.iter().filter(|_| !is_of_some) {
                let is_named = svg.contains(algorithm) || picture.note.contains(algorithm);
                assert!(is_named, "{} says nothing of {algorithm}", picture.name);
            }
            assert!(svg.contains("node"), "{}", picture.name);
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
    fn nothing_is_cut_and_one_size_is_rows_of_names() {
        for sizes in [&[1000][..], &[10, 100, 1000]] {
            for picture in &PICTURES {
                let Ok(figure) = (picture.of)(&records(&ALGORITHMS, sizes)) else { continue };
                for panel in &figure.panels {
                    let is_within = |value: f64| (0.0..=1.0).contains(&panel.y.position(value));
                    let values = panel.series.iter().flat_map(|series| &series.points).flat_map(figure::Point::values);
                    assert!(values.into_iter().all(is_within), "{}: {}", picture.name, panel.title);
                }
                let is_along_nodes = ["balance", "remap", "latency", "change", "receivers", "replicas"].contains(&picture.name);
                let are_rows = figure.panels.iter().all(figure::Panel::is_turned);
                assert!(!is_along_nodes || are_rows == (sizes.len() == 1), "{}", picture.name);
            }
        }
    }

    #[test]
    fn panels_of_one_measure_have_one_range() {
        let records = records(&ALGORITHMS, &[10, 100, 1000]);
        for picture in &PICTURES {
            let Ok(figure) = (picture.of)(&records) else { continue };
            for panel in &figure.panels {
                let twin = figure.panels.iter().find(|other| other.y.name == panel.y.name).unwrap();
                assert_eq!(twin.y.ends(), panel.y.ends(), "{}: {}", picture.name, panel.title);
            }
        }
    }

    #[test]
    fn what_is_off_the_scale_is_told_and_takes_no_room() {
        let mut records = records(&ALGORITHMS, &[10, 100, 1000]);
        let far = |record: &&mut Record| record.algorithm == "modulo" && record.metric == "moved_over_own";
        records.iter_mut().filter(far).for_each(|record| record.value = Some(crate::stats::float(record.nodes)));
        let figure = movement::figure(&records).unwrap();
        assert!(figure.panels[0].y.ends().1 < 10.0);
        assert_eq!(figure.panels[0].remark, "off the scale: modulo (10.0 at 10, 100 at 100, 1,000 at 1,000)");
    }

    #[test]
    fn a_page_has_the_panels_of_every_picture_and_their_colours_in_light_and_dark() {
        let album = album(&records(&ALGORITHMS, &[10, 100])).unwrap();
        for gallery in &album.galleries {
            assert!(!gallery.panels.is_empty() && !gallery.legend.is_empty(), "{}", gallery.name);
            for part in &gallery.panels {
                assert!(
                    part.svg.contains(" p\"") && part.svg.contains("<title>"),
                    "{} has no point that says its figure",
                    gallery.name
                );
            }
        }
        let ring = colours_of("ring", &["ring:points=160", "jump"]).unwrap();
        assert!(ring.iter().all(|colour| album.style.contains(&format!("fill:{colour}"))), "{ring:?}");
        assert_eq!(colours_of("empty-loop", &["jump"]), None);
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
