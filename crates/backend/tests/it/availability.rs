//! The settings page of when staff can be asked for: what is decided there is what clients see.

use backend::{
    PortalActor,
    settings::availability::{Kept, add_exception, delete_exception, page, save_hours, save_limits, save_service},
};
use domain::{
    ErrorCode, Failure, Field, Problem,
    availability::{
        AddException, AvailabilityPage, DayHours, DeleteException, HoursSource, PersonHours, SaveHours, SaveLimits,
        SaveServiceRules,
    },
    portal::SlotQuery,
};
use sqlx::PgPool;

use crate::test_app::{CONTOSO_ADMIN, DISPATCHER, TestApp};

const ADMIN: &str = "admin@northwind.example";
const TECH: &str = "tech@northwind.example";
const ADA: &str = "ada@acme.example";
const USER: &str = "SELECT user_id FROM users WHERE email = $1";
const SERVICE: &str = "SELECT service_id FROM service_catalog JOIN tenants USING (tenant)
                        WHERE client_name = 'Northwind IT' AND service_name = $1";
/// A Monday.
const DAY: &str = "2026-11-30";

fn answer(result: backend::Result<()>) -> Result<(), Failure> {
    result.map_err(backend::Error::failure)
}

fn refused(field: Field, problem: Problem) -> Result<(), Failure> {
    Err(Failure::field(field, problem))
}

impl TestApp {
    async fn staff(&self, email: &'static str) -> String {
        self.id(USER, email).await.to_string()
    }

    async fn availability(&self, who: &str) -> AvailabilityPage {
        page(&self.backend, &self.grant(who).await, Kept::default())
            .await
            .unwrap()
    }

    async fn hours_of(&self, email: &'static str) -> PersonHours {
        let id = self.staff(email).await;
        let people = self.availability(ADMIN).await.people;
        people
            .into_iter()
            .find(|person| person.user_id.to_string() == id)
            .unwrap()
    }

    async fn save_hours(&self, by: &str, input: &SaveHours) -> Result<(), Failure> {
        answer(save_hours(&self.backend, &self.grant(by).await, input).await)
    }

    async fn make_days(&self, by: &str, input: &AddException) -> Result<(), Failure> {
        answer(add_exception(&self.backend, &self.grant(by).await, input).await)
    }

    async fn delete_days(&self, by: &str, ids: &str) -> Result<(), Failure> {
        let input = DeleteException { ids: ids.to_owned() };
        answer(delete_exception(&self.backend, &self.grant(by).await, &input).await)
    }

    /// When a consultation can begin on a day, by the clock of Berlin, with anybody or with one.
    async fn free(&self, actor: &PortalActor, technician: &str, day: &str) -> Vec<String> {
        let query = SlotQuery {
            service: self.id(SERVICE, "Consultation").await.to_string(),
            technician: technician.to_owned(),
            day: day.to_owned(),
            from: String::new(),
        };
        let page = backend::portal::ask_page(&self.backend, actor, &query, None)
            .await
            .unwrap();
        // Where that day has nothing the page shows the next that has.
        let slots = page.slots.into_iter().filter(|_| page.day.as_deref() == Some(day));
        slots.map(|slot| slot.label).collect()
    }
}

fn monday(user_id: &str, times: [&str; 4]) -> SaveHours {
    let [start, end, second_start, second_end] = times.map(str::to_owned);
    SaveHours {
        user_id: user_id.to_owned(),
        days: vec![DayHours {
            day: "1".into(),
            open: Some("on".into()),
            start,
            end,
            second_start,
            second_end,
        }],
        by_name: Some("on".into()),
        ..SaveHours::default()
    }
}

#[sqlx::test(migrator = "backend::store::MIGRATOR")]
async fn hours_that_are_saved_are_those_that_clients_can_choose(pool: PgPool) {
    let app = TestApp::start(pool).await;
    let ada = app.portal(ADA).await;
    let (tomas, dana) = (app.staff(TECH).await, app.staff(DISPATCHER).await);
    let seeded = app.hours_of(TECH).await;
    assert_eq!(seeded.week, ["Mon – Fri 09:00 – 17:00"]);
    assert_eq!(
        app.hours_of(DISPATCHER).await.source,
        HoursSource::Own,
        "more than one has hours"
    );
    assert_eq!(app.hours_of(ADMIN).await.source, HoursSource::None);

    let form = SaveHours {
        pause_before: "30".into(),
        ..monday(&tomas, ["12:00", "13:00", "10:00", "11:00"])
    };
    app.save_hours(TECH, &form).await.unwrap();
    let shown = app.hours_of(TECH).await;
    assert_eq!(shown.week, ["Mon 10:00 – 11:00, 12:00 – 13:00"]);
    let day = &shown.form.unwrap().days[0];
    assert_eq!(
        (
            day.start.as_str(),
            day.end.as_str(),
            day.second_start.as_str(),
            day.second_end.as_str()
        ),
        ("10:00", "11:00", "12:00", "13:00")
    );
    let own = app.availability(TECH).await;
    assert!(own.people.len() == 1 && own.people[0].is_viewer && own.rules.is_none());
    assert_eq!(app.free(&ada, &tomas, DAY).await, ["10:00", "10:30", "12:00", "12:30"]);
    assert!(app.free(&ada, &tomas, "2026-12-01").await.is_empty(), "a Tuesday");

    // The administrator decides for everybody.
    app.save_hours(ADMIN, &monday(&dana, ["15:00", "15:30", "", ""]))
        .await
        .unwrap();
    assert_eq!(app.free(&ada, "", DAY).await.last().unwrap(), "15:00");
    let unnamed = SaveHours {
        by_name: None,
        ..monday(&dana, ["15:00", "15:30", "", ""])
    };
    app.save_hours(DISPATCHER, &unnamed).await.unwrap();
    assert!(!app.hours_of(DISPATCHER).await.is_by_name);
    assert_eq!(app.free(&ada, "", DAY).await.last().unwrap(), "15:00", "still there");

    let gone = SaveHours {
        remove: Some("on".into()),
        ..SaveHours::default()
    };
    let of = |user_id: &String| SaveHours {
        user_id: user_id.clone(),
        ..gone.clone()
    };
    app.save_hours(ADMIN, &of(&tomas)).await.unwrap();
    assert_eq!(app.hours_of(TECH).await.source, HoursSource::None);
    assert_eq!(app.free(&ada, "", DAY).await, ["15:00"]);
    app.save_hours(ADMIN, &of(&dana)).await.unwrap();
    let usual = app.hours_of(TECH).await;
    assert_eq!(
        (usual.source, usual.week.len()),
        (HoursSource::Usual, 1),
        "nobody has hours any more"
    );
}

#[sqlx::test(migrator = "backend::store::MIGRATOR")]
async fn hours_of_others_take_the_right_to_change_settings(pool: PgPool) {
    let app = TestApp::start(pool).await;
    let form = |user_id: &str| monday(user_id, ["09:00", "10:00", "", ""]);
    let dana = app.staff(DISPATCHER).await;
    let before = app.count("SELECT count(*) FROM availability_settings").await;
    for (by, whose, code) in [
        (TECH, dana.clone(), ErrorCode::Forbidden),
        (TECH, "me".into(), ErrorCode::Forbidden),
        (ADMIN, "me".into(), ErrorCode::NotFound),
        (ADMIN, app.staff(ADA).await, ErrorCode::NotFound),
        (ADMIN, app.staff(CONTOSO_ADMIN).await, ErrorCode::NotFound),
        (CONTOSO_ADMIN, dana.clone(), ErrorCode::NotFound),
    ] {
        assert_eq!(
            app.save_hours(by, &form(&whose)).await,
            Err(code.into()),
            "{by} {whose}"
        );
    }
    let refused_form = form(&dana);
    let wrong = SaveHours {
        pause_after: "1000".into(),
        days: vec![DayHours {
            end: "08:00".into(),
            ..refused_form.days[0].clone()
        }],
        ..refused_form
    };
    let failure = app.save_hours(DISPATCHER, &wrong).await.unwrap_err();
    let fields: Vec<_> = failure.fields.iter().map(|error| error.field).collect();
    assert_eq!(fields, [Field::Monday, Field::PauseAfter]);
    assert_eq!(
        app.count("SELECT count(*) FROM availability_settings").await,
        before,
        "nothing was changed"
    );
}

#[sqlx::test(migrator = "backend::store::MIGRATOR")]
async fn what_the_peer_knows_of_somebody_stays(pool: PgPool) {
    let app = TestApp::start(pool).await;
    app.execute(
        "UPDATE availability_settings s SET max_appointments_per_day = 4,
                config_json = '{\"approver_user_ids\": [\"x\"], \"allow_client_preference\": false}'
           FROM users u WHERE u.user_id = s.user_id AND u.email = 'tech@northwind.example' AND day_of_week = 1",
    )
    .await;
    assert!(!app.hours_of(TECH).await.is_by_name);
    let tomas = app.staff(TECH).await;
    app.save_hours(TECH, &monday(&tomas, ["09:00", "10:00", "", ""]))
        .await
        .unwrap();
    assert!(app.hours_of(TECH).await.is_by_name);
    let kept = app
        .count(
            "SELECT count(*) FROM availability_settings s JOIN users u USING (tenant, user_id)
              WHERE u.email = 'tech@northwind.example' AND config_json->'approver_user_ids' = '[\"x\"]'
                AND config_json->'allow_client_preference' = 'true' AND max_appointments_per_day = 4",
        )
        .await;
    assert_eq!(kept, 7, "a row for each day");
}

#[sqlx::test(migrator = "backend::store::MIGRATOR")]
async fn days_off_and_extra_days_are_heeded(pool: PgPool) {
    let app = TestApp::start(pool).await;
    let ada = app.portal(ADA).await;
    let tomas = app.staff(TECH).await;
    let days = |user_id: &str, kind: &str, day: &str, last_day: &str| AddException {
        user_id: user_id.to_owned(),
        kind: kind.to_owned(),
        day: day.to_owned(),
        last_day: last_day.to_owned(),
        reason: "<b>Leave</b>".to_owned(),
    };
    assert!(!app.free(&ada, &tomas, DAY).await.is_empty());
    app.make_days(TECH, &days(&tomas, AddException::OFF, DAY, "2026-12-02"))
        .await
        .unwrap();
    assert!(app.free(&ada, &tomas, DAY).await.is_empty());
    app.make_days(TECH, &days(&tomas, AddException::EXTRA, "2026-12-05", ""))
        .await
        .unwrap();
    assert_eq!(
        app.free(&ada, &tomas, "2026-12-05").await.first().unwrap(),
        "09:00",
        "a Saturday"
    );
    app.make_days(ADMIN, &days("", AddException::OFF, "2026-12-05", ""))
        .await
        .unwrap();
    assert!(app.free(&ada, "", "2026-12-05").await.is_empty(), "nobody is there");

    let shown = app.availability(TECH).await.exceptions;
    let facts: Vec<_> = shown
        .iter()
        .map(|row| (row.when.as_str(), row.is_available, row.may_change))
        .collect();
    assert_eq!(
        facts,
        [
            ("30 November – 2 December 2026", false, true),
            ("Saturday, 5 December 2026", false, false),
            ("Saturday, 5 December 2026", true, true),
        ]
    );
    assert_eq!(
        (shown[0].who.as_deref(), shown[1].who.as_deref()),
        (Some("Tomas Berg"), None)
    );
    assert_eq!(shown[0].reason.as_deref(), Some("<b>Leave</b>"));
    assert_eq!(
        app.availability(DISPATCHER).await.exceptions.len(),
        1,
        "only what is everybody's"
    );

    let day = "Wednesday, 2 December 2026".to_owned();
    assert_eq!(
        app.make_days(TECH, &days(&tomas, AddException::EXTRA, "2026-12-02", "2026-12-04"))
            .await,
        refused(Field::Day, Problem::DayTaken { day })
    );
    assert_eq!(
        app.make_days(TECH, &days("", AddException::OFF, "2026-12-24", ""))
            .await,
        Err(ErrorCode::Forbidden.into())
    );
    let portal_user = app.staff(ADA).await;
    assert_eq!(
        app.make_days(ADMIN, &days(&portal_user, AddException::OFF, "2026-12-24", ""))
            .await,
        refused(Field::Person, Problem::Unknown)
    );
    assert_eq!(
        app.delete_days(TECH, &shown[1].ids).await,
        Err(ErrorCode::Forbidden.into())
    );
    assert_eq!(
        app.delete_days(CONTOSO_ADMIN, &shown[1].ids).await,
        Err(ErrorCode::NotFound.into())
    );
    app.delete_days(TECH, &shown[0].ids).await.unwrap();
    assert!(!app.free(&ada, &tomas, DAY).await.is_empty());
    assert_eq!(
        app.delete_days(TECH, &shown[0].ids).await,
        Err(ErrorCode::NotFound.into()),
        "they are gone"
    );
}

#[sqlx::test(migrator = "backend::store::MIGRATOR")]
async fn what_holds_for_services_is_decided_here(pool: PgPool) {
    let app = TestApp::start(pool).await;
    let ada = app.portal(ADA).await;
    let service_id = app.id(SERVICE, "Consultation").await.to_string();
    let save = |input: SaveServiceRules| {
        let app = &app;
        async move { answer(save_service(&app.backend, &app.grant(ADMIN).await, &input).await) }
    };
    let limits = |notice_hours: &str, advance_days: &str| SaveLimits {
        notice_hours: notice_hours.to_owned(),
        advance_days: advance_days.to_owned(),
    };
    for (notice, ahead) in [("2", "10"), ("", "14"), ("3", "")] {
        answer(save_limits(&app.backend, &app.grant(ADMIN).await, &limits(notice, ahead)).await).unwrap();
    }
    let shown = app.availability(ADMIN).await.rules.unwrap();
    assert_eq!(
        (shown.limits.notice_hours.as_str(), shown.limits.advance_days.as_str()),
        ("3", "")
    );
    assert_eq!(
        app.count("SELECT count(*) FROM availability_settings WHERE setting_type = 'general_settings'")
            .await,
        1
    );

    let own = SaveServiceRules {
        service_id: service_id.clone(),
        offered: Some("on".into()),
        minutes: "60".into(),
        notice_hours: "48".into(),
        per_day: "1".into(),
        ..SaveServiceRules::default()
    };
    save(own.clone()).await.unwrap();
    save(own.clone()).await.unwrap();
    let of = |page: AvailabilityPage| {
        let services = page.rules.unwrap().services;
        services
            .into_iter()
            .find(|service| service.name == "Consultation")
            .unwrap()
    };
    let service = of(app.availability(ADMIN).await);
    assert_eq!(
        (
            service.minutes,
            service.notice_hours,
            service.advance_days,
            service.per_day,
            service.is_offered
        ),
        (60, 48, 90, Some(1), true)
    );
    assert_eq!(service.form, own);
    assert_eq!(app.free(&ada, "", "2026-11-25").await.len(), 0, "too soon now");
    save(SaveServiceRules {
        offered: None,
        minutes: String::new(),
        ..own.clone()
    })
    .await
    .unwrap();
    let service = of(app.availability(ADMIN).await);
    assert!(!service.is_offered && service.minutes == 30);
    assert!(app.free(&ada, "", DAY).await.is_empty(), "it is not offered");
    let foreign = SaveServiceRules {
        service_id: app
            .id(
                "SELECT service_id FROM service_catalog JOIN tenants USING (tenant) WHERE client_name = $1 LIMIT 1",
                "Contoso Care",
            )
            .await
            .to_string(),
        ..own
    };
    assert_eq!(save(foreign).await, Err(ErrorCode::NotFound.into()));
    assert!(
        app.availability(DISPATCHER).await.rules.is_none(),
        "not for those who may not read settings"
    );
}
