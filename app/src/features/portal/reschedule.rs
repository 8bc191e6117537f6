use domain::{
    Field as FieldName, MAX_REASON,
    portal::{AskPage, SlotQuery},
};
use leptos::prelude::*;
use leptos_router::{
    NavigateOptions,
    hooks::{use_navigate, use_params_map, use_query_map},
};

use super::{
    api::{SubmitWish, wish_page},
    slots::{Days, NothingFree, SLOTS, Times, is_outdated},
    words::submit,
};
use crate::{
    error::ApiError,
    i18n::{tu, tu_string},
    paths,
    ui::{
        ActionForm, Crumb, Field, FormFailure, Loaded, PageHeader, described_by, failure_of, in_text_area, invalid,
        problem_of, resource, use_text,
    },
};

const NOTE: &str = "portal-wish-note";

/// Asks for another time of an appointment, or of a meeting.
#[component]
pub fn RescheduleScreen(is_meeting: bool) -> impl IntoView {
    let text = use_text();
    let (map, params) = (use_query_map(), use_params_map());
    let asked = Memo::new(move |_| {
        let id = params.read().get("id").unwrap_or_default();
        map.with(|map| {
            let get = |name: &str| map.get(name).unwrap_or_default();
            (id, get("day"), get("from"))
        })
    });
    let page = resource(
        move || asked.get(),
        move |(id, day, from)| {
            let (request_id, meeting_id) = if is_meeting {
                (String::new(), id)
            } else {
                (id, String::new())
            };
            wish_page(request_id, meeting_id, day, from)
        },
    );
    let action = ServerAction::<SubmitWish>::new();
    let navigate = use_navigate();
    Effect::new(move |_| match action.value().get() {
        Some(Ok((item, is_asked))) => {
            let said = if is_asked { "wished" } else { "moved" };
            navigate(&paths::portal_said(item, said), NavigateOptions::default());
        }
        Some(Err(ApiError(failure))) if is_outdated(&failure) && action.version().get_untracked() > 0 => page.refetch(),
        _ => {}
    });
    let view = move |shown| view! { <Reschedule page=shown action=action /> }.into_any();
    let crumbs = move || {
        let id = asked.with_untracked(|(id, ..)| id.clone());
        vec![
            Crumb {
                label: tu_string!(text, portal.appointments).to_owned(),
                href: paths::PORTAL_APPOINTMENTS.to_owned(),
            },
            Crumb {
                label: tu_string!(text, portal.appointment).to_owned(),
                href: format!("{}/{id}", home(is_meeting)),
            },
        ]
    };
    view! {
        <div class="portal-page stack">
            <PageHeader title=tu_string!(text, portal.other_time) crumbs=crumbs() />
            <Loaded of=page draw=view rows=4 />
        </div>
    }
}

/// Below which its page is.
fn home(is_meeting: bool) -> &'static str {
    if is_meeting {
        paths::PORTAL_MEETINGS
    } else {
        paths::PORTAL_APPOINTMENTS
    }
}

#[component]
fn Reschedule(page: AskPage, action: ServerAction<SubmitWish>) -> impl IntoView {
    let text = use_text();
    let failure = failure_of(action);
    let error = problem_of(failure, FieldName::Reason);
    let is_meeting = !page.wish.meeting_id.is_empty();
    let path = format!(
        "{}/{}{}/reschedule",
        home(is_meeting),
        page.wish.request_id,
        page.wish.meeting_id
    );
    let title = page
        .title
        .clone()
        .unwrap_or_else(|| tu_string!(text, portal.no_title).to_owned());
    let until_now = page.current.clone().map(|current| {
        view! {
            <p id="portal-until-now">
                <strong>{title}</strong>
                " · "
                {tu_string!(text, portal.until_now, when = current.mine)}
            </p>
        }
    });
    let (says, label) = if page.is_approved {
        (
            tu_string!(text, portal.wish_says),
            tu_string!(text, portal.ask_reschedule),
        )
    } else {
        (tu_string!(text, portal.move_says), tu_string!(text, portal.change_time))
    };
    let wish = page.wish.clone();
    let times = page.clone();
    let form = if page.slots.is_empty() {
        view! { <NothingFree /> }.into_any()
    } else {
        view! {
            <ActionForm action=action attr:id="portal-wish-form" attr:class="card portal-ask-form">
                <input type="hidden" name="input[request_id]" value=wish.request_id />
                <input type="hidden" name="input[meeting_id]" value=wish.meeting_id />
                <Times page=times chosen=wish.start error=problem_of(failure, FieldName::Slot) />
                <Field
                    id=NOTE
                    label=tu_string!(text, portal.note)
                    aside=tu_string!(text, portal.optional)
                    error=error
                >
                    <textarea
                        id=NOTE
                        class="input"
                        name="input[note]"
                        rows="3"
                        maxlength=MAX_REASON.to_string()
                        aria-describedby=described_by(NOTE)
                        aria-invalid=invalid(error)
                    >
                        {in_text_area(wish.note)}
                    </textarea>
                </Field>
                {submit(text, "portal-wish-submit-button", label, action.pending())}
            </ActionForm>
        }
        .into_any()
    };
    view! {
        <FormFailure
            id="portal-wish-error"
            failure=failure
            controls=&[(FieldName::Slot, SLOTS), (FieldName::Reason, NOTE)]
        />
        <section class="card" aria-labelledby="portal-when-title">
            {until_now}
            <p class="quiet">{says}</p>
            <h2 id="portal-when-title" class="portal-step">
                {tu!(text, portal.choose_day)}
            </h2>
            <Days path=path query=SlotQuery::default() page=page />
        </section>
        {form}
    }
}
