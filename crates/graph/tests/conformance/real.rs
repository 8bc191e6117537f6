use graph::{Credentials, Endpoints, GraphClient};

use crate::{tenant::Tenant, webhook::Webhook};

/// Entra tenant id, client id, client secret, and the organizer's user principal name.
pub const REQUIRED: [&str; 4] = [
    "CONFORMANCE_TENANT_ID",
    "CONFORMANCE_CLIENT_ID",
    "CONFORMANCE_CLIENT_SECRET",
    "CONFORMANCE_ORGANIZER",
];
/// A mailbox out of the app's scope; the join link of a recorded and transcribed meeting; the public URL under which Microsoft
/// reaches this machine, and the local address it leads to.
pub const OPTIONAL: [&str; 4] = [
    "CONFORMANCE_REFUSED_MAILBOX",
    "CONFORMANCE_RECORDED_JOIN_URL",
    "CONFORMANCE_WEBHOOK_URL",
    "CONFORMANCE_WEBHOOK_LISTEN",
];

#[expect(clippy::disallowed_methods, reason = "a test is configured where it is started")]
fn variable(name: &str) -> Option<String> {
    std::env::var(name).ok().filter(|value| !value.is_empty())
}

/// The tenant of the variables; none when none of the required ones is set.
pub async fn tenant() -> Option<Tenant> {
    let given: Vec<String> = REQUIRED.iter().filter_map(|name| variable(name)).collect();
    if given.is_empty() {
        return None;
    }
    let [tenant_id, client_id, secret, organizer] = <[String; 4]>::try_from(given)
        .unwrap_or_else(|given| panic!("{} of {REQUIRED:?} are set: set all or none", given.len()));
    let [refused_mailbox, recorded, public, listen] = OPTIONAL.map(variable);
    let client = GraphClient::new(graph::http_client().unwrap(), Endpoints::default());
    let credentials = Credentials::with_secret(&tenant_id, &client_id, secret.as_str());
    let session = client.session(credentials.clone());
    let user = session.user(&organizer).await.expect("the organizer is found");
    let webhook = match (public, listen) {
        (Some(public), Some(listen)) => Some(Webhook::start(&listen, Some(public.parse().unwrap())).await),
        _ => None,
    };
    Some(Tenant {
        name: "the real tenant",
        client,
        session,
        credentials,
        organizer_upn: organizer,
        organizer_id: user.id,
        refused_mailbox,
        recorded,
        webhook,
    })
}
