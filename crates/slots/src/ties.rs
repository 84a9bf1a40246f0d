//! Forced ties: consumers of few different orders, so that several have one word at each slot, at every level.

extern crate std;

use alloc::{format, string::String, vec, vec::Vec};

use annulus_core::{ConsistentHashRing, NodeIndex, Nodes, cost::cost, mix};
use annulus_lanes::Level;

use crate::{
    SlotTable, SlotsKernel, Weight,
    build::fill,
    change::{join, release},
    contest::{Contest, Equal, Weighted, are_equal},
    field::{Field, First, Orders},
    order::{Order, Space},
};

const BITS: u32 = 9;

/// Consumers of these weights. Each has the order of one of three seeds.
struct Tied {
    table: SlotTable<()>,
    orders: Orders,
    /// The ranking of each slot.
    rankings: Vec<Vec<u32>>,
}

impl Tied {
    fn new(weights: &[u32]) -> Self {
        // With the bits for any of these weights.
        let mut table = SlotTable::with_kernel(SlotsKernel::with_bits(16).expect("a number of bits"));
        let names: Vec<String> = (0..weights.len()).map(|node| format!("node-{node}")).collect();
        let weights = weights.iter().map(|&weight| Weight::new(weight).expect("not zero"));
        let mut members = names.iter().zip(weights).map(|(name, weight)| (name.as_str(), weight, ()));
        table.add_consumers(&mut members).expect("room for all");
        let row = |position: u64| Order::of(mix(5, position % 3), Space::new(BITS)).to_row();
        let mut orders = Orders::new();
        orders.refill(vec![[0; 5]; names.len()].into_iter());
        for (position, at) in (0..).zip(0..names.len()) {
            (0..).zip(row(position)).for_each(|(column, number)| orders.set(column, at, number));
        }
        let mut tied = Self { table, orders, rankings: Vec::new() };
        tied.rankings = (0..1 << BITS).map(|slot| tied.ranking(slot)).collect();
        tied
    }

    fn nodes(&self) -> &Nodes {
        self.table.roster().nodes()
    }

    fn field(&self, level: Level) -> Field<'_> {
        Field::new(Space::new(BITS), level, self.nodes(), &self.orders)
    }

    fn ranking(&self, slot: u32) -> Vec<u32> {
        let field = self.field(Level::PORTABLE);
        let mut ranking: Vec<u32> = (0..u32::try_from(field.len()).unwrap()).collect();
        let price = |index: u32, other: u32| {
            let word = field.word(index as usize, field.space.raise(slot));
            u128::from(cost(!word)) * u128::from(field.weight(other as usize))
        };
        ranking.sort_by(|&one, &other| {
            let by_seed = field.seed(one as usize).cmp(&field.seed(other as usize));
            price(one, other).cmp(&price(other, one)).then(by_seed)
        });
        ranking
    }

    fn owners(&self, without: Option<u32>) -> Vec<u32> {
        self.rankings.iter().map(|ranking| if Some(ranking[0]) == without { ranking[1] } else { ranking[0] }).collect()
    }

    /// Builds, lets one consumer go and come again, and compares each time.
    fn check<C: Contest>(&self, contest: C, level: Level) {
        let (field, context) = (self.field(level), format!("{} consumers, {level:?}", self.nodes().len()));
        let mut entries = vec![0_u32; 1 << BITS];
        let bound = fill(field, &mut entries);
        let all = self.owners(None);
        assert_eq!(entries, all, "a build of {context}");
        for (slot, ranking) in (0..).zip(&self.rankings) {
            let first = level.run(First::<C, 3> { field, contest, slot: field.space.raise(slot), closed: None });
            let found: Vec<u32> = first.iter().flatten().map(C::index).collect();
            assert_eq!(found, ranking[..found.len()], "the first of {context} at slot {slot}");
        }
        for gone in 0..u32::try_from(field.len()).unwrap() {
            let mut again = entries.clone();
            release(field, contest, &mut again, gone, gone);
            assert_eq!(again, all, "{gone} gives up and takes again, of {context}");
            // The bound of the table, by which it walks, and one by which it looks at every slot.
            for bound in [bound, f64::MAX] {
                let mut others = self.owners(Some(gone));
                join(field, contest, &mut others, gone, bound);
                assert_eq!(others, all, "{gone} joins, of {context}");
            }
        }
    }

    fn check_all_levels(&self) {
        for level in Level::available() {
            if are_equal(self.nodes()) {
                self.check(Equal(self.nodes()), level);
            }
            self.check(Weighted(self.nodes()), level);
        }
    }
}

#[test]
fn of_equal_words_and_weights_the_least_seed_wins_at_every_level() {
    for size in [2, 4, 7, 20] {
        Tied::new(&vec![1; size]).check_all_levels();
    }
    // Enough for turns at every level.
    Tied::new(&[3; 60]).check_all_levels();
}

#[test]
fn of_equal_words_the_heavier_wins_and_of_equal_prices_the_least_seed_at_every_level() {
    Tied::new(&[1, 1, 1, 2, 1, 1, 2, 3]).check_all_levels();
    let weights: Vec<u32> = (0..60).map(|node| 1 + node / 3 % 4).collect();
    Tied::new(&weights).check_all_levels();
}

/// A cost that is a weight, and the weight that is the cost of the other: unequal weights of exactly one price.
#[test]
fn of_equal_prices_of_unequal_weights_the_least_seed_wins() {
    let tied = Tied::new(&[1, 2]);
    let contest = Weighted(tied.nodes());
    let seed = |index| tied.nodes().seed(NodeIndex::new(index));
    for words in [(3, 40), (0, 1), (7, 8)] {
        let (one, other) = (
            (cost(!words.0), u32::try_from(cost(!words.0)).unwrap(), 0),
            (cost(!words.1), u32::try_from(cost(!words.1)).unwrap(), 1),
        );
        assert_eq!(contest.before(&one, &other), seed(0) < seed(1));
        assert_eq!(contest.before(&other, &one), seed(1) < seed(0));
        let lighter = (one.0, one.1 - 1, 0);
        assert!(contest.before(&other, &lighter) && !contest.before(&lighter, &other));
    }
}

/// The key of any word is below its ceiling, and by little.
#[test]
#[expect(clippy::cast_possible_truncation, reason = "a random word")]
fn keys_and_ceilings_are_about_the_price() {
    const WEIGHTS: [u32; 3] = [1, 3, 1000];
    let mut table = SlotTable::with_kernel(SlotsKernel::with_bits(24).expect("a number of bits"));
    for (node, &weight) in WEIGHTS.iter().enumerate() {
        table.add_weighted_consumer(&format!("node-{node}"), Weight::new(weight).expect("not zero"), ()).expect("room for it");
    }
    let contest = Weighted(table.roster().nodes());
    let words = (0..200_000).map(|i| mix(1, i) as u32 >> (i % 32)).chain([0, 1, 2, 1 << 31, u32::MAX - 1, u32::MAX]);
    for (at, word) in words.enumerate() {
        let index = at as u32 % 3;
        let key = Weighted::key(contest.scale(index as usize), word);
        let (ceiling, of_key) = (contest.ceiling(&contest.rank(index, word)), contest.ceiling_of_key(index, key));
        assert!(
            key <= ceiling && ceiling <= of_key,
            "word {word}, weight {}: {key}, {ceiling}, {of_key}",
            WEIGHTS[index as usize]
        );
        let price = f64::from(f32::from_bits(ceiling));
        if word > 1 << 20 && word < 1 << 31 {
            assert!(of_key != u32::MAX || word > 0x7f00_0000, "word {word} is not decided");
            assert!(f64::from(f32::from_bits(key)) > price * 0.98, "word {word}");
        }
    }
}
