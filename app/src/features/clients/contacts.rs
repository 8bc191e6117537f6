use domain::{ClientId, ContactOption, ListQuery};
use leptos::prelude::*;

use crate::{
    features::contacts::CLIENT_ADD_BUTTON,
    i18n::tu,
    paths,
    ui::{ButtonLink, Icon, use_text},
};

#[component]
pub fn Contacts(
    contacts: Vec<ContactOption>,
    client_id: ClientId,
    /// Its name.
    client: String,
    may_add: bool,
) -> impl IntoView {
    let text = use_text();
    let count = contacts.len();
    let list = if contacts.is_empty() {
        view! { <p class="quiet">{tu!(text, clients.no_contacts)}</p> }.into_any()
    } else {
        let cards = contacts
            .into_iter()
            .map(|contact| view! { <Contact contact=contact /> })
            .collect_view();
        view! { <ul class="contacts-list">{cards}</ul> }.into_any()
    };
    let add = may_add.then(|| {
        view! {
            <ButtonLink
                id=CLIENT_ADD_BUTTON
                href=paths::new_contact(&paths::client(client_id))
                attr:data-noscroll=""
            >
                <Icon icon=icondata_lu::LuPlus />
                {tu!(text, contacts.add)}
            </ButtonLink>
        }
    });
    let all = ListQuery {
        client,
        show: "all".to_owned(),
        ..ListQuery::default()
    };
    let all = paths::list(paths::CONTACTS, &all);
    view! {
        <aside id="client-contacts" class="contacts" aria-labelledby="client-contacts-title">
            <h2 id="client-contacts-title">
                {tu!(text, clients.contacts)} <span class="count-aside">{count}</span>
            </h2>
            {list}
            <div class="actions">
                {add}
                <a id="client-contacts-all-link" href=all>
                    {tu!(text, clients.contacts_all)}
                </a>
            </div>
        </aside>
    }
}

#[component]
fn Contact(contact: ContactOption) -> impl IntoView {
    let text = use_text();
    let ContactOption {
        contact_id,
        name,
        email,
        role,
    } = contact;
    let email = match email {
        Some(email) => {
            let href = format!("mailto:{email}");
            view! {
                <a id=format!("client-contact-{contact_id}") class="contact-email" href=href>
                    <Icon icon=icondata_lu::LuMail />
                    {email}
                </a>
            }
            .into_any()
        }
        None => view! { <span class="quiet">{tu!(text, clients.no_email)}</span> }.into_any(),
    };
    view! {
        <li class="contact">
            <a id=format!("client-contact-link-{contact_id}") class="contact-name" href=paths::contact(contact_id)>
                {name}
            </a>
            {role.map(|role| view! { <span class="contact-role">{role}</span> })}
            {email}
        </li>
    }
}
