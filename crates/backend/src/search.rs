//! Looking for names by a part of them.

/// An `ILIKE` pattern for text that holds `search` as it was typed.
pub(crate) fn pattern(search: &str) -> String {
    let search: String = search.trim().chars().filter(|c| !c.is_control()).take(100).collect();
    let literal = search.replace('\\', r"\\").replace('%', r"\%").replace('_', r"\_");
    format!("%{literal}%")
}
