//! `annulus digests`: what stands for the keys of a run.

use std::io::{self, Write};
use std::path::Path;

use annulus_core::Digest;
use clap::Args;

use super::draw::{Draw, number_within};
use super::error::Error;
use super::terminal::{print, stream};
use crate::keys::patterns::Pattern;
use crate::keys::{KeySet, Secret, generated};
use crate::scenario::EMBEDDED_KEYS;

/// Prints the digests (hashes of keys) that a run placed, one a line in 16 hexadecimal digits, as `annulus locate --digests` reads them
///
/// With --count they are random numbers. Otherwise they are hashes of the keys of --keys, under the secret of the repetition; a key
/// that occurs twice counts once.
#[derive(Debug, Args)]
#[command(after_help = AFTER_HELP)]
pub(super) struct Digests {
    #[command(flatten)]
    draw: Draw,
    /// How many random digests to print. For a row of records.csv whose column `keys` says random-digests, give its `key_count`
    #[arg(long, value_name = "K", allow_hyphen_values = true, value_parser = count)]
    count: Option<u64>,
    /// The digests of the keys of a file, one a line, plain, gzip or zstd; - for standard input
    #[arg(long, value_name = "FILE", default_value = EMBEDDED_KEYS, conflicts_with = "count")]
    keys: String,
    /// The digests of --count keys with a pattern: sequential, shared-prefix, ipv4, uuid, date
    #[arg(long, value_name = "PATTERN", requires = "count", conflicts_with = "repetition")]
    pattern: Option<Pattern>,
    /// Prints the key and a tab before each digest
    #[arg(long)]
    with_keys: bool,
    /// Adds a tab and the number of requests to each random digest. R is the number of requests in all. Needs --exponent
    #[arg(long, value_name = "R", requires_all = ["count", "exponent"], conflicts_with = "pattern", value_parser = count)]
    requests: Option<u64>,
    /// How unequal the requests are: the digest of rank r is asked for in proportion to r^-S
    #[arg(long, value_name = "S", requires = "requests", allow_hyphen_values = true, value_parser = exponent)]
    exponent: Option<f64>,
    /// Prints the secret of the repetition instead, as `annulus locate --hash` takes it
    #[arg(long, conflicts_with_all = ["count", "keys", "pattern", "with_keys", "requests"])]
    secret: bool,
}

const AFTER_HELP: &str = "Examples:
  annulus digests --repetition 5 > digests.txt
  annulus digests --repetition 5 --keys my-keys.txt.zst --with-keys
  annulus digests --repetition 2 --count 1000000
  annulus digests --repetition 5 --secret          (siphash:k0=1,k1=5)
  annulus digests --count 100000 --requests 200000 --exponent 0.99

Keys are hashed by SipHash-1-3: in repetition 0 with the secret k0 = k1 = 0, in
repetition R with k0 = the seed and k1 = R.";

fn count(text: &str) -> Result<u64, String> {
    number_within(text, 1..=u64::from(u32::MAX))
}

fn exponent(text: &str) -> Result<f64, String> {
    let number = text.parse().ok().filter(|number| (0.0..=10.0).contains(number));
    number.ok_or_else(|| "give a number from 0 to 10".to_owned())
}

impl Digests {
    pub(super) fn execute(&self) -> Result<(), Error> {
        let Draw { seed, repetition } = self.draw;
        if self.secret {
            return print(&format!("{}\n", Secret::of(seed, repetition)));
        }
        let count = self.count.map(|count| usize::try_from(count).unwrap_or(usize::MAX));
        match (count, self.pattern) {
            (Some(count), Some(pattern)) => {
                let texts = pattern.texts(seed, count);
                self.of_keys(&KeySet::new(pattern.name(), texts.iter().map(String::as_str)))
            }
            (Some(_), None) if self.with_keys => {
                Err(Error::Usage("--with-keys: random digests have no keys; leave it out, or give --keys for --count".to_owned()))
            }
            (Some(count), None) => self.random(count),
            (None, _) if self.keys == EMBEDDED_KEYS => self.of_keys(&KeySet::embedded()?),
            (None, _) => self.of_keys(&KeySet::load(Path::new(&self.keys))?),
        }
    }

    fn of_keys(&self, keys: &KeySet) -> Result<(), Error> {
        let digests = keys.digests(Secret::of(self.draw.seed, self.draw.repetition).hasher());
        stream(|out| {
            for (key, &digest) in keys.iter().zip(&digests) {
                if self.with_keys {
                    write!(out, "{key}\t")?;
                }
                line(out, digest)?;
            }
            Ok(())
        })
    }

    fn random(&self, count: usize) -> Result<(), Error> {
        let Draw { seed, repetition } = self.draw;
        let mut digests = generated::all_digests(seed, repetition).take(count);
        let (Some(requests), Some(exponent)) = (self.requests, self.exponent) else {
            return stream(|out| digests.try_for_each(|digest| line(out, digest)));
        };
        let requests = generated::requests(seed, repetition, count, requests, exponent)
            .map_err(|error| Error::Usage(format!("--exponent has {exponent}: {error}; give a smaller one")))?;
        stream(|out| digests.zip(requests).try_for_each(|(digest, asked)| writeln!(out, "{:016x}\t{asked}", digest.bits())))
    }
}

fn line(out: &mut dyn Write, digest: Digest) -> io::Result<()> {
    writeln!(out, "{:016x}", digest.bits())
}
