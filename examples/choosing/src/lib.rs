//! Compiles the code of `docs/CHOOSING.md`.

#[cfg(doctest)]
#[doc = include_str!("../../../docs/CHOOSING.md")]
struct Page;
