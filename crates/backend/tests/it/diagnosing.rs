//! Checking the connection to Microsoft: every cause is named, and no other.

use std::time::Duration as Time;

use backend::{
    access::may::{SettingsRead, SettingsUpdate},
    settings::teams,
};
use chrono::{Duration, Utc};
use domain::{CheckConnection, Diagnosis, DiagnosisStep as Step, ErrorCode, StepState as State};
use graph_sim::{
    AppConfig, CannedAnswer, Fault, FaultAnswer, JoinUrlMode, Route, UserConfig,
    demo::{contoso, northwind},
};
use sqlx::PgPool;

use crate::{
    connecting::{CERTIFICATE, certified, registration},
    listening::Listening,
    test_app::TestApp,
};

const ADMIN: &str = "admin@northwind.example";
const SECOND: &str = "ceo@northwind.example";
const PATIENCE: Time = Time::from_mins(1);

/// A backend that Microsoft reaches, at the time of this machine: how far the clocks are apart is told by the machine's.
async fn start(pool: PgPool) -> Listening {
    let app = Listening::start(pool).await;
    #[expect(clippy::disallowed_methods, reason = "the token's clock is the machine's")]
    let now = Utc::now();
    app.pass(now - app.app.now());
    app
}

async fn check_with(app: &TestApp, second: &str) -> Diagnosis {
    let grant = app.grant::<SettingsUpdate>(ADMIN).await;
    let form = CheckConnection {
        second_mailbox: second.to_owned(),
    };
    teams::check(&app.backend, &grant, &form, PATIENCE).await.unwrap();
    let found = last(app).await.unwrap();
    assert!(!found.is_running && !found.was_interrupted);
    assert_eq!(found.lines.len(), Step::ALL.len());
    found
}

async fn check(app: &TestApp) -> Diagnosis {
    check_with(app, SECOND).await
}

async fn last(app: &TestApp) -> Option<Diagnosis> {
    let grant = app.grant::<SettingsRead>(ADMIN).await;
    teams::diagnosis(&app.backend, &grant).await.unwrap()
}

/// The steps that did not pass, with what is said of them.
fn troubles(found: &Diagnosis) -> Vec<(Step, State)> {
    found
        .lines
        .iter()
        .filter(|line| !matches!(line.state, State::Passed | State::Skipped))
        .map(|line| (line.step, line.state))
        .collect()
}

fn of(found: &Diagnosis, step: Step) -> &domain::DiagnosisLine {
    found.lines.iter().find(|line| line.step == step).unwrap()
}

/// Exactly this step failed, with these words.
fn failed(found: &Diagnosis, step: Step, words: &str) {
    assert_eq!(troubles(found), [(step, State::Failed)], "{}", found.text);
    let line = of(found, step);
    assert!(line.what.contains(words), "{}", line.what);
    assert!(line.fix.is_some(), "{}", line.what);
    assert_eq!(found.outcome, State::Failed);
}

fn organizer(app: &TestApp, change: impl FnOnce(&mut UserConfig)) {
    app.sim.change_user(northwind::ORGANIZER_OBJECT_ID, change);
}

fn registered(app: &TestApp, change: impl FnOnce(&mut AppConfig)) {
    app.sim.change_app(northwind::CLIENT_ID, change);
    app.sim.revoke_tokens();
}

fn nothing_is_left(app: &TestApp) {
    assert!(app.live_events().is_empty(), "nothing is left in a calendar");
}

#[sqlx::test(migrator = "backend::store::MIGRATOR")]
async fn what_works_passes_and_leaves_nothing(pool: PgPool) {
    let app = start(pool).await;
    app.turn().await;
    let subscribed: Vec<_> = app.alive().into_iter().map(|known| known.id).collect();
    let found = check(&app).await;
    assert_eq!(troubles(&found), [], "{}", found.text);
    assert_eq!(found.outcome, State::Passed);
    assert!(
        found.lines.iter().all(|line| line.state == State::Passed),
        "{}",
        found.text
    );
    assert!(of(&found, Step::Token).request_id.is_some());
    assert!(of(&found, Step::Scope).how.as_ref().unwrap().contains("403"));
    nothing_is_left(&app);
    let alive: Vec<_> = app.alive().into_iter().map(|known| known.id).collect();
    assert_eq!(alive, subscribed, "those in use are not touched");
    assert!(found.text.contains(northwind::CLIENT_ID) && !found.text.contains(northwind::CLIENT_SECRET));
    let stored = "SELECT count(*) FROM teams_diagnoses WHERE probe_id IS NULL AND finished_at IS NOT NULL";
    assert_eq!(app.count(stored).await, 1);
    assert!(app.sim.violations().is_empty());
}

#[sqlx::test(migrator = "backend::store::MIGRATOR")]
async fn the_app_registration_is_judged(pool: PgPool) {
    let app = start(pool).await;
    registered(&app, |app| app.secret_expired = true);
    let found = check(&app).await;
    failed(&found, Step::Token, "expired");
    assert!(of(&found, Step::Token).how.as_ref().unwrap().contains("AADSTS7000222"));
    assert!(
        of(&found, Step::Roles).what.contains("Sign in to Microsoft"),
        "says what has to pass first"
    );
    registered(&app, |app| {
        app.secret_expired = false;
        app.secret = "another".into();
    });
    failed(&check(&app).await, Step::Token, "does not know this client secret");
    registered(&app, |app| app.client_id = "another".into());
    failed(&check(&app).await, Step::Token, "There is no app");
    app.sim.change_app("another", |app| app.tenant_id = "elsewhere".into());
    failed(&check(&app).await, Step::Token, "knows no tenant");
    app.execute("UPDATE tenant_secrets SET key_id = 'of before'").await;
    failed(&check(&app).await, Step::Token, "cannot be read");
}

#[sqlx::test(migrator = "backend::store::MIGRATOR")]
async fn a_certificate_is_judged(pool: PgPool) {
    let app = start(pool).await;
    registered(&app, |app| app.certificates.push(CERTIFICATE.to_owned()));
    app.save_profile(&certified()).await.unwrap();
    let found = check(&app).await;
    assert_eq!(found.outcome, State::Passed, "{}", found.text);
    app.execute(
        "UPDATE microsoft_profiles SET certificate_expires = now() + interval '20 days' WHERE uses_certificate",
    )
    .await;
    let found = check(&app).await;
    assert_eq!(troubles(&found), [(Step::Token, State::Warning)], "{}", found.text);
    let line = of(&found, Step::Token);
    assert!(
        line.what.contains("is valid until") && line.fix.is_some(),
        "{}",
        line.what
    );
    app.execute(
        "UPDATE microsoft_profiles SET certificate_expires = now() + interval '2 years' WHERE uses_certificate",
    )
    .await;
    registered(&app, |app| app.certificates.clear());
    let found = check(&app).await;
    failed(&found, Step::Token, "does not know this certificate");
    assert!(of(&found, Step::Token).how.as_ref().unwrap().contains("AADSTS700027"));
    app.execute("UPDATE microsoft_profiles SET certificate_expires = now() - interval '1 day' WHERE uses_certificate")
        .await;
    failed(&check(&app).await, Step::Token, "was valid until");
}

#[sqlx::test(migrator = "backend::store::MIGRATOR")]
async fn missing_permissions_are_named(pool: PgPool) {
    let app = start(pool).await;
    registered(&app, |app| app.roles.retain(|role| !role.contains("Transcript")));
    let found = check(&app).await;
    failed(&found, Step::Roles, "OnlineMeetingTranscript.Read.All");
    assert_eq!(of(&found, Step::Transcripts).state, State::Skipped);
    assert_eq!(of(&found, Step::Recordings).state, State::Passed);
    let link = of(&found, Step::Roles).link.clone().unwrap();
    assert!(
        link.contains("adminconsent") && link.contains(northwind::CLIENT_ID),
        "{link}"
    );
    registered(&app, |app| app.roles.clear());
    let found = check(&app).await;
    failed(&found, Step::Roles, "No permission");
    nothing_is_left(&app);
}

#[sqlx::test(migrator = "backend::store::MIGRATOR")]
async fn the_organizer_is_judged(pool: PgPool) {
    let app = start(pool).await;
    organizer(&app, |user| user.enabled = false);
    let found = check(&app).await;
    failed(&found, Step::Organizer, "is disabled");
    let commands = of(&found, Step::Organizer).commands.clone().unwrap();
    assert!(commands.contains(northwind::ORGANIZER_UPN), "{commands}");
    organizer(&app, |user| {
        user.enabled = true;
        user.upn = "besprechungen@northwind.example".into();
    });
    let found = check(&app).await;
    assert_eq!(troubles(&found), [(Step::Organizer, State::Warning)], "{}", found.text);
    assert!(
        of(&found, Step::Organizer)
            .what
            .contains("besprechungen@northwind.example")
    );
    app.execute(
        "UPDATE teams_integrations SET default_meeting_organizer_object_id = '99999999-9999-4999-8999-999999999999'",
    )
    .await;
    failed(&check(&app).await, Step::Organizer, "There is no account");
    organizer(&app, |user| user.upn = northwind::ORGANIZER_UPN.into());
    failed(&check(&app).await, Step::Organizer, "another account now");
    app.execute("UPDATE teams_integrations SET default_meeting_organizer_upn = NULL")
        .await;
    failed(&check(&app).await, Step::Organizer, "Nobody is chosen");
}

#[sqlx::test(migrator = "backend::store::MIGRATOR")]
async fn the_mailbox_is_judged(pool: PgPool) {
    let app = start(pool).await;
    organizer(&app, |user| user.in_calendar_scope = false);
    let found = check(&app).await;
    failed(&found, Step::Calendar, "may not open the mailbox");
    let commands = of(&found, Step::Calendar).commands.clone().unwrap();
    for part in [
        "New-ManagementRoleAssignment",
        northwind::CLIENT_ID,
        northwind::TENANT_ID,
        northwind::ORGANIZER_UPN,
    ] {
        assert!(commands.contains(part), "{commands}");
    }
    registered(&app, |app| app.roles.push("Calendars.ReadWrite".into()));
    organizer(&app, |user| user.access_policy_denied = true);
    let found = check_with(&app, "").await;
    assert_eq!(
        troubles(&found),
        [(Step::Calendar, State::Failed), (Step::Scope, State::Warning)],
        "{}",
        found.text
    );
    assert!(of(&found, Step::Calendar).what.contains("older kind"));
    registered(&app, |app| app.roles.retain(|role| role != "Calendars.ReadWrite"));
    organizer(&app, |user| {
        user.access_policy_denied = false;
        user.in_calendar_scope = true;
        user.has_mailbox = false;
    });
    failed(&check(&app).await, Step::Calendar, "has no mailbox");
    organizer(&app, |user| {
        user.has_mailbox = true;
        user.teams_available = false;
    });
    failed(&check(&app).await, Step::Calendar, "Teams meetings cannot be made");
    nothing_is_left(&app);
}

#[sqlx::test(migrator = "backend::store::MIGRATOR")]
async fn a_second_mailbox_proves_the_scope(pool: PgPool) {
    let app = start(pool).await;
    let found = check_with(&app, "").await;
    assert_eq!(troubles(&found), []);
    assert_eq!(of(&found, Step::Scope).state, State::Skipped);
    registered(&app, |app| app.roles.push("Calendars.ReadWrite".into()));
    let warned = [(Step::Scope, State::Warning)];
    let found = check(&app).await;
    assert_eq!(troubles(&found), warned, "{}", found.text);
    assert!(of(&found, Step::Scope).what.contains("reaches every mailbox"));
    assert!(
        of(&found, Step::Scope)
            .commands
            .as_ref()
            .unwrap()
            .contains("Remove-MgServicePrincipalAppRoleAssignment")
    );
    registered(&app, |app| app.roles.retain(|role| role != "Calendars.ReadWrite"));
    app.sim.change_user("77777777-7777-4777-8777-777777777777", |user| {
        user.in_calendar_scope = true;
    });
    let found = check(&app).await;
    assert_eq!(troubles(&found), warned);
    assert!(of(&found, Step::Scope).what.contains("scope in Exchange is too wide"));
    let found = check_with(&app, "nobody@northwind.example").await;
    assert_eq!(troubles(&found), warned);
    assert!(of(&found, Step::Scope).what.contains("proves nothing"));
}

#[sqlx::test(migrator = "backend::store::MIGRATOR")]
async fn the_meeting_is_judged_and_taken_out_again(pool: PgPool) {
    let app = start(pool).await;
    app.sim.set_join_url(JoinUrlMode::Never);
    failed(&check(&app).await, Step::Event, "link to join did not come");
    app.sim.set_join_url(JoinUrlMode::Ignored);
    failed(&check(&app).await, Step::Event, "without Teams");
    app.sim.set_join_url(JoinUrlMode::Normal);
    nothing_is_left(&app);
    organizer(&app, |user| user.teams_policy = false);
    let found = check(&app).await;
    failed(&found, Step::Meeting, "No Teams application access policy");
    let commands = of(&found, Step::Meeting).commands.clone().unwrap();
    assert!(commands.contains(northwind::ORGANIZER_OBJECT_ID) && commands.contains(northwind::CLIENT_ID));
    nothing_is_left(&app);
    organizer(&app, |user| {
        user.teams_policy = true;
        user.teams_policy_flaps = true;
    });
    let found = check(&app).await;
    let waits = troubles(&found);
    assert!(
        !waits.is_empty() && waits.iter().all(|(_, state)| *state == State::Waiting),
        "{}",
        found.text
    );
    organizer(&app, |user| user.teams_policy_flaps = false);
    app.sim.fault(Fault::new(
        Route::OnlineMeetings,
        CannedAnswer::refusal(403, "Forbidden", "3003: User does not have access to lookup meeting"),
    ));
    failed(&check(&app).await, Step::Meeting, "is not the organizer");
    nothing_is_left(&app);
}

#[sqlx::test(migrator = "backend::store::MIGRATOR")]
async fn the_transcript_switches_are_told_apart(pool: PgPool) {
    let app = start(pool).await;
    app.sim
        .change_tenant(northwind::TENANT_ID, |tenant| tenant.transcript_access = false);
    let found = check(&app).await;
    failed(&found, Step::Transcripts, "does not let apps read transcripts");
    assert!(
        of(&found, Step::Transcripts)
            .commands
            .as_ref()
            .unwrap()
            .contains("-EnableGraphTranscriptAccess $true")
    );
    assert_eq!(of(&found, Step::Recordings).state, State::Passed);
}

#[sqlx::test(migrator = "backend::store::MIGRATOR")]
async fn being_told_is_judged(pool: PgPool) {
    let app = start(pool).await;
    app.deafen(true);
    let found = check(&app).await;
    failed(&found, Step::Notifications, "did not get the right answer");
    assert!(
        of(&found, Step::Notifications)
            .commands
            .as_ref()
            .unwrap()
            .contains("validationToken=minuted")
    );
    app.deafen(false);
    let refusal = CannedAnswer::refusal(403, "ExtensionError", "The limit of subscriptions is reached.");
    app.sim.fault(Fault::new(Route::CreateSubscription, refusal));
    failed(&check(&app).await, Step::Notifications, "as many subscriptions");
    nothing_is_left(&app);
}

#[sqlx::test(migrator = "backend::store::MIGRATOR")]
async fn an_address_without_https_is_told_without_asking(pool: PgPool) {
    let app = TestApp::start_at(pool, graph_sim::SimConfig::demo(), "http://minuted.example/").await;
    let found = check(&app).await;
    let line = of(&found, Step::Notifications);
    assert_eq!(line.state, State::Failed);
    assert!(
        line.what.contains("https") && line.what.contains("http://minuted.example/"),
        "{}",
        line.what
    );
    assert!(app.sim.requests_to(Route::CreateSubscription).is_empty());
}

#[sqlx::test(migrator = "backend::store::MIGRATOR")]
async fn a_clock_that_is_off_is_told(pool: PgPool) {
    let app = start(pool).await;
    app.sim.advance(Duration::minutes(7));
    let found = check(&app).await;
    failed(&found, Step::Clock, "seconds away");
}

#[sqlx::test(migrator = "backend::store::MIGRATOR")]
async fn microsofts_own_trouble_is_waited_for(pool: PgPool) {
    let app = start(pool).await;
    app.sim
        .fault(Fault::new(Route::Calendar, CannedAnswer::status(503)).times(1000));
    let found = check_with(&app, "").await;
    assert_eq!(troubles(&found), [(Step::Calendar, State::Waiting)], "{}", found.text);
    assert_eq!(found.outcome, State::Waiting);
    app.sim.clear_faults();
    app.sim
        .fault(Fault::new(Route::Users, CannedAnswer::refusal(418, "Teapot", "No.")).times(10));
    failed(&check(&app).await, Step::Organizer, "Teapot");
}

#[sqlx::test(migrator = "backend::store::MIGRATOR")]
async fn a_meeting_that_could_not_be_removed_is_removed_later(pool: PgPool) {
    let app = start(pool).await;
    app.sim
        .fault(Fault::new(Route::DeleteEvent, CannedAnswer::status(503)).times(1000));
    let found = check(&app).await;
    assert_eq!(troubles(&found), [(Step::Cleanup, State::Warning)], "{}", found.text);
    assert_eq!(app.live_events().len(), 1);
    app.sim.clear_faults();
    app.backend.forget_settled().await.unwrap();
    assert_eq!(app.live_events().len(), 1, "somebody may still be at it");
    app.pass(Duration::minutes(4));
    app.backend.forget_settled().await.unwrap();
    nothing_is_left(&app);
    // One that nobody knows the fate of, too.
    app.sim
        .fault(Fault::new(Route::CreateEvent, FaultAnswer::DropAfter).times(1000));
    app.sim
        .fault(Fault::new(Route::CalendarView, CannedAnswer::status(503)).times(1000));
    let found = check(&app).await;
    assert!(
        troubles(&found).contains(&(Step::Cleanup, State::Warning)),
        "{}",
        found.text
    );
    app.sim.clear_faults();
    app.pass(Duration::minutes(4));
    app.backend.forget_settled().await.unwrap();
    nothing_is_left(&app);
    let probes = "SELECT count(*) FROM teams_diagnoses WHERE probe_id IS NOT NULL";
    assert_eq!(app.count(probes).await, 0);
}

#[sqlx::test(migrator = "backend::store::MIGRATOR")]
async fn one_check_at_a_time_and_a_dead_one_is_replaced(pool: PgPool) {
    let app = start(pool).await;
    app.sim.fault(Fault::new(Route::Token, CannedAnswer::delay(1500)));
    let grant = app.grant::<SettingsUpdate>(ADMIN).await;
    let form = CheckConnection::default();
    teams::check(&app.backend, &grant, &form, Time::ZERO).await.unwrap();
    assert!(last(&app).await.unwrap().is_running);
    teams::check(&app.backend, &grant, &form, PATIENCE).await.unwrap();
    let runs = app.sim.requests_to(Route::Token).len();
    assert!(runs <= 1, "the second joined the first: {runs}");
    // The process dies.
    app.pass(Duration::minutes(4));
    let dead = last(&app).await.unwrap();
    assert!(dead.was_interrupted || dead.outcome == State::Passed);
}

#[sqlx::test(migrator = "backend::store::MIGRATOR")]
async fn only_what_is_set_up_can_be_checked(pool: PgPool) {
    let app = start(pool).await;
    app.disconnect().await;
    let grant = app.grant::<SettingsUpdate>(ADMIN).await;
    let form = CheckConnection::default();
    let refused = teams::check(&app.backend, &grant, &form, PATIENCE).await.unwrap_err();
    assert_eq!(refused.failure().code, ErrorCode::MeetingsNotSetUp);
    app.save_profile(&registration()).await.unwrap();
    let found = check_with(&app, SECOND).await;
    failed(&found, Step::Organizer, "Nobody is chosen");
    assert_eq!(
        of(&found, Step::Scope).state,
        State::Passed,
        "what can be tried is tried"
    );
    // Another tenant's is another one's.
    let other = app.grant::<SettingsRead>("admin@contoso.example").await;
    assert_eq!(teams::diagnosis(&app.backend, &other).await.unwrap(), None);
    assert!(!found.text.contains(contoso::CLIENT_ID));
}
