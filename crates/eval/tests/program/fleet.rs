//! `annulus run --members` from end to end: its figures are what `annulus locate` answers, counted by hand.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::process::{Command, Output};

const ALGORITHMS: &str = "ring,rendezvous,maglev:slots=1009,jump,modulo";

/// Twelve members of unequal weight in three zones.
fn weighted() -> Vec<String> {
    (0..12).map(|i| format!("disk-{i}\t{}\tz{}", 1 + i % 4, i % 3)).collect()
}

/// Keys of unequal load; each tenth stands twice.
fn requests() -> String {
    (0..3_000).map(|i| format!("user:{}\t{}\n", if i % 10 == 9 { i - 1 } else { i }, 1 + i % 7)).collect()
}

fn annulus(arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_annulus")).args(arguments).output().expect("the program starts")
}

fn file(folder: &Path, name: &str, text: &str) -> String {
    let path = folder.join(name);
    fs::write(&path, text).expect("a file");
    path.to_str().expect("a plain path").to_owned()
}

/// The rows of a file of a run, each as its columns.
fn rows(path: &Path) -> Vec<BTreeMap<String, String>> {
    let file = fs::File::open(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    csv::Reader::from_reader(file).deserialize().map(|row| row.expect("a row")).collect()
}

/// The owner of each key by `annulus locate`.
fn owners(folder: &Path, algorithm: &str, members: &[String], keys: &str) -> BTreeMap<String, String> {
    let members = file(folder, "some.tsv", &(members.join("\n") + "\n"));
    let output = annulus(&["locate", "--algorithm", algorithm, "--members", &members, "--keys", keys]);
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let text = String::from_utf8(output.stdout).expect("text");
    text.lines().map(|line| line.split_once('\t').expect("two fields")).map(|(key, owner)| (key.into(), owner.into())).collect()
}

/// The members without this one, as a router that lost it lists them: jump's last takes its place.
fn without(members: &[String], gone: usize, algorithm: &str) -> Vec<String> {
    let mut left = members.to_vec();
    if algorithm == "jump" || algorithm == "modulo" {
        left.swap_remove(gone);
    } else {
        left.remove(gone);
    }
    left
}

/// Loads are small.
fn number(load: u64) -> f64 {
    f64::from(u32::try_from(load).expect("a small load"))
}

fn name(member: &str) -> &str {
    member.split('\t').next().unwrap_or_default()
}

/// Holds every figure of every member to counts of what `locate` answers before and after.
fn agrees(members: &[String], algorithms: &[&str]) {
    let folder = tempfile::tempdir().expect("a folder");
    let list = file(folder.path(), "members.tsv", &(members.join("\n") + "\n"));
    let loaded = file(folder.path(), "requests.tsv", &requests());
    let out = folder.path().join("run");
    let run =
        annulus(&["run", "--members", &list, "--keys", &loaded, "--algorithms", ALGORITHMS, "--out", out.to_str().unwrap()]);
    assert!(run.status.success(), "{}", String::from_utf8_lossy(&run.stderr));

    let mut loads: BTreeMap<String, u64> = BTreeMap::new();
    for line in requests().lines() {
        let (key, load) = line.split_once('\t').expect("two fields");
        *loads.entry(key.to_owned()).or_default() += load.parse::<u64>().expect("a number");
    }
    let keys = file(folder.path(), "keys.txt", &loads.keys().map(|key| format!("{key}\n")).collect::<String>());
    let of_members = rows(&out.join("members.csv"));
    let weight_of = |member: &str| member.split('\t').nth(1).map_or(1.0, |weight| weight.parse::<f64>().unwrap());
    for &algorithm in algorithms {
        let before = owners(folder.path(), algorithm, members, &keys);
        for (at, member) in members.iter().enumerate() {
            let row = of_members.iter().find(|row| row["algorithm"] == algorithm && row["member"] == name(member));
            let row = row.unwrap_or_else(|| panic!("{algorithm}: {member}"));
            let own: Vec<&String> = before.iter().filter(|(_, owner)| *owner == name(member)).map(|(key, _)| key).collect();
            assert_eq!(row["keys"], own.len().to_string(), "{algorithm}: {member}");
            assert_eq!(row["load"], own.iter().map(|key| loads[*key]).sum::<u64>().to_string(), "{algorithm}: {member}");

            let left = without(members, at, algorithm);
            let after = owners(folder.path(), algorithm, &left, &keys);
            let moved: Vec<&String> = before.keys().filter(|key| before[*key] != after[*key]).collect();
            let needless = moved.iter().filter(|key| before[**key] != name(member)).count();
            let own = moved.iter().filter(|key| before[**key] == name(member));
            let receivers: std::collections::BTreeSet<&String> = own.map(|key| &after[*key]).collect();
            assert_eq!(row["leaving_moved_keys"], moved.len().to_string(), "{algorithm}: {member}");
            assert_eq!(row["leaving_moved_load"], moved.iter().map(|key| loads[*key]).sum::<u64>().to_string());
            assert_eq!(row["leaving_needless_keys"], needless.to_string(), "{algorithm}: {member}");
            assert_eq!(row["leaving_receivers"], receivers.len().to_string(), "{algorithm}: {member}");

            let (weights, total) = (members.iter().map(|member| weight_of(member)).sum::<f64>(), number(loads.values().sum()));
            let load = |member: &String| -> f64 {
                let keys = after.iter().filter(|(_, owner)| *owner == name(member));
                keys.map(|(key, _)| number(loads[key])).sum::<f64>() / total * weights / weight_of(member)
            };
            let busiest = left.iter().map(load).fold(0.0, f64::max);
            let recorded: f64 = row["leaving_busiest_load_over_wanted"].parse().unwrap();
            assert!((recorded / busiest - 1.0).abs() < 1e-12, "{algorithm}: {member}: {recorded} {busiest}");

            let part = number(moved.len() as u64) / number(before.len() as u64);
            assert!((row["leaving_moved_over_all"].parse::<f64>().unwrap() - part).abs() < 1e-12, "{algorithm}: {member}");
            let gained = |to: &str| {
                moved.iter().filter(|key| after[**key] == to).fold((0, 0), |(load, keys), key| (load + loads[*key], keys + 1))
            };
            let most = left.iter().map(|member| gained(name(member))).max().unwrap_or_default();
            let largest = gained(&row["leaving_largest_receiver"]);
            assert_eq!(largest, most, "{algorithm}: {member}");
            assert_eq!(row["leaving_largest_receiver_keys"], largest.1.to_string(), "{algorithm}: {member}");
        }
    }
    let html = fs::read_to_string(out.join("report.html")).expect("a page");
    assert!(html.contains("How even, by weight") && html.contains("When one member leaves or fails"));
    // The answer comes before what was run, and each member's loss can be searched for.
    let short = html.find("In short: which to take").expect("an answer");
    assert!(short < html.find("What was run").unwrap() && html.contains(&format!("annulus choose --members {list}")));
    let losses = html.split("<h3>When one given member leaves or fails</h3>").nth(1).expect("a table of losses");
    for member in members {
        assert!(losses.contains(&format!(">{}</td>", name(member))), "{member}");
    }
    for words in ["<nav>", "How to read this", "<dt>L2 cache</dt>", "<a href=\"members.csv\""] {
        assert!(html.contains(words), "{words}");
    }
}

#[test]
fn weighted_members_agree_with_locate_before_and_after_each_leaving() {
    agrees(&weighted(), &["ring", "rendezvous", "maglev:slots=1009"]);
}

#[test]
fn equal_members_agree_with_locate_under_every_algorithm() {
    let members: Vec<String> = (0..9).map(|i| format!("cache-{i}")).collect();
    agrees(&members, &ALGORITHMS.split(',').collect::<Vec<_>>());
}

#[test]
fn zones_add_up_and_every_receiver_is_named() {
    let folder = tempfile::tempdir().expect("a folder");
    let list = file(folder.path(), "members.tsv", &(weighted().join("\n") + "\n"));
    let out = folder.path().join("run");
    let run = annulus(&["run", "--members", &list, "--algorithms", "ring,jump", "--out", out.to_str().unwrap()]);
    let said = String::from_utf8_lossy(&run.stdout).into_owned();
    assert!(run.status.success() && said.contains("Left out: jump: `disk-1`, line 2: its weight is 2"), "{said}");
    let members = rows(&out.join("members.csv"));
    let figure = |row: &BTreeMap<String, String>, column: &str| row[column].parse::<f64>().unwrap();
    for zone in rows(&out.join("zones.csv")) {
        let own = members.iter().filter(|row| row["zone"] == zone["zone"]);
        let (keys, wanted) = own.fold((0.0, 0.0), |sum, row| (sum.0 + figure(row, "keys"), sum.1 + figure(row, "wanted_share")));
        assert_eq!(keys, figure(&zone, "keys"));
        assert!((wanted - figure(&zone, "wanted_share")).abs() < 1e-12);
    }
    let leavings = zstd::decode_all(fs::File::open(out.join("leaving.csv.zst")).unwrap()).unwrap();
    let leavings: Vec<BTreeMap<String, String>> =
        csv::Reader::from_reader(leavings.as_slice()).deserialize().map(Result::unwrap).collect();
    for member in &members {
        let received =
            leavings.iter().filter(|row| row["leaving"] == member["member"]).map(|row| figure(row, "keys")).sum::<f64>();
        assert_eq!(received, figure(member, "leaving_moved_keys"), "{}", member["member"]);
    }
    // The folder has what it takes to run again.
    assert_eq!(fs::read_to_string(out.join("members.tsv")).unwrap(), weighted().join("\n") + "\n");
}

#[test]
fn one_member_is_measured_and_never_leaves() {
    let folder = tempfile::tempdir().expect("a folder");
    let list = file(folder.path(), "members.tsv", "only\n");
    let out = folder.path().join("run");
    let run = annulus(&["run", "--members", &list, "--algorithms", "ring,modulo", "--out", out.to_str().unwrap()]);
    assert!(run.status.success(), "{}", String::from_utf8_lossy(&run.stderr));
    assert!(rows(&out.join("members.csv")).iter().all(|row| row["leaving_moved_keys"].is_empty() && row["keys"] == "1000000"));
}

#[test]
fn what_cannot_be_measured_is_named_and_leaves_nothing_behind() {
    let folder = tempfile::tempdir().expect("a folder");
    let members = file(folder.path(), "members.tsv", "a\nb\t2\n");
    let bad = file(folder.path(), "bad.tsv", "a\nb\tx\n");
    let keys = file(folder.path(), "keys.tsv", "k\t1\nl\tmany\n");
    let out = folder.path().join("run");
    let out = out.to_str().unwrap();
    for (arguments, says) in [
        (vec!["--members", &bad], "bad.tsv, line 2: has the weight `x`"),
        (
            vec!["--members", &members, "--keys", &keys],
            "keys.tsv, line 2: has the load `many`; give a whole number after the tab",
        ),
        (vec!["--members", &members, "--nodes", "3"], "cannot be used with"),
        (vec!["--members", &members, "--algorithms", "rink"], "--algorithms: "),
        (vec!["--members", "-", "--keys", "-"], "--members and --keys are both standard input"),
        (vec!["--members", &members, "--algorithms", "jump"], "nothing was measured"),
    ] {
        let run = annulus(&[&["run", "--out", out][..], &arguments].concat());
        let said = String::from_utf8_lossy(&run.stderr).into_owned();
        // What was read is told first, where it could be read.
        let errors = said.lines().filter(|line| !line.contains(" members of total weight ")).count();
        assert!(!run.status.success() && said.contains(says) && errors == 1, "{arguments:?}: {said}");
    }
}
