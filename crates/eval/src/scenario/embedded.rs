//! The scenarios that are compiled in.

/// The scenarios that are compiled in, by name.
pub(super) const EMBEDDED: [(&str, &str); 5] = [
    ("standard", include_str!("../../scenarios/standard.toml")),
    ("quick", include_str!("../../scenarios/quick.toml")),
    ("full", include_str!("../../scenarios/full.toml")),
    ("million", include_str!("../../scenarios/million.toml")),
    ("paper", include_str!("../../scenarios/paper.toml")),
];

/// Their names, for messages.
pub(super) fn embedded_names() -> String {
    EMBEDDED.map(|(name, _)| name).join(", ")
}
