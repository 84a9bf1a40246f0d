//! Parameters in a line of configuration: `points=160,memory=4GB`.

use alloc::{borrow::ToOwned, string::String, vec::Vec};
use core::{error::Error, fmt};

use crate::shown::Shown;

/// Parameters parsed from a text. Each can be taken out once.
///
/// ```
/// use annulus::Parameters;
/// let mut parameters = Parameters::parse("points=160,memory=4GB")?;
/// assert_eq!(parameters.take_number("points")?, Some(160));
/// assert_eq!(parameters.first(), Some("memory"));
/// # Ok::<(), annulus::ParameterError>(())
/// ```
#[derive(Clone, Debug, Default)]
pub struct Parameters(Vec<(String, String)>);

impl Parameters {
    /// Parses `name=value` items, separated by commas.
    ///
    /// # Errors
    /// [`ParameterError`] if an item is not `name=value`, or if a name occurs twice.
    pub fn parse(text: &str) -> Result<Self, ParameterError> {
        let mut parameters = Self::default();
        for item in text.split(',') {
            let parts = item.split_once('=').filter(|(name, value)| !name.is_empty() && !value.is_empty());
            let Some((name, value)) = parts else { return Err(ParameterError::Malformed { item: item.to_owned() }) };
            if parameters.0.iter().any(|(given, _)| given == name) {
                return Err(ParameterError::Twice { name: name.to_owned() });
            }
            parameters.0.push((name.to_owned(), value.to_owned()));
        }
        Ok(parameters)
    }

    /// Removes the parameter `name` and returns its value as text, if it is given.
    pub fn take(&mut self, name: &str) -> Option<String> {
        let position = self.0.iter().position(|(given, _)| given == name)?;
        Some(self.0.remove(position).1)
    }

    /// Removes the parameter `name` and returns its value as a number, if it is given.
    ///
    /// # Errors
    /// [`ParameterError`] if the value is not a whole number from 0 to 4294967295.
    pub fn take_number(&mut self, name: &str) -> Result<Option<u32>, ParameterError> {
        let number = |value: String| match value.parse() {
            Ok(number) => Ok(number),
            Err(_) => Err(ParameterError::value(name, value, "write a whole number from 0 to 4294967295")),
        };
        self.take(name).map(number).transpose()
    }

    /// The name of the first parameter not taken yet.
    #[must_use]
    pub fn first(&self) -> Option<&str> {
        self.0.first().map(|(name, _)| name.as_str())
    }
}

/// The parameters not taken yet, in the order given.
impl fmt::Display for Parameters {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (at, (name, value)) in self.0.iter().enumerate() {
            let comma = if at == 0 { "" } else { "," };
            write!(f, "{comma}{name}={value}")?;
        }
        Ok(())
    }
}

/// What is wrong with a parameter, and what to write instead.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum ParameterError {
    /// A text between two commas is not `name=value`.
    Malformed {
        /// That text.
        item: String,
    },
    /// A parameter is given twice.
    Twice {
        /// Its name.
        name: String,
    },
    /// The value is not valid for this parameter.
    Value {
        /// The parameter.
        name: String,
        /// Its value.
        value: String,
        /// What to write.
        write: String,
    },
}

impl ParameterError {
    /// An invalid value. `write` says what to write instead, as an imperative clause.
    pub fn value(name: impl Into<String>, value: impl Into<String>, write: impl Into<String>) -> Self {
        Self::Value { name: name.into(), value: value.into(), write: write.into() }
    }
}

impl fmt::Display for ParameterError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Malformed { item } if item.is_empty() => f.write_str("a parameter is missing; write name=value, as points=160"),
            Self::Malformed { item } => write!(f, "`{}` is no parameter; write name=value, as points=160", Shown(item)),
            Self::Twice { name } => write!(f, "`{}` is there twice; write it once", Shown(name)),
            Self::Value { name, value, write } => write!(f, "`{}={}`: {write}", Shown(name), Shown(value)),
        }
    }
}

impl Error for ParameterError {}

#[cfg(test)]
mod tests {
    use alloc::string::ToString;

    use super::*;

    #[test]
    fn each_is_taken_once_and_the_others_keep_their_order() {
        let mut parameters = Parameters::parse("a=1,memory=4GB,b=x/y,c=3").unwrap();
        assert_eq!(parameters.take("memory").as_deref(), Some("4GB"));
        assert_eq!(parameters.to_string(), "a=1,b=x/y,c=3");
        assert_eq!((parameters.take_number("a"), parameters.take_number("a")), (Ok(Some(1)), Ok(None)));
        assert_eq!(parameters.take("b").as_deref(), Some("x/y"));
        assert_eq!((parameters.first(), parameters.to_string().as_str()), (Some("c"), "c=3"));
        assert_eq!(Parameters::parse("a=1=2").unwrap().take("a").as_deref(), Some("1=2"));
    }
}
