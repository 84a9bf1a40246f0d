//! The scenarios that are compiled in.

/// The scenarios that are compiled in, by name.
pub(super) const EMBEDDED: [(&str, &str); 5] = [
    ("standard", include_str!("../../scenarios/standard.toml")),
    ("quick", include_str!("../../scenarios/quick.toml")),
    ("full", include_str!("../../scenarios/full.toml")),
    ("million", include_str!("../../scenarios/million.toml")),
    ("paper", include_str!("../../scenarios/paper.toml")),
];

/// What was most likely meant by a name that is none of them, for messages; nothing where none is near.
pub(super) fn meant(name: &str) -> String {
    /// As near as clap wants the options that it suggests.
    const NEAR: f64 = 0.7;
    let near = EMBEDDED.iter().map(|(known, _)| (strsim::jaro(known, name), known)).filter(|(near, _)| *near > NEAR);
    let nearest = near.max_by(|one, other| one.0.total_cmp(&other.0));
    nearest.map_or_else(String::new, |(_, known)| format!("; did you mean `{known}`?"))
}

/// Their names, for messages.
pub(super) fn embedded_names() -> String {
    EMBEDDED.map(|(name, _)| name).join(", ")
}
