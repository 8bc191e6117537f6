//! Who may what: every server function and every route, asked by everybody, over HTTP.
//!
//! A server function, a page or another route without a row fails the test; so does a row without one of them. The rows stand in
//! `matrix/rows.rs`, one line each:
//!
//! ```text
//! get("clients/page").may(ClientRead).id("client_id", CLIENT)
//! post("interactions/edit").may(InteractionUpdate).id("input[interaction_id]", INTERACTION).with("input[version]", "0").answers(422)
//! page("/msp/clients/{id}").may(ClientRead).id("id", CLIENT)
//! ```
//!
//! - `get` and `post` name a server function by its path behind `/api/`, `page` a page or another route as it is routed; `{id}` is
//!   filled in.
//! - `may(P)` is what staff need, once for each permission. Without it a function of staff is for all of them: `staff()`; of the portal,
//!   for all of its users: `portal()`; or for anyone: `anyone()`.
//! - `with(name, text)` is an argument. `id(name, KIND)` is one that names what the request is about: another tenant's, an unknown and a
//!   malformed one have to be answered with 404, and the first two alike (in a form, 422 does for the malformed one). `choice(name, KIND)` is one that a form chooses among others: there
//!   the answer is 422.
//! - `answers(status)` is what those get who may; 200 unless said. To show that somebody may, 422 is as good as 200, and changes nothing.
//! - `answers_portal(status)` is what portal users get of what is for staff first and for them only if the tenant says so.
//! - `community(status)` is what the community edition answers with in place of it.
//! - `ends_session()` says that who asked is signed out by it.
//!
//! A kind of id is a statement that lists a tenant's (`matrix/world.rs`); each call takes another one of them.

mod browser;
pub mod rows;
pub mod world;

use std::collections::{BTreeMap, BTreeSet};

use domain::Permission;
use sqlx::PgPool;

use self::{
    rows::ROWS,
    world::{Answer, Asker, Browser, Id, Kind, Whose, World},
};

/// One function or route.
#[derive(Clone, Debug)]
pub struct Row {
    pub what: What,
    pub who: Who,
    pub arguments: Vec<(&'static str, Argument)>,
    status: u16,
    /// What the community edition answers with.
    in_community: Option<u16>,
    /// What somebody gets who is signed in at the portal, where it is for staff first.
    at_portal: Option<u16>,
    pub ends_session: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum What {
    Get(&'static str),
    Post(&'static str),
    Page(&'static str),
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Who {
    Anyone,
    Staff(Vec<Permission>),
    Portal,
}

#[derive(Clone, Copy, Debug)]
pub enum Argument {
    Text(&'static str),
    Id(Kind),
    Choice(Kind),
}

fn row(what: What, who: Who) -> Row {
    Row {
        what,
        who,
        arguments: Vec::new(),
        status: 200,
        in_community: None,
        at_portal: None,
        ends_session: false,
    }
}

pub fn get(path: &'static str) -> Row {
    row(What::Get(path), Who::Staff(Vec::new()))
}

pub fn post(path: &'static str) -> Row {
    row(What::Post(path), Who::Staff(Vec::new()))
}

pub fn page(path: &'static str) -> Row {
    row(What::Page(path), Who::Staff(Vec::new()))
}

impl Row {
    pub fn may(mut self, permission: Permission) -> Self {
        match &mut self.who {
            Who::Staff(permissions) => permissions.push(permission),
            other => panic!("{other:?} need no permission"),
        }
        self
    }

    /// For all staff, whatever their roles.
    pub fn staff(self) -> Self {
        assert_eq!(self.who, Who::Staff(Vec::new()), "{:?}", self.what);
        self
    }

    pub fn portal(mut self) -> Self {
        self.who = Who::Portal;
        self
    }

    pub fn anyone(mut self) -> Self {
        self.who = Who::Anyone;
        self
    }

    pub fn with(mut self, name: &'static str, text: &'static str) -> Self {
        self.arguments.push((name, Argument::Text(text)));
        self
    }

    pub fn id(mut self, name: &'static str, kind: Kind) -> Self {
        self.arguments.push((name, Argument::Id(kind)));
        self
    }

    pub fn choice(mut self, name: &'static str, kind: Kind) -> Self {
        self.arguments.push((name, Argument::Choice(kind)));
        self
    }

    pub fn answers(mut self, status: u16) -> Self {
        self.status = status;
        self
    }

    pub fn community(mut self, status: u16) -> Self {
        self.in_community = Some(status);
        self
    }

    pub fn answers_portal(mut self, status: u16) -> Self {
        self.at_portal = Some(status);
        self
    }

    pub fn ends_session(mut self) -> Self {
        self.ends_session = true;
        self
    }

    fn is_about_something(&self) -> bool {
        self.arguments
            .iter()
            .any(|(_, argument)| matches!(argument, Argument::Id(_)))
    }

    /// Who is not signed in, or not by this door: a page sends them to the door.
    fn refusal(&self) -> u16 {
        match self.what {
            What::Page(path) if !path.starts_with("/api/") => 303,
            _ => 401,
        }
    }

    /// What an asker gets who names what is there: in Northwind, and of Acme.
    fn expected(&self, asker: Asker) -> u16 {
        if let (Asker::Portal | Asker::OtherPortal, Some(status)) = (asker, self.at_portal) {
            return status;
        }
        match (&self.who, asker) {
            (Who::Staff(needed), Asker::Staff(role)) => {
                let granted = |permission| role.is_some_and(|role| grants(role, permission));
                if needed.iter().all(|permission| granted(*permission)) {
                    self.status
                } else {
                    403
                }
            }
            (Who::Staff(_), Asker::ForeignStaff) | (Who::Portal, Asker::OtherPortal) if self.is_about_something() => {
                404
            }
            (Who::Anyone, _)
            | (Who::Staff(_), Asker::ForeignStaff)
            | (Who::Portal, Asker::Portal | Asker::OtherPortal) => self.status,
            (Who::Staff(_) | Who::Portal, _) => self.refusal(),
        }
    }
}

/// What the peer's roles grant, as `reference/peer-behaviour.md` has it for the resources that it lists, and Minuted's seed for the rest.
/// Written down a second time on purpose.
fn grants(role: &str, permission: Permission) -> bool {
    match (permission.resource(), permission.action()) {
        ("interaction" | "document", "delete") => ["Admin", "Finance"].contains(&role),
        ("interaction", _)
        | ("user_schedule" | "client" | "contact" | "document", "read")
        | ("contact", "create" | "update") => true,
        ("client", "create" | "update") => role != "Technician",
        ("user_schedule", "create" | "update") | ("user", "read") => ["Admin", "Dispatcher"].contains(&role),
        ("document", _) => role != "Dispatcher",
        _ => role == "Admin",
    }
}

#[sqlx::test(migrations = false)]
async fn everybody_gets_what_their_roles_grant_and_nothing_else(pool: PgPool) {
    let mut world = World::start(pool).await;
    let mut rows = ROWS();
    if !world.server.is_enterprise().await {
        for row in &mut rows {
            row.status = row.in_community.unwrap_or(row.status);
        }
    }
    let (last, first): (Vec<_>, Vec<_>) = rows.into_iter().partition(|row| row.ends_session);
    let mut wrong = Vec::new();
    for row in first.iter().chain(&last) {
        wrong.extend(world.try_everybody(row).await);
        wrong.extend(world.try_ids(row).await);
        world.forget_tries().await;
        if row.ends_session {
            world.sign_everybody_in().await;
        }
    }
    assert!(wrong.is_empty(), "{} wrong:\n{}", wrong.len(), wrong.join("\n"));
}

impl World {
    async fn try_everybody(&self, row: &Row) -> Vec<String> {
        let calls = self.browsers().map(|browser| async move {
            let answer = self.call(browser, row, Whose::Own).await;
            let (asker, expected) = (browser.asker, row.expected(browser.asker));
            (answer.status != expected)
                .then(|| format!("{:?} by {asker:?}: {answer:?} instead of {expected}", row.what))
        });
        futures::future::join_all(calls).await.into_iter().flatten().collect()
    }

    /// Ids that are not theirs, not there, or none at all, by somebody who may everything else.
    async fn try_ids(&self, row: &Row) -> Vec<String> {
        let arguments = row.arguments.iter();
        let expected = match arguments
            .map(|(_, argument)| argument)
            .find(|argument| !matches!(argument, Argument::Text(_)))
        {
            Some(Argument::Id(_)) => 404,
            Some(Argument::Choice(_)) => 422,
            _ => return Vec::new(),
        };
        let asker = match row.who {
            Who::Portal => Asker::Portal,
            _ => Asker::Staff(Some("Admin")),
        };
        let browser = self.browser(asker);
        let mut wrong = Vec::new();
        let unknown = self.call(browser, row, Whose::Nobodys).await;
        for whose in [Whose::Foreign, Whose::OtherClients, Whose::Nobodys, Whose::Malformed] {
            let answer = self.call(browser, row, whose).await;
            // What a form of ours never sends may also be called damaged.
            let is_damaged = whose == Whose::Malformed && matches!(row.what, What::Post(_)) && answer.status == 422;
            if answer.status != expected && !is_damaged {
                wrong.push(format!(
                    "{:?} with {whose:?} id: {answer:?} instead of {expected}",
                    row.what
                ));
            } else if whose != Whose::Malformed && answer.text != unknown.text {
                wrong.push(format!(
                    "{:?} with {whose:?} id: {answer:?} differs from {unknown:?}",
                    row.what
                ));
            }
        }
        wrong
    }

    async fn call(&self, browser: &Browser, row: &Row, whose: Whose) -> Answer {
        let mut ids = Vec::new();
        let mut arguments = Vec::new();
        for (name, argument) in &row.arguments {
            let value = match argument {
                Argument::Text(text) => (*text).to_owned(),
                Argument::Id(kind) => self.id(*kind, Id::Subject(whose)).await,
                Argument::Choice(kind) if row.is_about_something() => self.id(*kind, Id::Subject(Whose::Own)).await,
                Argument::Choice(kind) => self.id(*kind, Id::Choice(browser.asker, whose)).await,
            };
            if !matches!(argument, Argument::Text(_)) {
                ids.push(value.clone());
            }
            arguments.push((*name, value));
        }
        let answer = match row.what {
            What::Get(path) => browser.get(&format!("/api/{path}"), &arguments).await,
            What::Post(path) => browser.post(&format!("/api/{path}"), &arguments).await,
            What::Page(path) => {
                let mut path = path.to_owned();
                arguments.retain(|(name, value)| {
                    let (before, hole) = (path.clone(), format!("{{{name}}}"));
                    path = path.replace(&hole, value);
                    path == before
                });
                browser.page(&path, &arguments).await
            }
        };
        answer.without(&ids)
    }
}

#[tokio::test]
async fn every_server_function_has_one_row() {
    // Naming the application keeps its server functions in this program.
    let _ = leptos_axum::generate_route_list(app::App);
    let mut rows = BTreeMap::new();
    for row in ROWS() {
        let (method, path) = match row.what {
            What::Get(path) => ("GET", path),
            What::Post(path) => ("POST", path),
            What::Page(_) => continue,
        };
        *rows.entry(format!("{method} /api/{path}")).or_insert(0) += 1;
    }
    let functions: BTreeMap<String, i32> = leptos::server_fn::axum::server_fn_paths()
        .map(|(path, method)| (format!("{method} {path}"), 1))
        .collect();
    assert!(functions.len() > 20, "{functions:?}");
    assert_eq!(rows, functions, "rows (left) and functions (right)");
}

#[tokio::test]
async fn every_route_has_a_row() {
    let rows: BTreeSet<String> = ROWS()
        .iter()
        .filter_map(|row| match row.what {
            What::Page(path) => Some(path.split('?').next().unwrap_or_default().to_owned()),
            _ => None,
        })
        .collect();
    let pages = leptos_axum::generate_route_list(app::App);
    let mut routes: BTreeSet<String> = pages.iter().map(|route| route.path().to_owned()).collect();
    assert!(routes.len() > 10, "{routes:?}");
    // What is routed without the application.
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/src/http");
    for file in std::fs::read_dir(folder).unwrap() {
        let source = std::fs::read_to_string(file.unwrap().path()).unwrap();
        // What has no literal is routed beside a page of the same name: where it gives files in (`imports.rs` tries that).
        for call in source.split(".route(\"").skip(1) {
            let path = call.split('"').next().unwrap();
            routes.insert(path.to_owned());
        }
    }
    assert!(routes.contains("/readyz"), "{routes:?}");
    assert_eq!(rows, routes, "rows (left) and routes (right)");
}
