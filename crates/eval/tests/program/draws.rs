//! `annulus names` and `annulus digests` from end to end: they print what the measures draw.

use std::fs;
use std::path::Path;
use std::process::{Command, Output, Stdio};

use annulus_core::{Digest, KeyHasher, SipHash};
use annulus_eval::keys::generated;

fn annulus(dir: &Path, arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_annulus")).current_dir(dir).args(arguments).stdin(Stdio::null()).output().unwrap()
}

/// Runs, expects success and silence, and answers the lines.
fn lines(arguments: &[&str]) -> Vec<String> {
    let output = annulus(Path::new("."), arguments);
    assert!(output.status.success() && output.stderr.is_empty(), "{arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap().lines().map(str::to_owned).collect()
}

/// Expects a refusal: this exit code, this one line, and nothing else.
fn refused(arguments: &[&str], code: i32, message: &str) {
    let output = annulus(Path::new("."), arguments);
    let error = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(code), "{arguments:?}: {error}");
    assert_eq!(error.lines().count(), 1, "{arguments:?}: {error}");
    assert!(error.starts_with("annulus: ") && error.contains(message), "{arguments:?}: {error}");
    assert!(output.stdout.is_empty(), "{arguments:?}");
}

fn names(more: &[&str]) -> Vec<String> {
    lines(&[&["names", "--nodes", "20", "--seed", "7", "--repetition", "5"], more].concat())
}

fn hexadecimal(digests: impl IntoIterator<Item = Digest>) -> Vec<String> {
    digests.into_iter().map(|digest| format!("{:016x}", digest.bits())).collect()
}

#[test]
fn names_are_those_that_the_measures_draw() {
    let all = generated::node_names(7, 5, 23);
    let members = names(&[]);
    assert_eq!(members, all[..20]);
    assert_eq!(names(&["--of", "joining", "--count", "3"]), all[20..]);
    assert_eq!(names(&["--of", "joining"]), all[20..21]);
    for count in [1, 4, 20] {
        let expected: Vec<&String> = generated::victims(7, 5, 20, count).into_iter().map(|victim| &all[victim]).collect();
        assert_eq!(names(&["--of", "victims", "--count", &count.to_string()]).iter().collect::<Vec<_>>(), expected);
    }
    let reordered = names(&["--of", "reordered"]);
    let expected: Vec<&String> = generated::another_order(7, 5, 20).into_iter().map(|position| &all[position]).collect();
    assert_eq!(reordered.iter().collect::<Vec<_>>(), expected);
    assert_ne!(reordered, members);
    assert_eq!(lines(&["names", "--nodes", "3"]), generated::node_names(1, 0, 3));
    assert_eq!(lines(&["names", "--nodes", "2", "--pattern", "ipv4"]), ["node-10.0.0.1", "node-10.0.0.2"]);
}

#[test]
fn the_last_member_takes_the_place_of_one_that_left() {
    let members = names(&[]);
    let mut expected = members.clone();
    expected.swap_remove(3);
    expected.swap_remove(0);
    assert_eq!(names(&["--without", &members[3], "--without", &members[0]]), expected);
    assert_eq!(names(&["--without", &members[19]]), members[..19]);
}

#[test]
fn digests_are_those_that_the_measures_place() {
    assert_eq!(lines(&["digests", "--count", "9", "--seed", "7", "--repetition", "5"]), hexadecimal(generated::digests(7, 5, 9)));
    let dir = tempfile::tempdir().unwrap();
    fs::write(dir.path().join("keys.txt"), "a\nb\na\nc\n").unwrap();
    let path = dir.path().join("keys.txt");
    let of_file = |more: &[&str]| lines(&[&["digests", "--keys", path.to_str().unwrap()], more].concat());
    for (repetition, hasher) in [("0", SipHash::new()), ("5", SipHash::with_keys(1, 5))] {
        let expected = hexadecimal(["a", "b", "c"].map(|key| hasher.digest(key.as_bytes())));
        assert_eq!(of_file(&["--repetition", repetition]), expected);
    }
    assert!(of_file(&["--with-keys"])[1].starts_with("b\t"));
    let embedded = lines(&["digests", "--with-keys"]);
    assert_eq!(embedded.len(), 146_219);
    assert_eq!(embedded[1], format!("/bin/bash\t{:016x}", SipHash::new().digest(b"/bin/bash").bits()));
    let hasher = SipHash::new();
    assert_eq!(lines(&["digests", "--count", "1", "--pattern", "date"]), hexadecimal([hasher.digest(b"1970-01-01")]));
}

#[test]
fn secrets_and_requests_are_printed() {
    assert_eq!(lines(&["digests", "--secret", "--seed", "7", "--repetition", "5"]), ["siphash:k0=7,k1=5"]);
    assert_eq!(lines(&["digests", "--secret", "--seed", "7"]), ["siphash:k0=0,k1=0"]);
    let asked = lines(&["digests", "--count", "50", "--requests", "1000", "--exponent", "1"]);
    let times: Vec<u64> = asked.iter().map(|line| line.split_once('\t').unwrap().1.parse().unwrap()).collect();
    assert_eq!(times.iter().sum::<u64>(), 1000);
    assert_eq!(times, generated::requests(1, 0, 50, 1000, 1.0).unwrap());
}

#[test]
fn what_cannot_be_printed_is_one_line_that_says_why() {
    refused(&["names"], 2, "required arguments were not provided: --nodes <N>; see annulus names --help");
    for nodes in ["0", "-1", "x", "1000001"] {
        refused(&["names", "--nodes", nodes], 2, "for '--nodes <N>': give a whole number from 1 to 1000000");
    }
    refused(&["names", "--nodes", "3", "--repetition", "4294967296"], 2, "give a whole number from 0 to 4294967295");
    refused(&["names", "--nodes", "3", "--seed", "-1"], 2, "give a whole number from 0 to 18446744073709551615");
    refused(&["names", "--nodes", "3", "--of", "dead"], 2, "'dead' for '--of <WHICH>'");
    refused(
        &["names", "--nodes", "3", "--of", "victims", "--count", "4"],
        2,
        "--count has 4, and 3 nodes are there; give --count 3",
    );
    refused(&["names", "--nodes", "3", "--without", "x"], 2, "--without `x` is none of the 3 members of seed 1, repetition 0");
    refused(&["names", "--nodes", "3", "--of", "joining", "--without", "x"], 2, "--without takes names from the members");
    refused(&["names", "--nodes", "3", "--count", "2"], 2, "--count is for --of joining and --of victims");
    refused(&["names", "--nodes", "3", "--pattern", "ipv6"], 2, "write one of sequential, shared-prefix, ipv4, uuid, date");
    refused(&["names", "--nodes", "3", "--pattern", "ipv4", "--repetition", "1"], 2, "cannot be used with");
    refused(&["digests", "--count", "0"], 2, "for '--count <K>': give a whole number from 1 to 4294967295");
    refused(&["digests", "--count", "3", "--keys", "keys.txt"], 2, "cannot be used with");
    refused(&["digests", "--count", "3", "--with-keys"], 2, "--with-keys: random digests have no keys");
    refused(&["digests", "--keys", "no/such/file"], 2, "keys from no/such/file: cannot be read");
    refused(&["digests", "--keys", "/dev/null"], 2, "holds no keys");
    refused(&["digests", "--secret", "--count", "3"], 2, "cannot be used with");
    refused(&["digests", "--pattern", "ipv4"], 2, "required arguments were not provided: --count <K>");
    refused(&["digests", "--count", "3", "--requests", "9"], 2, "required arguments were not provided: --exponent <S>");
    refused(&["digests", "--count", "3", "--requests", "9", "--exponent", "11"], 2, "give a number from 0 to 10");
}
