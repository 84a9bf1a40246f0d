//! An algorithm with the parameters that a text gives.

use annulus::{Bytes, Hash, ParameterError, Parameters};

use super::definition::Algorithm;

impl Algorithm {
    /// The same with the parameters that `text` gives: `points=1000,hash=xxh3,memory=2GB`.
    pub(crate) fn configured_by(&self, text: &str) -> Result<Self, String> {
        let whole = format!("{}:{text}", self.key);
        let wrong = |error: ParameterError| format!("`{whole}`: {error}");
        let mut parameters = Parameters::parse(text).map_err(wrong)?;
        let memory = parameters.take("memory").map(|text| memory(&text)).transpose().map_err(wrong)?;
        let mut algorithm = if let Some(grammar) = self.grammar {
            grammar(&whole)?
        } else {
            let hash = parameters.take("hash").map(|word| word.parse::<Hash>()).transpose().map_err(wrong)?;
            let configured = if parameters.first().is_none() { self.clone() } else { self.configured(&mut parameters)? };
            configured.under(hash.unwrap_or_default())?
        };
        algorithm.memory = memory.or(algorithm.memory).or(self.memory);
        Ok(algorithm)
    }

    /// The same with these parameters, all of which it must take.
    fn configured(&self, parameters: &mut Parameters) -> Result<Self, String> {
        let (key, given) = (&self.key, parameters.to_string());
        let text = format!("{key}:{given}");
        let no_such = |name: &str, own: &str| format!("`{text}`: `{key}` has no parameter `{name}`; write {own}hash or memory");
        let Some(configure) = self.configure else { return Err(no_such(parameters.first().unwrap_or_default(), "")) };
        let algorithm = configure(&text, parameters).map_err(|error| format!("`{text}`: {error}"))?;
        match parameters.first() {
            None => Ok(algorithm),
            Some(name) => Err(no_such(name, &format!("parameters as in {}, or ", self.parameters))),
        }
    }

    /// The same under this hash, which then is part of its key and of its parameters.
    pub(crate) fn under(mut self, hash: Hash) -> Result<Self, String> {
        if hash == Hash::default() {
            return Ok(self);
        }
        let Some(hashed) = &self.hashed else {
            return Err(format!("`{}` has a hasher of its own; write it without `hash={hash}`", self.key));
        };
        self.empties = hashed(hash);
        let before = if self.parameters.is_empty() { "" } else { "," };
        self.parameters = format!("{}{before}hash={hash}", self.parameters);
        let before = if self.key.contains(':') { ',' } else { ':' };
        self.key = format!("{}{before}hash={hash}", self.key);
        Ok(self)
    }
}

/// Bytes of memory, as a parameter gives them.
fn memory(text: &str) -> Result<u64, ParameterError> {
    text.parse::<Bytes>().map(|bytes| bytes.0).map_err(|error| ParameterError::value("memory", text, error.to_string()))
}

#[cfg(test)]
mod tests {
    use annulus_core::{Digest, NodeIndex, Refusal, SipHash};

    use std::sync::Arc;

    use annulus_core::Weight;

    use super::*;
    use crate::algorithm::{Registry, SharedHasher};
    use crate::known::Remainder;

    #[test]
    fn an_algorithms_own_limit_goes_before_a_general_one() {
        let registry = Registry::builtin().with_algorithm(Algorithm::of("mine", Remainder).with_memory_limit(8));
        let limit = |text: &str| registry.resolve(text).unwrap().or_memory_limit(9).memory_limit();
        assert_eq!(["ring", "ring:memory=7", "mine", "mine:memory=7"].map(limit), [9, 7, 8, 7]);
    }

    #[test]
    fn any_algorithm_is_measured_under_a_hash_that_its_text_names() {
        let registry = Registry::builtin().with::<Remainder>("mine").with_algorithm(Algorithm::hashed(
            "own",
            Remainder,
            SipHash::with_keys(1, 2),
        ));
        let names: Vec<String> = (0..10).map(|node| format!("node-{node}")).collect();
        let owners = |text: &str| {
            let placement = registry.resolve(text).unwrap().build(&names).unwrap();
            let digests: Vec<Digest> = (0..100).map(Digest::of_id).collect();
            let mut owners = [NodeIndex::default(); 100];
            assert_eq!(placement.locate_batch(&digests, &mut owners), 100);
            owners.map(|owner| placement.ids()[owner.as_usize()])
        };
        for (text, key, parameters) in [
            ("ring:hash=xxh3", "ring:hash=xxh3", "points=160,hash=xxh3"),
            ("maglev:hash=xxh3,slots=5003", "maglev:slots=5003,hash=xxh3", "slots=5003,hash=xxh3"),
            ("mine:hash=xxh3", "mine:hash=xxh3", "hash=xxh3"),
            ("jump:hash=siphash", "jump", ""),
        ] {
            let algorithm = registry.resolve(text).unwrap();
            assert_eq!((algorithm.key(), algorithm.parameters()), (key, parameters));
        }
        assert_ne!(owners("ring"), owners("ring:hash=xxh3"), "points follow from the hash of names");
        assert_eq!(owners("mine"), owners("mine:hash=xxh3"), "a bucket follows from the digest alone");
        let refused = registry.resolve("own:hash=xxh3").unwrap_err();
        assert_eq!(refused, "`own` has a hasher of its own; write it without `hash=xxh3`");
    }

    #[test]
    fn a_limit_holds_for_what_is_built_and_for_what_is_built_again() {
        let names = ["a", "b"].map(str::to_owned);
        let ring = Registry::builtin().resolve("ring:memory=5kB").unwrap();
        // Two nodes of 160 points take four kilobytes, three more than five.
        let built = ring.build(&names).unwrap();
        for mut placement in [built.rebuilt().unwrap(), built] {
            let refused = placement.add(&[("c", 2)]).unwrap_err().reason;
            assert!(matches!(refused, Refusal::TooLarge { limit: 5_000, .. }), "{refused}");
        }
        let mut subject = ring.subject(None);
        subject.add(&[("a", Weight::ONE, 0), ("b", Weight::ONE, 1)]).unwrap();
        let refused = subject.fresh().unwrap().add(&[("c", Weight::ONE, 2)]).unwrap_err().reason;
        assert!(matches!(refused, Refusal::TooLarge { limit: 5_000, .. }), "{refused}");
        let hasher: SharedHasher = Arc::new(SipHash::new());
        assert!(ring.subject(Some(hasher)).add(&[("heavy", Weight::new(9).unwrap(), 0)]).is_err());
    }
}
