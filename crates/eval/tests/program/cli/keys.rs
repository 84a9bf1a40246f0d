//! Files of keys of every kind, and those that cannot be read.

use std::fs;
use std::io::Write;
use std::path::Path;
use std::process::{Command, Stdio};

use annulus_eval::record::{Record, read_csv};

use super::{annulus, deterministic, keys, refused, run, text, workplace};

#[test]
fn every_kind_of_key_file_gives_the_same_records() {
    let dir = workplace();
    let plain = keys(2000);
    let mut gzip = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
    gzip.write_all(plain.as_bytes()).unwrap();
    fs::create_dir(dir.path().join("more")).unwrap();
    fs::write(dir.path().join("more/keys.txt.gz"), gzip.finish().unwrap()).unwrap();
    fs::write(dir.path().join("more/keys.zst"), zstd::encode_all(plain.as_bytes(), 3).unwrap()).unwrap();
    // Other line ends, blank lines and repeats make no other keys.
    let windows = format!("{}\r\n\r\nuser:7\r\n", plain.trim_end().replace('\n', "\r\n"));
    fs::write(dir.path().join("more/keys.txt"), windows).unwrap();

    let expected = deterministic(&run(dir.path(), "plain", &["tiny.toml", "--keys", "keys.txt"]));
    for (out, file) in [("gz", "more/keys.txt.gz"), ("zst", "more/keys.zst"), ("crlf", "more/keys.txt")] {
        assert_eq!(deterministic(&run(dir.path(), out, &["tiny.toml", "--keys", file])), expected, "{file}");
    }
    let named = |records: Vec<Record>| -> Vec<Record> {
        records.into_iter().map(|record| Record { keys: record.keys.replace("stdin", "keys"), ..record }).collect()
    };
    assert_eq!(named(deterministic(&from_stdin(dir.path(), plain.as_bytes()))), expected);
}

fn from_stdin(dir: &Path, bytes: &[u8]) -> Vec<Record> {
    let mut child = Command::new(env!("CARGO_BIN_EXE_annulus"))
        .current_dir(dir)
        .args(["run", "tiny.toml", "--keys", "-", "--out", "stdin"])
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .spawn()
        .unwrap();
    child.stdin.take().unwrap().write_all(bytes).unwrap();
    assert!(child.wait().unwrap().success());
    read_csv(fs::File::open(dir.join("stdin/records.csv")).unwrap()).unwrap()
}

#[test]
fn keys_that_pass_once_are_counted_as_keys_that_are_held() {
    let dir = workplace();
    // More than are held at once, so that blocks must join.
    fs::write(dir.path().join("many.txt"), keys(150_000)).unwrap();
    let balance = |records: Vec<Record>| -> Vec<(u64, String, String, Option<f64>, String)> {
        let of_keys = records.into_iter().filter(|r| r.measure == "balance" && r.keys == "many" && r.repetition == 0);
        of_keys
            .map(|r| (r.nodes, r.algorithm, r.metric, r.value, r.checksum.map(|sum| sum.to_string()).unwrap_or_default()))
            .collect()
    };
    let arguments = ["tiny.toml", "--keys", "many.txt", "--nodes", "10"];
    let held = balance(run(dir.path(), "held", &arguments));
    let streamed = run(dir.path(), "streamed", &[&arguments[..], &["--stream"]].concat());
    let first = streamed.iter().find(|record| record.keys == "many-first").unwrap();
    assert_eq!(first.key_count, 100_000);
    let said = annulus(dir.path(), &[&["run", "--out", "said"], &arguments[..], &["--stream"]].concat());
    let said = text(&said.stdout);
    let at = |words| said.find(words).unwrap_or_else(|| panic!("no {words}: {said}"));
    assert!(at("150,000 keys (many)") < at("100,000 keys (many-first)"), "the keys that were given come first: {said}");
    let streamed = balance(streamed);
    assert!(held.len() > 50 && streamed == held, "{streamed:?}");
    refused(&["run", "--stream"], 2, "required arguments were not provided");
    refused(&["run", "--stream", "--keys", "/dev/null"], 2, "holds no keys");
}

#[test]
fn keys_that_cannot_be_read_are_refused_before_anything_is_measured() {
    refused(&["run", "--keys", "no-such"], 2, "keys from no-such: cannot be read: No such file");
    refused(&["run", "--keys", "."], 2, "keys from .: is a directory; give a file with one entry a line");
    refused(&["run", "--keys", "/dev/null"], 2, "keys from /dev/null: holds no keys");
    refused(&["run", "--keys", "-"], 2, "keys from stdin: holds no keys");
}

#[test]
fn bad_bytes_in_a_key_file_are_named_by_line() {
    let dir = workplace();
    let cases: [(&str, Vec<u8>, &str); 3] = [
        ("latin1", b"fine\ncaf\xe9\n".to_vec(), "keys from latin1, line 2: is not UTF-8 (byte 4 of the line is 0xe9)"),
        ("blank", b"\n\r\n\n".to_vec(), "keys from blank: holds no keys"),
        ("cut", cut_short(), "the zstd data is cut short or damaged"),
    ];
    for (name, bytes, message) in cases {
        fs::write(dir.path().join(name), bytes).unwrap();
        let output = annulus(dir.path(), &["run", "--keys", name, "--out", "out"]);
        let error = text(&output.stderr);
        assert!(error.starts_with("annulus: ") && error.contains(message) && error.lines().count() == 1, "{error}");
        assert_eq!(output.status.code(), Some(2));
        assert!(!dir.path().join("out").exists());
    }
}

fn cut_short() -> Vec<u8> {
    let text: String = (0..20_000_u64).map(|i| format!("{:x}\n", annulus_core::mix64(i))).collect();
    let whole = zstd::encode_all(text.as_bytes(), 3).unwrap();
    whole[..whole.len() / 2].to_vec()
}
