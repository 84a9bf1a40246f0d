//! How to read a page: the same sentences in Markdown and in HTML.

use super::markup;

/// For a run of a scenario. What stands between backticks is code.
pub(super) const OF_A_RUN: &[&str] = &[
    "Every figure is a row of `records.csv`, with the seed, parameters and key set that reproduce it. The column `value` is the same on \
     every machine for one seed. What was timed, or depends on the machine, is only in columns that begin with `measured_`.",
    "`expected`, `low` and `high` are what theory says of a figure, and `formula` names the law. Where a figure must lie between `low` \
     and `high` and does not, its row is an error and the run fails.",
    "Times were taken in turns on one machine. Compare them within one run. Nanoseconds of two runs cannot be compared directly; \
     `annulus compare` does it.",
    "Warm: the state is in the smallest cache that can hold it. A state larger than the L2 cache is warm in L3 at best.",
];

/// For a run of somebody's own members.
pub(super) const OF_MEMBERS: &[&str] = &[
    "Start with *How even, by weight*: a member with 1.2 has 20 % more than its weight gives it. What *chance alone* has as well is not \
     the algorithm's fault: it is what these few keys do under any algorithm.",
    "Then *When one member leaves or fails*: 1 means that only the keys of that member move. 2 means that as many keys again move \
     without need, which for a cache are misses.",
    "Keys, members and placements depend on the seed alone and are the same on every machine. Only times depend on the machine: \
     compare them within this page.",
    "To see what the loss of one given server does, look for its name in *When one given member leaves or fails*, or in `members.csv`.",
    "Every figure is in a file beside this page. `members.csv` has a row for each algorithm and member, `leaving.csv.zst` one for each \
     member that leaves and each that receives.",
];

/// The part of a page of Markdown, with its heading.
pub(super) fn markdown(sentences: &[&str]) -> String {
    let items: String = sentences.iter().map(|sentence| format!("- {sentence}\n")).collect();
    format!("## How to read this\n\n{items}")
}

/// The part of a page of HTML, with its heading.
pub(super) fn html(sentences: &[&str]) -> String {
    let items: String = sentences.iter().map(|sentence| format!("<li>{}</li>\n", marked(sentence))).collect();
    format!("<h2 id=\"reading\">How to read this</h2>\n<ul>\n{items}</ul>\n")
}

/// Backticks and stars as HTML writes them: every second one closes.
pub(super) fn marked(sentence: &str) -> String {
    let within = |text: &str, mark: char, tag: &str| -> String {
        let part =
            |(number, part): (usize, &str)| if number % 2 == 1 { format!("<{tag}>{part}</{tag}>") } else { part.to_owned() };
        text.split(mark).enumerate().map(part).collect()
    };
    within(&within(&markup::escaped(sentence), '`', "code"), '*', "em")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn marks_become_elements_and_are_in_pairs() {
        assert_eq!(marked("*a* `b < c`, d"), "<em>a</em> <code>b &lt; c</code>, d");
        for sentence in OF_A_RUN.iter().chain(OF_MEMBERS) {
            assert!(['`', '*'].into_iter().all(|mark| sentence.matches(mark).count() % 2 == 0), "{sentence}");
        }
    }
}
