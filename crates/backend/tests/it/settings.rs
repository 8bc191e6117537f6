//! The settings pages: who has which roles, and the types and statuses of interactions.

use backend::settings::{roles, statuses, types};
use domain::{EntryChange, ErrorCode, Field, Problem, SaveStatus, SaveType, SetRoles, StatusRow, TypeRow};
use sqlx::PgPool;
use uuid::Uuid;

use crate::test_app::{CONTOSO_ADMIN, DISPATCHER, TestApp};

const ADMIN: &str = "admin@northwind.example";
const TECH: &str = "tech@northwind.example";

fn code(error: backend::Error) -> ErrorCode {
    error.failure().code
}

fn problem(error: backend::Error) -> (Field, Problem) {
    let error = error.failure().fields.remove(0);
    (error.field, error.problem)
}

impl TestApp {
    async fn user(&self, email: &'static str) -> String {
        self.id("SELECT user_id FROM users WHERE email = $1", email)
            .await
            .to_string()
    }

    /// A role of Northwind's staff.
    async fn role(&self, name: &'static str) -> String {
        let sql = "SELECT role_id FROM roles JOIN tenants USING (tenant)
                    WHERE role_name = $1 AND msp AND client_name = 'Northwind IT'";
        self.id(sql, name).await.to_string()
    }

    async fn portal_role(&self, name: &'static str) -> String {
        let sql = "SELECT role_id FROM roles JOIN tenants USING (tenant)
                    WHERE role_name = $1 AND client AND client_name = 'Northwind IT'";
        self.id(sql, name).await.to_string()
    }

    async fn set_roles(&self, by: &str, email: &'static str, was: &[&str], roles: &[&str]) -> backend::Result<()> {
        let texts = |ids: &[&str]| ids.iter().map(|id| (*id).to_owned()).collect();
        let form = SetRoles {
            user_id: self.user(email).await,
            was: texts(was),
            roles: texts(roles),
        };
        let (grant, people) = (self.grant(by).await, self.grant(by).await);
        roles::set_roles(&self.backend, &grant, &people, &form).await
    }

    async fn set_active(&self, by: &str, email: &'static str, active: bool) -> backend::Result<()> {
        let (grant, people) = (self.grant(by).await, self.grant(by).await);
        roles::set_active(&self.backend, &grant, &people, &self.user(email).await, active).await
    }

    async fn roles_of(&self, email: &str) -> Vec<String> {
        let list = roles::people(&self.backend, &self.grant(ADMIN).await, email)
            .await
            .unwrap();
        assert_eq!(list.matching, 1, "{email}");
        list.rows[0].roles.iter().map(|role| role.name.clone()).collect()
    }

    async fn types(&self) -> Vec<TypeRow> {
        types::page(&self.backend, &self.grant(ADMIN).await)
            .await
            .unwrap()
            .types
    }

    async fn type_of(&self, name: &str) -> TypeRow {
        let types = self.types().await;
        types.into_iter().find(|row| row.name == name).unwrap()
    }

    async fn save_type(&self, type_id: &str, name: &str, icon: &str) -> backend::Result<()> {
        let form = SaveType {
            type_id: type_id.into(),
            name: name.into(),
            icon: icon.into(),
        };
        types::save(&self.backend, &self.grant(ADMIN).await, &form).await
    }

    async fn change_type(&self, name: &str, change: EntryChange) -> backend::Result<()> {
        let id = self.type_of(name).await.type_id.to_string();
        types::change(&self.backend, &self.grant(ADMIN).await, &id, change).await
    }

    async fn statuses(&self) -> Vec<StatusRow> {
        let page = statuses::page(&self.backend, &self.grant(ADMIN).await).await;
        page.unwrap().statuses
    }

    async fn save_status(&self, status_id: &str, name: &str, closed: bool) -> backend::Result<()> {
        let form = SaveStatus {
            status_id: status_id.into(),
            name: name.into(),
            is_closed: closed.then(|| "on".to_owned()),
        };
        statuses::save(&self.backend, &self.grant(ADMIN).await, &form).await
    }

    async fn change_status(&self, name: &str, change: EntryChange) -> backend::Result<()> {
        let rows = self.statuses().await;
        let id = rows.into_iter().find(|row| row.name == name).unwrap().status_id;
        statuses::change(&self.backend, &self.grant(ADMIN).await, &id.to_string(), change).await
    }
}

#[sqlx::test(migrator = "backend::store::MIGRATOR")]
async fn roles_are_those_of_the_peer_with_its_grants(pool: PgPool) {
    let app = TestApp::start(pool).await;
    let page = roles::page(&app.backend, &app.grant(ADMIN).await).await.unwrap();
    let granted = |resource: &str| {
        let rows = page.staff.iter().map(|role| {
            let actions = role.grants.iter().filter(|grant| grant.resource() == resource);
            let mut letters: Vec<char> = actions.filter_map(|grant| grant.action().chars().next()).collect();
            letters.sort_unstable();
            (role.name.as_str(), letters.into_iter().collect::<String>())
        });
        rows.collect::<Vec<_>>()
    };
    let expected = |rows: [(&'static str, &str); 6]| rows.map(|(name, letters)| (name, letters.to_owned())).to_vec();
    // c(reate), d(elete), r(ead), u(pdate), as peer-behaviour.md has them.
    assert_eq!(
        granted("interaction"),
        expected([
            ("Admin", "cdru"),
            ("Dispatcher", "cru"),
            ("Finance", "cdru"),
            ("Manager", "cru"),
            ("Project Manager", "cru"),
            ("Technician", "cru"),
        ])
    );
    // The schedule's and the settings' "create" and "delete" are in the catalog, but Minuted never asks for them.
    assert_eq!(
        granted("user_schedule"),
        expected([
            ("Admin", "ru"),
            ("Dispatcher", "ru"),
            ("Finance", "r"),
            ("Manager", "r"),
            ("Project Manager", "r"),
            ("Technician", "r"),
        ])
    );
    for (name, letters) in granted("system_settings") {
        assert_eq!(letters, if name == "Admin" { "ru" } else { "" }, "{name}");
    }
    let portal: Vec<_> = page.portal.iter().map(|role| role.name.as_str()).collect();
    assert_eq!(portal, ["Admin", "Finance", "User"]);
    for role in &page.portal {
        let none = ["interaction", "user_schedule", "system_settings"];
        assert!(
            !role.grants.iter().any(|grant| none.contains(&grant.resource())),
            "{role:?}"
        );
    }
    let all = app
        .count("SELECT count(*) FROM role_permissions g JOIN permissions p USING (tenant, permission_id) JOIN roles r USING (tenant, role_id)
                 WHERE p.resource IN ('user_schedule', 'system_settings') AND r.role_name = 'Admin' AND r.msp")
        .await;
    assert_eq!(all, 2 * 8, "the administrator has every action, in both tenants");
    assert!(page.may_change);
}

#[sqlx::test(migrator = "backend::store::MIGRATOR")]
async fn people_are_found_and_get_roles(pool: PgPool) {
    let app = TestApp::start(pool).await;
    let grant = app.grant(ADMIN).await;
    let all = roles::people(&app.backend, &grant, "").await.unwrap();
    assert_eq!(
        (all.matching, all.rows.len()),
        (7, 7),
        "Northwind's people and nobody else"
    );
    assert_eq!(roles::people(&app.backend, &grant, "%").await.unwrap().matching, 0);
    let ada = roles::people(&app.backend, &grant, "ADA@acme").await.unwrap();
    assert_eq!(ada.rows[0].client.as_deref(), Some("Acme Manufacturing"));
    assert!(
        all.rows[0].is_viewer && all.rows[0].last_sign_in.is_some(),
        "{:?}",
        all.rows[0]
    );

    let (technician, finance, manager) = (
        app.role("Technician").await,
        app.role("Finance").await,
        app.role("Manager").await,
    );
    app.set_roles(ADMIN, TECH, &[&technician], &[&technician, &finance])
        .await
        .unwrap();
    assert_eq!(app.roles_of(TECH).await, ["Finance", "Technician"]);
    // Somebody else had the form open before: what they change adds up with it.
    app.set_roles(ADMIN, TECH, &[&technician], &[&manager]).await.unwrap();
    assert_eq!(app.roles_of(TECH).await, ["Finance", "Manager"]);

    let user = app.portal_role("User").await;
    let refused = app.set_roles(ADMIN, TECH, &[], &[&user]).await.unwrap_err();
    assert_eq!(problem(refused), (Field::Roles, Problem::OtherAudience));
    let refused = app
        .set_roles(ADMIN, "bo@acme.example", &[], &[&manager])
        .await
        .unwrap_err();
    assert_eq!(problem(refused), (Field::Roles, Problem::OtherAudience));
    let foreign = app
        .id(
            "SELECT role_id FROM roles JOIN tenants USING (tenant) WHERE role_name = $1 AND msp AND client_name = 'Contoso Care'",
            "Manager",
        )
        .await
        .to_string();
    for (email, role) in [
        (TECH, foreign.as_str()),
        (TECH, &Uuid::nil().to_string()),
        (CONTOSO_ADMIN, &manager),
    ] {
        let refused = app.set_roles(ADMIN, email, &[], &[role]).await.unwrap_err();
        assert_eq!(code(refused), ErrorCode::NotFound, "{email} {role}");
    }
    assert_eq!(app.roles_of(TECH).await, ["Finance", "Manager"]);
}

#[sqlx::test(migrator = "backend::store::MIGRATOR")]
async fn a_change_counts_at_the_next_request_and_a_deactivated_person_is_out(pool: PgPool) {
    let app = TestApp::start(pool).await;
    let identity = app.sign_in_again(TECH).await;
    let actor = async || backend::sessions::actor(&app.backend, identity).await.unwrap();
    let before = actor().await.unwrap().0;
    assert!(before.require::<backend::access::may::SettingsRead>().is_err());
    let admin = app.role("Admin").await;
    app.set_roles(ADMIN, TECH, &[], &[&admin]).await.unwrap();
    let after = actor().await.unwrap().0;
    assert!(after.require::<backend::access::may::SettingsRead>().is_ok());
    app.set_active(ADMIN, TECH, false).await.unwrap();
    assert!(actor().await.is_none());
    // Their sign-ins stay ended when they may come back.
    app.set_active(ADMIN, TECH, true).await.unwrap();
    assert!(actor().await.is_none());
    let again = app.sign_in_again(TECH).await;
    assert!(backend::sessions::actor(&app.backend, again).await.unwrap().is_some());
}

#[sqlx::test(migrator = "backend::store::MIGRATOR")]
async fn nobody_locks_themselves_out_and_somebody_always_manages(pool: PgPool) {
    let app = TestApp::start(pool).await;
    let (admin, technician) = (app.role("Admin").await, app.role("Technician").await);
    let refused = app.set_roles(ADMIN, ADMIN, &[&admin], &[]).await.unwrap_err();
    assert_eq!(code(refused), ErrorCode::LockOut);
    let refused = app.set_active(ADMIN, ADMIN, false).await.unwrap_err();
    assert_eq!(code(refused), ErrorCode::LockOut);
    assert_eq!(app.roles_of(ADMIN).await, ["Admin"]);
    // Their other roles are theirs to change.
    app.set_roles(ADMIN, ADMIN, &[], &[&technician]).await.unwrap();
    app.set_roles(ADMIN, ADMIN, &[&technician], &[]).await.unwrap();

    // Two administrators deactivate each other, or take each other's role, at once: one of them is left.
    app.set_roles(ADMIN, TECH, &[], &[&admin]).await.unwrap();
    app.forget(TECH).await;
    app.actor(TECH).await;
    for round in 0..10 {
        let (first, second) = if round % 2 == 0 {
            tokio::join!(app.set_active(ADMIN, TECH, false), app.set_active(TECH, ADMIN, false))
        } else {
            let was = [admin.as_str()];
            tokio::join!(
                app.set_roles(ADMIN, TECH, &was, &[]),
                app.set_roles(TECH, ADMIN, &was, &[])
            )
        };
        let refused = match (first, second) {
            (Ok(()), Err(error)) | (Err(error), Ok(())) => code(error),
            both => panic!("{both:?}"),
        };
        assert_eq!(refused, ErrorCode::Forbidden);
        let managers = app
            .count(
                "SELECT count(*) FROM users u JOIN user_roles ur USING (tenant, user_id) JOIN roles r USING (tenant, role_id)
                   JOIN tenants t USING (tenant)
                  WHERE t.client_name = 'Northwind IT' AND r.role_name = 'Admin' AND r.msp AND NOT coalesce(u.is_inactive, false)",
            )
            .await;
        assert_eq!(managers, 1);
        app.execute("UPDATE users SET is_inactive = false").await;
        app.execute(
            "INSERT INTO user_roles (tenant, user_id, role_id)
             SELECT u.tenant, u.user_id, r.role_id FROM users u JOIN roles r ON r.tenant = u.tenant AND r.role_name = 'Admin' AND r.msp
              WHERE u.email IN ('admin@northwind.example', 'tech@northwind.example') ON CONFLICT DO NOTHING",
        )
        .await;
    }
}

#[sqlx::test(migrator = "backend::store::MIGRATOR")]
async fn types_are_added_renamed_moved_and_deleted(pool: PgPool) {
    let app = TestApp::start(pool).await;
    let names = async || app.types().await.into_iter().map(|row| row.name).collect::<Vec<_>>();
    let before = names().await;
    assert_eq!(before.len(), 6);
    app.save_type("", "  <b>On-site visit</b> ", "map-pin").await.unwrap();
    assert_eq!(names().await.last().unwrap(), "<b>On-site visit</b>");
    // What a form offers is what is in the list.
    assert!(
        app.form()
            .await
            .choices
            .types
            .iter()
            .any(|kind| kind.name == "<b>On-site visit</b>" && kind.icon == "map-pin")
    );

    let own = app.type_of("<b>On-site visit</b>").await;
    let own_id = own.type_id.to_string();
    assert_eq!((own.used.count, own.origin), (0, None));
    for taken in ["call", "CALL"] {
        assert_eq!(
            problem(app.save_type(&own_id, taken, "mail").await.unwrap_err()),
            (Field::Name, Problem::Taken)
        );
    }
    app.save_type(&own_id, "Visit", "wrench").await.unwrap();
    app.save_type(&own_id, "VISIT", "wrench").await.unwrap();
    app.change_type("VISIT", EntryChange::Up).await.unwrap();
    app.change_type("VISIT", EntryChange::Up).await.unwrap();
    app.change_type("VISIT", EntryChange::Down).await.unwrap();
    assert_eq!(names().await[5], "VISIT");
    let first = names().await[0].clone();
    app.change_type(&first, EntryChange::Up).await.unwrap();
    assert_eq!(names().await[0], first, "the first stays the first");
    app.change_type("VISIT", EntryChange::Delete).await.unwrap();
    assert_eq!(names().await, before);

    let used = app.type_of("Call").await.used;
    assert!(used.count > 0 && !used.or_more, "{used:?}");
    assert_eq!(
        code(app.change_type("Call", EntryChange::Delete).await.unwrap_err()),
        ErrorCode::InUse
    );
    assert_eq!(
        code(app.change_type("Call", EntryChange::MakeDefault).await.unwrap_err()),
        ErrorCode::Unreadable
    );
    let grant = app.grant(CONTOSO_ADMIN).await;
    let id = app.type_of("Call").await.type_id.to_string();
    let foreign = types::change(&app.backend, &grant, &id, EntryChange::Down).await;
    assert_eq!(code(foreign.unwrap_err()), ErrorCode::NotFound);
}

#[sqlx::test(migrator = "backend::store::MIGRATOR")]
async fn the_type_of_meetings_keeps_its_meaning(pool: PgPool) {
    let app = TestApp::start(pool).await;
    let meeting = app.type_of("Online Meeting").await;
    assert!(meeting.is_online_meeting && meeting.used.count > 0);
    app.save_type(&meeting.type_id.to_string(), "Video call", "video")
        .await
        .unwrap();
    let form = app.form().await;
    let kinds: Vec<_> = form
        .choices
        .types
        .iter()
        .filter(|kind| kind.is_online_meeting)
        .collect();
    assert_eq!(kinds.len(), 1);
    assert_eq!(kinds[0].name, "Video call");
    #[cfg(feature = "enterprise")]
    assert_eq!(
        code(app.change_type("Video call", EntryChange::Delete).await.unwrap_err()),
        ErrorCode::NeededByTeams
    );
    // Where it is gone, it can be had again, and once only, whatever bears its name by now.
    app.execute("UPDATE interactions SET type_id = (SELECT type_id FROM interaction_types t WHERE t.tenant = interactions.tenant AND t.type_name = 'Note')
                  WHERE type_id IN (SELECT type_id FROM interaction_types WHERE type_name = 'Video call')")
        .await;
    app.execute("DELETE FROM interaction_types WHERE type_name = 'Video call'")
        .await;
    app.save_type("", "ONLINE meeting", "video").await.unwrap();
    let grant = app.grant(ADMIN).await;
    let templates = types::page(&app.backend, &grant).await.unwrap().templates;
    let [template] = templates.try_into().unwrap();
    let id = template.type_id.to_string();
    let grant = app.grant(ADMIN).await;
    let (first, second) = tokio::join!(
        types::import(&app.backend, &grant, &id),
        types::import(&app.backend, &grant, &id)
    );
    assert_eq!([first.is_ok(), second.is_ok()].iter().filter(|ok| **ok).count(), 1);
    assert!(app.type_of("Online Meeting 2").await.is_online_meeting);
}

#[sqlx::test(migrator = "backend::store::MIGRATOR")]
async fn one_status_is_the_default_always(pool: PgPool) {
    let app = TestApp::start(pool).await;
    let default = async || {
        let rows = app.statuses().await;
        let defaults: Vec<_> = rows
            .into_iter()
            .filter(|row| row.is_default)
            .map(|row| row.name)
            .collect();
        assert_eq!(defaults.len(), 1, "{defaults:?}");
        defaults[0].clone()
    };
    assert_eq!(default().await, "Completed");
    app.save_status("", "Waiting for the client", false).await.unwrap();
    assert_eq!(default().await, "Completed");
    let refused = app.change_status("Completed", EntryChange::Delete).await.unwrap_err();
    assert_eq!(code(refused), ErrorCode::IsDefault);
    let (first, second) = tokio::join!(
        app.change_status("Planned", EntryChange::MakeDefault),
        app.change_status("Waiting for the client", EntryChange::MakeDefault)
    );
    first.unwrap();
    second.unwrap();
    let now = default().await;
    assert!(["Planned", "Waiting for the client"].contains(&now.as_str()), "{now}");
    app.change_status("Planned", EntryChange::MakeDefault).await.unwrap();
    // New interactions begin with it.
    let adding = app.meeting().await;
    let logged = domain::QuickAdd {
        create_teams_meeting: None,
        start: "2026-11-24T09:00".into(),
        end: "2026-11-24T09:30".into(),
        ..adding
    };
    app.add(&logged).await.unwrap();
    let begun = app
        .count("SELECT count(*) FROM interactions i JOIN statuses s USING (tenant, status_id) WHERE s.name = 'Planned' AND i.title = 'Backup review'")
        .await;
    assert_eq!(begun, 1);

    app.change_status("Waiting for the client", EntryChange::Up)
        .await
        .unwrap();
    let names: Vec<_> = app.statuses().await.into_iter().map(|row| row.name).collect();
    assert_eq!(
        names,
        [
            "Planned",
            "In Progress",
            "Completed",
            "Waiting for the client",
            "Cancelled"
        ]
    );
    let numbers = app
        .count("SELECT count(*) FROM statuses JOIN tenants USING (tenant) WHERE client_name = 'Northwind IT' AND order_number BETWEEN 1 AND 5")
        .await;
    assert_eq!(numbers, 5);
    let waiting = app.statuses().await[3].clone();
    app.save_status(&waiting.status_id.to_string(), "Waiting", true)
        .await
        .unwrap();
    assert!(app.statuses().await[3].is_closed);
    assert_eq!(
        problem(app.save_status("", "waiting", false).await.unwrap_err()),
        (Field::Name, Problem::Taken)
    );
    app.change_status("Waiting", EntryChange::Delete).await.unwrap();
    let refused = app.change_status("Completed", EntryChange::Delete).await.unwrap_err();
    assert_eq!(code(refused), ErrorCode::InUse);
}

#[sqlx::test(migrator = "backend::store::MIGRATOR")]
async fn a_tenant_of_the_peer_gets_permissions_about_interactions_once(pool: PgPool) {
    let app = TestApp::start(pool).await;
    let complete = backend::catalog::complete(app.backend.db()).await.unwrap();
    assert_eq!(complete, 0, "a tenant that has them is left alone");
    app.execute(
        "DELETE FROM role_permissions g USING permissions p
          WHERE p.tenant = g.tenant AND p.permission_id = g.permission_id AND p.resource = 'interaction'",
    )
    .await;
    assert_eq!(
        backend::catalog::complete(app.backend.db()).await.unwrap(),
        0,
        "its roles are its own"
    );
    app.execute("DELETE FROM permissions WHERE resource = 'interaction'")
        .await;
    assert_eq!(backend::catalog::incomplete(app.backend.db()).await.unwrap(), 2);
    let other = app.another_process();
    let (here, there) = tokio::join!(
        backend::catalog::complete(app.backend.db()),
        backend::catalog::complete(other.db())
    );
    assert_eq!(here.unwrap() + there.unwrap(), 2);
    assert_eq!(backend::catalog::incomplete(app.backend.db()).await.unwrap(), 0);
    let rows = app
        .count("SELECT count(*) FROM permissions WHERE resource = 'interaction'")
        .await;
    assert_eq!(rows, 2 * 4);
    app.forget(DISPATCHER).await;
    let dispatcher = app.actor(DISPATCHER).await;
    assert!(dispatcher.require::<backend::access::may::InteractionCreate>().is_ok());
    assert!(dispatcher.require::<backend::access::may::InteractionDelete>().is_err());
}
