use domain::{Failure, RequestPage};
use leptos::prelude::*;

use super::{api::SubmitKeepTime, facts::Times};
use crate::{
    i18n::tu,
    paths,
    ui::{ActionForm, Button, ButtonKind, ButtonLink, FormFailure, Icon, use_text},
};

/// The client would like another time: when, why, and what can be done about it.
#[expect(clippy::needless_pass_by_value, reason = "components own their props")]
#[component]
pub fn Wish(
    page: RequestPage,
    action: ServerAction<SubmitKeepTime>,
    failure: Signal<Option<Failure>>,
) -> impl IntoView {
    let text = use_text();
    let wish = page.wish.clone()?;
    let decides = page.work.is_some();
    let here = paths::request(page.request_id);
    let note = wish.note.map(|note| view! { <p class="request-text">{note}</p> });
    let ways_on = decides.then(|| {
        view! {
            <FormFailure id="appointment-requests-keep-error" failure=failure />
            <ActionForm action=action attr:id="appointment-requests-keep-form">
                <input type="hidden" name="request_id" value=page.request_id.to_string() />
                <div class="actions">
                    <ButtonLink
                        id="appointment-requests-follow-wish"
                        href=format!("{here}?do=reschedule")
                        kind=ButtonKind::Primary
                        attr:data-noscroll=""
                    >
                        <Icon icon=icondata_lu::LuCalendarClock />
                        {tu!(text, appointments.follow_wish)}
                    </ButtonLink>
                    <Button id="appointment-requests-keep-time" submit=true>
                        {tu!(text, appointments.keep_time)}
                    </Button>
                </div>
            </ActionForm>
        }
    });
    Some(view! {
        <section
            id="appointment-requests-wish"
            class="panel panel-warning"
            aria-labelledby="appointment-requests-wish-title"
        >
            <Icon icon=icondata_lu::LuCalendarClock />
            <div class="stack">
                <h2 id="appointment-requests-wish-title" class="panel-title">
                    {tu!(text, appointments.wish_title)}
                </h2>
                <div>
                    <Times
                        times=wish.times
                        ids=("appointment-requests-wish-mine", "appointment-requests-wish-theirs")
                    />
                </div>
                {note} {ways_on}
            </div>
        </section>
    })
}
