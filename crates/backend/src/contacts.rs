//! Contacts: the people at the clients.

use domain::{ContactId, ContactPage, ErrorCode, Place};

use crate::{
    Backend, Result,
    access::{Grant, may},
    store,
};

/// A contact, and what the filters of their timeline offer.
pub async fn page(backend: &Backend, grant: &Grant<may::ContactRead>, id: &str) -> Result<ContactPage> {
    let contact_id: ContactId = id.parse().map_err(|_| ErrorCode::NotFound)?;
    let mut tx = backend.db().read(grant.scope()).await?;
    let mut heading = store::timeline::heading(&mut tx, Place::Contact(contact_id)).await?;
    let options = heading.options();
    let contact = heading.contact.ok_or(ErrorCode::NotFound)?.0;
    Ok(ContactPage {
        contact_id,
        name: contact.name,
        email: contact.email,
        role: contact.role,
        client: contact.client,
        is_inactive: contact.is_inactive,
        portal: contact.portal,
        options,
    })
}
