//! Whatever somebody types, or a program sends, is taken as text or refused in words: every field of every server function and every
//! page is tried with everything in `hostile/values.rs`.
//!
//! A server function without a row in `hostile/rows.rs` fails the test. Its fields are read off its type, so a new field is tried from
//! the day it is there. A row has what the matrix sends (`matrix/rows.rs`), unless it says more:
//!
//! ```text
//! function::<SubmitClient>().filled("clients/new-form").with("input[name]", "Try {n}").on("/msp/clients?new=client")
//! ```
//!
//! - `filled(path)` takes the values of the form that this function answers with, as the page that shows it does.
//! - `with(name, text)` is a value; `{n}` is another number each time.
//! - `on(page)` is where the form stands.
//! - `only(fields)` leaves the others to another row of the same function.
//!
//! What has to hold: the server answers, and never with a fault of its own; what it refuses it refuses with a [`Failure`], whose words every
//! language has; what it refuses changes nothing in the database; and nothing that was sent is ever part of a page as markup.

mod fields;
mod held;
mod pages;
mod readback;
mod rows;
mod values;

use std::collections::{BTreeMap, BTreeSet};

use domain::{Failure, Problem};
use leptos::server_fn::ServerFn;
use serde::de::DeserializeOwned;
use serde_json::Value;
use sqlx::PgPool;

use self::values::is_in;
use crate::matrix::{
    Argument, Row, What, Who, rows as matrix,
    world::{Answer, Asker, Browser, Id, Whose, World},
};

const FORM: &str = "application/x-www-form-urlencoded";

/// A server function and a request that it takes.
struct Function {
    path: &'static str,
    fields: Vec<String>,
    filled: Option<&'static str>,
    values: Vec<(&'static str, &'static str)>,
    page: &'static str,
}

fn function<T: ServerFn + DeserializeOwned>() -> Function {
    Function {
        path: T::PATH,
        fields: fields::of::<T>(),
        filled: None,
        values: Vec::new(),
        page: "/msp/clients",
    }
}

impl Function {
    fn filled(mut self, path: &'static str) -> Self {
        self.filled = Some(path);
        self
    }

    fn with(mut self, name: &'static str, text: &'static str) -> Self {
        self.values.push((name, text));
        self
    }

    /// Tries these fields only: the others are tried in another row.
    fn only(mut self, fields: &[&str]) -> Self {
        self.fields.retain(|name| fields.contains(&name.as_str()));
        assert_eq!(self.fields.len(), fields.len(), "{}", self.path);
        self
    }

    fn on(mut self, page: &'static str) -> Self {
        self.page = page;
        self
    }

    /// Its row in the matrix.
    fn row(&self) -> Row {
        row_of(self.path.trim_start_matches("/api/"))
    }
}

fn row_of(path: &str) -> Row {
    let is_it = |row: &Row| matches!(row.what, What::Get(it) | What::Post(it) if it == path);
    matrix::ROWS()
        .into_iter()
        .find(is_it)
        .unwrap_or_else(|| panic!("no row for {path}"))
}

/// A name and a value of a form, percent-encoded.
#[derive(Clone, Debug)]
struct Pair {
    name: String,
    text: String,
}

impl Pair {
    fn new(name: &str, value: &str) -> Self {
        let encode = |text: &str| url::form_urlencoded::byte_serialize(text.as_bytes()).collect::<String>();
        Self::encoded(name, &encode(value))
    }

    /// With a value that is encoded already, and may be no text.
    fn encoded(name: &str, value: &str) -> Self {
        let encoded: String = url::form_urlencoded::byte_serialize(name.as_bytes()).collect();
        Self {
            name: name.to_owned(),
            text: format!("{encoded}={value}"),
        }
    }
}

fn body(pairs: &[Pair]) -> String {
    pairs
        .iter()
        .map(|pair| pair.text.as_str())
        .collect::<Vec<_>>()
        .join("&")
}

/// The form with other pairs in place of those of one field.
fn instead(sample: &[Pair], name: &str, pairs: Vec<Pair>) -> Vec<Pair> {
    let others = sample.iter().filter(|pair| pair.name != name).cloned();
    others.chain(pairs).collect()
}

/// Who tries it: somebody who may.
fn asker(row: &Row) -> Asker {
    match row.who {
        Who::Anyone => Asker::Nobody,
        Who::Staff(_) => Asker::Staff(Some("Admin")),
        Who::Portal => Asker::Portal,
    }
}

/// One function being tried.
struct Trial<'a> {
    world: &'a World,
    browser: &'a Browser,
    function: &'a Function,
    count: u32,
    sample: Vec<Pair>,
    /// What the database held after the last request.
    held: String,
    wrong: Vec<String>,
}

impl<'a> Trial<'a> {
    async fn new(world: &'a World, function: &'a Function) -> Self {
        world.forget_tries().await;
        let mut trial = Trial {
            world,
            browser: world.browser(asker(&function.row())),
            function,
            count: 0,
            sample: Vec::new(),
            held: world.fingerprint().await,
            wrong: Vec::new(),
        };
        trial.sample = trial.fresh().await;
        trial
    }

    /// A request that has not been made before.
    async fn fresh(&mut self) -> Vec<Pair> {
        self.count += 1;
        let mut values = self.arguments(&self.function.row()).await;
        let mut set = |name: &str, value: Option<String>| {
            values.retain(|(it, _)| it != name);
            values.extend(value.map(|value| (name.to_owned(), value)));
        };
        if let Some(path) = self.function.filled {
            let arguments = self.arguments(&row_of(path)).await;
            let pairs: Vec<(&str, String)> = arguments
                .iter()
                .map(|(name, value)| (name.as_str(), value.clone()))
                .collect();
            let answer = self.browser.get(&format!("/api/{path}"), &pairs).await;
            let form: Value = serde_json::from_str(&answer.text).unwrap_or_else(|_| panic!("{path}: {answer:?}"));
            let filled = form.get("values").unwrap_or(&form).as_object().unwrap();
            for (name, value) in filled {
                let name = format!("input[{name}]");
                match value {
                    Value::String(text) if self.function.fields.contains(&name) => set(&name, Some(text.clone())),
                    Value::Null => set(&name, None),
                    _ => {}
                }
            }
        }
        for (name, value) in &self.function.values {
            set(name, Some(value.replace("{n}", &self.count.to_string())));
        }
        values.iter().map(|(name, value)| Pair::new(name, value)).collect()
    }

    async fn arguments(&self, row: &Row) -> Vec<(String, String)> {
        let mut values = Vec::new();
        for (name, argument) in &row.arguments {
            let value = match argument {
                Argument::Text(text) => (*text).to_owned(),
                Argument::Id(kind) | Argument::Choice(kind) => self.world.id(*kind, Id::Subject(Whose::Own)).await,
            };
            values.push(((*name).to_owned(), value));
        }
        values
    }

    /// Sends what is tried and looks at what comes of it.
    async fn send(&mut self, what: &str, kind: Option<&str>, form: Vec<u8>) -> Option<Failure> {
        let is_post = matches!(self.function.row().what, What::Post(_));
        let mut answer = self.ask(is_post, kind, &form).await;
        if answer.status == 429 {
            // Not too often is not what is tried here.
            self.world.forget_tries().await;
            answer = self.ask(is_post, kind, &form).await;
        }
        let failure = self.judge(what, &answer);
        if is_post {
            let held = self.world.fingerprint().await;
            if held != self.held && answer.status >= 400 {
                self.wrong.push(format!(
                    "{} {what}: refused, but the database changed",
                    self.function.path
                ));
            }
            self.held = held;
            if answer.status < 400 {
                self.sample = self.fresh().await;
            }
        }
        failure
    }

    async fn ask(&self, is_post: bool, kind: Option<&str>, form: &[u8]) -> Answer {
        let path = self.function.path;
        if is_post {
            return self.browser.send_form(path, kind, form.to_vec()).await;
        }
        let query = std::str::from_utf8(form).unwrap();
        self.browser
            .get_as_is(&format!("{path}?{query}"), "application/json")
            .await
    }

    fn judge(&mut self, what: &str, answer: &Answer) -> Option<Failure> {
        let path = self.function.path;
        if answer.status >= 500 {
            self.wrong.push(format!("{path} {what}: {answer:?}"));
        }
        if answer.kind.starts_with("text/html") && is_in(&answer.text) {
            self.wrong.push(format!("{path} {what}: markup in the answer"));
        }
        if answer.status < 400 {
            return None;
        }
        match serde_json::from_str::<Failure>(&answer.text) {
            Ok(failure) if failure.code.status() == answer.status => Some(failure),
            _ => {
                self.wrong
                    .push(format!("{path} {what}: refused without saying how: {answer:?}"));
                None
            }
        }
    }

    async fn field(&mut self, name: &str) {
        let value = |sample: &[Pair]| {
            let pair = sample.iter().find(|pair| pair.name == name)?;
            let value = url::form_urlencoded::parse(pair.text.as_bytes()).next()?.1.into_owned();
            Some(value)
        };
        let mut longest = None;
        for (what, text) in values::texts() {
            let form = instead(&self.sample, name, vec![Pair::new(name, &text)]);
            let failure = self
                .send(&format!("{name}, {what}"), Some(FORM), body(&form).into())
                .await;
            longest = longest.or_else(|| failure.as_ref().and_then(too_long));
        }
        // How a form is read is the same for all fields; of each function the first and the lists are tried.
        let is_first = self.function.fields.first().is_some_and(|first| first == name);
        let reads_more = is_first || name.ends_with("[]");
        for (what, text) in values::BYTES.into_iter().take(if reads_more { 6 } else { 2 }) {
            let form = instead(&self.sample, name, vec![Pair::encoded(name, text)]);
            self.send(&format!("{name}, {what}"), Some(FORM), body(&form).into())
                .await;
        }
        let usual = value(&self.sample).unwrap_or_default();
        let shapes = values::shapes(name, &usual);
        for (what, pairs) in shapes.into_iter().take(if reads_more { usize::MAX } else { 2 }) {
            let form = instead(&self.sample, name, pairs);
            self.send(&format!("{name}, {what}"), Some(FORM), body(&form).into())
                .await;
        }
        // The limit that the answer tells is the limit.
        if let Some(max) = longest {
            for (over, is_refused) in [(1, true), (0, false)] {
                let text = "x".repeat(max as usize + over);
                let form = instead(&self.sample, name, vec![Pair::new(name, &text)]);
                let what = format!("{name}, {} characters", text.len());
                let failure = self.send(&what, Some(FORM), body(&form).into()).await;
                if failure.as_ref().and_then(too_long).is_some() != is_refused {
                    self.wrong.push(format!("{} {what}: {failure:?}", self.function.path));
                }
            }
        }
    }

    /// What is no form, or not the whole of one.
    async fn forms(&mut self) {
        let first = self.function.fields[0].clone();
        let sample = body(&self.sample);
        let half = sample[..sample.len() / 2].to_owned();
        let json = format!("{{\"input\":{{\"name\":\"{}\"}}}}", "a".repeat(50));
        let multipart = "--b\r\ncontent-disposition: form-data; name=\"input[name]\"\r\n\r\nAda\r\n--b--\r\n";
        let tries: Vec<(&str, Option<&str>, Vec<u8>)> = vec![
            ("JSON", Some("application/json"), json.clone().into()),
            ("JSON as a form", Some(FORM), json.into()),
            ("many parts", Some("multipart/form-data; boundary=b"), multipart.into()),
            ("many parts as a form", Some(FORM), multipart.into()),
            ("plain text", Some("text/plain"), half.clone().into()),
            ("nothing known", None, half.clone().into()),
            ("half a form", Some(FORM), half.into()),
            ("cut in an escape", Some(FORM), format!("{sample}&{first}=%C").into()),
            ("nothing", Some(FORM), Vec::new()),
            ("brackets", Some(FORM), b"]]]=[[[&&&=&".to_vec()),
            ("bytes", Some(FORM), (0..=255).cycle().take(4096).collect()),
            (
                "bytes of no form",
                Some("text/plain"),
                (0..=255).cycle().take(4096).collect(),
            ),
            ("very many fields", Some(FORM), "a=1&".repeat(60_000).into()),
        ];
        for (what, kind, form) in tries {
            self.send(what, kind, form).await;
        }
        let large = instead(&self.sample, &first, vec![Pair::new(&first, &"x".repeat(1_000_000))]);
        let failure = self.send("a megabyte", Some(FORM), body(&large).into()).await;
        if failure.is_none_or(|failure| failure.code.status() != 413) {
            self.wrong.push(format!("{} takes a megabyte", self.function.path));
        }
    }

    /// As a browser without script sends it: the answer is the page with the form again.
    async fn without_script(&mut self) {
        for name in self.function.fields.clone() {
            for text in [values::MARKUP, "a\0b"] {
                let form = instead(&self.sample, &name, vec![Pair::new(&name, text)]);
                let path = self.function.path;
                let answer = self.browser.submit(path, self.function.page, &body(&form)).await;
                let Some(to) = answer
                    .location
                    .as_deref()
                    .filter(|_| (300..400).contains(&answer.status))
                else {
                    self.wrong.push(format!("{path} {name} without script: {answer:?}"));
                    continue;
                };
                let page = self.browser.get_as_is(to, "text/html").await;
                if page.status >= 500 || is_in(&page.text) {
                    self.wrong
                        .push(format!("{path} {name} without script leads to {to}: {page:?}"));
                }
            }
        }
        self.sample = self.fresh().await;
        self.held = self.world.fingerprint().await;
    }
}

fn too_long(failure: &Failure) -> Option<u32> {
    failure.fields.iter().find_map(|error| match error.problem {
        Problem::TooLong { max } => Some(max),
        _ => None,
    })
}

async fn try_all(pool: PgPool, functions: Vec<Function>) {
    let world = World::start(pool).await;
    world.stage_import().await;
    let mut wrong = Vec::new();
    for function in functions {
        let row = function.row();
        if function.fields.is_empty() || row.ends_session {
            continue;
        }
        let mut trial = Trial::new(&world, &function).await;
        for name in &function.fields {
            trial.field(name).await;
            world.forget_tries().await;
        }
        if matches!(row.what, What::Post(_)) {
            trial.forms().await;
            trial.without_script().await;
        }
        wrong.append(&mut trial.wrong);
    }
    assert!(wrong.is_empty(), "{} wrong:\n{}", wrong.len(), wrong.join("\n"));
}

// Everything that is not right is in the answer of one of these; they are several so that they run beside each other.

#[sqlx::test(migrations = false)]
async fn the_doors_take_anything(pool: PgPool) {
    try_all(pool, rows::doors()).await;
}

#[sqlx::test(migrations = false)]
async fn the_account_takes_anything(pool: PgPool) {
    try_all(pool, rows::account()).await;
}

#[sqlx::test(migrations = false)]
async fn clients_and_contacts_take_anything(pool: PgPool) {
    try_all(pool, rows::clients()).await;
}

#[sqlx::test(migrations = false)]
async fn reading_interactions_takes_anything(pool: PgPool) {
    try_all(pool, rows::reading()).await;
}

#[sqlx::test(migrations = false)]
async fn writing_interactions_takes_anything(pool: PgPool) {
    try_all(pool, rows::interactions()).await;
}

#[sqlx::test(migrations = false)]
async fn the_schedule_takes_anything(pool: PgPool) {
    try_all(pool, rows::schedule()).await;
}

#[sqlx::test(migrations = false)]
async fn requests_take_anything(pool: PgPool) {
    try_all(pool, rows::appointments()).await;
}

#[sqlx::test(migrations = false)]
async fn the_portal_takes_anything(pool: PgPool) {
    try_all(pool, rows::portal()).await;
}

#[sqlx::test(migrations = false)]
async fn the_settings_take_anything(pool: PgPool) {
    try_all(pool, rows::settings()).await;
}

#[tokio::test]
async fn every_server_function_is_tried() {
    let _ = leptos_axum::generate_route_list(app::App);
    let tried: BTreeSet<&str> = rows::all().iter().map(|function| function.path).collect();
    let functions: BTreeMap<&str, _> = leptos::server_fn::axum::server_fn_paths().collect();
    assert_eq!(
        tried,
        functions.keys().copied().collect(),
        "rows (left) and functions (right)"
    );
    let fields: usize = rows::all().iter().map(|function| function.fields.len()).sum();
    assert!(fields > 100, "{fields}");
}
