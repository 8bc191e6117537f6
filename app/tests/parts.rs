//! A part of a page that the browser does not know by its name leaves the page without script where the server has drawn it.
#![cfg(test)]

use std::{fs, path::Path};

fn sources(folder: &Path, found: &mut Vec<String>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            sources(&path, found);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            found.push(fs::read_to_string(&path).unwrap());
        }
    }
}

/// The word after the comment that begins a use of the macro.
fn names(source: &str) -> impl Iterator<Item = &str> {
    source.split("areas::part! {").skip(1).filter_map(|part| {
        let line = part
            .lines()
            .map(str::trim)
            .find(|line| !line.is_empty() && !line.starts_with("///"))?;
        line.split_once(':').map(|(name, _)| name)
    })
}

#[test]
fn every_part_can_be_loaded_by_its_name() {
    let mut found = Vec::new();
    sources(Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/src")), &mut found);
    let parts: Vec<&str> = found.iter().flat_map(|source| names(source)).collect();
    assert!(parts.len() >= 6, "{parts:?}");
    let areas = include_str!("../src/areas.rs");
    for part in parts {
        assert!(areas.contains(&format!("\"{part}\" => ")), "{part} is not in load_part");
    }
}
