//! The feature `enterprise` decides which modules there are, and which half of the seam; nothing else asks for it.

use std::{
    fs,
    path::{Path, PathBuf},
};

const FEATURE: &str = "feature = \"enterprise\"";

fn sources(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            sources(&path, found);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            found.push(path);
        }
    }
}

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

fn is_module_or_import(line: &str) -> bool {
    let item = line
        .strip_prefix("pub(crate) ")
        .or(line.strip_prefix("pub "))
        .unwrap_or(line);
    item.starts_with("mod ") || item.starts_with("use ")
}

/// Lines that ask for the feature where they may not.
fn misplaced(path: &Path, text: &str) -> Vec<String> {
    let inside = |folder: &str| path.to_string_lossy().contains(folder);
    let mut lines = text.lines().zip(text.lines().skip(1).chain(Some("")));
    let mut wrong = Vec::new();
    for (line, next) in &mut lines {
        if !line.contains(FEATURE) || inside("backend/src/edition/") {
            continue;
        }
        let of_the_crate = path.ends_with("backend/src/lib.rs") && line.trim() == "not(feature = \"enterprise\"),";
        // What only enterprise modules call is compiled with them.
        let of_the_store = inside("backend/src/store/") && line == "#[cfg(feature = \"enterprise\")]";
        let of_a_module = line.starts_with("#[cfg(") && is_module_or_import(next);
        if !(of_the_crate || of_the_store || of_a_module) {
            wrong.push(format!("{}: {line}", path.display()));
        }
    }
    wrong
}

#[test]
fn editions_differ_by_their_modules_and_at_the_seam() {
    let mut files = Vec::new();
    sources(&root().join("crates/backend/src"), &mut files);
    let wrong: Vec<String> = files
        .iter()
        .flat_map(|path| misplaced(path, &fs::read_to_string(path).unwrap()))
        .collect();
    assert!(wrong.is_empty(), "{wrong:#?}");
    let mut others = Vec::new();
    for folder in [
        "app/src",
        "frontend/src",
        "server/src",
        "crates/domain/src",
        "crates/graph/src",
    ] {
        sources(&root().join(folder), &mut others);
    }
    let asks = |path: &&PathBuf| fs::read_to_string(path).unwrap().contains(FEATURE);
    assert_eq!(others.iter().find(asks), None, "only `backend` knows of editions");
}

#[test]
fn a_question_within_a_function_is_found() {
    let path = Path::new("crates/backend/src/meetings/mod.rs");
    assert_eq!(misplaced(path, "#[cfg(feature = \"enterprise\")]\nmod keep;"), [""; 0]);
    for bad in [
        "    #[cfg(feature = \"enterprise\")]\n    let x = 1;",
        "if cfg!(feature = \"enterprise\") {",
        "#[cfg(feature = \"enterprise\")]\npub fn x() {}",
    ] {
        assert_eq!(misplaced(path, bad).len(), 1, "{bad}");
    }
}
