//! Deciding about it: one's own hours and days, or, for those who may change settings, everybody's, and what holds for services.

use domain::{
    ErrorCode, Failure, Field, Problem, UserId,
    availability::{AddException, DeleteException, HoursDraft, SaveHours, SaveLimits, SaveServiceRules, usual_day},
};
use serde_json::{Map, Value};

use super::Office;
use crate::{
    Backend, Result,
    access::{Grant, may},
    store::{
        self,
        availability::edit::{NewHours, ServiceRule},
    },
    zone,
};

/// Refuses what is about others, unless they may change settings.
fn ensure_own(grant: &Grant<may::ScheduleRead>, whose: Option<UserId>) -> Result<(), Failure> {
    if whose == Some(grant.user_id()) {
        return Ok(());
    }
    grant.require::<may::SettingsUpdate>().map(drop)
}

/// Decides when somebody works, or that clients cannot ask for them.
pub async fn save_hours(backend: &Backend, grant: &Grant<may::ScheduleRead>, input: &SaveHours) -> Result<()> {
    let user_id = input.user_id();
    ensure_own(grant, user_id.as_ref().ok().copied())?;
    let user_id = user_id?;
    let draft = input.check()?;
    let mut tx = backend.db().begin(grant.scope()).await?;
    // Whoever asks for a time meanwhile waits.
    store::availability::wait_in_line(&mut tx).await?;
    let office = Office::open(&mut tx).await?;
    if !office.staff.iter().any(|person| person.user_id == user_id) {
        return Err(ErrorCode::NotFound.into());
    }
    store::availability::edit::clear_hours(&mut tx, user_id).await?;
    if let HoursDraft::Set {
        days,
        pause_before,
        pause_after,
        by_name,
    } = draft
    {
        let closed = vec![usual_day()];
        let spans = days.iter().flat_map(|(day, hours)| {
            let spans = if hours.is_empty() { &closed } else { hours };
            spans.iter().map(|(start, end)| (*day, *start, *end, !hours.is_empty()))
        });
        let new = NewHours {
            user_id,
            spans: spans.collect(),
            pause_before: pause_before.try_into().unwrap_or_default(),
            pause_after: pause_after.try_into().unwrap_or_default(),
            max_per_day: office.hours(user_id).filter_map(|row| row.max_per_day).max(),
            config: office.config(user_id, by_name),
            now: backend.clock().now(),
        };
        store::availability::edit::add_hours(&mut tx, &new).await?;
    }
    tx.commit().await?;
    tracing::info!(subject.id = %user_id, user.id = %grant.user_id(), "somebody's hours were changed");
    Ok(())
}

impl Office {
    /// What else is known of somebody's hours, such as who decides about requests for them, and whether they can be asked for by name.
    fn config(&self, person: UserId, by_name: bool) -> Value {
        let known: Vec<&Map<String, Value>> = self
            .hours(person)
            .filter_map(|row| row.config.as_ref().and_then(Value::as_object))
            .collect();
        // The latest come first, and count most.
        let mut config: Map<String, Value> = known
            .into_iter()
            .rev()
            .flat_map(|map| map.iter().map(|(name, value)| (name.clone(), value.clone())))
            .collect();
        config.insert(super::BY_NAME.to_owned(), Value::Bool(by_name));
        Value::Object(config)
    }
}

/// Makes days different from the usual ones, for somebody or for all.
pub async fn add_exception(backend: &Backend, grant: &Grant<may::ScheduleRead>, input: &AddException) -> Result<()> {
    let whose = input.user_id();
    ensure_own(grant, whose.as_ref().ok().copied().flatten())?;
    let mut tx = backend.db().begin(grant.scope()).await?;
    store::availability::wait_in_line(&mut tx).await?;
    let office = Office::open(&mut tx).await?;
    let now = backend.clock().now();
    let draft = input.check(now.with_timezone(&office.zone).date_naive())?;
    let is_known = |id: UserId| office.staff.iter().any(|person| person.user_id == id);
    if draft.user_id.is_some_and(|id| !is_known(id)) {
        return Err(Failure::field(Field::Person, Problem::Unknown).into());
    }
    if let Some(taken) = store::availability::edit::first_taken(&mut tx, draft.user_id, &draft.days).await? {
        let day = zone::date(taken, grant.language);
        return Err(Failure::field(Field::Day, Problem::DayTaken { day }).into());
    }
    store::availability::edit::add_exceptions(&mut tx, &draft, now).await?;
    tx.commit().await?;
    tracing::info!(days = draft.days.len(), user.id = %grant.user_id(), "days were made different from the usual ones");
    Ok(())
}

/// Makes days usual again.
pub async fn delete_exception(
    backend: &Backend,
    grant: &Grant<may::ScheduleRead>,
    input: &DeleteException,
) -> Result<()> {
    let ids = input.check()?;
    let mut tx = backend.db().begin(grant.scope()).await?;
    store::availability::wait_in_line(&mut tx).await?;
    let whose = store::availability::edit::whose_exceptions(&mut tx, &ids).await?;
    if whose.len() != ids.len() {
        return Err(ErrorCode::NotFound.into());
    }
    for whose in whose {
        ensure_own(grant, whose)?;
    }
    store::availability::edit::delete_exceptions(&mut tx, &ids).await?;
    tx.commit().await?;
    tracing::info!(days = ids.len(), user.id = %grant.user_id(), "days were made usual again");
    Ok(())
}

/// Decides whether clients can ask for a service, for how long, how soon and how often.
pub async fn save_service(
    backend: &Backend,
    grant: &Grant<may::SettingsUpdate>,
    input: &SaveServiceRules,
) -> Result<()> {
    let draft = input.check()?;
    let mut tx = backend.db().begin(grant.scope()).await?;
    store::availability::wait_in_line(&mut tx).await?;
    let services = store::availability::services(&mut tx).await?;
    if !services.iter().any(|service| service.service_id == draft.service_id) {
        return Err(ErrorCode::NotFound.into());
    }
    let stored = |number: Option<u32>| number.and_then(|number| i32::try_from(number).ok());
    let rule = ServiceRule {
        service_id: draft.service_id,
        is_offered: draft.is_offered,
        minutes: stored(draft.minutes),
        notice_hours: stored(draft.notice_hours),
        advance_days: stored(draft.advance_days),
        per_day: stored(draft.per_day),
        now: backend.clock().now(),
    };
    if !store::availability::edit::update_service(&mut tx, &rule).await? {
        store::availability::edit::insert_service(&mut tx, &rule).await?;
    }
    tx.commit().await?;
    tracing::info!(service.id = %draft.service_id, user.id = %grant.user_id(), "what holds for a service was changed");
    Ok(())
}

/// Decides how soon and how far ahead clients can ask for what has no rule of its own.
pub async fn save_limits(backend: &Backend, grant: &Grant<may::SettingsUpdate>, input: &SaveLimits) -> Result<()> {
    let draft = input.check()?;
    let mut tx = backend.db().begin(grant.scope()).await?;
    store::availability::wait_in_line(&mut tx).await?;
    let stored = |number: Option<u32>| number.and_then(|number| i32::try_from(number).ok());
    let limits = (stored(draft.notice_hours), stored(draft.advance_days));
    let now = backend.clock().now();
    if !store::availability::edit::update_limits(&mut tx, limits, now).await? {
        store::availability::edit::insert_limits(&mut tx, limits, now).await?;
    }
    tx.commit().await?;
    tracing::info!(user.id = %grant.user_id(), "how soon clients can ask for appointments was changed");
    Ok(())
}
