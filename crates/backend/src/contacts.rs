//! Contacts: the people at the clients. The list, the page with its timeline, and the form that adds and changes one.

use domain::{
    COUNTED, Choice, ClientId, ContactDraft, ContactForm, ContactId, ContactList, ContactPage, ContactRow, ErrorCode,
    Field, FieldError, Known, ListQuery, Place, Problem, SaveContact,
};

use crate::{
    Backend, Result,
    access::{Grant, may},
    clients::{changed, count, cut, kept_language, language_name, none, tag, taken, top, unknown_zone},
    store::{
        self, TenantTx,
        contacts::{ContactWrite, Current, Wanted},
        timeline::Preferences,
    },
    zone,
};

/// A page of the contacts, by name.
pub async fn list(backend: &Backend, grant: &Grant<may::ContactRead>, query: &ListQuery) -> Result<ContactList> {
    let filter = query.filter();
    let mut tx = backend.db().read(grant.scope()).await?;
    let around = store::contacts::around(&mut tx, filter.client.as_deref(), filter.shown).await?;
    let total = count(around.total).min(COUNTED + 1);
    if filter.client.is_some() && around.client_id.is_none() {
        return Ok(ContactList {
            total,
            ..ContactList::default()
        });
    }
    let wanted = Wanted {
        search: filter.search,
        client_id: around.client_id,
        shown: filter.shown,
        after: filter.after.unwrap_or_else(top),
    };
    let mut records = store::contacts::page(&mut tx, &wanted).await?;
    let next = cut(&mut records, |last| (&last.sort_key, last.contact_id.0));
    let rows = records.into_iter().map(|record| ContactRow {
        contact_id: record.contact_id,
        name: record.name,
        email: record.email,
        phone: record.phone,
        role: record.role,
        client: record
            .client_id
            .zip(record.client_name)
            .map(|(id, name)| Choice { id, name }),
        is_inactive: record.is_inactive,
    });
    Ok(ContactList {
        rows: rows.collect(),
        total,
        next,
    })
}

/// A contact, and what the filters of their timeline offer.
pub async fn page(backend: &Backend, grant: &Grant<may::ContactRead>, id: &str) -> Result<ContactPage> {
    let contact_id: ContactId = id.parse().map_err(|_| ErrorCode::NotFound)?;
    let mut tx = backend.db().read(grant.scope()).await?;
    let mut heading = store::timeline::heading(&mut tx, Place::Contact(contact_id)).await?;
    let options = heading.options();
    let contact = heading.contact.ok_or(ErrorCode::NotFound)?.0;
    let has_portal_account = contact.portal.is_some();
    // The first who knows; see ADR 16.
    let [portal, own, client, tenant] = [contact.portal, Some(contact.own), contact.of_client, contact.of_tenant]
        .map(Option::unwrap_or_default)
        .map(|Preferences { zone, language }| (zone, language));
    let language = Known::first(portal.1, own.1, client.1, tenant.1).map(|known| Known {
        value: language_name(&known.value),
        ..known
    });
    Ok(ContactPage {
        contact_id,
        name: contact.name,
        email: contact.email,
        phones: contact.phones,
        role: contact.role,
        client: contact.client,
        is_inactive: contact.is_inactive,
        has_portal_account,
        zone: Known::first(portal.0, own.0, client.0, tenant.0),
        language,
        options,
    })
}

/// An empty form, for a contact of this client if one is named.
pub async fn new_form(backend: &Backend, grant: &Grant<may::ContactCreate>, client_id: &str) -> Result<ContactForm> {
    let client = match client_id.trim() {
        "" => String::new(),
        id => {
            let client_id: ClientId = id.parse().map_err(|_| ErrorCode::NotFound)?;
            let mut tx = backend.db().read(grant.scope()).await?;
            store::clients::name(&mut tx, client_id)
                .await?
                .ok_or(ErrorCode::NotFound)?
        }
    };
    Ok(ContactForm {
        values: SaveContact {
            contact_id: backend.clock().id::<ContactId>().to_string(),
            client,
            active: Some("on".to_owned()),
            ..SaveContact::default()
        },
        zones: zone::names(),
        changed: None,
    })
}

/// The form with what is known of the contact.
pub async fn edit_form(backend: &Backend, grant: &Grant<may::ContactUpdate>, id: &str) -> Result<ContactForm> {
    let contact_id: ContactId = id.parse().map_err(|_| ErrorCode::NotFound)?;
    let mut tx = backend.db().read(grant.scope()).await?;
    let current = store::contacts::current(&mut tx, contact_id)
        .await?
        .ok_or(ErrorCode::NotFound)?;
    let changed = changed(grant, current.updated_at, current.updated_by.as_deref());
    let text = |text: Option<String>| text.unwrap_or_default();
    Ok(ContactForm {
        values: SaveContact {
            contact_id: contact_id.to_string(),
            version: current.version().to_string(),
            active: (!current.is_inactive).then(|| "on".to_owned()),
            language: text(current.language.as_deref().map(tag)),
            name: current.name,
            email: text(current.email),
            phone: text(current.phone),
            role: text(current.role),
            client: text(current.client_name),
            zone: text(current.zone),
        },
        zones: zone::names(),
        changed,
    })
}

/// Adds what the form describes. The same form posted again adds nothing, and is answered the same.
pub async fn create(backend: &Backend, grant: &Grant<may::ContactCreate>, input: &SaveContact) -> Result<ContactId> {
    let (contact_id, _, draft) = input.check()?;
    let mut tx = backend.db().begin(grant.scope()).await?;
    if store::clients::client_of_contact(&mut tx, contact_id).await?.is_some() {
        return Ok(contact_id);
    }
    let client_id = check(&mut tx, contact_id, &draft, None).await?;
    let now = backend.clock().now();
    store::contacts::insert(&mut tx, &[write(contact_id, client_id, draft)], grant.user_id(), now)
        .await
        .map_err(taken(Field::Email))?;
    tx.commit().await?;
    Ok(contact_id)
}

/// Saves the form, unless somebody else was faster.
pub async fn edit(backend: &Backend, grant: &Grant<may::ContactUpdate>, input: &SaveContact) -> Result<ContactId> {
    let (contact_id, version, mut draft) = input.check()?;
    let mut tx = backend.db().begin(grant.scope()).await?;
    let current = store::contacts::current(&mut tx, contact_id)
        .await?
        .ok_or(ErrorCode::NotFound)?;
    if current.version() != version {
        return Err(ErrorCode::Conflict.into());
    }
    let client_id = check(&mut tx, contact_id, &draft, Some(&current)).await?;
    draft.language = kept_language(draft.language, current.language.as_ref());
    let write = write(contact_id, client_id, draft);
    if same(&write, &current) {
        return Ok(contact_id);
    }
    store::contacts::update(&mut tx, &[write], false, grant.user_id(), backend.clock().now())
        .await
        .map_err(taken(Field::Email))?;
    tx.commit().await?;
    Ok(contact_id)
}

/// What only the server can tell: whether address and zone will do, and which client is meant.
async fn check(
    tx: &mut TenantTx,
    id: ContactId,
    draft: &ContactDraft,
    current: Option<&Current>,
) -> Result<Option<ClientId>> {
    let mut errors = Vec::new();
    if let Some(email) = &draft.email
        && store::contacts::email_is_taken(tx, email, id).await?
    {
        errors.push(FieldError {
            field: Field::Email,
            problem: Problem::Taken,
        });
    }
    let client_id = match (&draft.client, current) {
        (None, _) => None,
        // Another client may have nearly the same name: what is not touched stays.
        (name, Some(current)) if *name == current.client_name => current.client_id,
        (Some(name), _) => {
            let named = store::clients::by_names(tx, std::slice::from_ref(name)).await?;
            let found = named.first().map(|client| client.client_id);
            if found.is_none() {
                errors.push(FieldError {
                    field: Field::Client,
                    problem: Problem::NoSuchClient { value: name.clone() },
                });
            }
            found
        }
    };
    errors.extend(unknown_zone(draft.zone.as_deref()));
    none(errors)?;
    Ok(client_id)
}

fn write(contact_id: ContactId, client_id: Option<ClientId>, draft: ContactDraft) -> ContactWrite {
    ContactWrite {
        contact_id: contact_id.0,
        name: draft.name,
        email: draft.email,
        role: draft.role,
        phone: draft.phone,
        client_id: client_id.map(|id| id.0),
        zone: draft.zone,
        language: draft.language,
        inactive: Some(draft.is_inactive),
    }
}

fn same(write: &ContactWrite, current: &Current) -> bool {
    write.name == current.name
        && write.email == current.email
        && write.role == current.role
        && write.phone == current.phone
        && write.client_id == current.client_id.map(|id| id.0)
        && write.zone == current.zone
        && write.language == current.language
        && write.inactive == Some(current.is_inactive)
}
