//! Addresses that nobody meant: every page with everything in every parameter and in its path, and requests that are none.

use std::{collections::BTreeSet, path::Path};

use sqlx::PgPool;
use tokio::io::{AsyncReadExt, AsyncWriteExt};

use super::{Pair, asker, body, fields, values};
use crate::{
    matrix::{
        Argument, Row, What, rows,
        world::{Browser, Id, Whose, World},
    },
    server::Server,
};

/// What pages read of their address, besides what lists and timelines do.
const PARAMETERS: [&str; 34] = [
    "__err",
    "__path",
    "artifact",
    "client",
    "client_q",
    "create",
    "day",
    "days",
    "detail",
    "do",
    "edit",
    "from",
    "hours",
    "month",
    "new",
    "next",
    "notice",
    "open",
    "person",
    "q",
    "refreshed",
    "refused",
    "saved",
    "sent",
    "service",
    "session",
    "show",
    "status",
    "stay",
    "t",
    "tenant",
    "token",
    "type",
    "view",
];

fn parameters() -> BTreeSet<String> {
    let of_lists = fields::of::<domain::ListQuery>();
    let of_timelines = fields::of::<domain::TimelineQuery>();
    let of_schedules = fields::of::<domain::schedule::ScheduleQuery>();
    let of_audits = fields::of::<domain::AuditQuery>();
    let others = PARAMETERS.map(str::to_owned);
    [of_lists, of_timelines, of_schedules, of_audits, others.into()]
        .into_iter()
        .flatten()
        .collect()
}

/// Where lists and forms are, which read more than the rest.
const MANY_SIDED: [&str; 5] = [
    "/msp/clients/{id}",
    "/msp/contacts",
    "/msp/interactions",
    "/msp/schedule",
    "/msp/settings/roles",
];

#[sqlx::test(migrations = false)]
async fn every_page_is_shown_whatever_its_address_holds(pool: PgPool) {
    let world = World::start(pool).await;
    let mut wrong = Vec::new();
    let texts: Vec<(&str, String)> = values::texts()
        .into_iter()
        .map(|(what, text)| (what, Pair::new("", &text).text[1..].to_owned()))
        .chain(values::BYTES.map(|(what, text)| (what, text.to_owned())))
        .collect();
    for row in rows::ROWS() {
        let What::Page(route) = row.what else { continue };
        let browser = world.browser(asker(&row));
        let mut addresses = Vec::new();
        let path = filled(&world, &row, route).await;
        for (what, text) in &texts {
            let at = |names: &mut dyn Iterator<Item = &String>| {
                let pairs: Vec<Pair> = names.map(|name| Pair::encoded(name, text)).collect();
                format!("{path}?{}", body(&pairs))
            };
            let names = parameters();
            let is_many_sided = MANY_SIDED.contains(&route);
            let is_sharp = values::SHARP.contains(what);
            // All at once, of what is not too long for that; then each of them.
            if text.len() < 3_000 && (is_sharp || is_many_sided) {
                addresses.push((format!("{what}, everywhere"), at(&mut names.iter())));
            }
            if is_many_sided && is_sharp {
                let each = names
                    .iter()
                    .map(|name| (format!("{what}, {name}"), at(&mut [name].into_iter())));
                addresses.extend(each);
            }
            if is_many_sided && text.len() >= 3_000 {
                addresses.push((format!("{what}, q"), at(&mut ["q".to_owned()].iter())));
            }
            if let (true, Some((before, rest))) = (text.len() < 3_000, route.split_once('{')) {
                let after = rest.split_once('}').map_or("", |(_, after)| after);
                // In a path a plus is a plus.
                let text = text.replace('+', "%20");
                addresses.push((format!("{what}, in the path"), format!("{before}{text}{after}")));
            }
        }
        for chunk in addresses.chunks(8) {
            let looks = chunk.iter().map(|(what, address)| look(browser, route, what, address));
            wrong.extend(futures::future::join_all(looks).await.into_iter().flatten());
        }
    }
    assert!(wrong.is_empty(), "{} wrong:\n{}", wrong.len(), wrong.join("\n"));
}

async fn filled(world: &World, row: &Row, route: &str) -> String {
    let mut path = route.to_owned();
    for (name, argument) in &row.arguments {
        let value = match argument {
            Argument::Text(text) => (*text).to_owned(),
            Argument::Id(kind) | Argument::Choice(kind) => world.id(*kind, Id::Subject(Whose::Own)).await,
        };
        path = path.replace(&format!("{{{name}}}"), &value);
    }
    path.replace("{*any}", "nowhere")
}

async fn look(browser: &Browser, route: &str, what: &str, address: &str) -> Option<String> {
    let answer = browser.get_as_is(address, "text/html").await;
    // Longer addresses than the server reads it refuses before anything of ours sees them.
    let is_too_long = address.len() > 60_000 && [414, 431].contains(&answer.status);
    let may_be_empty = answer.status >= 300 && answer.status < 400 || route.starts_with("/api/");
    let is_shown = answer.status < 500 && (may_be_empty || !answer.text.is_empty());
    if values::is_in(&answer.text) {
        return Some(format!("{route} {what}: markup in the page"));
    }
    (!is_shown && !is_too_long && answer.kind != "text/event-stream").then(|| format!("{route} {what}: {answer:?}"))
}

/// The sources of the interface, with their paths.
pub fn sources() -> Vec<(String, String)> {
    fn find(folder: &Path, found: &mut Vec<(String, String)>) {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                find(&path, found);
            } else {
                found.push((path.display().to_string(), std::fs::read_to_string(&path).unwrap()));
            }
        }
    }
    let mut found = Vec::new();
    find(
        Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../app/src/features")),
        &mut found,
    );
    found
}

#[test]
fn every_parameter_that_is_read_is_tried() {
    let mut found = BTreeSet::new();
    for (_, source) in sources() {
        for call in ["get_str(\"", ".get(\""] {
            let names = source.split(call).skip(1).map(|rest| rest.split('"').next().unwrap());
            found.extend(names.map(str::to_owned));
        }
    }
    // Part of the path.
    assert!(found.remove("id"));
    let untried: Vec<_> = found.difference(&parameters()).cloned().collect();
    assert!(found.len() > 15 && untried.is_empty(), "{untried:?} of {found:?}");
}

/// The program that sends it has gone before it was done, or says less than it announced.
#[sqlx::test(migrations = false)]
async fn half_a_request_holds_nobody_up(pool: PgPool) {
    let server = Server::start(pool).await;
    let host = server.url.trim_start_matches("http://").to_owned();
    let head = |more: &str| {
        let url = &server.url;
        format!(
            "POST /api/session/sign-in HTTP/1.1\r\nhost: {host}\r\norigin: {url}\r\ncontent-type: application/x-www-form-urlencoded\r\n{more}\r\n\r\n"
        )
    };
    for request in [
        head("content-length: 5000") + "input[email]=ada",
        head("transfer-encoding: chunked") + "10\r\ninput[email]=ada",
        head("transfer-encoding: chunked") + "zz\r\n",
        head("content-length: -1"),
        head("content-length: 99999999999999999999"),
        "POST".to_owned(),
        "\0\u{1}\u{2}\r\n\r\n".to_owned(),
    ] {
        let mut stream = tokio::net::TcpStream::connect(&host).await.unwrap();
        stream.write_all(request.as_bytes()).await.unwrap();
        stream.shutdown().await.unwrap();
        let mut answer = Vec::new();
        let read = tokio::time::timeout(std::time::Duration::from_secs(10), stream.read_to_end(&mut answer)).await;
        assert!(read.is_ok(), "{request:?} is never answered");
        let answer = String::from_utf8_lossy(&answer);
        assert!(
            answer.is_empty() || answer.starts_with("HTTP/1.1 4"),
            "{request:?}: {answer}"
        );
    }
    assert_eq!(server.get("/readyz").send().await.unwrap().status(), 200);
}
