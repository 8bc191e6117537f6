//! What the palette offers: places, actions, and what the server found.

use domain::PaletteHits;
use icondata_core::Icon as IconData;
use leptos::prelude::*;

use crate::{
    i18n::tu_string,
    paths,
    ui::{I18n, icon_named},
};

#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Group {
    Places,
    Actions,
    Clients,
    Contacts,
    Interactions,
}

impl Group {
    /// In the order in which they are shown, and made by [`found`] and [`commands`].
    pub const ALL: [Self; 5] = [
        Self::Clients,
        Self::Contacts,
        Self::Interactions,
        Self::Actions,
        Self::Places,
    ];

    pub fn name(self, text: I18n) -> &'static str {
        match self {
            Self::Places => tu_string!(text, keyboard.places),
            Self::Actions => tu_string!(text, keyboard.actions),
            Self::Clients => tu_string!(text, common.clients),
            Self::Contacts => tu_string!(text, clients.contacts),
            Self::Interactions => tu_string!(text, timeline.title),
        }
    }
}

#[derive(Clone)]
pub struct Item {
    pub group: Group,
    pub icon: IconData,
    pub label: String,
    pub detail: String,
    pub does: Does,
}

#[derive(Clone)]
pub enum Does {
    Open(String),
    /// Clicks what answers to this selector.
    Click(&'static str),
    Help,
}

/// Selectors of what the page has to have for an action.
const ADD: &str = "main [aria-keyshortcuts='c']:not(#schedule-new-button)";
const EDIT: &str = "main [aria-keyshortcuts='e']";
const SIGN_OUT: &str = "#sign-out-button";

/// What is offered without the server's help, on this page and for this person. Called when the palette opens.
pub fn commands(text: I18n) -> Vec<Item> {
    let has = |selector: &str| document().query_selector(selector).is_ok_and(|found| found.is_some());
    let item = |group, icon, label: &str, does| Item {
        group,
        icon,
        label: label.to_owned(),
        detail: String::new(),
        does,
    };
    let mut items = Vec::new();
    let mut add = |selector: &'static str, icon, label: &str| {
        if has(selector) {
            items.push(item(Group::Actions, icon, label, Does::Click(selector)));
        }
    };
    add(ADD, icondata_lu::LuPlus, tu_string!(text, interactions.add));
    add(EDIT, icondata_lu::LuPencil, tu_string!(text, keyboard.edit));
    if has("#nav-schedule") {
        items.push(item(
            Group::Actions,
            icondata_lu::LuCalendarPlus,
            tu_string!(text, keyboard.add_entry),
            Does::Open(paths::new_entry()),
        ));
    }
    items.push(item(
        Group::Actions,
        icondata_lu::LuKeyboard,
        tu_string!(text, keyboard.help),
        Does::Help,
    ));
    if has(SIGN_OUT) {
        let label = tu_string!(text, common.sign_out);
        items.push(item(
            Group::Actions,
            icondata_lu::LuLogOut,
            label,
            Does::Click(SIGN_OUT),
        ));
    }
    for (icon, label, path) in [
        (
            icondata_lu::LuListTree,
            tu_string!(text, timeline.title),
            paths::INTERACTIONS,
        ),
        (
            icondata_lu::LuCalendarDays,
            tu_string!(text, schedule.title),
            paths::SCHEDULE,
        ),
        (
            icondata_lu::LuBuilding2,
            tu_string!(text, common.clients),
            paths::CLIENTS,
        ),
        (
            icondata_lu::LuInbox,
            tu_string!(text, appointments.title),
            paths::REQUESTS,
        ),
        (icondata_lu::LuUserCog, tu_string!(text, common.profile), paths::PROFILE),
    ] {
        items.push(item(Group::Places, icon, label, Does::Open(path.to_owned())));
    }
    items
}

/// Those whose label holds all the words.
pub fn matching(items: &[Item], search: &str) -> Vec<Item> {
    let search = search.to_lowercase();
    let fits = |item: &&Item| {
        let label = item.label.to_lowercase();
        search.split_whitespace().all(|word| label.contains(word))
    };
    items.iter().filter(fits).cloned().collect()
}

pub fn found(hits: PaletteHits) -> Vec<Item> {
    let clients = hits.clients.into_iter().map(|client| Item {
        group: Group::Clients,
        icon: icondata_lu::LuBuilding2,
        label: client.name,
        detail: String::new(),
        does: Does::Open(paths::client(client.id)),
    });
    let contacts = hits.contacts.into_iter().map(|contact| Item {
        group: Group::Contacts,
        icon: icondata_lu::LuUserRound,
        label: contact.name,
        detail: contact.client,
        does: Does::Open(paths::contact(contact.contact_id)),
    });
    let interactions = hits.interactions.into_iter().map(|interaction| {
        let detail = [interaction.client, interaction.day];
        Item {
            group: Group::Interactions,
            icon: icon_named(&interaction.icon),
            label: interaction.title,
            detail: detail
                .into_iter()
                .filter(|part| !part.is_empty())
                .collect::<Vec<_>>()
                .join(" · "),
            does: Does::Open(paths::interaction(interaction.interaction_id)),
        }
    });
    clients.chain(contacts).chain(interactions).collect()
}
