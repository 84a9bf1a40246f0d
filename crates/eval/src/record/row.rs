//! One flat row per figure: what the measures write, and all that reports and plots read.

use std::io;

use serde::{Deserialize, Serialize};

use super::status::{Checksum, Status};

/// One measured figure with everything that reproduces it.
///
/// The fields are the columns of `records.csv`, in this order. `value` is the same for one seed, byte for byte, on
/// every machine; whatever is timed or depends on the machine stands only in the trailing `measured_` columns.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Record {
    /// The scenario's name.
    pub scenario: String,
    /// The family of figures: a [`Measure`](super::Measure) of this version, or of another.
    pub measure: String,
    /// The figure within its family: a [`Metric`](super::Metric).
    pub metric: String,
    /// Which of several situations within the measure, most often a [`Case`](super::Case); empty where there is one.
    pub case: String,
    /// The algorithm's key in the registry, or a baseline's.
    pub algorithm: String,
    /// The algorithm's parameters, as `points=160`.
    pub parameters: String,
    /// The hash function of keys and names, as `siphash-1-3`.
    pub hasher: String,
    /// How many nodes.
    pub nodes: u64,
    /// The key set's name.
    pub keys: String,
    /// What the key set holds, by [`KeySet::checksum`](crate::keys::KeySet::checksum); none where keys are random digests, which
    /// the seed and the repetition say.
    #[serde(default)]
    pub keys_checksum: Option<Checksum>,
    /// How many keys were placed.
    pub key_count: u64,
    /// The kind of node names, as `random`.
    pub names: String,
    /// The seed of everything random in this row.
    pub seed: u64,
    /// Which repetition with that seed, from 0: each has node names of its own, and digests of its own, which beyond the first
    /// are the keys hashed under the secret (seed, repetition).
    pub repetition: u32,
    /// The [`Unit`](super::Unit) of all the figures of the row.
    pub unit: String,
    /// The figure, where it depends on nothing but the inputs.
    pub value: Option<f64>,
    /// What theory expects of the figure, in the mean.
    pub expected: Option<f64>,
    /// The lower end of theory's band.
    pub low: Option<f64>,
    /// The upper end of theory's band.
    pub high: Option<f64>,
    /// The name of the law behind `expected`, `low` and `high`.
    pub formula: String,
    /// Whether the figure was had, and whether it is as it must be.
    pub status: Status,
    /// A checksum of the answers behind the figure, where there are answers.
    pub checksum: Option<Checksum>,
    /// The version of this crate.
    pub version: String,
    /// The figure, where it is timed or depends on the machine: a median.
    pub measured_value: Option<f64>,
    /// The lower end of the interval of that median.
    pub measured_low: Option<f64>,
    /// The upper end of the interval of that median.
    pub measured_high: Option<f64>,
    /// The number of sittings that a timed figure is the geometric mean of.
    #[serde(default)]
    pub measured_samples: Option<u32>,
}

/// Writes records as CSV with a header line; floats in their shortest form that reads back the same.
///
/// # Errors
/// What the writer or the CSV encoding reports.
pub fn write_csv(out: impl io::Write, records: &[Record]) -> Result<(), csv::Error> {
    let mut writer = csv::Writer::from_writer(out);
    for record in records {
        writer.serialize(record)?;
    }
    writer.flush()?;
    Ok(())
}

/// Reads records back from CSV.
///
/// # Errors
/// A row that is no record; the error names its line and the field.
pub fn read_csv(input: impl io::Read) -> Result<Vec<Record>, csv::Error> {
    csv::Reader::from_reader(input).into_deserialize().collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn example() -> Record {
        Record {
            scenario: "quick".into(),
            measure: "balance".into(),
            metric: "cv".into(),
            case: String::new(),
            algorithm: "ring".into(),
            parameters: "points=160".into(),
            hasher: "siphash-1-3".into(),
            nodes: 10,
            keys: "a, quoted \"name\"".into(),
            keys_checksum: Some(Checksum(1)),
            key_count: 100,
            names: "random".into(),
            seed: u64::MAX,
            repetition: 0,
            unit: "ratio".into(),
            value: Some(0.1 + 0.2),
            expected: None,
            low: Some(1e-300),
            high: Some(f64::MAX),
            formula: "ring-beta".into(),
            status: Status::Error("moved: 3 keys".into()),
            checksum: Some(Checksum(0xabc)),
            version: "0.1.0".into(),
            measured_value: Some(1.5),
            measured_low: None,
            measured_high: None,
            measured_samples: None,
        }
    }

    #[test]
    fn csv_reads_back_what_was_written() {
        let plain = Record { status: Status::Ok, checksum: None, ..example() };
        let records = [example(), plain];
        let mut bytes = Vec::new();
        write_csv(&mut bytes, &records).unwrap();
        assert_eq!(read_csv(bytes.as_slice()).unwrap(), records);
    }

    #[test]
    fn a_file_from_before_the_checksum_of_keys_can_be_read() {
        let mut bytes = Vec::new();
        write_csv(&mut bytes, &[example()]).unwrap();
        let text = String::from_utf8(bytes).unwrap();
        let older = text.replace(",keys_checksum", "").replace(",0000000000000001", "");
        assert_ne!(older.len(), text.len());
        let expected = Record { keys_checksum: None, ..example() };
        assert_eq!(read_csv(older.as_bytes()).unwrap(), [expected]);
    }

    #[test]
    fn a_bad_cell_is_named_with_its_line() {
        let mut bytes = Vec::new();
        write_csv(&mut bytes, &[example()]).unwrap();
        let text = String::from_utf8(bytes).unwrap().replace("error: moved", "fine: moved");
        let message = read_csv(text.as_bytes()).unwrap_err().to_string();
        assert!(message.contains("line: 2") && message.contains("fine: moved"), "{message}");
    }

    #[test]
    fn machine_dependent_columns_come_last() {
        let mut bytes = Vec::new();
        write_csv(&mut bytes, &[example()]).unwrap();
        let text = String::from_utf8(bytes).unwrap();
        let columns: Vec<&str> = text.lines().next().unwrap().split(',').collect();
        let first = columns.iter().position(|c| c.starts_with("measured_")).unwrap();
        assert_eq!(first, columns.len() - 4);
        assert!(columns[first..].iter().all(|c| c.starts_with("measured_")));
    }
}
