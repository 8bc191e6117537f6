//! Turns `locales/<language>/<namespace>.json` into the module `i18n`, whose keys the compiler checks.

use std::{env, error::Error, fs, path::PathBuf};

use leptos_i18n_codegen::gen_code;
use leptos_i18n_parser::parse_locales::{
    options::{Config, ParseOptions},
    parse_locales,
};

const OTHER_LANGUAGES: [&str; 2] = ["de", "fr"];
const NAMESPACES: [&str; 19] = [
    "common",
    "session",
    "account",
    "portal",
    "clients",
    "contacts",
    "import",
    "interactions",
    "timeline",
    "schedule",
    "appointments",
    "artifacts",
    "watch",
    "audit",
    "settings",
    "availability",
    "live",
    "keyboard",
    "errors",
];

fn main() -> Result<(), Box<dyn Error>> {
    let config = Config::new("en")?
        .add_locales(OTHER_LANGUAGES)?
        .add_namespaces(NAMESPACES)?
        .locales_path("../locales")
        // Texts with values in attributes (`tu_string!`).
        .parse_options(ParseOptions::new().interpolate_display(true));
    let locales = parse_locales(None, config)?;

    println!("cargo::rerun-if-changed=build.rs");
    for path in locales.tracked_files.iter().flatten() {
        println!("cargo::rerun-if-changed={path}");
    }
    for warning in locales.diag.warnings().iter() {
        println!("cargo::warning={warning}");
    }
    for error in locales.diag.errors().iter() {
        println!("cargo::error={error}");
    }

    let folder = PathBuf::from(env::var_os("OUT_DIR").ok_or("cargo sets OUT_DIR")?).join("i18n");
    fs::create_dir_all(&folder)?;
    let code = gen_code(&locales, None, false, None, false)?;
    fs::write(folder.join("mod.rs"), code.to_string())?;
    Ok(())
}
