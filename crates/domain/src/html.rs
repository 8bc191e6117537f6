//! HTML that may be shown as it is.

use serde::{Deserialize, Serialize};

/// HTML without script, style and foreign addresses. The interface sets it as the content of an element, so nothing else may make it: the
/// sanitiser of `backend::notes` does, and its place is the one where clippy lets [`SafeHtml::from_sanitiser`] be called.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct SafeHtml(String);

impl SafeHtml {
    pub fn from_sanitiser(html: String) -> Self {
        Self(html)
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }

    pub fn into_string(self) -> String {
        self.0
    }
}
