//! Detects whether the compiler supports AVX-512. The minimum supported compiler does not.

use std::{env, process::Command};

/// The first minor version of the compiler with AVX-512 in the stable language.
const AVX512: u32 = 89;

fn main() {
    println!("cargo::rerun-if-changed=build.rs");
    println!("cargo::rustc-check-cfg=cfg(annulus_avx512)");
    // If the compiler's version is unknown, assume an old one.
    if minor().is_some_and(|minor| minor >= AVX512) {
        println!("cargo::rustc-cfg=annulus_avx512");
    }
}

/// The compiler's minor version, such as 85 for "rustc 1.85.0 (…)".
fn minor() -> Option<u32> {
    let output = Command::new(env::var_os("RUSTC")?).arg("--version").output().ok()?;
    String::from_utf8(output.stdout).ok()?.split('.').nth(1)?.parse().ok()
}
