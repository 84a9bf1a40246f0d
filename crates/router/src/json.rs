//! A saved ring as JSON, with a check of every byte.

use std::{error::Error, fmt};

use annulus_core::{KeyHasher, Saved, SipHash};
use serde::{Deserialize, Serialize, de::DeserializeOwned};
use serde_json::value::RawValue;

/// The version of the form around the saved ring.
const FORMAT: u32 = 1;

/// The form: a version, a check of the text of `saved`, and that text.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Form<'a> {
    router: u32,
    check: String,
    #[serde(borrow)]
    saved: &'a RawValue,
}

/// The version alone, of a form that may be another.
#[derive(Deserialize)]
struct Version {
    router: Option<u32>,
}

/// The check of a text: its hash, which finds damage and no forgery.
fn check_of(text: &str) -> String {
    format!("{:#018x}", SipHash::new().hash(text.as_bytes()))
}

/// A saved ring as JSON.
///
/// ```
/// use annulus::{HashRing, SipHash};
/// use annulus_router::{read_json, write_json};
///
/// let caches = HashRing::from_consumers([("a", "10.0.0.1".to_string()), ("b", "10.0.0.2".to_string())])?;
/// let text = write_json(&caches.save()?)?;
///
/// let saved = read_json::<String>(text.as_bytes(), 1_000_000)?;
/// let restored = HashRing::restore(saved, SipHash::new())?; // a `Box<dyn Ring>`: `Spec::of(&saved)?.restore(saved)`
/// assert_eq!(restored.fingerprint(), caches.fingerprint());
///
/// let error = read_json::<String>(text.replace("10.0.0.1", "10.0.0.7").as_bytes(), 1_000_000).unwrap_err();
/// assert!(error.to_string().contains("is not as it was written"));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// The object has the fields `router` (1), `check` (a hash of the text of `saved`) and `saved`, which is
/// [`Saved`] as serde writes it. So data is checked too, which the fingerprint in `Saved` does not cover.
///
/// # Errors
/// [`JsonError::Unreadable`] if the data cannot be written as JSON.
pub fn write_json<T: Serialize>(saved: &Saved<T>) -> Result<String, JsonError> {
    let saved = serde_json::value::to_raw_value(saved).map_err(JsonError::unreadable)?;
    let form = Form { router: FORMAT, check: check_of(saved.get()), saved: &saved };
    serde_json::to_string(&form).map_err(JsonError::unreadable)
}

/// The saved ring in this text, of at most `most_bytes` bytes. See [`write_json`].
///
/// Takes memory in proportion to the text, which nothing in the text can raise. The ring itself is built by
/// `restore`, or by `restore_within` with a limit of its own.
///
/// # Errors
/// [`JsonError`] if the text is too long, no JSON, another format, or not as it was written.
pub fn read_json<T: DeserializeOwned>(text: &[u8], most_bytes: usize) -> Result<Saved<T>, JsonError> {
    if text.len() > most_bytes {
        return Err(JsonError::TooLong { limit: most_bytes });
    }
    let form: Form<'_> = match serde_json::from_slice(text) {
        Ok(form) => form,
        // A later form may have other fields: its version says more than their names.
        Err(error) => match serde_json::from_slice(text) {
            Ok(Version { router: Some(found) }) if found != FORMAT => return Err(JsonError::Format { found }),
            _ => return Err(JsonError::unreadable(error)),
        },
    };
    if form.router != FORMAT {
        return Err(JsonError::Format { found: form.router });
    }
    if form.check != check_of(form.saved.get()) {
        return Err(JsonError::Damaged);
    }
    serde_json::from_str(form.saved.get()).map_err(JsonError::unreadable)
}

/// Why a text is no saved ring.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum JsonError {
    /// It is longer than the caller allows.
    TooLong {
        /// The most bytes allowed.
        limit: usize,
    },
    /// It has another format.
    Format {
        /// The format's version.
        found: u32,
    },
    /// It was changed after it was written.
    Damaged,
    /// It is no JSON, or not that of a saved ring with this data.
    Unreadable {
        /// What is wrong, and where.
        why: Box<str>,
    },
}

impl JsonError {
    #[expect(clippy::needless_pass_by_value, reason = "for `map_err`")]
    fn unreadable(error: serde_json::Error) -> Self {
        Self::Unreadable { why: error.to_string().into() }
    }
}

impl fmt::Display for JsonError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::TooLong { limit } => {
                write!(f, "the saved ring is longer than {limit} bytes; allow more if it may have that many consumers")
            }
            Self::Format { found } => {
                write!(
                    f,
                    "the saved ring has format {found}, and this release reads {FORMAT}; read it with the release that wrote it"
                )
            }
            Self::Damaged => f.write_str("the saved ring is not as it was written; restore an unchanged copy"),
            Self::Unreadable { why } => write!(f, "this is no saved ring: {why}"),
        }
    }
}

impl Error for JsonError {}
