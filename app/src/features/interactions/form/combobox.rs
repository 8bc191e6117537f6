use std::time::Duration;

use domain::PersonKind;
use leptos::{html, prelude::*, task::spawn_local};
use web_sys::{Event, KeyboardEvent, MouseEvent};

use crate::{
    error::ApiError,
    features::interactions::api::{find_clients, find_people},
    i18n::tu_string,
    ui::{Timer, described_by, invalid, on_next_frame, use_text},
};

/// Something that was found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Hit {
    pub value: String,
    pub label: String,
    /// What tells it from others of the same name.
    pub aside: String,
    /// Of people what they are.
    pub kind: Option<PersonKind>,
}

/// Where to look.
#[derive(Clone, Copy)]
pub enum Finder {
    Clients,
    /// Contacts and staff, those of this client first.
    People(RwSignal<String>),
}

impl Finder {
    async fn find(self, search: String) -> Result<Vec<Hit>, ApiError> {
        match self {
            Self::Clients => {
                let clients = find_clients(search).await?;
                let hit = |client: domain::Choice<domain::ClientId>| Hit {
                    value: client.id.to_string(),
                    label: client.name,
                    aside: String::new(),
                    kind: None,
                };
                Ok(clients.into_iter().map(hit).collect())
            }
            Self::People(client) => {
                let people = find_people(search, client.get_untracked()).await?;
                let hit = |person: domain::Person| Hit {
                    aside: match person.client {
                        Some(client) => format!("{client} · {}", person.address),
                        None => person.address.clone(),
                    },
                    value: person.address,
                    label: person.name,
                    kind: Some(person.kind),
                };
                Ok(people.into_iter().map(hit).collect())
            }
        }
    }
}

/// What the list shows.
#[derive(Clone, Copy)]
struct List {
    hits: RwSignal<Vec<Hit>>,
    /// The one that Enter chooses.
    active: RwSignal<Option<usize>>,
    is_open: RwSignal<bool>,
    failed: RwSignal<bool>,
    /// The box.
    node: NodeRef<html::Input>,
    /// What stands in the box when nobody types.
    chosen: RwSignal<String>,
    /// Whether any text will do: then only what somebody goes to is chosen, else the first hit at once.
    is_free: bool,
    /// Counts the searches: only the last one's answer is shown.
    turn: StoredValue<u32>,
}

impl List {
    fn new(node: NodeRef<html::Input>, chosen: RwSignal<String>, is_free: bool) -> Self {
        Self {
            hits: RwSignal::new(Vec::new()),
            active: RwSignal::new(None),
            is_open: RwSignal::new(false),
            failed: RwSignal::new(false),
            node,
            chosen,
            is_free,
            turn: StoredValue::new(0),
        }
    }

    fn close(self) {
        self.turn.update_value(|turn| *turn += 1);
        self.is_open.set(false);
        self.active.set(None);
    }

    /// What stands in the box.
    fn text(self) -> String {
        self.node
            .try_get_untracked()
            .flatten()
            .map(|input| input.value())
            .unwrap_or_default()
    }

    fn search(self, finder: Finder, search: String) {
        let typed = self.text();
        self.turn.update_value(|turn| *turn += 1);
        let turn = self.turn.get_value();
        spawn_local(async move {
            let found = finder.find(search).await;
            // The form may be gone by now.
            if self.turn.try_get_value() != Some(turn) || self.text() != typed {
                return;
            }
            self.failed.set(found.is_err());
            let hits = found.unwrap_or_default();
            self.active.set((!self.is_free && !hits.is_empty()).then_some(0));
            self.hits.set(hits);
            self.is_open.set(true);
        });
    }

    fn step(self, down: bool) {
        let count = self.hits.with_untracked(Vec::len);
        if count == 0 {
            return;
        }
        self.active.update(|active| {
            *active = Some(match (*active, down) {
                (None, true) => 0,
                (None, false) => count - 1,
                (Some(at), true) => (at + 1) % count,
                (Some(at), false) => (at + count - 1) % count,
            });
        });
    }

    /// Does what a key means; says whether it means something here.
    fn key(self, event: &KeyboardEvent, finder: Finder, choose: Callback<Hit>) -> bool {
        let is_open = self.is_open.get_untracked();
        match event.key().as_str() {
            "ArrowDown" | "ArrowUp" if is_open => self.step(event.key() == "ArrowDown"),
            "ArrowDown" | "ArrowUp" => self.search(finder, self.wanted()),
            "Enter" if is_open && self.active.get_untracked().is_some() => {
                if let Some(hit) = self.at_active() {
                    choose.run(hit);
                }
            }
            // Not sent with a text that is nobody's name.
            "Enter" if !self.is_free && (is_open || self.text() != self.chosen.get_untracked()) => {}
            "Escape" if is_open => {
                // Not the dialog's.
                event.stop_propagation();
                self.close();
            }
            _ => return false,
        }
        event.prevent_default();
        true
    }

    /// What to look for when the list is asked for: what is chosen already is no search.
    fn wanted(self) -> String {
        let text = self.text();
        if !self.is_free && text == self.chosen.get_untracked() {
            String::new()
        } else {
            text
        }
    }

    /// The hit whose whole name was typed.
    fn named(self) -> Option<Hit> {
        let typed = self.text().trim().to_lowercase();
        let is_it = |hit: &&Hit| !self.is_free && hit.label.to_lowercase() == typed;
        self.hits.with_untracked(|hits| hits.iter().find(is_it).cloned())
    }

    fn at_active(self) -> Option<Hit> {
        let at = self.active.get_untracked()?;
        self.hits.with_untracked(|hits| hits.get(at).cloned())
    }
}

/// A text box with a list of what the server finds for it
/// ([combobox](https://www.w3.org/WAI/ARIA/apg/patterns/combobox/examples/combobox-autocomplete-list/)). Enter or a click chooses, Escape
/// closes the list.
#[component]
pub fn Combobox(
    id: &'static str,
    /// The id of the list.
    list: &'static str,
    /// What is looked for, for the list's name.
    label: &'static str,
    /// What stands in the box as long as nobody types, and again afterwards.
    chosen: RwSignal<String>,
    finder: Finder,
    error: Signal<Option<String>>,
    /// With a name what stands in the box is sent, and it is not taken back to what is chosen.
    #[prop(optional)]
    name: Option<&'static str>,
    #[prop(optional)] node_ref: NodeRef<html::Input>,
    on_choose: Callback<Hit>,
    /// Gets what stands in the box when it is left.
    #[prop(optional)]
    on_leave: Option<Callback<String>>,
    /// Gets what stands in the box as it changes.
    #[prop(optional)]
    on_text: Option<Callback<String>>,
    /// Gets the keys that mean nothing here.
    #[prop(optional)]
    on_key: Option<Callback<KeyboardEvent>>,
) -> impl IntoView {
    let is_free = name.is_some();
    let shown = List::new(node_ref, chosen, is_free);
    let timer = Timer::new();
    let set_text = move |text: &str| {
        if let Some(input) = node_ref.get_untracked() {
            input.set_value(text);
        }
        if let Some(on_text) = on_text {
            on_text.run(text.to_owned());
        }
    };
    let choose = Callback::new(move |hit: Hit| {
        timer.stop();
        shown.close();
        set_text(if is_free { "" } else { &hit.label });
        on_choose.run(hit);
    });
    let input = move |event: Event| {
        let text = event_target_value(&event);
        if let Some(on_text) = on_text {
            on_text.run(text.clone());
        }
        timer.stop();
        if is_free && text.trim().is_empty() {
            shown.close();
            return;
        }
        let search = move || {
            // Unless it was added or taken back since.
            if shown.text() == text {
                shown.search(finder, text);
            }
        };
        timer.start(Duration::from_millis(180), search);
    };
    let key = move |event: KeyboardEvent| {
        if !shown.key(&event, finder, choose)
            && let Some(on_key) = on_key
        {
            on_key.run(event);
        }
    };
    let blur = move |_| {
        timer.stop();
        if let Some(hit) = shown.named() {
            choose.run(hit);
            return;
        }
        shown.close();
        if let (Some(on_leave), Some(input)) = (on_leave, node_ref.get_untracked()) {
            on_leave.run(input.value());
        }
        if !is_free {
            set_text(&chosen.get_untracked());
        }
    };
    Effect::new(move |_| {
        let chosen = chosen.get();
        if !is_free && let Some(input) = node_ref.get() {
            input.set_value(&chosen);
        }
    });
    let active = move || shown.active.get().map(|at| format!("{list}-{at}"));
    view! {
        <div class="combobox">
            <input
                id=id
                class="input"
                type="text"
                role="combobox"
                name=name
                value=chosen.get_untracked()
                autocomplete="off"
                spellcheck="false"
                aria-autocomplete="list"
                aria-controls=list
                aria-expanded=move || if shown.is_open.get() { "true" } else { "false" }
                aria-activedescendant=active
                aria-describedby=described_by(id)
                aria-invalid=invalid(error)
                node_ref=node_ref
                on:input=input
                on:keydown=key
                on:blur=blur
            />
            <Popup list=list label=label shown=shown finder=finder on_choose=choose />
        </div>
    }
}

#[component]
fn Popup(
    list: &'static str,
    label: &'static str,
    shown: List,
    finder: Finder,
    on_choose: Callback<Hit>,
) -> impl IntoView {
    let text = use_text();
    let none = move || {
        if shown.failed.get() {
            tu_string!(text, interactions.find_failed)
        } else if matches!(finder, Finder::People(_)) {
            tu_string!(text, interactions.find_nobody)
        } else {
            tu_string!(text, interactions.find_none)
        }
    };
    let option = move |at: usize, hit: Hit| {
        let chosen = hit.clone();
        let is_active = move || shown.active.get() == Some(at);
        view! {
            <div
                id=format!("{list}-{at}")
                class="option"
                role="option"
                aria-selected=move || if is_active() { "true" } else { "false" }
                // The focus stays in the box.
                on:mousedown=move |event: MouseEvent| event.prevent_default()
                on:click=move |_| on_choose.run(chosen.clone())
            >
                <span class="option-label">{hit.label}</span>
                <span class="option-aside">{hit.aside}</span>
            </div>
        }
    };
    let options = move || {
        let hits: Vec<(usize, Hit)> = shown.hits.get().into_iter().enumerate().collect();
        let group = |kind: Option<PersonKind>| {
            hits.iter()
                .filter(|(_, hit)| hit.kind == kind)
                .cloned()
                .map(|(at, hit)| option(at, hit))
                .collect_view()
        };
        let is_there = |kind| hits.iter().any(|(_, hit)| hit.kind == Some(kind));
        let contacts = is_there(PersonKind::Contact).then(|| {
            let name = tu_string!(text, interactions.find_contacts);
            view! {
                <div id="quick-add-interaction-attendees-contact-picker" role="group" aria-label=name>
                    <p class="option-head" aria-hidden="true">
                        {name}
                    </p>
                    {group(Some(PersonKind::Contact))}
                </div>
            }
        });
        let staff = is_there(PersonKind::Staff).then(|| {
            let name = tu_string!(text, interactions.find_staff);
            view! {
                <div id="quick-add-interaction-attendees-user-picker" role="group" aria-label=name>
                    <p class="option-head" aria-hidden="true">
                        {name}
                    </p>
                    {group(Some(PersonKind::Staff))}
                </div>
            }
        });
        view! {
            {group(None)}
            {contacts}
            {staff}
        }
    };
    // The one that the keys have reached is in sight.
    Effect::new(move |_| {
        if let Some(at) = shown.active.get() {
            on_next_frame(move || {
                if let Some(option) = document().get_element_by_id(&format!("{list}-{at}")) {
                    option.scroll_into_view_with_bool(false);
                }
            });
        }
    });
    let is_empty = move || shown.hits.with(Vec::is_empty);
    let said = move || {
        if !shown.is_open.get() {
            String::new()
        } else if is_empty() {
            none().to_owned()
        } else {
            tu_string!(text, interactions.find_count, count = shown.hits.with(Vec::len))
        }
    };
    view! {
        <div class="combobox-popup" hidden=move || !shown.is_open.get()>
            <div id=list role="listbox" aria-label=label hidden=is_empty>
                {options}
            </div>
            <p class="option-none" aria-hidden="true" hidden=move || !is_empty()>
                {none}
            </p>
        </div>
        <p class="visually-hidden" role="status">
            {said}
        </p>
    }
}
