//! All words of the interface stand in `locales`, in every language.
#![cfg(test)]

use std::{
    collections::BTreeSet,
    fs,
    path::{Path, PathBuf},
};

use serde_json::Value;

const LANGUAGES: [&str; 3] = ["en", "de", "fr"];

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

/// Every key with the placeholders of its text: `clients.count {matching} {total}`.
fn keys(language: &str) -> BTreeSet<String> {
    let mut keys = BTreeSet::new();
    for entry in fs::read_dir(root().join("locales").join(language)).unwrap() {
        let path = entry.unwrap().path();
        let namespace = path.file_stem().unwrap().to_string_lossy().into_owned();
        collect(
            &namespace,
            &serde_json::from_str(&fs::read_to_string(&path).unwrap()).unwrap(),
            &mut keys,
        );
    }
    keys
}

fn collect(name: &str, value: &Value, keys: &mut BTreeSet<String>) {
    match value {
        Value::Object(entries) => {
            for (key, value) in entries {
                collect(&format!("{name}.{key}"), value, keys);
            }
        }
        Value::String(text) => {
            assert!(!text.trim().is_empty(), "{name} is empty");
            let mut placeholders: Vec<&str> = text
                .split("{{")
                .skip(1)
                .filter_map(|rest| rest.split("}}").next())
                .map(str::trim)
                .collect();
            placeholders.sort_unstable();
            keys.insert(format!("{name} {placeholders:?}"));
        }
        other => panic!("{name} is no text: {other}"),
    }
}

#[test]
fn every_language_has_the_same_texts() {
    let english = keys("en");
    assert!(!english.is_empty());
    for language in LANGUAGES {
        let keys = keys(language);
        let missing: Vec<_> = english.difference(&keys).collect();
        let surplus: Vec<_> = keys.difference(&english).collect();
        assert!(
            missing.is_empty() && surplus.is_empty(),
            "{language}: missing {missing:?}, surplus {surplus:?}"
        );
    }
}

#[test]
fn every_text_is_used() {
    let mut sources = String::new();
    for folder in ["app/src", "crates/backend/src"] {
        for file in sources_of(&root().join(folder)) {
            sources.push_str(&fs::read_to_string(file).unwrap());
        }
    }
    // Keys that a macro puts together end with their last part only.
    let unused: Vec<_> = keys("en")
        .into_iter()
        .filter_map(|key| key.split(' ').next().map(str::to_owned))
        .filter(|key| {
            let whole = sources.contains(key.as_str());
            let by_code = key.starts_with("errors.")
                && key
                    .split('.')
                    .nth(1)
                    .is_some_and(|part| sources.contains(&format!("said!({part})")));
            !whole && !by_code
        })
        .collect();
    assert!(unused.is_empty(), "{unused:?}");
}

/// A tag that is followed by a literal with a letter in it: words that no other language can have.
#[test]
fn views_hold_no_words() {
    let mut found = Vec::new();
    for folder in ["app/src/features", "app/src/ui"] {
        for file in sources_of(&root().join(folder)) {
            let source = fs::read_to_string(&file).unwrap();
            for (number, line) in literals_after_tags(&source) {
                found.push(format!("{}:{number}: {line}", file.display()));
            }
        }
    }
    assert!(found.is_empty(), "{found:#?}");
}

fn literals_after_tags(source: &str) -> Vec<(usize, String)> {
    let mut found = Vec::new();
    for (at, _) in source.match_indices('>') {
        let rest = source[at + 1..].trim_start();
        let is_arrow = at > 0 && matches!(&source[at - 1..at], "=" | "-");
        if !is_arrow
            && rest
                .strip_prefix('"')
                .is_some_and(|text| text.starts_with(|c: char| c.is_ascii_alphabetic()))
        {
            let number = source[..at].lines().count();
            found.push((number, rest.lines().next().unwrap_or_default().to_owned()));
        }
    }
    found
}

#[test]
fn the_search_for_words_finds_them() {
    assert_eq!(literals_after_tags("<p>\"Hello\"</p>").len(), 1);
    assert_eq!(literals_after_tags("<p>\n  \"Hello\"</p>").len(), 1);
    assert!(literals_after_tags("<p>\" · \"</p>").is_empty());
    assert!(literals_after_tags("Some(_) => \"de\"").is_empty());
}

/// Element ids: small letters and digits with single hyphens between them.
#[test]
fn ids_are_kebab_case() {
    let mut bad = Vec::new();
    for file in sources_of(&root().join("app/src")) {
        let source = fs::read_to_string(&file).unwrap();
        for (at, _) in source.match_indices(" id=\"").chain(source.match_indices("\nid=\"")) {
            let id: String = source[at + 5..].chars().take_while(|c| *c != '"').collect();
            let kebab = !id.is_empty()
                && id
                    .split('-')
                    .all(|part| !part.is_empty() && part.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit()));
            if !kebab {
                bad.push(format!("{}: {id}", file.display()));
            }
        }
    }
    assert!(bad.is_empty(), "{bad:#?}");
}

fn sources_of(folder: &Path) -> Vec<PathBuf> {
    let mut files = Vec::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            files.extend(sources_of(&path));
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            files.push(path);
        }
    }
    files
}
