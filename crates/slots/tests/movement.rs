//! No change moves a key that need not move.

mod changes;

use changes::{Moved, moved};

#[test]
fn no_key_moves_needlessly() {
    for (bits, size) in [(10, 20), (16, 300)] {
        for is_weighted in [false, true] {
            let Moved { changes, keys, needless } = moved(bits, size, is_weighted, 100_000, 60);
            assert!(changes > 30 && keys > 1_000, "{changes} changes moved {keys} keys");
            assert_eq!(needless, 0, "of {keys} keys, {bits} bits, {size} consumers, weights: {is_weighted}");
        }
    }
}
