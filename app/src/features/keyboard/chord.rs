//! Keys as `aria-keyshortcuts` names them.

/// A key that was pressed.
#[derive(Clone, Debug, Default)]
pub struct Chord {
    /// As [`KeyboardEvent.key`](https://w3c.github.io/uievents-key/) names it.
    pub key: String,
    /// Those of `Control`, `Meta`, `Alt` and `Shift` that were held.
    pub held: Vec<&'static str>,
}

impl Chord {
    /// Whether Ctrl or ⌘ was held.
    pub fn is_command(&self) -> bool {
        self.held.iter().any(|held| matches!(*held, "Control" | "Meta"))
    }

    /// Whether it types a character.
    pub fn is_character(&self) -> bool {
        self.key.chars().count() == 1 && !self.held.iter().any(|held| *held != "Shift")
    }

    /// Whether it is one of those that an [`aria-keyshortcuts`](https://www.w3.org/TR/wai-aria-1.2/#aria-keyshortcuts) names.
    pub fn is_among(&self, shortcuts: &str) -> bool {
        shortcuts.split_whitespace().any(|shortcut| self.is(shortcut))
    }

    fn is(&self, shortcut: &str) -> bool {
        let (held, key) = match shortcut.rsplit_once('+') {
            Some((held, key)) => (held.split('+').collect::<Vec<_>>(), key),
            None => (Vec::new(), shortcut),
        };
        // Which signs need Shift differs between keyboards.
        let is_sign = key.chars().count() == 1 && !key.chars().all(|c| c.is_ascii_alphabetic());
        let counts = |modifier: &str| !(is_sign && modifier == "Shift");
        let of = |held: &[&str]| held.iter().filter(|held| counts(held)).count();
        self.key.eq_ignore_ascii_case(key)
            && of(&self.held) == of(&held)
            && held
                .iter()
                .filter(|held| counts(held))
                .all(|wanted| self.held.contains(wanted))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pressed(key: &str) -> Chord {
        Chord {
            key: key.into(),
            ..Chord::default()
        }
    }

    #[test]
    fn a_key_is_found_among_others() {
        assert!(
            pressed("c").is_among("c") && pressed("C").is_among("x c"),
            "also with Caps Lock"
        );
        assert!(!pressed("c").is_among("Control+C") && !pressed("c").is_among("") && !pressed("cc").is_among("c"));
        let control = Chord {
            held: vec!["Control"],
            ..pressed("k")
        };
        assert!(control.is_among("Control+K Meta+K") && !control.is_among("K") && !control.is_character());
        assert!(pressed("Enter").is_among("Enter") && !pressed("Enter").is_character());
    }

    #[test]
    fn signs_may_need_shift_and_letters_may_not() {
        let with_shift = |key| Chord {
            held: vec!["Shift"],
            ..pressed(key)
        };
        assert!(with_shift("?").is_among("?") && with_shift("/").is_among("/") && pressed("/").is_among("/"));
        assert!(!with_shift("C").is_among("c"));
    }
}
