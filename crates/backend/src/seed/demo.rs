//! Demo data: two tenants, their people, and a timeline that looks lived in. The same on every machine but for the dates, which are
//! counted from the day of seeding.

mod meetings;
mod recorded;
mod requests;
mod schedule;
mod timeline;

use domain::{ProfileId, TenantId};
use serde_json::{Value, json};
use uuid::Uuid;

use super::{DemoTeams, catalog};
use crate::{
    Backend, Result,
    access::TenantScope,
    sessions,
    store::{self, TenantTx},
};
use recorded::Recorded;

/// The password of all demo users.
pub const PASSWORD: &str = "Passw0rd!";

const NAMESPACE: Uuid = Uuid::from_u128(0x6d69_6e75_7465_6400_8000_6465_6d6f_0001);

/// An id that is the same on every machine.
pub fn id(tenant: TenantId, kind: &str, key: &str) -> Uuid {
    Uuid::new_v5(&NAMESPACE, format!("{tenant}/{kind}/{key}").as_bytes())
}

/// The id of the tenant that most of the demo is about.
pub fn northwind() -> Uuid {
    Uuid::new_v5(&NAMESPACE, TENANTS[0].domain.as_bytes())
}

struct Tenant {
    name: &'static str,
    domain: &'static str,
    zone: &'static str,
    /// Local part, first name, last name, role.
    staff: &'static [(&'static str, &'static str, &'static str, &'static str)],
    /// Clients with names of their own; the list is filled up to `clients`.
    named: &'static [(&'static str, &'static str)],
    clients: usize,
    interactions: usize,
    /// First name, address, client, role.
    portal: &'static [(&'static str, &'static str, &'static str, &'static str)],
    entra_tenant: &'static str,
    entra_client: &'static str,
    secret: &'static str,
    organizer_object_id: &'static str,
    recorded: &'static [Recorded],
}

const TENANTS: [Tenant; 2] = [
    Tenant {
        name: "Northwind IT",
        domain: "northwind.example",
        zone: "Europe/Berlin",
        staff: &[
            ("admin", "Alex", "Winter", catalog::ADMIN),
            ("dispatcher", "Dana", "Ortiz", catalog::DISPATCHER),
            ("tech", "Tomas", "Berg", catalog::TECHNICIAN),
            ("finance", "Femi", "Adeyemi", catalog::FINANCE),
        ],
        named: &[("Acme Manufacturing", "acme.example"), ("Globex", "globex.example")],
        clients: 44,
        interactions: 2000,
        portal: &[
            ("Ada", "ada@acme.example", "Acme Manufacturing", catalog::CLIENT_ADMIN),
            ("Bo", "bo@acme.example", "Acme Manufacturing", catalog::CLIENT_USER),
            ("Cy", "cy@globex.example", "Globex", catalog::CLIENT_USER),
        ],
        entra_tenant: "11111111-1111-4111-8111-111111111111",
        entra_client: "22222222-2222-4222-8222-222222222222",
        secret: "northwind-demo-secret",
        organizer_object_id: "33333333-3333-4333-8333-333333333333",
        recorded: &recorded::NORTHWIND,
    },
    Tenant {
        name: "Contoso Care",
        domain: "contoso.example",
        zone: "America/Chicago",
        staff: &[("admin", "Casey", "Moore", catalog::ADMIN)],
        named: &[("Initech", "initech.example")],
        clients: 8,
        interactions: 120,
        portal: &[("Dee", "dee@initech.example", "Initech", catalog::CLIENT_ADMIN)],
        entra_tenant: "44444444-4444-4444-8444-444444444444",
        entra_client: "55555555-5555-4555-8555-555555555555",
        secret: "contoso-demo-secret",
        organizer_object_id: "66666666-6666-4666-8666-666666666666",
        recorded: &recorded::CONTOSO,
    },
];

/// Seeds the demo tenants that are not there yet and says which it made.
pub async fn demo(backend: &Backend) -> Result<Vec<&'static str>> {
    let mut made = Vec::new();
    for tenant in &TENANTS {
        let tenant_id = TenantId(Uuid::new_v5(&NAMESPACE, tenant.domain.as_bytes()));
        let mut tx = backend.db().begin(TenantScope::of_row(tenant_id)).await?;
        if store::seed::tenant_exists(&mut tx).await? {
            continue;
        }
        insert(backend, &mut tx, tenant, tenant_id).await?;
        tx.commit().await?;
        made.push(tenant.name);
    }
    Ok(made)
}

struct Client {
    id: Uuid,
    name: String,
    domain: String,
    contacts: Vec<(Uuid, String, String)>,
}

async fn insert(backend: &Backend, tx: &mut TenantTx, tenant: &Tenant, tenant_id: TenantId) -> Result<()> {
    let settings = json!({ "timezone": tenant.zone, "defaultLocale": "en", "companyName": tenant.name });
    store::seed::tenant(tx, tenant.name, &format!("hello@{}", tenant.domain), &settings).await?;
    store::seed::vocabulary(tx).await?;
    catalog::insert(tx, tenant_id).await?;

    let clients = clients(tenant, tenant_id);
    insert_clients(tx, &clients).await?;
    insert_users(tx, tenant, tenant_id, &clients).await?;

    let staff: Vec<Uuid> = tenant
        .staff
        .iter()
        .map(|(local, ..)| staff_id(tenant, tenant_id, local))
        .collect();
    let now = backend.clock().now();
    let past: Value = (0..tenant.interactions)
        .map(|n| timeline::past_interaction(tenant_id, &clients, &staff, now, n))
        .collect();
    store::seed::interactions(tx, &past).await?;
    meetings::insert(tx, tenant, tenant_id, &clients, &staff, now).await?;
    schedule::insert(tx, tenant, tenant_id, now).await?;
    requests::insert(tx, tenant, tenant_id, &clients, &staff, now).await?;

    let demo = DemoTeams {
        profile_id: ProfileId(id(tenant_id, "profile", tenant.domain)),
        display_name: "Minuted",
        entra_tenant: tenant.entra_tenant,
        client_id: tenant.entra_client,
        client_secret: tenant.secret,
        organizer_upn: organizer(tenant),
        organizer_object_id: tenant.organizer_object_id,
    };
    backend.teams().seed(backend, tx, &demo).await
}

fn organizer(tenant: &Tenant) -> &'static str {
    if tenant.domain == "northwind.example" {
        "meetings@northwind.example"
    } else {
        "meetings@contoso.example"
    }
}

fn staff_id(tenant: &Tenant, tenant_id: TenantId, local: &str) -> Uuid {
    id(tenant_id, "user", &format!("{local}@{}", tenant.domain))
}

const TRADES: [&str; 10] = [
    "Logistics",
    "Dental",
    "Architects",
    "Bakery",
    "Legal",
    "Optics",
    "Freight",
    "Print",
    "Schools",
    "Energy",
];
const PLACES: [&str; 11] = [
    "Harbour",
    "Lindenhof",
    "Northgate",
    "Riverside",
    "Old Town",
    "Summit",
    "Meadow",
    "Castle",
    "Bright",
    "Union",
    "Hillside",
];
const FIRST: [&str; 14] = [
    "Ines", "Karl", "Mona", "Piet", "Rosa", "Sven", "Tara", "Udo", "Vera", "Wim", "Yara", "Zoe", "Lukas", "Chloé",
];
const LAST: [&str; 9] = [
    "Keller", "Moreau", "Novak", "Olsen", "Price", "Quist", "Richter", "Sánchez", "Thiel",
];

fn clients(tenant: &Tenant, tenant_id: TenantId) -> Vec<Client> {
    let generated = (0..).map(|n: usize| {
        let name = format!(
            "{} {}",
            PLACES[n % PLACES.len()],
            TRADES[(n * 3 + n / PLACES.len()) % TRADES.len()]
        );
        let domain = format!("{}.example", name.to_lowercase().replace(' ', "-"));
        (name, domain)
    });
    let named = tenant
        .named
        .iter()
        .map(|(name, domain)| ((*name).to_owned(), (*domain).to_owned()));
    let mut clients: Vec<Client> = Vec::new();
    for (name, domain) in named.chain(generated) {
        if clients.len() == tenant.clients {
            break;
        }
        if clients.iter().any(|client| client.name == name) {
            continue;
        }
        let n = clients.len();
        let mut people: Vec<(String, String)> = tenant
            .portal
            .iter()
            .filter(|(_, _, at, _)| *at == name)
            .map(|(first, email, ..)| {
                (
                    format!("{first} {}", if *first == "Ada" { "Example" } else { "Sample" }),
                    (*email).to_owned(),
                )
            })
            .collect();
        for k in 0..=(n % 4) {
            let (first, last) = (FIRST[(n * 5 + k * 3) % FIRST.len()], LAST[(n * 2 + k * 4) % LAST.len()]);
            let local = first.to_lowercase().replace('é', "e");
            people.push((format!("{first} {last}"), format!("{local}@{domain}")));
        }
        let contacts = people
            .into_iter()
            .map(|(name, email)| (id(tenant_id, "contact", &email), name, email))
            .collect();
        clients.push(Client {
            id: id(tenant_id, "client", &name),
            name,
            domain,
            contacts,
        });
    }
    clients
}

async fn insert_clients(tx: &mut TenantTx, clients: &[Client]) -> Result<()> {
    const ZONES: [Option<&str>; 5] = [None, Some("Europe/London"), None, Some("America/New_York"), None];
    const ROLES: [&str; 5] = ["IT lead", "Office manager", "Owner", "Operations", "Finance"];
    let rows: Value = clients
        .iter()
        .enumerate()
        .map(|(n, client)| {
            let url = format!("https://www.{}", client.domain);
            json!({ "client_id": client.id, "client_name": client.name, "url": url, "timezone": ZONES[n % ZONES.len()] })
        })
        .collect();
    store::seed::clients(tx, &rows).await?;
    let rows: Value = clients
        .iter()
        .flat_map(|client| {
            client
                .contacts
                .iter()
                .enumerate()
                .map(move |(n, contact)| (client, n, contact))
        })
        .map(|(client, n, (contact_id, name, email))| {
            json!({ "contact_name_id": contact_id, "client_id": client.id, "full_name": name, "email": email,
                    "role": ROLES[n % ROLES.len()], "is_client_admin": n == 0 })
        })
        .collect();
    store::seed::contacts(tx, &rows).await?;
    store::seed::reachability(tx).await
}

async fn insert_users(tx: &mut TenantTx, tenant: &Tenant, tenant_id: TenantId, clients: &[Client]) -> Result<()> {
    let staff = tenant.staff.iter().map(|(local, first, last, role)| {
        json!({ "user_id": staff_id(tenant, tenant_id, local), "email": format!("{local}@{}", tenant.domain), "first_name": first,
                "last_name": last, "user_type": "internal", "timezone": tenant.zone, "role_id": catalog::role(tenant_id, role) })
    });
    let portal = tenant.portal.iter().map(|(first, email, _, role)| {
        let contact = clients.iter().flat_map(|client| &client.contacts).find(|(_, _, address)| address == email);
        let last = if *first == "Ada" { "Example" } else { "Sample" };
        json!({ "user_id": id(tenant_id, "user", email), "email": email, "first_name": first, "last_name": last, "user_type": "client",
                "contact_id": contact.map(|(id, ..)| id), "role_id": catalog::role(tenant_id, role) })
    });
    let hash = sessions::hash_password(PASSWORD)?;
    store::seed::users(tx, &staff.chain(portal).collect(), &hash).await
}
