//! `annulus locate` from end to end: what it writes is what the crates answer.

use std::collections::HashMap;
use std::fs;
use std::io::Write;
use std::path::Path;
use std::process::{Command, Output, Stdio};

use annulus::{JumpKernel, MaglevKernel, RendezvousKernel, RingKernel, Xxh3};
use annulus_core::{Cluster, Kernel, KeyHasher, SipHash, Weight};

const MEMBERS: &str = "cache-a\ncache-b\t3\ncache-c\ncache-d\t2\teu\n";

fn locate(arguments: &[&str], members: &Path, keys: &str) -> Output {
    let mut child = Command::new(env!("CARGO_BIN_EXE_annulus"))
        .arg("locate")
        .args(arguments)
        .arg("--members")
        .arg(members)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the program starts");
    // It may refuse its arguments before it reads.
    let _ = child.stdin.take().expect("a pipe").write_all(keys.as_bytes());
    child.wait_with_output().expect("the program ends")
}

fn members_file(text: &str) -> (tempfile::TempDir, std::path::PathBuf) {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("members.txt");
    fs::write(&path, text).expect("a file");
    (folder, path)
}

/// What the crate itself answers, in the program's format.
fn expected<K: Kernel>(kernel: K, weighted: bool, keys: &str, replicas: usize) -> String {
    let mut cluster = Cluster::with_kernel(kernel);
    for line in MEMBERS.lines() {
        let mut fields = line.split('\t');
        let name = fields.next().expect("a name");
        let weight = fields.next().filter(|_| weighted).map_or(1, |weight| weight.parse().expect("a weight"));
        cluster.add_weighted_consumer(name, Weight::new(weight).expect("not zero"), name).expect("room for it");
    }
    let line = |key| {
        let owners: Vec<&str> = cluster.get_consumers(key, replicas).into_iter().copied().collect();
        format!("{key}\t{}\n", owners.join("\t"))
    };
    keys.lines().map(line).collect()
}

#[test]
fn the_owners_are_those_of_the_crates() {
    // More than one block, with repeats.
    let keys: String = (0..10_000).map(|i| format!("user:{}\n", i % 9_000)).collect();
    let (_folder, weighted) = members_file(MEMBERS);
    let (_other, plain) = members_file("cache-a\ncache-b\ncache-c\ncache-d\n");
    let points = RingKernel::with_points(1_000).expect("some points");
    let cases = [
        ("ring", &weighted, expected(RingKernel::default(), true, &keys, 1), "1"),
        ("ring:points=1000", &weighted, expected(points, true, &keys, 2), "2"),
        ("rendezvous", &weighted, expected(RendezvousKernel::new(), true, &keys, 3), "3"),
        ("maglev:slots=5003", &weighted, expected(MaglevKernel::with_slots(5_003).expect("a prime"), true, &keys, 1), "1"),
        // More replicas than members name every member.
        ("jump", &plain, expected(JumpKernel::new(), false, &keys, 4), "9"),
    ];
    for (algorithm, members, expected, replicas) in cases {
        let output = locate(&["--algorithm", algorithm, "--replicas", replicas], members, &keys);
        assert!(output.status.success(), "{algorithm}: {}", String::from_utf8_lossy(&output.stderr));
        assert!(output.stdout == expected.as_bytes(), "{algorithm}: other owners than the crate's");
    }
}

#[test]
fn keys_are_hashed_by_the_hash_that_is_named() {
    let (_folder, members) = members_file("cache-a\ncache-b\ncache-c\n");
    let keys: String = (0..1_000).map(|i| format!("user:{i}\n")).collect();
    let mut ring = Cluster::<RingKernel, &str, _>::with(RingKernel::default(), Xxh3::new());
    ring.extend([("cache-a", "cache-a"), ("cache-b", "cache-b"), ("cache-c", "cache-c")]).expect("room for all");
    let expected: String = keys.lines().map(|key| format!("{key}\t{}\n", ring.get_consumer(key).expect("an owner"))).collect();
    assert!(locate(&["--algorithm", "ring:hash=xxh3"], &members, &keys).stdout == expected.as_bytes());
    assert!(locate(&["--algorithm", "ring"], &members, &keys).stdout != expected.as_bytes());
}

#[test]
fn a_zone_changes_no_answer_unless_replicas_are_spread_and_help_says_so() {
    let (_folder, zoned) = members_file(MEMBERS);
    let (_other, plain) = members_file(&MEMBERS.replace("\teu", ""));
    let keys: String = (0..1_000).map(|i| format!("user:{i}\n")).collect();
    let answers = |members| locate(&["--algorithm", "ring", "--replicas", "2"], members, &keys).stdout;
    assert!(answers(&zoned) == answers(&plain) && !answers(&plain).is_empty());
    let help = locate(&["--help"], &plain, "");
    assert!(
        String::from_utf8(help.stdout)
            .expect("text")
            .contains("Without --spread zone,\n--replicas may name two members of one zone")
    );
}

/// Nodes of three zones, four in the first and one in the last.
const ZONED: &str = "a\t1\teu\nb\t2\teu\nc\t\teu\nd\t1\teu\ne\t1\tus\nf\t3\tus\ng\t1\tasia\n";

#[test]
fn spread_replicas_are_the_first_of_the_order_whose_zones_differ() {
    let (_folder, zoned) = members_file(ZONED);
    let zones: HashMap<&str, &str> =
        ZONED.lines().map(|line| (line.split('\t').next().expect("a name"), line.rsplit('\t').next().expect("a zone"))).collect();
    let keys: String = (0..5_000).map(|i| format!("user:{i}\n")).collect();
    for algorithm in ["ring", "rendezvous", "maglev:slots=5003"] {
        let answers = |more: &[&str]| {
            let output = locate(&[&["--algorithm", algorithm], more].concat(), &zoned, &keys);
            assert!(output.status.success(), "{algorithm}: {}", String::from_utf8_lossy(&output.stderr));
            String::from_utf8(output.stdout).expect("text")
        };
        let whole_order = answers(&["--replicas", "7"]);
        for replicas in [1, 2, 3] {
            let expected: String = whole_order.lines().map(|line| spread(line, replicas, &zones)).collect();
            let count = replicas.to_string();
            assert!(answers(&["--replicas", &count, "--spread", "zone"]) == expected, "{algorithm}, {replicas}");
        }
    }
}

/// The line of a key with those of its preference order whose zones differ, up to that many.
fn spread(line: &str, replicas: usize, zones: &HashMap<&str, &str>) -> String {
    let mut fields = line.split('\t');
    let mut answer = fields.next().expect("a key").to_owned();
    let mut taken = Vec::new();
    for node in fields {
        if taken.len() < replicas && !taken.contains(&zones[node]) {
            taken.push(zones[node]);
            answer = answer + "\t" + node;
        }
    }
    answer + "\n"
}

#[test]
fn exact_shares_are_those_of_the_crates() {
    let (_folder, members) = members_file(MEMBERS);
    let mut ring = Cluster::with_kernel(RingKernel::default());
    for (name, weight) in [("cache-a", 1), ("cache-b", 3), ("cache-c", 1), ("cache-d", 2)] {
        ring.add_weighted_consumer(name, Weight::new(weight).expect("not zero"), name).expect("room for it");
    }
    let shares = ring.shares().expect("a ring tells them");
    let names = ["cache-a", "cache-b", "cache-c", "cache-d"];
    let expected: String = names.iter().zip(shares).map(|(name, share)| format!("{name}\t{share}\n")).collect();
    let output = locate(&["--algorithm", "ring", "--shares"], &members, "");
    assert_eq!(String::from_utf8_lossy(&output.stdout), expected);
}

#[test]
fn more_replicas_than_members_are_said_to_be_fewer() {
    let (_folder, members) = members_file("a\nb\nc\n");
    let output = locate(&["--algorithm", "ring", "--replicas", "9"], &members, "k\n");
    let error = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success() && error.lines().count() == 2, "{error}");
    assert!(error.starts_with("annulus: --replicas is 9, and ") && error.contains("has 3 members: each key is answered with 3"));
    assert_eq!(String::from_utf8_lossy(&output.stdout).trim_end().split('\t').count(), 4);
    let all = locate(&["--algorithm", "ring", "--replicas", "3"], &members, "k\n");
    assert!(!String::from_utf8_lossy(&all.stderr).contains("--replicas"));
}

#[test]
fn digests_and_another_hash_of_the_keys_give_the_same_owners() {
    let (_folder, members) = members_file("cache-a\ncache-b\ncache-c\n");
    let keys: Vec<String> = (0..1_000).map(|i| format!("user:{i}")).collect();
    let secret = SipHash::with_keys(1, 5);
    let digests: String = keys.iter().map(|key| format!("{:016X}\n", secret.digest(key.as_bytes()).bits())).collect();
    let owners = |arguments: &[&str], lines: &str| -> Vec<String> {
        let output = locate(&[&["--algorithm", "ring"], arguments].concat(), &members, lines);
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        let text = String::from_utf8(output.stdout).expect("text");
        text.lines().map(|line| line.split_once('\t').expect("an owner").1.to_owned()).collect()
    };
    let lines = keys.join("\n");
    let hashed = owners(&["--hash", "siphash:k0=1,k1=5"], &lines);
    assert_eq!(owners(&["--digests"], &digests), hashed);
    assert_ne!(owners(&[], &lines), hashed);
    assert_eq!(owners(&["--hash", "siphash"], &lines), owners(&[], &lines));
}

#[test]
fn a_refusal_for_memory_says_what_to_write_and_that_is_then_accepted() {
    let (_folder, members) = members_file("disk-a\t16000\ndisk-b\t32000\n");
    let said = |algorithm: &str| {
        let output = locate(&["--algorithm", algorithm], &members, "k\n");
        let error = String::from_utf8(output.stderr).expect("text");
        // What is read is counted on the way.
        let counted = error.lines().filter(|line| line.ends_with("2 members of total weight 48000")).count();
        assert_eq!(counted, usize::from(output.status.success()));
        (output.status.success(), if counted == 1 { String::new() } else { error })
    };
    let (done, error) = said("ring:memory=1MB");
    assert!(
        !done && error.contains("ring refuses the 2 members: the state would take ") && error.lines().count() == 1,
        "{error}"
    );
    assert!(error.contains("use points=160/16000, which ") && error.contains("limit is 1 MB; "), "{error}");
    let advised = error.rsplit_once("or allow more with `").expect("advice").1.trim_end().trim_end_matches('`');
    for algorithm in [advised, "ring:points=160/16000,memory=1MB", "rendezvous:memory=1MB", "ring"] {
        assert_eq!(said(algorithm), (true, String::new()), "{algorithm}");
    }
    assert!(advised.starts_with("ring:memory="), "{advised}");
}

#[test]
fn what_cannot_be_answered_is_one_line_that_says_why() {
    let (_folder, weighted) = members_file(MEMBERS);
    let (_other, twice) = members_file("a\nb\na\n");
    let (_third, zoned) = members_file(ZONED);
    let beyond = format!("\u{1b}{}\n", "x".repeat(5_000));
    let cases = [
        (vec!["--algorithm", "rign"], &weighted, "k\n", 2, "annulus: --algorithm: `rign` names no algorithm; write one of ring"),
        (
            vec!["--algorithm", "jump"],
            &weighted,
            "k\n",
            2,
            "line 2: jump refuses it: its weight is 3, and this algorithm serves equal",
        ),
        (vec!["--algorithm", "ring"], &twice, "k\n", 2, "line 3: names `a` again, which stands on line 1"),
        (vec!["--algorithm", "ring", "--keys", "no/such/file"], &weighted, "", 2, "keys from no/such/file: cannot be read"),
        (vec!["--algorithm", "ring", "--replicas", "0"], &weighted, "k\n", 2, "--replicas"),
        (
            vec!["--algorithm", "ring", "--digests"],
            &weighted,
            "0d36c7ae1c0aa826\n\nuser:1\n",
            2,
            "keys from stdin, line 3: is `user:1`, which is no digest; give 16 hexadecimal digits, as `annulus digests` prints",
        ),
        (vec!["--algorithm", "ring", "--digests"], &weighted, &beyond, 2, "line 1: is `\\u{1b}xxxx"),
        (vec!["--algorithm", "rendezvous", "--shares"], &weighted, "", 2, "--shares: rendezvous cannot tell the exact shares"),
        (vec!["--algorithm", "ring", "--shares", "--digests"], &weighted, "", 2, "cannot be used with"),
        (vec!["--algorithm", "ring", "--digests", "--hash", "siphash"], &weighted, "", 2, "cannot be used with"),
        (vec!["--algorithm", "ring", "--hash", "xxh3"], &weighted, "", 2, "write siphash, or siphash:k0=1,k1=5 with two whole"),
        (
            vec!["--algorithm", "ring", "--spread", "zone"],
            &weighted,
            "k\n",
            2,
            "line 1: `cache-a` has no zone, and --spread zone needs one; write `cache-a<TAB>1<TAB>ZONE`",
        ),
        (
            vec!["--algorithm", "ring", "--spread", "zone", "--replicas", "4"],
            &zoned,
            "k\n",
            2,
            "--replicas is 4, and there are 3 zones in ",
        ),
        (vec!["--algorithm", "ring", "--spread", "rack"], &zoned, "k\n", 2, "'rack' for '--spread <WHAT>'"),
    ];
    for (arguments, members, keys, code, says) in cases {
        let output = locate(&arguments, members, keys);
        let error = String::from_utf8(output.stderr).expect("text");
        assert_eq!(output.status.code(), Some(code), "{arguments:?}: {error}");
        assert!(error.contains(says) && error.lines().count() == 1, "{arguments:?}: {error}");
    }
}

#[test]
fn lenient_skips_what_is_no_member_and_no_digest() {
    let (_folder, members) = members_file("a\nb\na\n");
    let digest = "0d36c7ae1c0aa826";
    let output = locate(&["--algorithm", "ring", "--digests", "--lenient"], &members, &format!("user:1\n{digest}\n"));
    let (answers, said) = (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    assert!(output.status.success() && answers.lines().count() == 1 && answers.starts_with(digest), "{answers}{said}");
    for skipped in ["skipped 1 line naming a member again (line 3)", "stdin: skipped 1 line of no digest (line 1)"] {
        assert!(said.contains(skipped), "{said}");
    }
}

/// 1.4 GB of keys of a megabyte each, under a limit of 400 MB for all that the program may address.
#[test]
#[cfg(target_os = "linux")]
fn long_lines_do_not_fill_the_memory() {
    let (folder, members) = members_file(MEMBERS);
    let keys = folder.path().join("keys.zst");
    let mut encoder = zstd::Encoder::new(fs::File::create(&keys).expect("a file"), 1).expect("an encoder");
    let line = "k".repeat((1 << 20) - 8);
    for i in 0..1_400 {
        writeln!(encoder, "{line}{i}").expect("room");
    }
    encoder.finish().expect("room");
    let limited = "ulimit -v 400000 && exec \"$0\" locate --algorithm jump:hash=xxh3 --members \"$1\" --keys \"$2\"";
    let members = fs::write(&members, "a\nb\n").map(|()| members).expect("a file");
    let output = Command::new("sh")
        .args(["-c", limited, env!("CARGO_BIN_EXE_annulus")])
        .args([&members, &keys])
        .stdout(Stdio::null())
        .output()
        .expect("a shell");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
}

#[test]
fn both_from_standard_input_is_refused() {
    for members in ["-", "/dev/stdin"] {
        let output = locate(&["--algorithm", "ring", "--keys", "-"], Path::new(members), "a\nb\n");
        let error = String::from_utf8_lossy(&output.stderr);
        assert_eq!(output.status.code(), Some(2), "{error}");
        assert!(error.contains("--members and --keys are both standard input"), "{error}");
    }
}

#[test]
#[cfg(unix)]
fn a_closed_standard_output_is_an_error() {
    let (_folder, members) = members_file("a\nb\n");
    for arguments in ["locate --algorithm ring --keys /dev/null --members", "list", "run --print"] {
        let mut command = format!("exec \"$0\" {arguments}");
        if arguments.ends_with("--members") {
            command += " \"$1\"";
        }
        let run = |end: &str| {
            let command = format!("{command} {end}");
            Command::new("sh").args(["-c", &command, env!("CARGO_BIN_EXE_annulus")]).arg(&members).output().expect("a shell")
        };
        let closed = run(">&-");
        let error = String::from_utf8_lossy(&closed.stderr);
        assert_eq!(closed.status.code(), Some(1), "{arguments}: {error}");
        assert!(error.contains("standard output cannot be written: it is closed"), "{arguments}: {error}");
        assert!(run("> /dev/null").status.success(), "{arguments}");
    }
}

#[test]
fn a_refusal_of_all_members_blames_no_line() {
    let lines: String = (0..200).map(|i| format!("node-{i}\n")).collect();
    let (_folder, members) = members_file(&lines);
    let output = locate(&["--algorithm", "maglev:slots=101"], &members, "a\n");
    let error = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(2), "{error}");
    assert!(error.contains("members.txt: maglev:slots=101 refuses the 200 members: "), "{error}");
}
