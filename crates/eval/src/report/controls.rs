//! The bar of the page that says what is shown: algorithms, keys, numbers of nodes. Hidden until the script works it.

use std::fmt::Write as _;

use crate::reading::number::count;

use super::content::Content;
use super::markup::escaped;

/// A choice: its value, what it is called in tables, and how it reads.
struct Choice {
    value: String,
    name: String,
    label: String,
}

/// The whole bar.
pub(super) fn controls(content: &Content<'_>) -> String {
    let algorithms: Vec<Choice> = (content.subjects().iter())
        .map(|subject| Choice { value: subject.label(), name: content.name(subject).text, label: subject.label() })
        .collect();
    let keys: Vec<Choice> = (content.key_sets().into_iter())
        .map(|(name, keys)| Choice { value: name.to_owned(), name: String::new(), label: format!("{name} ({})", count(keys)) })
        .collect();
    let nodes = content.nodes().iter().map(|&nodes| (nodes.to_string(), count(nodes)));
    let nodes: Vec<Choice> = std::iter::once((String::new(), "all".to_owned()))
        .chain(nodes)
        .map(|(value, label)| Choice { value, name: String::new(), label })
        .collect();
    let mut text = String::new();
    if algorithms.len() > 1 {
        text += &group("algorithm", "Algorithms", "checkbox", &algorithms);
    }
    // One of the sizes is "all", so that a single size is two choices and none.
    text += &if keys.len() > 1 { group("keys", "Keys", "radio", &keys) } else { only("keys", &keys) };
    if nodes.len() > 2 {
        text += &group("nodes", "Nodes", "radio", &nodes);
    }
    format!(
        "<form class=\"bar\" hidden aria-label=\"What is shown\">\n<details>\n<summary>Shown: <output>everything</output></summary>\n\
         <div class=\"controls\">\n{text}</div>\n</details>\n</form>\n"
    )
}

/// The only choice, which the script asks for and nobody sees.
fn only(name: &str, choices: &[Choice]) -> String {
    let hidden =
        |choice: &Choice| format!("<input type=\"radio\" name=\"{name}\" value=\"{}\" checked hidden>\n", escaped(&choice.value));
    choices.first().map(hidden).unwrap_or_default()
}

/// All of a kind: of boxes, every one is checked, and of knobs the first.
fn group(name: &str, legend: &str, kind: &str, choices: &[Choice]) -> String {
    let mut text = format!("<fieldset><legend>{legend}</legend>\n");
    for (number, choice) in choices.iter().enumerate() {
        let checked = if number == 0 || kind == "checkbox" { " checked" } else { "" };
        let called = if choice.name.is_empty() { String::new() } else { format!(" data-name=\"{}\"", escaped(&choice.name)) };
        let (value, label) = (escaped(&choice.value), escaped(&choice.label));
        let _ = writeln!(
            text,
            "<label><input type=\"{kind}\" name=\"{name}\" value=\"{value}\"{called}{checked}><span>{label}</span></label>"
        );
    }
    text + "</fieldset>\n"
}
