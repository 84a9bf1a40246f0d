//! The pictures of the page: captions and legends are text, panels stand side by side as the window allows.

use std::fmt::Write as _;

use crate::plot::{Album, FOLDER, Gallery, Label, Part};

use super::markup::escaped;

/// All pictures under their heading; nothing where there are none.
pub(super) fn pictures(album: &Album) -> String {
    if album.galleries.is_empty() {
        return String::new();
    }
    let style =
        format!("<svg width=\"0\" height=\"0\" aria-hidden=\"true\" class=\"style\"><style>{}</style></svg>\n", album.style);
    format!("<h2 id=\"pictures\">Pictures</h2>\n{style}{}", album.galleries.iter().map(figure).collect::<String>())
}

fn figure(gallery: &Gallery) -> String {
    let Gallery { name, title, note, legend, columns, panels } = gallery;
    let mut text = format!(
        "<figure id=\"{name}\">\n<h3>{}</h3>\n<figcaption class=\"note\">{}</figcaption>\n<ul class=\"legend\">\n",
        escaped(title),
        escaped(note)
    );
    text += &legend.iter().map(entry).collect::<String>();
    let _ = writeln!(text, "</ul>\n<div class=\"panels of{columns}\">");
    text += &panels.iter().map(part).collect::<String>();
    text += "</div>\n<p class=\"missing\" hidden>There is nothing to show of this choice.</p>\n";
    let link = |kind: &str| format!("<a href=\"{FOLDER}/{name}.{kind}\">{name}.{kind}</a>");
    let _ = writeln!(text, "<p class=\"files\">{} {}</p>\n</figure>", link("svg"), link("png"));
    text
}

/// An entry of the legend; the script makes a switch of what stands for a series.
fn entry(label: &Label) -> String {
    let series = if label.series.is_empty() { String::new() } else { format!(" data-switch=\"{}\"", escaped(&label.series)) };
    format!("<li{series}>{}<span>{}</span></li>\n", label.symbol, escaped(&label.text))
}

fn part(part: &Part) -> String {
    let keys = part.keys.as_deref().map(|keys| format!(" data-of-keys=\"{}\"", escaped(keys))).unwrap_or_default();
    let nodes = part.nodes.map(|nodes| format!(" data-of-nodes=\"{nodes}\"")).unwrap_or_default();
    format!("<div class=\"part\"{keys}{nodes}>{}</div>\n", part.svg)
}
