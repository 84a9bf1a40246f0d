//! The structure of `src`: layers, each of which knows those below it alone, and one place for what is known of an algorithm.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

/// The layers from the bottom up, as `src/lib.rs` tells them. A module imports from layers below its own.
const LAYERS: [&[&str]; 9] = [
    &["record", "stats", "progress"],
    &["algorithm"],
    &["textbook", "keys"],
    &["known", "members", "history", "scenario"],
    &["measure", "verify", "fleet", "choose"],
    &["reading"],
    &["plot"],
    &["report"],
    &["cmd"],
];

/// The type names of the algorithms, and the names of those that have no crate.
const FURTHER_NAMES: [&str; 12] = [
    "HashRing",
    "RingKernel",
    "JumpHash",
    "JumpKernel",
    "MaglevKernel",
    "RendezvousKernel",
    "SlotsKernel",
    "CappedSlotsKernel",
    "MultiProbe",
    "multi-probe",
    "modulo",
    "multiprobe",
];

/// A line of a file outside of tests, with its number.
struct Line {
    file: PathBuf,
    number: usize,
    text: String,
}

impl Line {
    /// The module at the top of `src` that the line belongs to; nothing for `lib.rs` and `main.rs`.
    fn module(&self) -> Option<String> {
        let first = self.file.components().next()?.as_os_str().to_string_lossy().into_owned();
        let module = first.strip_suffix(".rs").unwrap_or(&first).to_owned();
        (!["lib", "main"].contains(&module.as_str())).then_some(module)
    }

    /// The code of the line, without a comment that takes all of it.
    fn code(&self) -> &str {
        if self.text.trim_start().starts_with("//") { "" } else { &self.text }
    }

    fn told(&self, what: &str) -> String {
        format!("src/{}:{}: {what}", self.file.display(), self.number)
    }
}

/// All lines of all files but those of tests.
fn lines() -> Vec<Line> {
    let src = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut files = Vec::new();
    collect(&src, &mut files);
    files.sort();
    let texts: Vec<(PathBuf, String)> = files.into_iter().map(|file| (file.clone(), fs::read_to_string(file).unwrap())).collect();
    let of_tests: BTreeSet<PathBuf> = texts.iter().flat_map(|(file, text)| test_files(file, text)).collect();
    let mut lines = Vec::new();
    for (file, text) in texts.iter().filter(|(file, _)| !of_tests.contains(file)) {
        let file = file.strip_prefix(&src).unwrap();
        let outside = outside_of_tests(text).into_iter();
        lines.extend(outside.map(|(number, text)| Line { file: file.to_owned(), number, text: text.to_owned() }));
    }
    assert!(lines.len() > 5_000, "the files were not found");
    lines
}

fn collect(folder: &Path, files: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            collect(&path, files);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            files.push(path);
        }
    }
}

/// The files that a file declares for tests alone.
fn test_files(file: &Path, text: &str) -> Vec<PathBuf> {
    let pairs = text.lines().zip(text.lines().skip(1));
    let declared = pairs.filter(|(before, _)| before.trim() == "#[cfg(test)]").filter_map(|(_, line)| {
        let (_, name) = line.trim().strip_suffix(';')?.split_once("mod ")?;
        Some(file.parent()?.join(format!("{name}.rs")))
    });
    declared.collect()
}

/// The lines of a file that belong to no item for tests. Such an item ends where its own indentation is reached again.
fn outside_of_tests(text: &str) -> Vec<(usize, &str)> {
    let mut outside = Vec::new();
    let mut lines = (1..).zip(text.lines());
    while let Some((number, line)) = lines.next() {
        if line.trim() != "#[cfg(test)]" {
            outside.push((number, line));
            continue;
        }
        let end = format!("{}}}", &line[..line.len() - line.trim_start().len()]);
        let _ = lines.by_ref().find(|(_, line)| **line == end || line.ends_with(';') && !line.starts_with(' '));
    }
    outside
}

/// The words of a line. A hyphen belongs to its word: `ring-beta` is a law that records name, and no algorithm.
fn words(text: &str) -> impl Iterator<Item = String> {
    text.split(|letter: char| !letter.is_alphanumeric() && letter != '-').map(str::to_lowercase)
}

/// The modules at the top that a line of code names, as `crate::one` or `crate::{one, other}`.
fn imports(code: &str) -> impl Iterator<Item = &str> {
    let paths = code.match_indices("crate::").filter_map(|(place, path)| code.get(place + path.len()..));
    paths.flat_map(|path| {
        let list = path.strip_prefix('{').and_then(|list| list.split('}').next());
        list.unwrap_or_else(|| path.split(|letter: char| !letter.is_alphanumeric() && letter != '_').next().unwrap_or_default())
            .split(", ")
            .map(|item| item.split("::").next().unwrap_or_default())
    })
}

#[test]
fn an_algorithm_is_named_in_the_file_of_its_name_and_nowhere_else() {
    // `slots` is a word of every table. So what is looked for are the names of its types.
    let of_crates = annulus::catalogue().into_iter().map(|entry| entry.name.to_lowercase()).filter(|name| name != "slots");
    let names: BTreeSet<String> = of_crates.chain(FURTHER_NAMES.map(str::to_lowercase)).collect();
    let elsewhere = lines().into_iter().filter(|line| line.module().as_deref() != Some("known"));
    let named: Vec<String> = elsewhere
        .flat_map(|line| {
            let found: Vec<String> = words(&line.text).filter(|word| names.contains(word)).collect();
            found.into_iter().map(move |word| line.told(&format!("names `{word}`: {}", line.text.trim())))
        })
        .collect();
    assert!(named.is_empty(), "{} lines name an algorithm outside of src/known:\n{}", named.len(), named.join("\n"));
}

#[test]
fn each_module_imports_from_lower_layers_alone() {
    let layer = |module: &str| LAYERS.iter().position(|layer| layer.contains(&module));
    let mut wrong = Vec::new();
    for line in lines() {
        let Some(module) = line.module() else { continue };
        let Some(own) = layer(&module) else {
            wrong.push(line.told(&format!("`{module}` is in no layer")));
            continue;
        };
        for path in imports(line.code()) {
            if path != module && layer(path).is_none_or(|other| other >= own) {
                wrong.push(line.told(&format!("`{module}` imports `{path}`, which is no lower layer")));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn the_list_of_layers_is_the_one_that_the_crate_shows() {
    let lib = fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("src/lib.rs")).unwrap();
    let shown = lib
        .lines()
        .filter_map(|line| line.strip_prefix("//! ")?.split_once(". ").filter(|(number, _)| number.parse::<u8>().is_ok()));
    let shown: Vec<BTreeSet<&str>> = shown.map(|(_, rest)| rest.split('`').skip(1).step_by(2).collect()).collect();
    assert_eq!(shown, LAYERS.map(|layer| layer.iter().copied().collect()));
}

/// A file as the path of its module: `a/b.rs` and `a/b/mod.rs` are both `a::b`, and `lib.rs` is empty.
fn module_of(file: &Path) -> Vec<String> {
    let path = file.with_extension("");
    let parts = path.components().map(|part| part.as_os_str().to_string_lossy().into_owned());
    parts.filter(|part| !["mod", "lib"].contains(&part.as_str())).collect()
}

/// The modules that a line of code names: by `crate::`, by `super::`, or by the name of a module within its own.
fn modules_named(own: &[String], is_folder: bool, code: &str, modules: &BTreeSet<Vec<String>>) -> Vec<Vec<String>> {
    let mut named = Vec::new();
    // What is seen from where is no import.
    let code = ["pub(in super::super) ", "pub(crate) ", "pub(super) ", "pub "]
        .iter()
        .fold(code.to_owned(), |code, seen| code.replace(seen, ""));
    let code = code.trim_start();
    for path in code.split(|letter: char| !(letter.is_alphanumeric() || "_:{".contains(letter))) {
        let (path, list) = path.split_once('{').map_or((path, None), |(path, item)| (path, Some(item)));
        let rest = code.split_once('{').map_or("", |(_, rest)| rest).trim_end_matches(['}', ';']);
        let items: Vec<&str> = if list.is_some() { rest.split(", ").collect() } else { vec![""] };
        let mut base = own.to_vec();
        let mut parts: Vec<&str> = path.split("::").filter(|part| !part.is_empty()).collect();
        match parts.first() {
            Some(&"crate") => base.clear(),
            Some(&"super") => base.truncate(own.len().saturating_sub(1)),
            // A folder's own file names its parts bare, at the beginning of an import.
            Some(part) if is_folder && code.starts_with("use ") && modules.contains(&[own, &[(*part).to_owned()]].concat()) => {
                parts.insert(0, "self");
            }
            _ => continue,
        }
        parts.remove(0);
        while parts.first() == Some(&"super") {
            base.pop();
            parts.remove(0);
        }
        for item in items {
            let whole = parts.iter().copied().chain(item.split("::").filter(|part| !part.is_empty() && *part != "self"));
            let mut module = base.clone();
            for part in whole {
                let longer = [module.as_slice(), &[part.to_owned()]].concat();
                if !modules.contains(&longer) {
                    break;
                }
                module = longer;
            }
            named.push(module);
        }
    }
    named
}

#[test]
fn no_files_import_one_another_in_a_circle() {
    let lines = lines();
    let files: BTreeMap<Vec<String>, &Path> = lines.iter().map(|line| (module_of(&line.file), line.file.as_path())).collect();
    let modules: BTreeSet<Vec<String>> = files.keys().cloned().collect();
    let mut below: BTreeMap<Vec<String>, BTreeSet<Vec<String>>> = BTreeMap::new();
    for line in &lines {
        let own = module_of(&line.file);
        let is_folder = line.file.ends_with("mod.rs") || line.file.ends_with("lib.rs");
        let named = modules_named(&own, is_folder, line.code(), &modules).into_iter().filter(|module| *module != own);
        below.entry(own.clone()).or_default().extend(named);
    }
    // What imports nothing that is left is taken away, again and again; circles stay.
    while let Some(free) =
        below.iter().find(|(_, named)| named.iter().all(|module| !below.contains_key(module))).map(|(own, _)| own.clone())
    {
        below.remove(&free);
    }
    let left: Vec<String> = below.iter().map(|(own, named)| format!("{own:?} -> {named:?}")).collect();
    assert!(left.is_empty(), "{} files are in circles or above one:\n{}", left.len(), left.join("\n"));
    assert!(modules.len() > 100, "the files were not found");
}
