//! What was saved and damaged afterwards: refused, or restored to the very mapping that was saved.

use alloc::{
    format,
    string::{String, ToString},
    vec,
    vec::Vec,
};

use super::subject::{Draws, Outcome, Ring, ensure, mixed, random_digests, weight, worn};
use crate::{ByDigest, Digest, Kernel, NodeIndex, Saved, SipHash};

/// How many consumers are saved.
const CONSUMERS: usize = 12;

/// How many digests are asked of each ring that a damaged save is restored to …
const DIGESTS: usize = 100_000;

/// … and of each whose members, weights and history are those that were saved, in their order: only data was damaged.
const FEW: usize = 1_000;

/// How many damaged saves there were, and what became of them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Damage {
    /// Not read at all.
    pub unreadable: usize,
    /// Read, and refused.
    pub refused: usize,
    /// Restored to the mapping that was saved: the damage was to data, to blanks, or undid itself.
    pub restored: usize,
}

/// Damages what a ring of twelve consumers saved in `turns` ways, by bytes, digits, fields and members, and restores each: none may
/// answer any of 100,000 digests otherwise than the ring that was saved (1,000 where only data was damaged).
///
/// The text is the caller's: `write` makes one of what was saved, in a format for people, and `read` reads it.
///
/// ```
/// use annulus_ring::RingKernel as MyKernel; // yours
/// # #[cfg(feature = "serde")] {
/// use annulus_core::conformance::damage::no_damaged_save_answers_otherwise;
///
/// let damage = no_damaged_save_answers_otherwise(
///     &MyKernel::default(),
///     1_000,
///     |saved| serde_json::to_string(saved).unwrap(),
///     |text| serde_json::from_str(text).ok(),
/// );
/// assert_eq!(damage.map(|damage| damage.unreadable + damage.refused + damage.restored), Ok(1_000));
/// # }
/// ```
///
/// # Errors
/// The damaged text, and the first digest that it answers otherwise.
pub fn no_damaged_save_answers_otherwise<K: Kernel>(
    kernel: &K,
    turns: usize,
    write: impl Fn(&Saved<u64>) -> String,
    read: impl Fn(&str) -> Option<Saved<u64>>,
) -> Result<Damage, String> {
    let ring = worn(kernel, &mixed::<K>(121, CONSUMERS))?;
    let saved = ring.save().map_err(|error| error.to_string())?;
    let (whole, digests) = (write(&saved), random_digests(121, DIGESTS));
    ensure!(read(&whole).as_ref() == Some(&saved), "what was written is not what is read: {whole}");
    let expected = owners(&ring, &digests);
    let (mut draws, mut damage) = (Draws::new(122), Damage::default());
    for _ in 0..turns {
        let text = damaged(&saved, &whole, &write, &mut draws);
        let Some(found) = read(&text) else {
            damage.unreadable += 1;
            continue;
        };
        let asked = if alike_but_for_data(&found, &saved) { FEW } else { DIGESTS };
        match Ring::restore_with(found, kernel.clone(), SipHash::new()) {
            Err(_) => damage.refused += 1,
            Ok(restored) => {
                answers_alike(&owners(&restored, &digests[..asked]), &expected, &digests)
                    .map_err(|what| format!("restored was {text}, which {what}"))?;
                damage.restored += 1;
            }
        }
    }
    Ok(damage)
}

fn alike_but_for_data(one: &Saved<u64>, other: &Saved<u64>) -> bool {
    let members =
        |saved: &Saved<u64>| saved.members.iter().map(|member| (member.name.clone(), member.weight)).collect::<Vec<_>>();
    members(one) == members(other) && one.history == other.history
}

fn answers_alike(found: &[Option<u64>], expected: &[Option<u64>], digests: &[Digest]) -> Outcome {
    match found.iter().zip(expected).position(|(found, expected)| found != expected) {
        None => Ok(()),
        Some(at) => Err(format!("answers the digest {:#x} with {:?} and not {:?}", digests[at], found[at], expected[at])),
    }
}

/// The name of each digest's owner, as a number.
fn owners<K: Kernel>(ring: &Ring<K>, digests: &[Digest]) -> Vec<Option<u64>> {
    let names: Vec<Option<u64>> =
        ring.roster().iter().map(|member| member.name.strip_prefix("consumer-")?.parse().ok()).collect();
    let mut out = vec![NodeIndex::default(); digests.len()];
    ring.locate_batch(digests, &mut out);
    out.into_iter().map(|owner| names.get(owner.as_usize()).copied().flatten()).collect()
}

/// One way of damage, at random.
fn damaged(saved: &Saved<u64>, whole: &str, write: &impl Fn(&Saved<u64>) -> String, draws: &mut Draws) -> String {
    match draws.below(3) {
        0 => write(&changed(saved.clone(), draws)),
        1 => String::from_utf8_lossy(&spoilt(whole.as_bytes().to_vec(), draws)).into_owned(),
        // Where damage is hardest to see: another digit or letter in the place of one.
        _ => other_letter(whole, draws),
    }
}

/// Members and fields that were added, left out, exchanged or renamed.
fn changed(mut saved: Saved<u64>, draws: &mut Draws) -> Saved<u64> {
    let len = saved.members.len();
    let (one, other) = (draws.below(len), draws.below(len));
    match draws.below(10) {
        0 => drop(saved.members.remove(one)),
        1 => saved.members.insert(one, saved.members[other].clone()),
        2 => saved.members.swap(one, other),
        3 => saved.members[one].name = format!("consumer-{}", draws.below(100)),
        4 => saved.members[one].weight = weight(1 + u32::try_from(draws.below(10)).unwrap_or_default()),
        5 => {
            let weight = core::mem::take(&mut saved.members[one].weight);
            saved.members[one].weight = core::mem::replace(&mut saved.members[other].weight, weight);
        }
        6 => saved.members.truncate(one),
        7 => saved.fingerprint ^= 1 << draws.below(64),
        8 => saved.hasher_check ^= 1 << draws.below(64),
        _ => match &mut saved.history {
            Some(history) if draws.below(2) == 0 => history.held.swap(one, other),
            Some(history) => {
                let free = history.freed.len().max(1);
                let (one, other) = (draws.below(free), draws.below(free));
                if one != other {
                    history.freed.swap(one, other);
                }
            }
            None => saved.members[one].data += 1,
        },
    }
    saved
}

/// Bytes that were flipped, left out, repeated or exchanged.
fn spoilt(mut text: Vec<u8>, draws: &mut Draws) -> Vec<u8> {
    for _ in 0..=draws.below(3) {
        let (at, other) = (draws.below(text.len()), draws.below(text.len()));
        match draws.below(6) {
            0 => text[at] ^= 1 << draws.below(8),
            1 => drop(text.remove(at)),
            2 => text.insert(at, text[other]),
            3 => text.swap(at, other),
            4 => {
                let (from, to) = (at.min(other), at.max(other));
                let piece = text[from..to].to_vec();
                text.splice(at..at, piece);
            }
            _ => drop(text.drain(at.min(other)..at.max(other))),
        }
        if text.is_empty() {
            text.push(b'{');
        }
    }
    text
}

/// The text with another digit or letter in the place of one.
fn other_letter(whole: &str, draws: &mut Draws) -> String {
    let mut text = whole.as_bytes().to_vec();
    let places: Vec<usize> = (0..text.len()).filter(|&at| text[at].is_ascii_alphanumeric()).collect();
    let at = places[draws.below(places.len().max(1))];
    text[at] = if text[at].is_ascii_digit() { b'0' } else { b'a' } + u8::try_from(draws.below(10)).unwrap_or_default();
    String::from_utf8_lossy(&text).into_owned()
}
