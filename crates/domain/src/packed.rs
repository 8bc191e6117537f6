//! What crosses to the browser unopened.

use std::marker::PhantomData;

use serde::{Deserialize, Serialize, de::DeserializeOwned};

/// A value as text. A page carries it whose code need not know its form: the code of whoever opens it does.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Packed<T> {
    text: String,
    #[serde(skip)]
    of: PhantomData<fn() -> T>,
}

impl<T: Serialize + DeserializeOwned + Default> Packed<T> {
    pub fn new(value: &T) -> Self {
        Self {
            text: serde_json::to_string(value).unwrap_or_default(),
            of: PhantomData,
        }
    }

    /// What was packed.
    pub fn open(&self) -> T {
        serde_json::from_str(&self.text).unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_packed_is_opened() {
        let value = vec!["\"<>\u{1F600}".to_owned(), String::new()];
        let packed = Packed::new(&value);
        assert_eq!(packed.open(), value);
        let crossed: Packed<Vec<String>> = serde_json::from_str(&serde_json::to_string(&packed).unwrap()).unwrap();
        assert_eq!(crossed, packed);
    }
}
