use domain::{COUNTED, ContactList, ContactRow, ListQuery, Permission, Shown, import::ImportKind};
use leptos::prelude::*;
use leptos_router::{NavigateOptions, hooks::use_navigate};

use super::{
    api::list_contacts,
    form::{ADD_BUTTON, ContactDialog},
};
use crate::{
    features::clients::{ListSearch, Pager, SearchIds, count_text, use_list_query},
    i18n::{tu, tu_string},
    paths,
    ui::{
        Badge, ButtonKind, ButtonLink, Empty, Failed, I18n, Icon, PageHeader, Skeleton, Tone, aria_busy, use_text,
        use_viewer,
    },
};

#[component]
pub fn ContactsScreen() -> impl IntoView {
    let text = use_text();
    let query = use_list_query();
    let contacts = Resource::new_blocking(
        move || query.get(),
        |ListQuery { q, client, show, after }| list_contacts(q, client, show, after),
    );
    let pending = RwSignal::new(false);
    let list = move || {
        Suspend::new(async move {
            match contacts.await {
                Ok(list) => view! { <Contacts list=list query=query.get_untracked() /> }.into_any(),
                Err(error) => view! { <Failed error=error retry=move |()| contacts.refetch() /> }.into_any(),
            }
        })
    };
    let navigate = use_navigate();
    let search = SearchIds {
        list: paths::CONTACTS,
        form: "contact-search-form",
        input: "contact-search-input",
        shown: "contact-shown-select",
        client: Some("contact-client-filter"),
        button: "contact-search-button",
        label: tu_string!(text, contacts.search),
        hint: tu_string!(text, contacts.search_hint),
    };
    view! {
        <PageHeader title=tu_string!(text, contacts.title) actions=Some(view! { <Actions /> }.into_any()) />
        <ListSearch ids=search query=query />
        <div id="contact-list-region" aria-busy=aria_busy(pending)>
            <Transition fallback=|| view! { <Skeleton rows=8 /> } set_pending=pending>
                {list}
            </Transition>
        </div>
        <ContactDialog on_saved=move |id| navigate(&paths::contact(id), NavigateOptions::default()) />
    }
}

/// What those may do here who may.
#[component]
fn Actions() -> impl IntoView {
    let text = use_text();
    let viewer = use_viewer();
    let actions = move || {
        Suspend::new(async move {
            let viewer = viewer.get().await.ok()?;
            let may_add = viewer.may(Permission::ContactCreate);
            let import = (may_add && viewer.may(Permission::ContactUpdate)).then(|| {
                view! {
                    <ButtonLink id="contacts-import-link" href=paths::import(ImportKind::Contacts)>
                        <Icon icon=icondata_lu::LuFileUp />
                        {tu!(text, clients.import)}
                    </ButtonLink>
                }
            });
            let add = may_add.then(|| {
                view! {
                    <ButtonLink
                        id=ADD_BUTTON
                        href=paths::new_contact(paths::CONTACTS)
                        kind=ButtonKind::Primary
                        attr:data-noscroll=""
                    >
                        <Icon icon=icondata_lu::LuPlus />
                        {tu!(text, contacts.add)}
                    </ButtonLink>
                }
            });
            Some(view! { {import} {add} })
        })
    };
    view! { <Suspense>{actions}</Suspense> }
}

fn total_text(text: I18n, total: u32) -> String {
    match total {
        1 => tu_string!(text, contacts.total_one).to_owned(),
        total if total > COUNTED => tu_string!(text, contacts.total_over, total = COUNTED),
        total => tu_string!(text, contacts.total_many, total = total),
    }
}

#[component]
fn Contacts(list: ContactList, query: ListQuery) -> impl IntoView {
    let text = use_text();
    let ContactList { rows, total, next } = list;
    if rows.is_empty() {
        return view! { <NoContacts total=total query=query /> }.into_any();
    }
    let count = count_text(text, &query, rows.len(), next.is_some(), total, total_text);
    view! {
        <p id="contact-count" class="count" role="status">
            {count}
        </p>
        <table id="contact-list" class="table">
            <thead>
                <tr>
                    <th scope="col">{tu!(text, errors.field.name)}</th>
                    <th scope="col" class="column-wide">
                        {tu!(text, errors.field.email)}
                    </th>
                    <th scope="col" class="column-wide">
                        {tu!(text, errors.field.phone)}
                    </th>
                    <th scope="col">{tu!(text, errors.field.client)}</th>
                </tr>
            </thead>
            <tbody>{rows.into_iter().map(|row| view! { <Row row=row /> }).collect_view()}</tbody>
        </table>
        <Pager
            list=paths::CONTACTS
            query=query
            next=next
            ids=("contact-list-first-link", "contact-list-next-link")
        />
    }
    .into_any()
}

/// Why there is nothing to see, and what helps.
#[component]
fn NoContacts(total: u32, query: ListQuery) -> impl IntoView {
    let text = use_text();
    let filter = query.filter();
    let (id, icon, title, words) = if filter.after.is_some() {
        (
            "contact-list-end",
            icondata_lu::LuInbox,
            tu_string!(text, clients.none_on_page),
            tu_string!(text, clients.none_on_page_text),
        )
    } else if filter.narrows() {
        (
            "contact-list-no-hit",
            icondata_lu::LuSearchX,
            tu_string!(text, contacts.none_title),
            tu_string!(text, contacts.none_text),
        )
    } else if filter.shown == Shown::Inactive && total == 0 {
        (
            "contact-list-none-inactive",
            icondata_lu::LuCircleSlash,
            tu_string!(text, clients.no_inactive_title),
            tu_string!(text, clients.no_inactive_text),
        )
    } else {
        (
            "contact-list-empty",
            icondata_lu::LuUsers,
            tu_string!(text, contacts.empty_title),
            tu_string!(text, contacts.empty_text),
        )
    };
    let clear = (filter != domain::ListFilter::default()).then(|| {
        view! {
            <ButtonLink id="contact-search-clear-link" href=paths::CONTACTS>
                {tu!(text, contacts.clear)}
            </ButtonLink>
        }
    });
    view! {
        <Empty id=id icon=icon title=title text=words>
            {clear}
        </Empty>
    }
}

#[component]
fn Row(row: ContactRow) -> impl IntoView {
    let text = use_text();
    let ContactRow {
        contact_id,
        name,
        email,
        phone,
        role,
        client,
        is_inactive,
    } = row;
    let none = || view! { <span class="quiet">{tu!(text, contacts.none)}</span> }.into_any();
    let inactive = is_inactive.then(|| {
        view! { <Badge tone=Tone::Neutral icon=icondata_lu::LuCircleSlash text=tu_string!(text, clients.inactive) /> }
    });
    view! {
        <tr>
            <th scope="row">
                <a id=format!("contact-{contact_id}") class="row-link" href=paths::contact(contact_id)>
                    {name}
                </a>
                {inactive}
                {role.map(|role| view! { <span class="contact-role">{role}</span> })}
            </th>
            <td class="column-wide">{email.map_or_else(none, IntoAny::into_any)}</td>
            <td class="column-wide column-tight">{phone.map_or_else(none, IntoAny::into_any)}</td>
            <td>{client.map_or_else(none, |client| client.name.into_any())}</td>
        </tr>
    }
}
