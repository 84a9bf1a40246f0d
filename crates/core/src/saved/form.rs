//! The serde form of a saved cluster: 64-bit numbers are text in human-readable formats, and errors say what is wrong.

use alloc::{
    format,
    string::{String, ToString},
    vec::Vec,
};
use core::{fmt, marker::PhantomData};

use serde::{
    Deserialize, Deserializer, Serialize, Serializer,
    de::{Error, IgnoredAny, MapAccess, SeqAccess, Unexpected, Visitor},
    ser::SerializeStruct,
};

use super::{FORMAT, Saved, SavedMember, restore::wrong_format};
use crate::{History, Weight};

/// A 64-bit number: `0x` and 16 digits as text in human-readable formats, a plain number in others.
pub(super) mod word {
    use super::Serializer;

    #[expect(clippy::trivially_copy_pass_by_ref, reason = "serde gives a reference")]
    pub(in super::super) fn serialize<S: Serializer>(word: &u64, to: S) -> Result<S::Ok, S::Error> {
        if to.is_human_readable() { to.collect_str(&format_args!("{word:#018x}")) } else { to.serialize_u64(*word) }
    }
}

/// A 64-bit number as read. A number in place of text is not rejected at once, so that a wrong format version is reported first.
enum Word {
    Is(u64),
    Text(String),
    Number,
}

impl Word {
    fn read<E: Error>(self, field: &str) -> Result<u64, E> {
        let text = match self {
            Self::Is(word) => return Ok(word),
            Self::Text(text) => text,
            Self::Number => {
                return Err(E::custom(format!(
                    "`{field}` is a number, and must be text as it was saved: tools that read such numbers round them; take the original"
                )));
            }
        };
        let digits = text.strip_prefix("0x").filter(|digits| digits.len() == 16 && !digits.starts_with('+'));
        let word = digits.and_then(|digits| u64::from_str_radix(digits, 16).ok());
        word.ok_or_else(|| E::custom(format!("`{field}` is {text:?}, and not 0x and 16 hexadecimal digits")))
    }
}

impl<'de> Deserialize<'de> for Word {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        struct Any;
        impl Visitor<'_> for Any {
            type Value = Word;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("text of 0x and 16 hexadecimal digits")
            }
            fn visit_str<E: Error>(self, text: &str) -> Result<Word, E> {
                Ok(Word::Text(text.to_string()))
            }
            fn visit_u64<E: Error>(self, _: u64) -> Result<Word, E> {
                Ok(Word::Number)
            }
            fn visit_i64<E: Error>(self, _: i64) -> Result<Word, E> {
                Ok(Word::Number)
            }
            fn visit_f64<E: Error>(self, _: f64) -> Result<Word, E> {
                Ok(Word::Number)
            }
        }
        if from.is_human_readable() { from.deserialize_any(Any) } else { u64::deserialize(from).map(Word::Is) }
    }
}

/// A 32-bit integer. `3.0` is accepted: tools that know only floating point write it like that.
struct Whole(u32);

impl<'de> Deserialize<'de> for Whole {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        from.deserialize_u32(Number { least: 0 }).map(Whole)
    }
}

/// Reads an integer in any form.
struct Number {
    /// The least value that the error message calls valid.
    least: u32,
}

impl Visitor<'_> for Number {
    type Value = u32;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "a whole number from {} to {}", self.least, u32::MAX)
    }

    fn visit_u64<E: Error>(self, number: u64) -> Result<u32, E> {
        u32::try_from(number).map_err(|_| E::invalid_value(Unexpected::Unsigned(number), &self))
    }

    fn visit_i64<E: Error>(self, number: i64) -> Result<u32, E> {
        u32::try_from(number).map_err(|_| E::invalid_value(Unexpected::Signed(number), &self))
    }

    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "compared with what it came from")]
    fn visit_f64<E: Error>(self, number: f64) -> Result<u32, E> {
        let whole = number as u32;
        // Compares bits, so that −0.0 is rejected.
        let same = f64::from(whole).to_bits() == number.to_bits();
        if same { Ok(whole) } else { Err(E::invalid_value(Unexpected::Float(number), &self)) }
    }
}

impl<'de> Deserialize<'de> for Weight {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        let weight = from.deserialize_u32(Number { least: 1 })?;
        Self::new(weight).ok_or_else(|| D::Error::invalid_value(Unexpected::Unsigned(weight.into()), &Number { least: 1 }))
    }
}

impl Serialize for History {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        let Self { capacity, held, freed } = self;
        let mut fields = to.serialize_struct("History", 3)?;
        fields.serialize_field("capacity", capacity)?;
        fields.serialize_field("held", held)?;
        fields.serialize_field("freed", freed)?;
        fields.end()
    }
}

impl<'de> Deserialize<'de> for History {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        #[derive(Deserialize)]
        #[serde(rename = "History", deny_unknown_fields)]
        struct Fields {
            capacity: Whole,
            held: Vec<Whole>,
            freed: Vec<Whole>,
        }
        let Fields { capacity: Whole(capacity), held, freed } = Fields::deserialize(from)?;
        let numbers = |list: Vec<Whole>| list.into_iter().map(|Whole(number)| number).collect();
        Ok(Self { capacity, held: numbers(held), freed: numbers(freed) })
    }
}

/// The fields in the order in which they are written.
const FIELDS: &[&str] = &["format", "algorithm", "parameters", "hasher_check", "fingerprint", "history", "members"];

impl<'de, T: Deserialize<'de>> Deserialize<'de> for Saved<T> {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        let by_position = !from.is_human_readable();
        from.deserialize_struct("Saved", FIELDS, SavedVisitor { by_position, data: PhantomData })
    }
}

/// Reads fields in any order. The format version is checked as soon as it is read; fields that differ between formats are checked
/// after.
struct SavedVisitor<T> {
    /// Whether fields may come without their names, as in binary formats.
    by_position: bool,
    data: PhantomData<T>,
}

impl<'de, T: Deserialize<'de>> Visitor<'de> for SavedVisitor<T> {
    type Value = Saved<T>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a saved cluster, which is a map with the fields `format`, `algorithm`, `members` and others")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Saved<T>, A::Error> {
        let mut found = Found::default();
        while let Some(field) = map.next_key::<String>()? {
            match field.as_str() {
                "format" => {
                    let Whole(format) = once(&field, &mut found.format, map.next_value()?)?;
                    check_format(*format)?;
                }
                "algorithm" => drop(once(&field, &mut found.algorithm, map.next_value()?)?),
                "parameters" => drop(once(&field, &mut found.parameters, map.next_value::<Parameters>()?)?),
                "hasher_check" => drop(once(&field, &mut found.hasher_check, map.next_value()?)?),
                "fingerprint" => drop(once(&field, &mut found.fingerprint, map.next_value()?)?),
                "history" => drop(once(&field, &mut found.history, map.next_value()?)?),
                "members" => drop(once(&field, &mut found.members, map.next_value()?)?),
                _ if found.format.is_some() => return Err(A::Error::unknown_field(&field, FIELDS)),
                // It may be a field of another format, whose version has not been read yet.
                _ => {
                    map.next_value::<IgnoredAny>()?;
                    found.unknown.get_or_insert(field);
                }
            }
        }
        found.read()
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut fields: A) -> Result<Saved<T>, A::Error> {
        if !self.by_position {
            return Err(no_cluster("it is a list, and not a map of fields"));
        }
        let mut found = Found::default();
        let Whole(format) = *found.format.insert(fields.next_element()?.ok_or_else(|| no_cluster("it is empty"))?);
        check_format(format)?;
        found.algorithm = fields.next_element()?;
        found.parameters = fields.next_element()?;
        found.hasher_check = fields.next_element()?;
        found.fingerprint = fields.next_element()?;
        found.history = fields.next_element()?;
        found.members = fields.next_element()?;
        found.read()
    }
}

/// Parameters: text, or a number in an earlier format.
enum Parameters {
    Text(String),
    Number,
}

impl<'de> Deserialize<'de> for Parameters {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        if !from.is_human_readable() {
            return String::deserialize(from).map(Self::Text);
        }
        Ok(match Word::deserialize(from)? {
            Word::Text(text) => Self::Text(text),
            Word::Is(_) | Word::Number => Self::Number,
        })
    }
}

/// The fields read so far.
struct Found<T> {
    format: Option<Whole>,
    algorithm: Option<String>,
    parameters: Option<Parameters>,
    hasher_check: Option<Word>,
    fingerprint: Option<Word>,
    history: Option<Option<History>>,
    members: Option<Vec<SavedMember<T>>>,
    unknown: Option<String>,
}

// Not derived, which would require `T: Default`.
impl<T> Default for Found<T> {
    fn default() -> Self {
        Self {
            format: None,
            algorithm: None,
            parameters: None,
            hasher_check: None,
            fingerprint: None,
            history: None,
            members: None,
            unknown: None,
        }
    }
}

impl<T> Found<T> {
    fn read<E: Error>(self) -> Result<Saved<T>, E> {
        let Some(Whole(format)) = self.format else { return Err(no_cluster("it has no field `format`")) };
        if let Some(field) = self.unknown {
            return Err(E::unknown_field(&field, FIELDS));
        }
        let missing = |field| move || E::missing_field(field);
        let algorithm = self.algorithm.ok_or_else(missing("algorithm"))?;
        let parameters = match self.parameters.ok_or_else(missing("parameters"))? {
            Parameters::Text(text) => text,
            Parameters::Number => {
                return Err(E::custom("`parameters` is a number, and must be text as it was saved; take the original"));
            }
        };
        Ok(Saved {
            format,
            algorithm,
            parameters,
            hasher_check: self.hasher_check.ok_or_else(missing("hasher_check"))?.read("hasher_check")?,
            fingerprint: self.fingerprint.ok_or_else(missing("fingerprint"))?.read("fingerprint")?,
            // TOML has no null, and many tools leave nulls out.
            history: self.history.flatten(),
            members: self.members.ok_or_else(missing("members"))?,
        })
    }
}

/// Stores the value of a field, which must not be set yet.
fn once<'a, V, E: Error>(field: &str, place: &'a mut Option<V>, value: V) -> Result<&'a mut V, E> {
    match place {
        Some(_) => Err(E::custom(format!("the field `{field}` stands there twice"))),
        place => Ok(place.insert(value)),
    }
}

fn check_format<E: Error>(format: u32) -> Result<(), E> {
    if format == FORMAT { Ok(()) } else { Err(E::custom(wrong_format(format))) }
}

fn no_cluster<E: Error>(why: &str) -> E {
    E::custom(format!("this is no saved cluster: {why}"))
}
