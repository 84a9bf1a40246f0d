//! The tables, each a function that measures and writes it.

use annulus_core::{ByDigest, Cluster, ConsistentHashRing, Digest, Kernel, NodeIndex, SipHash, Weight};
use annulus_maglev::{Maglev, MaglevKernel};
use annulus_rendezvous::Rendezvous;
use annulus_ring::{HashRing, RingKernel};

use crate::fleet::{ALGORITHMS, Fleet, New, digests, fill, fill_weighted, keys, moved, name, owners};
use crate::hashes::{HASHES, busiest_arc};

/// Nodes of a fleet, unless a table says otherwise.
const NODES: usize = 100;
const KEYS: usize = 1_000_000;

/// The table of that name, in Markdown.
pub fn by_name(name: &str) -> Option<String> {
    Some(match name {
        "rolling" => rolling(),
        "points" => points(),
        "burden" => burden(),
        "slots" => slots(),
        "backends" => backends(),
        "hashes" => hashes(),
        "identity" => identity(),
        "weights" => weights(),
        "replicas" => replicas(),
        "skew" => skew(),
        "bounded" => bounded(),
        "switch" => switch(),
        "fixed" => fixed(),
        _ => return None,
    })
}

/// A table of these columns; the first is text and the others figures.
fn table(columns: &[&str], rows: impl IntoIterator<Item = Vec<String>>) -> String {
    let line = |cells: &[String]| format!("| {} |\n", cells.join(" | "));
    let head: Vec<String> = columns.iter().map(|&column| column.to_owned()).collect();
    let rule = format!("|---{}|\n", "|---:".repeat(columns.len() - 1));
    rows.into_iter().fold(line(&head) + &rule, |text, row| text + &line(&row))
}

fn percent(fraction: f64) -> String {
    match fraction {
        0.0 => "0".to_owned(),
        _ if fraction < 0.001 => format!("{:.3} %", fraction * 100.0),
        _ => format!("{:.2} %", fraction * 100.0),
    }
}

/// With commas between thousands.
fn grouped(number: u64) -> String {
    if number < 1000 { number.to_string() } else { format!("{},{:03}", grouped(number / 1000), number % 1000) }
}

fn kilobytes(bytes: u64) -> String {
    format!("{} kB", grouped(bytes / 1000))
}

fn times(ratio: f64) -> String {
    format!("{ratio:.3}")
}

/// Ten times over, the oldest node leaves and a new one joins.
fn rolling() -> String {
    let digests = digests(KEYS);
    let rows = ALGORITHMS.map(|(algorithm, new)| {
        let (mut all, mut needless) = (0.0, 0.0);
        let mut fleet = fill(new(), 0, 0..NODES);
        let mut before = owners(&fleet, &digests);
        for step in 0..20 {
            // Even steps: the oldest leaves; odd ones: another joins.
            let changed = if step % 2 == 0 { step / 2 } else { NODES + step / 2 };
            if fleet.remove_consumer(&name(0, changed)).is_none() {
                fleet = fill(fleet, 0, [changed]);
            }
            let after = owners(&fleet, &digests);
            let moved = moved(&before, &after, &[changed]);
            all += moved.fraction;
            needless += moved.needless;
            before = after;
        }
        vec![algorithm.to_owned(), percent(all), percent(needless), format!("{:.2}", all / (all - needless))]
    });
    table(&["algorithm", "keys moved", "of them needlessly", "moved / needed"], rows)
}

/// How many survivors take over the keys of a node that leaves.
fn burden() -> String {
    const FLEETS: usize = 5;
    let digests = digests(KEYS);
    let rows = [10, 100, 1_000, 10_000].map(|nodes| {
        let victim = nodes / 2;
        let of_algorithm = |new: New| {
            let (mut receivers, mut orphans) = (0, 0);
            for set in 0..FLEETS {
                let mut fleet = fill(new(), set, 0..nodes);
                let before = owners(&fleet, &digests);
                fleet.remove_consumer(&name(set, victim));
                let mut takes = vec![false; nodes];
                for (_, to) in before.iter().zip(owners(&fleet, &digests)).filter(|(from, _)| **from == victim) {
                    takes[to] = true;
                    orphans += 1;
                }
                receivers += takes.into_iter().filter(|&takes| takes).count();
            }
            (receivers as f64 / FLEETS as f64, orphans / FLEETS as u64)
        };
        let found = ALGORITHMS.map(|(_, new)| of_algorithm(new));
        let figures = found.map(|(receivers, _)| format!("{receivers:.0}"));
        // Those of rendezvous, which are as many as the mean up to chance.
        [vec![grouped(nodes as u64), grouped(found[2].1)], figures.to_vec()].concat()
    });
    table(&["nodes", "keys of the one that leaves", "ring", "jump", "rendezvous", "maglev"], rows)
}

/// Points a node, over many sets of names.
fn points() -> String {
    const SETS: usize = 100;
    let rows = [10, 40, 160, 640, 2560].map(|points| {
        let ring = |set| {
            let mut ring = HashRing::with_kernel(RingKernel::with_points(points).expect("there are points"));
            fill_weighted(&mut ring, set, (0..NODES).map(|node| (node, Weight::ONE)));
            ring
        };
        let mut busiest: Vec<f64> = (0..SETS).map(|set| busiest(&ring(set))).collect();
        busiest.sort_by(f64::total_cmp);
        let at = |quantile: usize| times(busiest[SETS * quantile / 100]);
        vec![grouped(points.into()), at(50), at(90), at(99), kilobytes(ring(0).heap_bytes())]
    });
    table(&["points a node", "busiest node, median (× mean)", "one fleet in ten above", "the unluckiest of 100", "memory"], rows)
}

/// The largest exact share over the mean one.
fn busiest<K: Kernel>(cluster: &Cluster<K, usize, SipHash>) -> f64 {
    let shares = cluster.shares().expect("it tells its shares");
    shares.iter().copied().fold(0.0, f64::max) * shares.len() as f64
}

/// Slots of a Maglev table.
fn slots() -> String {
    const FLEETS: usize = 5;
    let digests = digests(KEYS);
    let rows = [1_009, 10_007, 65_537, 655_373, 5_000_011].map(|slots| {
        let table = || Maglev::with_kernel(MaglevKernel::with_slots(slots).expect("it is a prime"));
        let (mut all, mut needless) = (0.0, 0.0);
        for set in 0..FLEETS {
            let mut fleet = fill(Box::new(table()), set, 0..NODES);
            let before = owners(&fleet, &digests);
            fleet.remove_consumer(&name(set, 50));
            let moved = moved(&before, &owners(&fleet, &digests), &[50]);
            all += moved.fraction;
            needless += moved.needless;
        }
        let mut one = table();
        fill_weighted(&mut one, 0, (0..NODES).map(|node| (node, Weight::ONE)));
        let needless_mean = needless / FLEETS as f64;
        vec![
            grouped(slots.into()),
            format!("{:.4}", busiest(&one)),
            percent(needless_mean),
            format!("{:.2}", all / (all - needless)),
            kilobytes(one.heap_bytes()),
        ]
    });
    table(&["slots", "busiest node (× mean)", "keys moved needlessly", "moved / needed", "memory"], rows)
}

/// Slots of a table for many nodes, counted slot by slot.
fn backends() -> String {
    let rows = [100, 300, 1_000, 3_000, 10_000].map(|nodes| {
        let figures = [65_537, 655_373, 5_000_011].map(|slots| {
            let mut table = Maglev::with_kernel(MaglevKernel::with_slots(slots).expect("it is a prime"));
            fill_weighted(&mut table, 0, (0..nodes).map(|node| (node, Weight::ONE)));
            let owners = |table: &Maglev<usize>| -> Vec<u64> {
                let nodes = table.roster().nodes();
                (0..slots).filter_map(|slot| table.kernel().owner_of_slot(nodes, slot)).map(|index| nodes.seed(index)).collect()
            };
            let (before, busiest) = (owners(&table), busiest(&table));
            let victim = name(0, nodes / 2);
            let seed = table.roster().nodes().seed(table.roster().index_of(&victim).expect("it is there"));
            table.remove_consumer(&victim);
            let moved = before.iter().zip(owners(&table)).filter(|(from, to)| *from != to).count();
            let own = before.iter().filter(|&&owner| owner == seed).count();
            [format!("{:.2}", moved as f64 / own as f64), times(busiest)]
        });
        [vec![grouped(nodes as u64)], figures.concat()].concat()
    });
    table(
        &[
            "nodes",
            "65,537 slots: moved / needed",
            "busiest",
            "655,373 slots: moved / needed",
            "busiest",
            "5,000,011 slots: moved / needed",
            "busiest",
        ],
        rows,
    )
}

/// What a hash does to a ring of points that are hashed one by one.
fn hashes() -> String {
    let patterns: [fn(usize) -> String; 3] =
        [|i| format!("node-{i}"), |i| format!("10.0.0.{i}:11211"), |i| format!("{:016x}", annulus_core::mix(7, i as u64))];
    let rows = HASHES.map(|(hash, function)| {
        let busiest = |pattern: fn(usize) -> String| {
            let names: Vec<String> = (1..=NODES).map(pattern).collect();
            format!("{:.2}", busiest_arc(function, &names, 160))
        };
        let mut row = vec![hash.to_owned()];
        row.extend(patterns.map(busiest));
        row
    });
    table(&["hash of `NAME#NUMBER`", "`node-1` …", "`10.0.0.1:11211` …", "random names"], rows)
}

/// The same hundred nodes, known otherwise.
fn identity() -> String {
    let digests = digests(KEYS);
    let rows = ALGORITHMS.map(|(algorithm, new)| {
        let mut fleet = fill(new(), 0, 0..NODES);
        let before = owners(&fleet, &digests);
        let reversed = fill(new(), 0, (0..NODES).rev());
        let reordered = moved(&before, &owners(&reversed, &digests), &[]).fraction;
        // Another address, as other data: the answers name it, and belong to the same node.
        *fleet.consumer_mut(&name(0, 50)).expect("it is there") = 50 + NODES;
        let addresses = owners(&fleet, &digests);
        let nodes: Vec<usize> = addresses.iter().map(|address| address % NODES).collect();
        let readdressed = moved(&before, &nodes, &[]).fraction;
        fleet.remove_consumer(&name(0, 50));
        fleet.add_consumer("cache-0-50-b.example.net", 50).expect("one node fits");
        let renamed = moved(&before, &owners(&fleet, &digests), &[]).fraction;
        vec![algorithm.to_owned(), percent(readdressed), percent(renamed), percent(reordered)]
    });
    table(&["algorithm", "new address as data (`consumer_mut`)", "one node renamed", "list reversed"], rows)
}

/// Ten nodes of each capacity from 1 to 10.
fn weights() -> String {
    let rows = [
        weighted("ring", HashRing::new()),
        weighted("ring, 1,600 points", HashRing::with_kernel(RingKernel::with_points(1_600).expect("there are points"))),
        weighted("rendezvous", Rendezvous::new()),
        weighted("maglev", Maglev::new()),
    ];
    let columns = [
        "algorithm",
        "furthest from its part",
        "of weight 1, furthest",
        "keys moved by 5 → 6",
        "of them needlessly",
        "least possible",
    ];
    table(&columns, rows)
}

fn weighted<K: Kernel + 'static>(label: &str, mut cluster: Cluster<K, usize, SipHash>) -> Vec<String> {
    let weight = |node: usize| Weight::new(1 + node as u32 % 10).expect("it is not zero");
    fill_weighted(&mut cluster, 0, (0..NODES).map(|node| (node, weight(node))));
    let total = cluster.roster().nodes().total_weight() as f64;
    let shares = cluster.shares();
    let worst = |nodes: &mut dyn Iterator<Item = usize>| {
        let Some(shares) = &shares else { return "–".to_owned() };
        let off = |node: usize| (shares[node] * total / f64::from(weight(node).get()) - 1.0).abs();
        percent(nodes.map(off).fold(0.0, f64::max))
    };
    let (any, light) = (worst(&mut (0..NODES)), worst(&mut (0..NODES).step_by(10)));

    let digests = digests(KEYS);
    let mut fleet: Fleet = Box::new(cluster);
    let before = owners(&fleet, &digests);
    fleet.set_weight(&name(0, 4), Weight::new(6).expect("it is not zero")).expect("one more fits");
    let moved = moved(&before, &owners(&fleet, &digests), &[4]);
    let least = 6.0 / (total + 1.0) - 5.0 / total;
    vec![label.to_owned(), any, light, percent(moved.fraction), percent(moved.needless), percent(least)]
}

/// Three replicas; one node leaves.
fn replicas() -> String {
    const REPLICAS: usize = 3;
    let digests = digests(KEYS);
    let sets = |fleet: &Fleet| -> Vec<[usize; REPLICAS]> {
        let of = |&digest: &Digest| {
            let mut found = [NodeIndex::default(); REPLICAS];
            fleet.locate_n(digest, &mut found);
            let mut set = found.map(|index| *fleet.roster().info(index).expect("it was just found"));
            set.sort_unstable();
            set
        };
        digests.iter().map(of).collect()
    };
    let rows = ALGORITHMS.map(|(algorithm, new)| {
        let mut fleet = fill(new(), 0, 0..NODES);
        let before = sets(&fleet);
        fleet.remove_consumer(&name(0, 50));
        let after = sets(&fleet);
        let lost = |(old, new): (&[usize; REPLICAS], &[usize; REPLICAS])| old.iter().filter(|node| !new.contains(node)).count();
        let changes: Vec<usize> = before.iter().zip(&after).map(lost).collect();
        let needed = before.iter().filter(|set| set.contains(&50)).count();
        let repeats = before.iter().filter(|set| set[0] == set[1] || set[1] == set[2]).count();
        let many = changes.iter().filter(|&&lost| lost > 1).count();
        let mut distinct = before.clone();
        distinct.sort_unstable();
        distinct.dedup();
        vec![
            algorithm.to_owned(),
            repeats.to_string(),
            format!("{:.2}", changes.iter().sum::<usize>() as f64 / needed as f64),
            percent(many as f64 / KEYS as f64),
            grouped(distinct.len() as u64),
        ]
    });
    let columns = [
        "algorithm",
        "sets with a repeat",
        "replicas moved / needed",
        "keys with two or more moved",
        "different sets among a million keys",
    ];
    table(&columns, rows)
}

/// Requests by Zipf's law of exponent one over a million keys.
fn skew() -> String {
    let digests = digests(KEYS);
    let all: f64 = (1..=KEYS).map(|rank| 1.0 / rank as f64).sum();
    let mut rows: Vec<Vec<String>> = ALGORITHMS
        .map(|(algorithm, new)| {
            let busiest = |nodes: usize| {
                let fleet = fill(new(), 0, 0..nodes);
                let mut loads = vec![0.0; nodes];
                for (rank, owner) in (1..).zip(owners(&fleet, &digests)) {
                    loads[owner] += 1.0 / f64::from(rank) / all;
                }
                format!("{:.2}", loads.iter().copied().fold(0.0, f64::max) * nodes as f64)
            };
            vec![algorithm.to_owned(), busiest(10), busiest(100), busiest(1000)]
        })
        .into();
    let alone = |nodes: usize| format!("{:.2}", nodes as f64 / all);
    rows.push(vec!["the hottest key alone".to_owned(), alone(10), alone(100), alone(1000)]);
    table(&["requests of the busiest node (× mean)", "10 nodes", "100 nodes", "1,000 nodes"], rows)
}

/// A hundred thousand keys, each to the first node in its order with room.
fn bounded() -> String {
    const PLACED: usize = 100_000;
    let keys: Vec<String> = keys(PLACED).collect();
    let place = |new: New, cap: usize| {
        let fleet = fill(new(), 0, 0..NODES);
        let (mut loads, mut asked, mut overflow) = (vec![0; NODES], 0_usize, 0_usize);
        for key in &keys {
            let mut tries = 0;
            let owner = fleet.find_consumer(key.as_bytes(), &mut |member| {
                tries += 1;
                loads[*member.info] < cap
            });
            loads[*owner.expect("caps leave room").info] += 1;
            asked += tries;
            overflow += usize::from(tries > 1);
        }
        let placed = PLACED as f64;
        [percent(overflow as f64 / placed), format!("{:.3}", asked as f64 / placed)]
    };
    let mean = PLACED / NODES;
    let rows = ALGORITHMS.map(|(algorithm, new)| {
        let [narrow, wide] = [mean + mean / 20, mean + mean / 4].map(|cap| place(new, cap));
        [vec![algorithm.to_owned()], narrow.into(), wide.into()].concat()
    });
    let columns =
        ["algorithm", "cap 1.05: keys not at home", "nodes asked a key", "cap 1.25: keys not at home", "nodes asked a key"];
    table(&columns, rows)
}

/// What a change of algorithm or of parameters moves.
fn switch() -> String {
    let digests = digests(KEYS);
    let ring = |points| -> Fleet { Box::new(HashRing::with_kernel(RingKernel::with_points(points).expect("there are points"))) };
    let maglev = |slots| -> Fleet { Box::new(Maglev::with_kernel(MaglevKernel::with_slots(slots).expect("it is a prime"))) };
    let changes: [(&str, &dyn Fn() -> [Fleet; 2]); 5] = [
        ("ring → rendezvous", &|| [ALGORITHMS[0].1(), ALGORITHMS[2].1()]),
        ("jump → rendezvous", &|| [ALGORITHMS[1].1(), ALGORITHMS[2].1()]),
        ("maglev → rendezvous", &|| [ALGORITHMS[3].1(), ALGORITHMS[2].1()]),
        ("ring, 160 → 320 points", &|| [ring(160), ring(320)]),
        ("maglev, 65,537 → 131,071 slots", &|| [maglev(65_537), maglev(131_071)]),
    ];
    let rows = changes.map(|(label, pair)| {
        let fraction = |nodes: usize| {
            let [before, after] = pair().map(|fleet| owners(&fill(fleet, 0, 0..nodes), &digests));
            percent(moved(&before, &after, &[]).fraction)
        };
        vec![label.to_owned(), fraction(10), fraction(100)]
    });
    table(&["change", "keys moved, 10 nodes", "100 nodes"], rows)
}

/// A ring whose points are shared out again whenever their number a node follows from the number of nodes.
fn fixed() -> String {
    const POINTS: usize = 16_000;
    let digests = digests(KEYS);
    let ring = |points: usize| -> Fleet {
        let points = u32::try_from(points).expect("there are some thousands at most");
        Box::new(HashRing::with_kernel(RingKernel::with_points(points).expect("there are points")))
    };
    let rows = [("160 points a node", true), ("16,000 points in all", false)].map(|(label, is_own)| {
        let points = |nodes: usize| if is_own { 160 } else { POINTS / nodes };
        let joins = |nodes: usize| {
            let [before, after] = [nodes, nodes + 1].map(|nodes| owners(&fill(ring(points(nodes)), 0, 0..nodes), &digests));
            let moved = moved(&before, &after, &[nodes]);
            format!("{:.2}", moved.fraction / (moved.fraction - moved.needless))
        };
        vec![label.to_owned(), joins(10), joins(100), joins(1000)]
    });
    table(&["one node joins a ring: keys moved / needed", "10 nodes", "100 nodes", "1,000 nodes"], rows)
}
