//! The keys that there are.

use crate::{i18n::tu_string, ui::I18n};

/// A line of the help.
#[derive(Clone, Copy)]
pub struct Entry {
    pub name: Name,
    /// `|` separates what does the same, a space what is pressed one after the other, `+` what is held together. `Mod` is Ctrl or ⌘.
    pub keys: &'static str,
    /// What has to be in the page for the key to do something.
    pub needs: &'static str,
}

#[derive(Clone, Copy)]
pub enum Name {
    Palette,
    Help,
    Interactions,
    Clients,
    Contacts,
    Schedule,
    Close,
    Search,
    Add,
    NextRow,
    PreviousRow,
    OpenRow,
    Edit,
    Next,
    Previous,
    Save,
    AddEntry,
    Today,
    Earlier,
    Later,
    Views,
    Walk,
    MoveTime,
    MoveDay,
    PutDown,
    PlayPause,
    Skip,
    SkipFar,
    Volume,
    Speed,
    Captions,
    FullScreen,
    Hits,
}

/// Where `g` and another key lead: to the link of the navigation with this id.
pub const PLACES: [(&str, &str); 4] = [
    ("i", "nav-interactions"),
    ("s", "nav-schedule"),
    ("c", "nav-clients"),
    ("k", "nav-contacts"),
];

const fn entry(name: Name, keys: &'static str, needs: &'static str) -> Entry {
    Entry { name, keys, needs }
}

pub const EVERYWHERE: [Entry; 7] = [
    entry(Name::Palette, "Mod+K", "#command-palette-button"),
    entry(Name::Interactions, "g i", "#nav-interactions"),
    entry(Name::Schedule, "g s", "#nav-schedule"),
    entry(Name::Clients, "g c", "#nav-clients"),
    entry(Name::Contacts, "g k", "#nav-contacts"),
    entry(Name::Help, "?", "body"),
    entry(Name::Close, "Esc", "body"),
];

pub const HERE: [Entry; 26] = [
    entry(Name::Search, "/", "[aria-keyshortcuts='/']"),
    entry(
        Name::Add,
        "c",
        "[aria-keyshortcuts='c']:not(#schedule-new-button, #watch-captions)",
    ),
    entry(Name::AddEntry, "c", "#schedule-new-button"),
    entry(Name::Walk, "↑|↓|←|→", "#schedule-grid"),
    entry(Name::MoveTime, "Shift+↑|Shift+↓", "#schedule-grid"),
    entry(Name::MoveDay, "Shift+←|Shift+→", "#schedule-grid"),
    entry(Name::PutDown, "Enter", "#schedule-grid"),
    entry(Name::Today, "t", "#schedule-today"),
    entry(Name::Earlier, "p", "#schedule-previous"),
    entry(Name::Later, "n", "#schedule-next"),
    entry(Name::Views, "d|w|m|a", "#schedule-views"),
    entry(Name::Edit, "e", "[aria-keyshortcuts='e']"),
    entry(Name::NextRow, "j|↓", "main .row-link"),
    entry(Name::PreviousRow, "k|↑", "main .row-link"),
    entry(Name::OpenRow, "Enter", "main .row-link"),
    entry(Name::PlayPause, "Space|k", "#watch-video"),
    entry(Name::Skip, "←|→", "#watch-video"),
    entry(Name::SkipFar, "j|l", "#watch-video"),
    entry(Name::Volume, "↑|↓", "#watch-video"),
    entry(Name::Speed, "<|>", "#watch-video"),
    entry(Name::Captions, "c", "#watch-captions"),
    entry(Name::FullScreen, "f", "#watch-video"),
    entry(Name::Hits, "Enter|Shift+Enter", "#transcript-search"),
    entry(Name::Next, "j", "a[aria-keyshortcuts='j']"),
    entry(Name::Previous, "k", "a[aria-keyshortcuts='k']"),
    entry(
        Name::Save,
        "Mod+Enter|Mod+S",
        "main form[method='post'], dialog form[method='post']",
    ),
];

impl Name {
    pub fn text(self, text: I18n) -> &'static str {
        match self {
            Self::Palette => tu_string!(text, keyboard.palette),
            Self::Help => tu_string!(text, keyboard.help),
            Self::Interactions => tu_string!(text, keyboard.go_interactions),
            Self::Clients => tu_string!(text, keyboard.go_clients),
            Self::Contacts => tu_string!(text, keyboard.go_contacts),
            Self::Schedule => tu_string!(text, keyboard.go_schedule),
            Self::Close => tu_string!(text, keyboard.close),
            Self::Search => tu_string!(text, keyboard.search),
            Self::Add => tu_string!(text, keyboard.add),
            Self::NextRow => tu_string!(text, keyboard.next_row),
            Self::PreviousRow => tu_string!(text, keyboard.previous_row),
            Self::OpenRow => tu_string!(text, keyboard.open_row),
            Self::Edit => tu_string!(text, keyboard.edit),
            Self::Next => tu_string!(text, keyboard.next),
            Self::Previous => tu_string!(text, keyboard.previous),
            Self::Save => tu_string!(text, keyboard.save),
            Self::AddEntry => tu_string!(text, keyboard.add_entry),
            Self::Today => tu_string!(text, keyboard.today),
            Self::Earlier => tu_string!(text, keyboard.earlier),
            Self::Later => tu_string!(text, keyboard.later),
            Self::Views => tu_string!(text, keyboard.views),
            Self::Walk => tu_string!(text, keyboard.walk),
            Self::MoveTime => tu_string!(text, keyboard.move_time),
            Self::MoveDay => tu_string!(text, keyboard.move_day),
            Self::PutDown => tu_string!(text, keyboard.put_down),
            Self::PlayPause => tu_string!(text, keyboard.play_pause),
            Self::Skip => tu_string!(text, keyboard.skip),
            Self::SkipFar => tu_string!(text, keyboard.skip_far),
            Self::Volume => tu_string!(text, keyboard.volume),
            Self::Speed => tu_string!(text, keyboard.speed),
            Self::Captions => tu_string!(text, keyboard.captions),
            Self::FullScreen => tu_string!(text, keyboard.full_screen),
            Self::Hits => tu_string!(text, keyboard.hits_step),
        }
    }
}
