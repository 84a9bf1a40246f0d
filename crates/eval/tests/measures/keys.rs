//! Key sets: patterned, popular, named by a checksum, streamed.

use annulus_eval::Registry;
use annulus_eval::keys::{Input, KeyReader, KeySet, generated};
use annulus_eval::measure::Study;
use annulus_eval::measure::stream::Streamed;
use annulus_eval::progress::Progress;
use annulus_eval::record::Checksum;
use annulus_eval::scenario::{Patterns, Scenario, Synthetic, Zipf};
use annulus_eval::stats::zipf::ZipfLaw;

use crate::study::{measure, no_errors, only_further, rows, values};

#[test]
fn patterned_keys_and_names_lie_as_random_ones_do() {
    let patterns = Some(Patterns { nodes: Vec::new(), keys: 50_000 });
    let records = measure(&Scenario { patterns, ..only_further(&[10]) }, &Registry::builtin());
    no_errors(&records);
    let mut sets: Vec<(&str, &str)> = rows(&records, "jump", "chi_square")
        .filter(|r| r.measure == "patterns")
        .map(|r| (r.keys.as_str(), r.names.as_str()))
        .collect();
    sets.sort_unstable();
    sets.dedup();
    assert_eq!(sets.len(), 15);
    for pattern in ["sequential", "shared-prefix", "ipv4", "uuid", "date"] {
        for set in [(pattern, "random"), ("random-digests", pattern), (pattern, pattern)] {
            assert!(sets.contains(&set), "{set:?}");
        }
    }
}

#[test]
fn the_load_by_request_is_what_the_popularity_makes_it() {
    let zipf = Some(Zipf { nodes: Vec::new(), keys: 100_000, requests: 1_000_000, repetitions: 1, exponents: vec![0.99] });
    let records = measure(&Scenario { zipf, ..only_further(&[10]) }, &Registry::builtin());
    no_errors(&records);
    // The trace's own Σf² is Σp² and 1/requests; the root is within a percent of the law's.
    let expected = rows(&records, "rendezvous", "cv").find(|record| record.measure == "popularity").unwrap().expected.unwrap();
    let law = ZipfLaw::new(100_000, 0.99).unwrap().load_cv(10);
    assert!((expected / law - 1.0).abs() < 0.02, "{expected} {law}");
    for algorithm in ["ring", "jump", "rendezvous", "maglev", "slots", "modulo"] {
        assert!(values(&records, algorithm, "max_over_least", "zipf_0.99").iter().all(|&ratio| ratio >= 1.0));
        let ideal = rows(&records, algorithm, "max_over_mean").find(|record| record.formula == "ideal-placement").unwrap();
        assert!(ideal.low < ideal.expected && ideal.expected < ideal.high, "{ideal:?}");
    }
}

#[test]
fn rows_say_what_their_key_set_holds() {
    let scenario = Scenario { synthetic: Some(Synthetic { digests: 1_000, repetitions: 1, victims: 1 }), ..only_further(&[3]) };
    let run = |keys: &[&str]| {
        let keys = KeySet::new("same-name", keys.iter().copied());
        let study = Study::new(&scenario, scenario.grid(&Registry::builtin()).unwrap(), &keys);
        (study.run(&Progress::hidden()).unwrap(), keys.checksum())
    };
    let (records, checksum) = run(&["a", "b", "c"]);
    assert_ne!(checksum, run(&["a", "b", "d"]).1);
    for record in &records {
        let expected = (record.keys == "same-name").then_some(Checksum(checksum));
        assert_eq!(record.keys_checksum, expected, "{record:?}");
    }
}

#[test]
fn keys_that_are_streamed_have_the_checksum_that_they_have_when_held() {
    let scenario = only_further(&[3]);
    let grid = || scenario.grid(&Registry::builtin()).unwrap();
    let names = generated::strings(1, 0, 300_000);
    let text = names.join("\n");
    let reader = KeyReader::new(Input::Stdin, text.as_bytes()).unwrap();
    let streamed = Streamed::read(&scenario, &grid(), reader, &Progress::hidden()).unwrap();
    let records = streamed.records(&Study::new(&scenario, grid(), streamed.sample())).unwrap();
    let held = KeySet::new("held", names.iter().map(String::as_str)).checksum();
    assert!(records.len() > 10 && records.iter().all(|record| record.keys_checksum == Some(Checksum(held))));
    assert_ne!(streamed.sample().checksum(), held, "the sample is the first of them alone");
}
