//! `annulus plan` from end to end: its figures are what `annulus locate` answers before and after, counted by hand.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::io::Write;
use std::path::Path;
use std::process::{Command, Output, Stdio};

use tempfile::TempDir;

/// The list, and those that weights are for.
const ALGORITHMS: [&str; 5] = ["ring", "rendezvous", "maglev:slots=1009", "jump", "modulo"];
const WEIGHTED: [&str; 3] = ["ring", "rendezvous", "maglev:slots=1009"];

fn annulus(arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_annulus")).args(arguments).output().expect("the program starts")
}

/// What it writes, if all is well.
fn written(arguments: &[&str]) -> String {
    let output = annulus(arguments);
    assert!(output.status.success(), "{arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).expect("text")
}

/// The one line of a refusal, and its exit code.
fn refusal(arguments: &[&str]) -> (String, Option<i32>) {
    let output = annulus(arguments);
    let error = String::from_utf8(output.stderr).expect("text");
    assert_eq!(error.lines().count(), 1, "{arguments:?}: {error}");
    (error, output.status.code())
}

/// A folder with the files of a test.
struct Files(TempDir);

impl Files {
    fn new() -> Self {
        Self(tempfile::tempdir().expect("a folder"))
    }

    fn file(&self, name: &str, text: &str) -> String {
        let path = self.0.path().join(name);
        fs::write(&path, text).expect("a file");
        path.to_str().expect("a plain path").to_owned()
    }

    fn members(&self, name: &str, members: &[Member]) -> String {
        let text: String = members.iter().map(|(name, weight, zone)| format!("{name}\t{weight}\t{zone}\n")).collect();
        self.file(name, &text)
    }

    fn keys(&self) -> String {
        self.file("keys.txt", &(0..3_000).map(|i| format!("user:{i}\n")).collect::<String>())
    }
}

/// Name, weight, zone.
type Member = (String, u32, String);

/// Three change: one leaves from the middle, two join, and with weights one gets heavier and one lighter.
fn change(is_weighted: bool) -> [Vec<Member>; 2] {
    let weight = |i: u32| if is_weighted { 1 + i % 4 } else { 1 };
    let member = |i: u32| (format!("node-{i}"), weight(i), format!("z{}", i % 4));
    let before: Vec<Member> = (0..11).map(member).collect();
    let mut after: Vec<Member> = (0..13).filter(|&i| i != 4).map(member).collect();
    if is_weighted {
        after[2].1 += 3;
        after[3].1 -= 2;
    }
    [before, after]
}

/// The holders of each key by `annulus locate`, in the order of the keys.
fn holders(algorithm: &str, members: &str, keys: &str, more: &[&str]) -> Vec<Vec<String>> {
    let text = written(&[&["locate", "--algorithm", algorithm, "--members", members, "--keys", keys], more].concat());
    text.lines().map(|line| line.split('\t').skip(1).map(str::to_owned).collect()).collect()
}

/// The rows of a table of CSV.
fn rows(text: &str) -> Vec<BTreeMap<String, String>> {
    csv::Reader::from_reader(text.as_bytes()).deserialize().map(|row| row.expect("a row")).collect()
}

fn number(row: &BTreeMap<String, String>, column: &str) -> usize {
    row[column].parse().unwrap_or_else(|_| panic!("{column}: {row:?}"))
}

/// Holds what a plan says of one algorithm to the holders before and after. `reason` says of a flow whether it is needed.
fn agrees(plan: &[&str], holders: &[Vec<Vec<String>>; 2], reason: &dyn Fn(&str, &str) -> bool) {
    let table = |table: &str| rows(&written(&[plan, &["--format", "csv", "--show", table]].concat()));
    let [before, after] = holders;
    let (mut copies, mut keys, mut more, mut flows) = (0, 0, 0, BTreeMap::new());
    let mut counts: BTreeMap<&str, [usize; 2]> = BTreeMap::new();
    for (before, after) in before.iter().zip(after) {
        before.iter().for_each(|node| counts.entry(node).or_default()[0] += 1);
        after.iter().for_each(|node| counts.entry(node).or_default()[1] += 1);
        let gained = after.iter().filter(|node| !before.contains(node)).count();
        copies += gained;
        keys += usize::from(gained > 0);
        more += usize::from(gained > 1);
        if before.len() == 1 && gained == 1 {
            *flows.entry((before[0].clone(), after[0].clone())).or_insert(0) += 1;
        }
    }
    assert!(copies > 0, "{plan:?} moves nothing, so that nothing is tested");
    let moves = &table("moves")[0];
    let seen = ["moved", "keys_moved", "keys_moved_more"].map(|column| number(moves, column));
    assert_eq!(seen, [copies, keys, more], "{plan:?}");
    let least: usize = counts.values().map(|[before, after]| after.saturating_sub(*before)).sum();
    assert_eq!(number(moves, "least_by_count"), least, "{plan:?}");
    assert_eq!(number(moves, "needed") + number(moves, "needless"), copies, "{plan:?}");
    let told = table("flows");
    assert_eq!(told.iter().map(|flow| number(flow, "moved")).sum::<usize>(), copies);
    if before[0].len() == 1 {
        let found: BTreeMap<(String, String), usize> =
            told.iter().map(|flow| ((flow["from"].clone(), flow["to"].clone()), number(flow, "moved"))).collect();
        assert_eq!(found, flows, "{plan:?}");
    }
    for flow in &told {
        assert_eq!(flow["reason"] == "needed", reason(&flow["from"], &flow["to"]), "{plan:?}: {flow:?}");
    }
    for node in table("nodes") {
        let [before, come, gone, after] = ["before", "moved_in", "moved_out", "after"].map(|column| number(&node, column));
        assert_eq!(before + come - gone, after, "{plan:?}: {node:?}");
        assert_eq!([before, after], counts.get(node["node"].as_str()).copied().unwrap_or_default(), "{plan:?}: {node:?}");
    }
}

/// Whether a flow of [`change`] has a reason.
fn reason(is_weighted: bool) -> impl Fn(&str, &str) -> bool {
    move |from, to| {
        let shrinks = from == "node-4" || (is_weighted && from == "node-3");
        shrinks || ["node-11", "node-12"].contains(&to) || (is_weighted && to == "node-2")
    }
}

#[test]
fn a_plan_is_what_locate_answers_before_and_after() {
    let files = Files::new();
    let keys = files.keys();
    for is_weighted in [false, true] {
        let [before, after] = change(is_weighted);
        let (before, after) = (files.members("before.tsv", &before), files.members("after.tsv", &after));
        for algorithm in if is_weighted { &WEIGHTED[..] } else { &ALGORITHMS } {
            let ways: [&[&str]; 3] = [&[], &["--replicas", "3"], &["--replicas", "3", "--spread", "zone"]];
            for more in &ways[..if is_weighted { 3 } else { 2 }] {
                let found = [&before, &after].map(|members| holders(algorithm, members, &keys, more));
                let plan = ["plan", "--before", &before, "--after", &after, "--algorithm", algorithm, "--keys", &keys];
                agrees(&[&plan, *more].concat(), &found, &reason(is_weighted));
            }
        }
    }
}

#[test]
fn a_replay_changes_a_running_router() {
    let files = Files::new();
    let keys = files.keys();
    let [before, after] = change(false);
    // A router that loses its fifth node puts the last into the gap.
    let mut swapped = before.clone();
    swapped.swap_remove(4);
    swapped.extend(after[10..].iter().cloned());
    let swapped = files.members("swapped.tsv", &swapped);
    let (before, after) = (files.members("before.tsv", &before), files.members("after.tsv", &after));
    for algorithm in ALGORITHMS {
        let list = if WEIGHTED.contains(&algorithm) { &after } else { &swapped };
        let found = [&before, list].map(|members| holders(algorithm, members, &keys, &[]));
        let plan = ["plan", "--before", &before, "--after", &after, "--algorithm", algorithm, "--keys", &keys, "--replay"];
        agrees(&plan, &found, &reason(false));
    }
    let told = written(&["plan", "--before", &before, "--after", &after, "--keys", &keys, "--replay"]);
    assert!(told.contains("then the change is made to the running router (--replay)"), "{told}");
}

#[test]
fn a_switch_is_from_one_algorithm_to_another() {
    let files = Files::new();
    let keys = files.keys();
    let members = files.members("members.tsv", &change(true)[0]);
    for switch in [["ring", "rendezvous"], ["ring", "ring:points=320"]] {
        let found = switch.map(|algorithm| holders(algorithm, &members, &keys, &[]));
        let plan = ["plan", "--members", &members, "--switch", switch[0], switch[1], "--keys", &keys];
        agrees(&plan, &found, &|_, _| false);
    }
    let told = written(&["plan", "--members", &members, "--switch", "ring", "rendezvous", "--keys", &keys, "--show", "moves"]);
    assert!(told.contains("ring → rendezvous") && told.contains("nothing would have to move"), "{told}");
}

#[test]
fn listed_keys_are_those_that_move_and_odd_names_are_quoted() {
    let files = Files::new();
    let keys = files.file("odd.txt", "plain\na,b\nsaid \"x\"\ntwice\ntwice\n");
    // From one node to another, so that all move.
    let (before, after) = (files.file("before.tsv", "old, the first\t1\n"), files.file("after.tsv", "the \"new\" one\t1\n"));
    let list = ["plan", "--before", &before, "--after", &after, "--algorithm", "ring", "--list"];
    let names = "\"old, the first\",\"the \"\"new\"\" one\"";
    let expected = ["plain", "\"a,b\"", "\"said \"\"x\"\"\"", "twice", "twice"].map(|key| format!("{key},{names}\n")).concat();
    assert_eq!(written(&[&list[..], &["--keys", &keys]].concat()), format!("key,from,to\n{expected}"));

    // Some of many, from standard input, and of random digests.
    let [before, after] = change(true);
    let (before, after) = (files.members("before.tsv", &before), files.members("after.tsv", &after));
    let keys = files.keys();
    let found = [&before, &after].map(|members| holders("rendezvous", members, &keys, &[]));
    let row = |(key, (before, after)): (usize, (&Vec<String>, &Vec<String>))| {
        (before != after).then(|| format!("user:{key},{},{}\n", before[0], after[0]))
    };
    let expected: String = found[0].iter().zip(&found[1]).enumerate().filter_map(row).collect();
    let list = ["plan", "--before", &before, "--after", &after, "--algorithm", "rendezvous", "--list"];
    let mut program = Command::new(env!("CARGO_BIN_EXE_annulus"))
        .args([&list[..], &["--keys", "-"]].concat())
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the program starts");
    program.stdin.take().expect("a pipe").write_all(&fs::read(&keys).expect("the keys")).expect("room");
    let output = program.wait_with_output().expect("an end");
    assert!(String::from_utf8_lossy(&output.stdout) == format!("key,from,to\n{expected}"));
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert_eq!(said, format!("annulus: rendezvous: {} of 3,000 keys move\n", expected.lines().count()));

    let digests: BTreeSet<String> = written(&["digests", "--count", "500"]).lines().map(str::to_owned).collect();
    let listed = written(&[&list[..], &["--count", "500"]].concat());
    let listed: Vec<&str> = listed.lines().skip(1).map(|line| line.split(',').next().expect("a key")).collect();
    assert!(listed.len() > 50 && listed.iter().all(|key| digests.contains(*key)), "{listed:?}");
}

#[test]
fn sizes_move_with_their_keys_and_a_folder_has_everything() {
    let files = Files::new();
    let [before, after] = change(true);
    let (before, after) = (files.members("before.tsv", &before), files.members("after.tsv", &after));
    // Every tenth key stands twice; together they have the size of both.
    let sized: String = (0..3_000).map(|i| format!("user:{}\t{}\n", if i % 10 == 9 { i - 1 } else { i }, 1 + i % 7)).collect();
    let mut sizes: BTreeMap<String, u64> = BTreeMap::new();
    for line in sized.lines() {
        let (key, size) = line.split_once('\t').expect("two fields");
        *sizes.entry(key.to_owned()).or_default() += size.parse::<u64>().expect("a number");
    }
    let (sized, plain) = (
        files.file("sized.tsv", &sized),
        files.file("plain.txt", &sizes.keys().map(|key| format!("{key}\n")).collect::<String>()),
    );
    let found = [&before, &after].map(|members| holders("ring", members, &plain, &[]));
    let moved = sizes.iter().zip(found[0].iter().zip(&found[1])).filter(|(_, (before, after))| before != after);
    let (keys, size) = moved.fold((0, 0), |(keys, sum), ((_, size), _)| (keys + 1, sum + size));
    let out = files.0.path().join("out");
    let plan = ["plan", "--before", &before, "--after", &after, "--keys", &sized, "--out", out.to_str().expect("a plain path")];
    let told = written(&plan);
    assert!(
        told.contains("jump (refused)") && told.contains("jump: cannot place the members before: `node-1`: its weight is 2"),
        "{told}"
    );
    let table = |name: &str| rows(&fs::read_to_string(out.join(name)).expect("a file"));
    let algorithms = table("algorithms.csv");
    let ring = algorithms.iter().find(|row| row["algorithm"] == "ring").expect("a row");
    assert_eq!([number(ring, "moved"), number(ring, "moved_load")], [keys, usize::try_from(size).unwrap()]);
    assert_eq!(number(ring, "load"), usize::try_from(sizes.values().sum::<u64>()).unwrap());
    for node in table("nodes.csv") {
        let [before, come, gone, after] =
            ["load_before", "load_in", "load_out", "load_after"].map(|column| number(&node, column));
        assert_eq!(before + come - gone, after, "{node:?}");
    }
    let of_flows: usize =
        table("flows.csv").iter().filter(|flow| flow["algorithm"] == "ring").map(|flow| number(flow, "load")).sum();
    assert_eq!(of_flows, number(ring, "moved_load"));
    let jump = algorithms.iter().find(|row| row["algorithm"] == "jump").expect("a row");
    assert!(jump["status"].starts_with("cannot place the members before: `node-1`") && jump["moved"].is_empty());
    assert_eq!(fs::read(out.join("before.tsv")).unwrap(), fs::read(&before).unwrap());
    let page = fs::read_to_string(out.join("report.html")).expect("a page");
    assert!(page.contains("What moves") && page.contains("class=\"panel\"") && out.join("report.md").is_file());
    let picture = fs::read_to_string(out.join("plots/flows.svg")).expect("a picture");
    assert!(picture.contains("node-4, leaves") && picture.contains("node-2, gets heavier") && !picture.contains("NaN"));
    assert_eq!(fs::read(out.join("plots/flows.png")).unwrap()[1..4], *b"PNG");
    // Taken line by line, the same sizes move, though more lines.
    let streamed = written(&[&plan[..7], &["--stream", "--algorithm", "ring", "--show", "moves", "--format", "csv"]].concat());
    let streamed = &rows(&streamed)[0];
    assert_eq!((number(streamed, "keys"), number(streamed, "moved_load")), (3_000, usize::try_from(size).unwrap()));
}

/// Five steps: nodes join, one is drained and comes back heavier, one leaves, one joins again.
const HISTORY: &str = "time,event,node,capacity,zone
2026-01-01,join,a,1.5,eu
2026-01-01,join,b,3,us
2026-01-01,join,c,1.5,eu
2026-01-02,weight,a,0,
2026-01-02,join,d,4.5,us
2026-01-03,leave,b,,
2026-01-03,weight,a,3,
2026-01-04,join,b,1.5,eu
2026-01-05,weight,d,1.5,
2026-01-05,weight,a,1.5,
";

#[test]
fn two_steps_of_a_history_are_the_two_files_of_their_members() {
    let files = Files::new();
    let (keys, history) = (files.keys(), files.file("history.csv", HISTORY));
    let packed = files.0.path().join("history.csv.zst");
    fs::write(&packed, zstd::encode_all(HISTORY.as_bytes(), 3).unwrap()).expect("a file");
    let members = ["a\t1\teu\nb\t2\tus\nc\t1\teu\n", "b\t2\tus\nc\t1\teu\nd\t3\tus\n", "a\t2\teu\nc\t1\teu\nd\t3\tus\n"];
    let members: Vec<String> = members.iter().enumerate().map(|(step, text)| files.file(&format!("{step}.tsv"), text)).collect();
    let rest = ["--keys", &keys, "--show", "flows", "--format", "csv"];
    for (from, to, steps) in [("1", "2", [0, 1]), ("2026-01-01", "@2026-01-03T12:00:00Z", [0, 2]), ("2", "3", [1, 2])] {
        let [before, after] = steps.map(|step: usize| members[step].as_str());
        let expected = written(&[&["plan", "--before", before, "--after", after][..], &rest].concat());
        for file in [history.as_str(), packed.to_str().expect("a plain path")] {
            let found = written(&[&["plan", "--history", file, "--from", from, "--to", to][..], &rest].concat());
            assert_eq!(found, expected, "{from} {to}");
        }
    }
    let nodes = written(&[
        "plan",
        "--history",
        &history,
        "--from",
        "1",
        "--to",
        "2",
        "--algorithm",
        "ring",
        "--show",
        "nodes",
        "--format",
        "csv",
    ]);
    let happens: Vec<(String, String)> = rows(&nodes).iter().map(|row| (row["node"].clone(), row["change"].clone())).collect();
    let expected = [("a", "is drained"), ("b", "stays"), ("c", "stays"), ("d", "joins")];
    assert_eq!(happens, expected.map(|(node, change)| (node.to_owned(), change.to_owned())));
    // By default the last two steps. After them all capacities are equal; the unit is of both sides.
    let told = written(&["plan", "--history", &history, "--keys", &keys, "--show", "moves"]);
    assert!(told.contains("from step 4 (2026-01-04) to step 5 (2026-01-05) of 5 steps"), "{told}");
    assert!(told.contains("Weights: 1 stands for a capacity of 1.5, exactly"), "{told}");
    let given = written(&["plan", "--history", &history, "--unit", "2", "--keys", &keys, "--show", "moves"]);
    assert!(given.contains("1 stands for a capacity of 2; the worst is 33.3 % off"), "{given}");
    // A router that was changed step by step is what a fresh one is, where the order does not count.
    for algorithm in WEIGHTED {
        let plan = ["plan", "--history", &history, "--from", "1", "--to", "4", "--algorithm", algorithm, "--show", "flows"];
        let plan = [&plan[..], &["--keys", &keys, "--format", "csv"]].concat();
        assert_eq!(written(&[&plan[..], &["--replay"]].concat()), written(&plan), "{algorithm}");
    }
}

#[test]
fn a_wrong_history_is_one_line_with_its_line_and_lenient_counts_it() {
    let files = Files::new();
    let head = "time,event,node,capacity\n1,join,a,1\n1,join,b,1\n";
    let tail = "9,join,z,1\n";
    for (row, says, counted) in [
        (
            "1,join,c\n",
            "has 3 columns, and the header has 4; give `time,event,node,capacity`",
            "1 line with a wrong number of columns",
        ),
        (
            "0,join,c,1\n",
            "has the time 0, which is before 1 on line 3; put the rows in the order of time",
            "1 line out of the order of time",
        ),
        ("soon,join,c,1\n", "has the time `soon`; give a number, as 1435004012, or a date", "1 line with a bad time"),
        (
            "2,leave,c,1\n",
            "has the event leave of `c`, which is not there; let it join first",
            "1 line about a node which is not there",
        ),
        ("2,weight,c,1\n", "has the event weight of `c`, which is not there", "1 line about a node which is not there"),
        ("2,join,a,1\n", "joins `a`, which has been there since line 2; write weight", "1 line joining a node which is there"),
        ("2,weight,a,many\n", "has the capacity `many`; give a number that is 0 or more", "1 line with a bad capacity"),
        ("2,drop,a,1\n", "has the event `drop`; give join, leave or weight", "1 line with an unknown event"),
    ] {
        let history = files.file("history.csv", &format!("{head}{row}{tail}"));
        let (error, code) = refusal(&["plan", "--history", &history]);
        assert!(error.contains(&format!("history from {history}, line 4: {says}")), "{error}");
        assert_eq!(code, Some(2), "{error}");
        let output = annulus(&["plan", "--history", &history, "--lenient", "--count", "1000", "--show", "moves"]);
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        assert!(output.status.success() && said.contains(&format!("skipped {counted} (line 4)")), "{said}");
    }
    let headless = files.file("headless.csv", "when,event,node,capacity\n1,join,a,1\n");
    for more in [&[][..], &["--lenient"]] {
        let (error, code) = refusal(&[&["plan", "--history", &headless][..], more].concat());
        assert!(
            error.contains("line 1: has the columns `when,event,node,capacity`; give the header `time,event") && code == Some(2),
            "{error}"
        );
    }
}

#[test]
fn lenient_passes_over_wrong_members_and_keys_too() {
    let files = Files::new();
    let before = files.file("before.tsv", "a\nb\na\nc\t0\n");
    let after = files.file("after.tsv", "a\nb\nc,1\nd\n");
    let keys = files.file("sizes.tsv", "k\t3\nl\t3 kB\nm\n");
    let asked = ["plan", "--before", &before, "--after", &after, "--keys", &keys, "--algorithm", "ring", "--show", "moves"];
    let (error, code) = refusal(&asked);
    assert!(error.contains("before.tsv, line 3: names `a` again") && code == Some(2), "{error}");
    for stream in [&[][..], &["--stream"]] {
        let output = annulus(&[&asked[..], &["--lenient"], stream].concat());
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        assert!(output.status.success(), "{said}");
        for skipped in [
            "before.tsv: skipped 1 line naming a member again (line 3), 1 line with a bad weight (line 4)",
            "after.tsv: skipped 1 line without tabs (line 3)",
            "sizes.tsv: skipped 1 line with a bad load (line 2)",
        ] {
            assert!(said.contains(skipped), "{said}");
        }
    }
}

#[test]
fn what_cannot_be_planned_is_one_line_that_says_what_to_do() {
    let files = Files::new();
    let two = files.file("two.tsv", "a\t1\tx\nb\t1\ty\n");
    let three = files.file("three.tsv", "a\t1\tx\nb\t1\ty\nc\t1\ty\n");
    let bare = files.file("bare.tsv", "a\nb\n");
    let heavy = files.file("heavy.tsv", "a\t2\nb\t1\n");
    let sizes = files.file("sizes.tsv", "k\t3\nl\t3 kB\n");
    let once = files.file("once.csv", "time,event,node,capacity\n1,join,a,1\n");
    let gone = files.file("gone.csv", "time,event,node,capacity\n1,join,a,1\n2,weight,a,0\n");
    let files_of = |after: &'static str| vec!["plan", "--before", "TWO", "--after", after];
    let cases: Vec<(Vec<&str>, &str, i32)> = vec![
        (vec!["plan"], "there is no change: give --before FILE --after FILE, or --history FILE, or --members FILE --switch", 2),
        (vec!["plan", "--before", "TWO"], "--after <FILE>", 2),
        (vec!["plan", "--before", "-", "--after", "-"], "--before and --after are both standard input", 2),
        (
            [files_of("THREE"), vec!["--replicas", "3"]].concat(),
            "--replicas is 3, and there are 2 members before; give --replicas 2",
            2,
        ),
        (
            [files_of("THREE"), vec!["--replicas", "3", "--spread", "zone"]].concat(),
            "--replicas is 3, and there are 2 zones before; give --replicas 2, or leave out --spread zone",
            2,
        ),
        (
            [files_of("BARE"), vec!["--spread", "zone"]].concat(),
            "`a` has no zone after, and --spread zone needs one; write `NAME",
            2,
        ),
        ([files_of("THREE"), vec!["--list"]].concat(), "--list is of one algorithm; name it by --algorithm NAME", 2),
        (
            [files_of("THREE"), vec!["--algorithm", "rign"]].concat(),
            "--algorithm: `rign` names no algorithm; write one of ring",
            2,
        ),
        ([files_of("THREE"), vec!["--keys", "SIZES"]].concat(), "sizes.tsv, line 2: has the load `3 kB`; give a whole number", 2),
        ([files_of("THREE"), vec!["--keys", "SIZES", "--stream"]].concat(), "sizes.tsv, line 2: has the load `3 kB`", 2),
        (
            [files_of("HEAVY"), vec!["--algorithm", "jump", "--list"]].concat(),
            "jump: cannot place the members after: `a`: its weight is 2",
            2,
        ),
        (vec!["plan", "--history", "ONCE"], "once.csv: the history has one step, and a change needs two", 2),
        (vec!["plan", "--history", "GONE"], "there are no members after that could hold keys; give other steps by --from", 2),
        (vec!["plan", "--history", "GONE", "--from", "7"], "--to is step 2; give an earlier step for --from", 2),
        (
            vec!["plan", "--history", "GONE", "--from", "@0"],
            "--from has `@0`, which is no step, and as a time is before the first step; ",
            2,
        ),
        (vec!["plan", "--history", "GONE", "--unit", "0"], "--unit has `0`; give a number above 0", 2),
        (vec!["plan", "--members", "TWO"], "--switch", 2),
        ([files_of("THREE"), vec!["--from", "1"]].concat(), "'--before <FILE>' cannot be used with '--from <STEP>'", 2),
        ([files_of("THREE"), vec!["--members", "TWO"]].concat(), "'--before <FILE>' cannot be used with '--members <FILE>'", 2),
        (vec!["plan", "--history", "."], "history from .: is a directory; give a file with a header and one event a line", 2),
    ];
    let paths = [
        ("TWO", &two),
        ("THREE", &three),
        ("BARE", &bare),
        ("HEAVY", &heavy),
        ("SIZES", &sizes),
        ("ONCE", &once),
        ("GONE", &gone),
    ];
    for (arguments, says, code) in cases {
        let named = |argument: &&str| {
            paths.iter().find(|(name, _)| name == argument).map_or_else(|| (*argument).to_owned(), |(_, path)| (*path).clone())
        };
        let arguments: Vec<String> = arguments.iter().map(named).collect();
        let (error, found) = refusal(&arguments.iter().map(String::as_str).collect::<Vec<_>>());
        assert!(error.contains(says) && found == Some(code), "{arguments:?}: {error}");
    }
}

#[test]
fn the_example_of_the_page_is_what_the_program_prints() {
    let page = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/CHOOSING.md");
    let page = fs::read_to_string(page).expect("the page");
    let files = Files::new();
    let list = |nodes: &mut dyn Iterator<Item = u32>| nodes.map(|i| format!("cache-{i}\n")).collect::<String>();
    let now = files.file("now.txt", &list(&mut (1..=20)));
    let then = files.file("then.txt", &list(&mut (1..=21).filter(|&i| i != 7)));
    let plan = ["plan", "--before", &now, "--after", &then, "--count", "100000"];
    for (title, more) in [
        ("What moves\n", &["--show", "moves"][..]),
        ("The largest flows\n", &["--algorithm", "rendezvous", "--show", "flows", "--top", "3"]),
    ] {
        let printed = written(&[&plan[..], more].concat());
        let (_, table) = printed.split_once(title).expect("the table");
        assert!(page.contains(&format!("```text\n{title}{}\n```", table.trim_end())), "{printed}");
    }
    let replayed = written(&[&plan[..], &["--algorithm", "jump", "--replay", "--show", "moves", "--format", "csv"]].concat());
    assert_eq!(rows(&replayed)[0]["moved_fraction"], "0.0999");
    // The history that the page names can be planned with.
    let history = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/history.csv");
    let history = written(&["plan", "--history", history.to_str().expect("a plain path"), "--count", "1000", "--show", "moves"]);
    assert!(history.contains("of 7 steps") && history.contains("1 stands for a capacity of 32, exactly"), "{history}");
}
