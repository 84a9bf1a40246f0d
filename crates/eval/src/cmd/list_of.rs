//! Lists on the command line.

use crate::known::EXAMPLES;

use super::error::Error;

/// A whole number of an option.
pub(super) fn number(option: &str, text: &str) -> Result<u64, Error> {
    text.parse().map_err(|_| {
        let digits = text.trim_start_matches(['-', '+']);
        let is_number = !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit());
        let wrong =
            if is_number { "out of range; give one up to 18446744073709551615" } else { "no whole number; give one such as 10" };
        Error::Usage(format!("{option} has `{text}`, which is {wrong}"))
    })
}

/// Splits a list of the command line at commas.
pub(super) fn split_list<'a>(option: &str, text: &'a str, example: &str) -> Result<Vec<&'a str>, Error> {
    let items: Vec<&str> = text.split(',').map(str::trim).collect();
    if items.iter().any(|item| item.is_empty()) {
        return Err(Error::Usage(format!("{option} `{text}` has an empty item; give a list such as {example}")));
    }
    Ok(items)
}

/// Splits a list of algorithms at commas, other than those between the parameters of one: `a:points=1000,memory=2GB,b` names
/// two.
pub(super) fn split_algorithms(option: &str, text: &str) -> Result<Vec<String>, Error> {
    let mut algorithms: Vec<String> = Vec::new();
    for item in split_list(option, text, &EXAMPLES.pair())? {
        let is_parameter = item.contains('=') && !item.contains(':');
        match algorithms.last_mut() {
            Some(last) if is_parameter && last.contains(':') => *last = format!("{last},{item}"),
            _ => algorithms.push(item.to_owned()),
        }
    }
    Ok(algorithms)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn commas_between_parameters_of_one_algorithm_divide_no_list() {
        for (text, expected) in [
            ("ring", vec!["ring"]),
            ("ring, jump", vec!["ring", "jump"]),
            ("ring:points=1000,memory=2GB,jump", vec!["ring:points=1000,memory=2GB", "jump"]),
            ("jump:memory=1GB,ring:memory=2GB, points=7", vec!["jump:memory=1GB", "ring:memory=2GB,points=7"]),
            // What belongs to no algorithm is refused as one.
            ("ring,points=7", vec!["ring", "points=7"]),
        ] {
            assert_eq!(split_algorithms("--algorithms", text).unwrap(), expected, "{text}");
        }
        assert!(split_algorithms("--algorithms", "ring,,jump").is_err());
    }
}
