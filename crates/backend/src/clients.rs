//! Clients: the list, the page with its timeline, and the form that adds and changes one.

use chrono::{DateTime, Utc};
use domain::{
    COUNTED, ClientDraft, ClientForm, ClientId, ClientList, ClientPage, ClientRow, ContactOption, ErrorCode, Failure,
    Field, FieldError, LIST_PAGE, ListCursor, ListQuery, Place, Problem, SaveClient, locale,
};
use uuid::Uuid;

use crate::{
    Actor, Backend, Result,
    access::{Grant, may},
    store::{
        self, TenantTx,
        clients::{ClientWrite, Current, Wanted},
        timeline::LocationHead,
    },
    zone,
};

/// A page of the clients, by name.
pub async fn list(backend: &Backend, grant: &Grant<may::ClientRead>, query: &ListQuery) -> Result<ClientList> {
    let filter = query.filter();
    let wanted = Wanted {
        search: filter.search,
        shown: filter.shown,
        after: filter.after.unwrap_or_else(top),
        now: backend.clock().now(),
    };
    let mut tx = backend.db().read(grant.scope()).await?;
    let mut records = store::clients::page(&mut tx, &wanted).await?;
    let total = store::clients::total(&mut tx, filter.shown).await?;
    let next = cut(&mut records, |last| (&last.sort_key, last.client_id.0));
    let moment = |time| zone::moment(time, grant.zone, grant.language);
    let rows = records.into_iter().map(|record| ClientRow {
        client_id: record.client_id,
        name: record.name,
        is_inactive: record.is_inactive,
        contacts: count(record.contacts),
        last_interaction: record
            .last_interaction
            .map(|time| zone::short_day(time, grant.zone, grant.language)),
        next_meeting: record.next_meeting.map(moment),
    });
    Ok(ClientList {
        rows: rows.collect(),
        total: count(total).min(COUNTED + 1),
        next,
    })
}

/// The place above the first row.
pub(crate) fn top() -> ListCursor {
    ListCursor {
        name: String::new(),
        id: Uuid::nil(),
    }
}

/// Takes off what is more than a page; answers where the next one begins.
pub(crate) fn cut<Row>(rows: &mut Vec<Row>, place: impl Fn(&Row) -> (&String, Uuid)) -> Option<ListCursor> {
    if rows.len() <= LIST_PAGE {
        return None;
    }
    rows.truncate(LIST_PAGE);
    let (name, id) = place(rows.last()?);
    Some(ListCursor { name: name.clone(), id })
}

/// Who changed something last, and when, in the reader's words.
pub(crate) fn changed(reader: &Actor, at: Option<DateTime<Utc>>, by: Option<&str>) -> Option<String> {
    let time = zone::moment(at?, reader.zone, reader.language);
    Some(match by {
        Some(name) => format!("{name}, {time}"),
        None => time,
    })
}

pub(crate) fn count(rows: i64) -> u32 {
    u32::try_from(rows).unwrap_or_default()
}

/// A client with its contacts, and what the filters of its timeline offer.
pub async fn page(backend: &Backend, grant: &Grant<may::ClientRead>, id: &str) -> Result<ClientPage> {
    let client_id: ClientId = id.parse().map_err(|_| ErrorCode::NotFound)?;
    let mut tx = backend.db().read(grant.scope()).await?;
    let mut heading = store::timeline::heading(&mut tx, Place::Client(client_id)).await?;
    let options = heading.options();
    let client = heading.client.ok_or(ErrorCode::NotFound)?.0;
    let location = client.location.unwrap_or_default();
    Ok(ClientPage {
        client_id,
        name: client.name,
        // Only a web address becomes a link.
        url: client
            .url
            .filter(|url| url.starts_with("https://") || url.starts_with("http://")),
        email: said(location.email.as_ref()),
        phone: said(location.phone.as_ref()),
        address: address(&location),
        zone: client.timezone,
        language: client.language.as_deref().map(language_name),
        is_inactive: client.is_inactive,
        contacts: heading.contacts.0,
        options,
    })
}

/// What somebody wrote. Where the peer has to write something it writes "N/A".
fn said(text: Option<&String>) -> Option<String> {
    let text = text.map(|text| text.trim()).unwrap_or_default();
    (!text.is_empty() && text != "N/A").then(|| text.to_owned())
}

/// A postal address, line by line.
fn address(location: &LocationHead) -> Vec<String> {
    let place = [said(location.postcode.as_ref()), said(location.city.as_ref())]
        .into_iter()
        .flatten();
    let place = place.collect::<Vec<_>>().join(" ");
    let lines = location.lines.iter().filter_map(|line| said(line.as_ref()));
    lines
        .chain((!place.is_empty()).then_some(place))
        .chain(said(location.country.as_ref()))
        .collect()
}

/// A language's own name for itself; of one that is not known, what is written down.
pub(crate) fn language_name(tag: &str) -> String {
    locale(tag).map_or(tag, |(_, name)| name).to_owned()
}

pub(crate) async fn contacts(tx: &mut TenantTx, client_id: ClientId) -> Result<Vec<ContactOption>> {
    let records = store::clients::contacts(tx, client_id).await?;
    let options = records.into_iter().map(|record| ContactOption {
        contact_id: record.contact_id,
        name: record.name,
        email: record.email,
        role: record.role,
    });
    Ok(options.collect())
}

/// An empty form. It asks the database for nothing.
pub fn new_form(backend: &Backend, _grant: &Grant<may::ClientCreate>) -> ClientForm {
    ClientForm {
        values: SaveClient {
            client_id: backend.clock().id::<ClientId>().to_string(),
            active: Some("on".to_owned()),
            ..SaveClient::default()
        },
        zones: zone::names(),
        changed: None,
    }
}

/// The form with what is known of the client.
pub async fn edit_form(backend: &Backend, grant: &Grant<may::ClientUpdate>, id: &str) -> Result<ClientForm> {
    let client_id: ClientId = id.parse().map_err(|_| ErrorCode::NotFound)?;
    let mut tx = backend.db().read(grant.scope()).await?;
    let current = store::clients::current(&mut tx, client_id)
        .await?
        .ok_or(ErrorCode::NotFound)?;
    let changed = changed(grant, current.updated_at, current.updated_by.as_deref());
    let text = |text: Option<String>| text.unwrap_or_default();
    Ok(ClientForm {
        values: SaveClient {
            client_id: client_id.to_string(),
            version: current.version().to_string(),
            active: (!current.is_inactive).then(|| "on".to_owned()),
            language: text(current.language.as_deref().map(tag)),
            name: current.name,
            url: text(current.url),
            email: text(current.email),
            phone: text(current.phone),
            street: text(current.street),
            postcode: text(current.postcode),
            city: text(current.city),
            country: text(current.country),
            zone: text(current.zone),
            similar: None,
        },
        zones: zone::names(),
        changed,
    })
}

/// The tag of the forms for a language as the peer writes it.
pub(crate) fn tag(language: &str) -> String {
    locale(language).map_or(language, |(tag, _)| tag).to_owned()
}

/// The language to store: as it is, with its region, while the form says the same.
pub(crate) fn kept_language(new: Option<String>, current: Option<&String>) -> Option<String> {
    match current {
        Some(current) if new.as_deref() == Some(tag(current).as_str()) => Some(current.clone()),
        _ => new,
    }
}

/// Adds what the form describes. The same form posted again adds nothing, and is answered the same.
pub async fn create(backend: &Backend, grant: &Grant<may::ClientCreate>, input: &SaveClient) -> Result<ClientId> {
    let (client_id, _, draft) = input.check()?;
    let mut tx = backend.db().begin(grant.scope()).await?;
    if store::clients::name(&mut tx, client_id).await?.is_some() {
        return Ok(client_id);
    }
    check(&mut tx, client_id, &draft, input.similar.is_some()).await?;
    let now = backend.clock().now();
    store::clients::insert(&mut tx, &[write(client_id, draft)], grant.user_id(), now)
        .await
        .map_err(taken(Field::Name))?;
    tx.commit().await?;
    Ok(client_id)
}

/// Saves the form, unless somebody else was faster.
pub async fn edit(backend: &Backend, grant: &Grant<may::ClientUpdate>, input: &SaveClient) -> Result<ClientId> {
    let (client_id, version, mut draft) = input.check()?;
    let mut tx = backend.db().begin(grant.scope()).await?;
    let current = store::clients::current(&mut tx, client_id)
        .await?
        .ok_or(ErrorCode::NotFound)?;
    if current.version() != version {
        return Err(ErrorCode::Conflict.into());
    }
    // A name that is not touched is not asked about again.
    let similar = input.similar.is_some() || draft.name == current.name;
    check(&mut tx, client_id, &draft, similar).await?;
    draft.language = kept_language(draft.language, current.language.as_ref());
    let write = write(client_id, draft);
    if same(&write, &current) {
        return Ok(client_id);
    }
    store::clients::update(&mut tx, &[write], false, grant.user_id(), backend.clock().now())
        .await
        .map_err(taken(Field::Name))?;
    tx.commit().await?;
    Ok(client_id)
}

/// What only the server can tell: whether there is such a zone, and whether another client has the name.
async fn check(tx: &mut TenantTx, id: ClientId, draft: &ClientDraft, similar: bool) -> Result<()> {
    let mut errors = Vec::new();
    let named = store::clients::by_names(tx, std::slice::from_ref(&draft.name)).await?;
    let mut others = named.into_iter().filter(|other| other.client_id != id);
    match others.next() {
        Some(other) if other.name == draft.name => errors.push(FieldError {
            field: Field::Name,
            problem: Problem::Taken,
        }),
        Some(other) if !similar => errors.push(FieldError {
            field: Field::Name,
            problem: Problem::Similar { value: other.name },
        }),
        _ => {}
    }
    errors.extend(unknown_zone(draft.zone.as_deref()));
    none(errors)
}

pub(crate) fn unknown_zone(name: Option<&str>) -> Option<FieldError> {
    name.filter(|name| !zone::is_known(name)).map(|_| FieldError {
        field: Field::Zone,
        problem: Problem::NotAZone,
    })
}

pub(crate) fn none(errors: Vec<FieldError>) -> Result<()> {
    if errors.is_empty() {
        Ok(())
    } else {
        Err(Failure::invalid(errors).into())
    }
}

/// Somebody took it between the check and the write.
pub(crate) fn taken(field: Field) -> impl Fn(crate::Error) -> crate::Error {
    move |error| {
        if error.is_duplicate() {
            Failure::field(field, Problem::Taken).into()
        } else {
            error
        }
    }
}

fn write(client_id: ClientId, draft: ClientDraft) -> ClientWrite {
    ClientWrite {
        client_id: client_id.0,
        name: draft.name,
        url: draft.url,
        zone: draft.zone,
        language: draft.language,
        inactive: Some(draft.is_inactive),
        email: draft.email,
        phone: draft.phone,
        street: draft.street,
        postcode: draft.postcode,
        city: draft.city,
        country: draft.country,
    }
}

fn same(write: &ClientWrite, current: &Current) -> bool {
    let fields = |write: &ClientWrite| {
        [
            write.url.clone(),
            write.zone.clone(),
            write.language.clone(),
            write.email.clone(),
            write.phone.clone(),
            write.street.clone(),
            write.postcode.clone(),
            write.city.clone(),
            write.country.clone(),
        ]
    };
    write.name == current.name
        && write.inactive == Some(current.is_inactive)
        && fields(write)
            == [
                current.url.clone(),
                current.zone.clone(),
                current.language.clone(),
                current.email.clone(),
                current.phone.clone(),
                current.street.clone(),
                current.postcode.clone(),
                current.city.clone(),
                current.country.clone(),
            ]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_has_only_what_is_known() {
        let text = |text: &str| Some(text.to_owned());
        let location = LocationHead {
            lines: vec![text("Main Street 1"), None, text("N/A")],
            postcode: text("10115"),
            city: text("Berlin"),
            country: text(""),
            ..LocationHead::default()
        };
        assert_eq!(address(&location), ["Main Street 1", "10115 Berlin"]);
        assert!(address(&LocationHead::default()).is_empty());
    }

    #[test]
    fn the_region_of_a_language_is_kept_while_nobody_chooses_another() {
        let (brazilian, german) = ("pt_BR".to_owned(), "de".to_owned());
        assert_eq!(tag(&brazilian), "pt");
        assert_eq!(
            kept_language(Some("pt".into()), Some(&brazilian)),
            Some(brazilian.clone())
        );
        assert_eq!(kept_language(Some("de".into()), Some(&brazilian)), Some(german));
        assert_eq!(kept_language(None, Some(&brazilian)), None);
    }
}
