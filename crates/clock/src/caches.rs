//! The sizes of the caches: from the system if it tells them, or else from walks through memory.

use std::fs;
use std::path::Path;

use crate::floor::Walk;

/// Where Linux tells of the first processor's caches.
const LINUX: &str = "/sys/devices/system/cpu/cpu0/cache";

/// Sizes of the second-level and the third-level cache, in bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Caches {
    /// What a core has for itself.
    pub second: u64,
    /// What cores share; as large as the second if there is none.
    pub third: u64,
    /// Whether the system told, rather than a walk.
    pub is_told: bool,
}

impl Caches {
    /// Of this machine. Takes a tenth of a second if the system does not tell.
    #[must_use]
    pub fn of_this_machine() -> Self {
        Self::told(Path::new(LINUX)).unwrap_or_else(Self::walked)
    }

    /// What files such as `index2/size` say.
    fn told(folder: &Path) -> Option<Self> {
        let (mut second, mut third) = (0, 0);
        for index in fs::read_dir(folder).ok()?.flatten() {
            let read = |name: &str| fs::read_to_string(index.path().join(name)).ok();
            let (Some(level), Some(size)) = (read("level"), read("size").as_deref().and_then(bytes)) else { continue };
            match level.trim() {
                "2" => second = size.max(second),
                "3" => third = size.max(third),
                _ => {}
            }
        }
        (second > 0).then_some(Self { second, third: third.max(second), is_told: true })
    }

    /// Reads take longer with each level that a walk outgrows: a level ends where the time has risen by the factor that
    /// neighbouring levels are apart at least.
    fn walked() -> Self {
        const FACTOR: f64 = 1.8;
        let sizes: Vec<u64> = (16..=27).map(|power| 1 << power).collect();
        let times: Vec<f64> = sizes.iter().map(|&size| Walk::new(size).warmed()).collect();
        let end = |from: usize| {
            let outgrown = (from + 1..sizes.len()).find(|&at| times[at] > FACTOR * times[from]);
            outgrown.map_or(sizes.len() - 1, |at| at - 1)
        };
        let second = end(0);
        let third = end((second + 2).min(sizes.len() - 1));
        Self { second: sizes[second], third: sizes[third], is_told: false }
    }
}

/// Bytes of a text such as `1024K`.
fn bytes(text: &str) -> Option<u64> {
    let text = text.trim();
    let (number, unit) = text.split_at(text.find(|letter: char| !letter.is_ascii_digit()).unwrap_or(text.len()));
    let factor = match unit {
        "" => 1,
        "K" => 1 << 10,
        "M" => 1 << 20,
        _ => return None,
    };
    number.parse::<u64>().ok()?.checked_mul(factor)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_are_read_as_the_system_writes_them() {
        assert_eq!(["1024K\n", "32M", "512"].map(bytes), [Some(1 << 20), Some(32 << 20), Some(512)]);
        assert_eq!(["", "K", "12G"].map(bytes), [None, None, None]);
        assert_eq!(Caches::told(Path::new("/nowhere")), None);
    }

    #[test]
    fn walks_find_caches_in_order() {
        let found = Caches::walked();
        assert!(found.second >= 1 << 16 && found.third >= found.second, "{found:?}");
    }
}
