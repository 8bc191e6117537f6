//! A list of clients or of contacts: what may be done there, its rows, how many there are, and what is said where there are none.

use domain::{COUNTED, ListCursor, ListFilter, ListQuery, Permission, Shown, Viewer, import::ImportKind};
use icondata_core::Icon as IconData;
use leptos::prelude::*;

use super::search::Pager;
use crate::{
    i18n::{tu, tu_string},
    paths,
    ui::{
        Badge, ButtonKind, ButtonLink, Empty, ForViewer, I18n, Icon, Tone, focus, focused_id, on_next_frame, use_text,
    },
};

/// A word of the interface.
pub type Word = fn(I18n) -> &'static str;

/// One of the lists, in its own words.
pub struct Listing {
    /// What the ids begin with.
    pub prefix: &'static str,
    /// Its address.
    pub home: &'static str,
    pub columns: [Column; 4],
    /// What stands in a cell without anything.
    pub nothing: Word,
    pub total: fn(I18n, u32) -> String,
    /// Where nothing was found: its title, and what helps.
    pub no_hit: (fn(I18n, String) -> String, Word),
    pub clear: Word,
    /// Where there is nothing yet.
    pub empty: (IconData, Word, Word),
}

pub struct Column {
    pub label: Word,
    pub class: &'static str,
    pub icon: Option<IconData>,
}

impl Column {
    pub const fn new(label: Word, class: &'static str) -> Self {
        Self {
            label,
            class,
            icon: None,
        }
    }
}

/// A row: a client or a contact, and what is said of them in the other columns.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Entry {
    pub id: String,
    pub href: String,
    pub name: String,
    pub is_inactive: bool,
    /// Below the name.
    pub role: Option<String>,
    pub cells: [Option<String>; 3],
}

/// What those may do at a list who may.
#[component]
pub fn ListActions(
    add: Permission,
    update: Permission,
    import: ImportKind,
    import_id: &'static str,
    add_id: &'static str,
    add_href: String,
    add_label: &'static str,
) -> impl IntoView {
    let text = use_text();
    let actions = move |viewer: Viewer| {
        let may_add = viewer.may(add);
        let import = (may_add && viewer.may(update)).then(|| {
            view! {
                <ButtonLink id=import_id href=paths::import(import)>
                    <Icon icon=icondata_lu::LuFileUp />
                    {tu!(text, clients.import)}
                </ButtonLink>
            }
        });
        let add = may_add.then(|| {
            view! {
                <ButtonLink id=add_id href=add_href.clone() kind=ButtonKind::Primary attr:data-noscroll="">
                    <Icon icon=icondata_lu::LuPlus />
                    {add_label}
                </ButtonLink>
            }
        });
        Some(view! { {import} {add} }.into_any())
    };
    view! { <ForViewer draw=actions /> }
}

/// Where the focus is in a list that is about to be drawn anew.
#[derive(Clone, Copy)]
pub struct KeptFocus(StoredValue<Option<String>>);

impl KeptFocus {
    pub fn nowhere() -> Self {
        Self(StoredValue::new(None))
    }

    pub fn keep(self) {
        self.0.set_value(focused_id());
    }

    /// Called where it is drawn: gives the focus back, if it went with its row.
    fn give_back(self) {
        Effect::new(move |_| {
            if let Some(id) = self.0.try_update_value(Option::take).flatten() {
                on_next_frame(move || {
                    if focused_id().is_none() {
                        focus(&id);
                    }
                });
            }
        });
    }
}

#[component]
pub fn List(
    of: &'static Listing,
    rows: Vec<Entry>,
    total: u32,
    next: Option<ListCursor>,
    query: ListQuery,
    focus: KeptFocus,
) -> impl IntoView {
    let text = use_text();
    focus.give_back();
    if rows.is_empty() {
        return view! { <Nothing of=of total=total query=query /> }.into_any();
    }
    let count = count_text(text, &query, rows.len(), next.is_some(), total, of.total);
    let heads = of.columns.iter().map(|column| {
        view! {
            <th scope="col" class=column.class>
                {(column.label)(text)}
            </th>
        }
    });
    // A row that is there already and says the same stays as it is.
    view! {
        <p id=format!("{}-count", of.prefix) class="count" role="status">
            {count}
        </p>
        <table id=format!("{}-list", of.prefix) class="table">
            <thead>
                <tr>{heads.collect_view()}</tr>
            </thead>
            <tbody>
                <For each=move || rows.clone() key=Clone::clone children=move |row| view! { <Row of=of row=row /> } />
            </tbody>
        </table>
        <Pager of=of query=query next=next />
    }
    .into_any()
}

#[component]
fn Row(of: &'static Listing, row: Entry) -> impl IntoView {
    let text = use_text();
    let Entry {
        id,
        href,
        name,
        is_inactive,
        role,
        cells,
    } = row;
    let inactive = is_inactive.then(|| {
        view! { <Badge tone=Tone::Neutral icon=icondata_lu::LuCircleSlash text=tu_string!(text, clients.inactive) /> }
    });
    let cells = of.columns.iter().skip(1).zip(cells).map(|(column, cell)| {
        let words = match (cell, column.icon) {
            (None, _) => view! { <span class="quiet">{(of.nothing)(text)}</span> }.into_any(),
            (Some(words), None) => words.into_any(),
            (Some(words), Some(icon)) => view! {
                <span class="with-icon">
                    <Icon icon=icon />
                    {words}
                </span>
            }
            .into_any(),
        };
        view! { <td class=column.class>{words}</td> }
    });
    view! {
        <tr>
            <th scope="row">
                <a id=id class="row-link" href=href>
                    {name}
                </a>
                {inactive}
                {role.map(|role| view! { <span class="contact-role">{role}</span> })}
            </th>
            {cells.collect_view()}
        </tr>
    }
}

/// Why there is nothing to see, and what helps.
#[component]
fn Nothing(of: &'static Listing, total: u32, query: ListQuery) -> impl IntoView {
    let text = use_text();
    let filter = query.filter();
    let (part, icon, title, words) = if filter.after.is_some() {
        (
            "list-end",
            icondata_lu::LuInbox,
            tu_string!(text, clients.none_on_page).to_owned(),
            tu_string!(text, clients.none_on_page_text),
        )
    } else if filter.narrows() {
        let (title, words) = of.no_hit;
        ("list-no-hit", icondata_lu::LuSearchX, title(text, query.q), words(text))
    } else if filter.shown == Shown::Inactive && total == 0 {
        (
            "list-none-inactive",
            icondata_lu::LuCircleSlash,
            tu_string!(text, clients.no_inactive_title).to_owned(),
            tu_string!(text, clients.no_inactive_text),
        )
    } else {
        let (icon, title, words) = of.empty;
        ("list-empty", icon, title(text).to_owned(), words(text))
    };
    let clear = (filter != ListFilter::default()).then(|| {
        view! {
            <ButtonLink id=format!("{}-search-clear-link", of.prefix) href=of.home>
                {(of.clear)(text)}
            </ButtonLink>
        }
    });
    view! {
        <Empty id=format!("{}-{part}", of.prefix) icon=icon title=title text=words>
            {clear}
        </Empty>
    }
}

/// How many rows there are, as far as that is known without reading them all.
fn count_text(
    text: I18n,
    query: &ListQuery,
    shown: usize,
    has_more: bool,
    total: u32,
    words: fn(I18n, u32) -> String,
) -> Option<String> {
    let filter = query.filter();
    if filter.after.is_some() {
        return None;
    }
    if !filter.narrows() {
        return Some(words(text, total));
    }
    let total = if total > COUNTED {
        tu_string!(text, clients.more_than, count = COUNTED)
    } else {
        total.to_string()
    };
    Some(if has_more {
        tu_string!(text, clients.count_many, shown = shown, total = total)
    } else {
        tu_string!(text, clients.count, shown = shown, total = total)
    })
}
