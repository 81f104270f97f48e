//! Turns `locales/` into Rust: a type with a function for each text. A key that one language lacks, or
//! that the others do not have, ends the build.

use std::{env, fs, path::PathBuf};

use leptos_i18n_parser::parse_locales::{
    options::{Config, FileFormat, ParseOptions},
    parse_locales,
};

/// The first one is shown to whoever asks for none of them.
const LANGUAGES: [&str; 2] = ["en", "de"];
const FILES: [&str; 11] = [
    "account",
    "billing",
    "chat",
    "common",
    "dates",
    "error",
    "mail",
    "pricing",
    "shortcuts",
    "site",
    "status",
];

fn main() -> Result<(), Box<dyn std::error::Error>> {
    println!("cargo::rerun-if-changed=locales");
    println!("cargo::rerun-if-changed=build.rs");
    let options = ParseOptions::new().file_format(FileFormat::Toml);
    let config = Config::new(LANGUAGES[0])?
        .add_locales(&LANGUAGES[1..])?
        .add_namespaces(FILES)?
        .parse_options(options);
    let parsed = parse_locales(None, config)?;
    let code = leptos_i18n_codegen::gen_code(&parsed, None, true, None, false)?;
    let out = PathBuf::from(env::var_os("OUT_DIR").ok_or("cargo sets OUT_DIR")?);
    fs::write(out.join("texts.rs"), code.to_string())?;
    Ok(())
}
