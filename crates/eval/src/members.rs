//! Files of members: one a line, a name and, after tabs, a weight and a zone. Comments and a heading are skipped.

use std::collections::{BTreeSet, HashMap};
use std::fmt;
use std::path::Path;

use annulus_core::Weight;

use crate::keys::{Input, KeyError, KeyReader};

/// A member as a file lists it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Member {
    /// Its name.
    pub name: String,
    /// Its weight: 1 where the line gives none.
    pub weight: Weight,
    /// Its zone, where the line gives one.
    pub zone: Option<String>,
    /// The line it stands on, from 1.
    pub line: u64,
}

/// Members that could not be read: where, and why.
#[derive(Debug, thiserror::Error)]
pub struct MembersError {
    /// The file.
    pub input: Input,
    /// The line, from 1; 0 where it is the file as a whole.
    pub line: u64,
    /// What is wrong with it, and what to do.
    pub reason: String,
}

impl fmt::Display for MembersError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.line {
            0 => write!(f, "members from {}: {}", self.input, self.reason),
            line => write!(f, "members from {}, line {line}: {}", self.input, self.reason),
        }
    }
}

impl From<KeyError> for MembersError {
    fn from(error: KeyError) -> Self {
        Self { line: error.line, reason: error.problem.to_string(), input: error.input }
    }
}

/// The members of `path`, in their order; plain, gzip, zstd, or `-` for standard input. Blank lines, those that begin with `#`, and a
/// first line that heads the columns are skipped.
///
/// # Errors
/// A file that cannot be read or has no member, a line that is no member, a name that stands twice.
pub fn load(path: &Path) -> Result<Vec<Member>, MembersError> {
    read(&mut KeyReader::open(path)?)
}

/// The members that `reader` gives, a line each, as [`load`]. A lenient reader passes over lines that are no member, and counts them.
///
/// # Errors
/// As [`load`].
pub fn read(reader: &mut KeyReader<'_>) -> Result<Vec<Member>, MembersError> {
    let mut members: Vec<Member> = Vec::new();
    let mut lines: HashMap<String, u64> = HashMap::new();
    while let Some(text) = reader.next_key()?.map(str::to_owned) {
        let line = reader.line();
        if text.starts_with('#') || (members.is_empty() && heads_columns(&text)) {
            continue;
        }
        let member = parse(&text, line).and_then(|member| match lines.get(&member.name) {
            None => Ok(member),
            Some(&first) => Err(Problem::Twice { name: member.name, first }),
        });
        match member {
            Ok(member) => {
                lines.insert(member.name.clone(), line);
                members.push(member);
            }
            Err(problem) if reader.passes_over(problem.kind()) => {}
            Err(problem) => return Err(MembersError { input: reader.input().clone(), line, reason: problem.to_string() }),
        }
    }
    if members.is_empty() {
        let skipped = reader.skipped().map(|skipped| format!("; skipped {skipped}")).unwrap_or_default();
        let reason = format!("holds no members; give one name a line{skipped}");
        return Err(MembersError { input: reader.input().clone(), line: 0, reason });
    }
    Ok(members)
}

/// How many members there are, with the sum of their weights and the number of zones where some are given.
pub(crate) fn counted(members: &[Member]) -> String {
    let total: u64 = members.iter().map(|member| u64::from(member.weight.get())).sum();
    let zones: BTreeSet<&str> = members.iter().filter_map(|member| member.zone.as_deref()).collect();
    let count = |count: usize, what: &str| format!("{count} {what}{}", if count == 1 { "" } else { "s" });
    let zones = if zones.is_empty() { String::new() } else { format!(", in {}", count(zones.len(), "zone")) };
    format!("{} of total weight {total}{zones}", count(members.len(), "member"))
}

/// Whether a line names columns, as tools write them above a table: `name<TAB>weight`.
fn heads_columns(text: &str) -> bool {
    let is = |field: &str, words: &[&str]| words.contains(&field.trim().to_ascii_lowercase().as_str());
    let mut fields = text.split('\t');
    let named = fields.next().is_some_and(|field| is(field, &["name", "node", "server", "member", "consumer", "host"]));
    named && fields.next().is_some_and(|field| is(field, &["weight", "weights"]))
}

/// Whether a line without a tab looks as if tabs were meant: it has a comma or a semicolon, or a blank before a number, as `cache-a 3`
/// or `cache-a 3 eu`.
fn lacks_tabs(text: &str) -> bool {
    let is_number = |word: &str| !word.is_empty() && word.bytes().all(|byte| byte.is_ascii_digit());
    !text.contains('\t') && (text.contains([',', ';']) || text.split_whitespace().skip(1).take(2).any(is_number))
}

/// What can be wrong with a line.
#[derive(Debug, thiserror::Error)]
enum Problem {
    #[error(
        "is `{0}`, without a tab; put tabs between name, weight and zone, or, if all of it is the name, a tab and a weight behind it"
    )]
    NoTabs(String),
    #[error("has no name before the first tab")]
    Nameless,
    #[error("has the weight `{0}`; give a whole number from 1 to {max}", max = u32::MAX)]
    Weight(String),
    #[error("has more than a name, a weight and a zone; take the other fields out")]
    Fields,
    #[error("names `{name}` again, which stands on line {first}; give each member one line")]
    Twice { name: String, first: u64 },
}

impl Problem {
    /// The kind of problem, in a few words.
    const fn kind(&self) -> &'static str {
        match self {
            Self::NoTabs(_) => "without tabs",
            Self::Nameless => "without a name",
            Self::Weight(_) => "with a bad weight",
            Self::Fields => "with more than three columns",
            Self::Twice { .. } => "naming a member again",
        }
    }
}

fn parse(text: &str, line: u64) -> Result<Member, Problem> {
    if lacks_tabs(text) {
        return Err(Problem::NoTabs(text.to_owned()));
    }
    let mut fields = text.split('\t');
    let name = fields.next().filter(|name| !name.is_empty()).ok_or(Problem::Nameless)?.to_owned();
    let weight = match fields.next() {
        None | Some("") => Weight::ONE,
        Some(text) => text.parse().ok().and_then(Weight::new).ok_or_else(|| Problem::Weight(text.to_owned()))?,
    };
    let zone = fields.next().filter(|zone| !zone.is_empty()).map(str::to_owned);
    match fields.next() {
        None => Ok(Member { name, weight, zone, line }),
        Some(_) => Err(Problem::Fields),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn members(text: &str) -> Result<Vec<Member>, String> {
        let mut reader = KeyReader::new(Input::Stdin, text.as_bytes()).map_err(|error| error.to_string())?;
        read(&mut reader).map_err(|error| error.to_string())
    }

    #[test]
    fn a_line_is_a_name_and_perhaps_a_weight_and_a_zone() {
        let read = members("a\nb c\t3\r\n\nd\t\teu\ne\t4294967295\tus\n").unwrap();
        let seen: Vec<_> = read.iter().map(|m| (m.name.as_str(), m.weight.get(), m.zone.as_deref(), m.line)).collect();
        assert_eq!(seen, [("a", 1, None, 1), ("b c", 3, None, 2), ("d", 1, Some("eu"), 4), ("e", u32::MAX, Some("us"), 5)]);
    }

    #[test]
    fn comments_and_a_heading_are_skipped_and_members_counted() {
        let read = members("# the caches\nName\tWeight\tzone\na\t2\teu\n#b\t1\nrack 12\t1\tus\nc\n").unwrap();
        let seen: Vec<_> = read.iter().map(|m| (m.name.as_str(), m.weight.get(), m.line)).collect();
        assert_eq!(seen, [("a", 2, 3), ("rack 12", 1, 5), ("c", 1, 6)]);
        assert_eq!(counted(&read), "3 members of total weight 4, in 2 zones");
        assert_eq!(counted(&read[2..]), "1 member of total weight 1");
        // Only at the head, and only a heading.
        assert_eq!(members("name\nb\n").unwrap().len(), 2);
        assert!(members("a\nname\tweight\n").unwrap_err().contains("line 2: has the weight `weight`"));
    }

    #[test]
    fn a_lenient_reader_counts_what_is_no_member() {
        let text = "a\na\nb,1\n\t3\nc\t0\nd\tx\ne\t1\tz\tmore\nf\t2\n";
        let mut reader = KeyReader::new(Input::Stdin, text.as_bytes()).unwrap().lenient(true);
        let names: Vec<_> = read(&mut reader).unwrap().into_iter().map(|member| member.name).collect();
        assert_eq!(names, ["a", "f"]);
        assert_eq!(
            reader.skipped().unwrap().to_string(),
            "1 line naming a member again (line 2), 1 line without tabs (line 3), 1 line without a name (line 4), \
             2 lines with a bad weight (first on line 5), 1 line with more than three columns (line 7)"
        );
    }

    #[test]
    fn what_is_no_member_is_named_by_its_line() {
        for (text, says) in [
            ("", "members from stdin: holds no members"),
            ("a\nb\t0\n", "members from stdin, line 2: has the weight `0`; give a whole number from 1"),
            ("a\nb\tx\n", "line 2: has the weight `x`"),
            ("a\n\nb\na\n", "line 4: names `a` again, which stands on line 1"),
            ("a,1\n", "line 1: is `a,1`, without a tab; put tabs between name, weight and zone, or, if all of it is the name"),
            ("a\nb, 12\n", "line 2: is `b, 12`, without a tab"),
            ("10.0.0.1:443 3 \n", "line 1: is `10.0.0.1:443 3 `, without a tab"),
            ("name,weight,zone\n", "line 1: is `name,weight,zone`, without a tab"),
            ("a 1 z1\n", "line 1: is `a 1 z1`, without a tab"),
            ("\t3\n", "line 1: has no name"),
            ("a\t1\tz\tmore\n", "line 1: has more than a name"),
        ] {
            let error = members(text).unwrap_err();
            assert!(error.contains(says), "{error}");
        }
    }
}
