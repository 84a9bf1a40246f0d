//! Parameters of an algorithm, as its text gives them: `points=1000,memory=2GB`.

use std::fmt;

use crate::bytes::Bytes;

/// The word for the memory limit. It is no parameter of the mapping and serves every algorithm.
const MEMORY: &str = "memory";

/// Parameters as the command line gives them: `points=1000`, each taken once.
#[derive(Debug, Default)]
pub struct Parameters(Vec<(String, String)>);

impl Parameters {
    /// # Errors
    /// What is no parameter, or is there twice.
    pub(crate) fn parse(text: &str) -> Result<Self, String> {
        let mut parameters = Self::default();
        for item in text.split(',') {
            let (name, value) = item.split_once('=').ok_or_else(|| format!("`{item}` is no parameter; write name=value"))?;
            if parameters.0.iter().any(|(given, _)| given == name) {
                return Err(format!("`{name}` is there twice; give it once"));
            }
            parameters.0.push((name.to_owned(), value.to_owned()));
        }
        Ok(parameters)
    }

    /// Takes the number that the parameter `name` has, if it is given.
    ///
    /// # Errors
    /// It is no number.
    pub fn take(&mut self, name: &str) -> Result<Option<u32>, String> {
        let number = |value: String| {
            value.parse().map_err(|_| format!("`{value}` of `{name}={value}` is no number from 0 to {}", u32::MAX))
        };
        self.take_text(name).map(number).transpose()
    }

    /// Takes the text that the parameter `name` has, if it is given.
    pub fn take_text(&mut self, name: &str) -> Option<String> {
        let position = self.0.iter().position(|(given, _)| given == name)?;
        Some(self.0.remove(position).1)
    }

    /// Takes the memory limit, if one is given.
    ///
    /// # Errors
    /// It is no size.
    pub(crate) fn take_memory(&mut self) -> Result<Option<Bytes>, String> {
        self.take_text(MEMORY).map(|value| value.parse()).transpose()
    }

    /// The name of the first that nobody has taken.
    pub(crate) fn first(&self) -> Option<&str> {
        self.0.first().map(|(name, _)| name.as_str())
    }
}

/// Those that nobody has taken, in the order in which they were given.
impl fmt::Display for Parameters {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (at, (name, value)) in self.0.iter().enumerate() {
            let comma = if at == 0 { "" } else { "," };
            write!(f, "{comma}{name}={value}")?;
        }
        Ok(())
    }
}

/// The text of the algorithm `key` with this memory limit: what a message tells to write.
pub(crate) fn with_memory(key: &str, limit: Bytes) -> String {
    let before = if key.contains(':') { ',' } else { ':' };
    format!("{key}{before}{MEMORY}={limit}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_is_taken_once_and_the_others_keep_their_order() {
        let mut parameters = Parameters::parse("a=1,memory=4GB,b=x/y,c=3").unwrap();
        assert_eq!(parameters.take_memory(), Ok(Some(Bytes(4_000_000_000))));
        assert_eq!(parameters.to_string(), "a=1,b=x/y,c=3");
        assert_eq!((parameters.take("a"), parameters.take("a"), parameters.take_memory()), (Ok(Some(1)), Ok(None), Ok(None)));
        assert_eq!(parameters.take_text("b").as_deref(), Some("x/y"));
        assert_eq!((parameters.first(), parameters.to_string().as_str()), (Some("c"), "c=3"));
    }

    #[test]
    fn what_a_message_tells_to_write_is_read_as_such() {
        assert_eq!(with_memory("ring", Bytes(5_000_000_000)), "ring:memory=5GB");
        assert_eq!(with_memory("ring:points=1000", Bytes(1 << 30)), "ring:points=1000,memory=1GiB");
    }
}
