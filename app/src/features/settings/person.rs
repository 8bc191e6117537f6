use domain::{Audience, PersonForm};
use leptos::prelude::*;
use leptos_router::{
    NavigateOptions,
    hooks::{use_navigate, use_query_map},
};

use super::{
    api::{SubmitActive, SubmitRoles, person},
    people::button_id,
};
use crate::{
    error::ApiError,
    i18n::{tu, tu_string},
    paths,
    ui::{
        ActionForm, Button, ButtonKind, ButtonLink, Dialog, ErrorPanel, FormFailure, Skeleton, failure_of, focus,
        on_next_frame, problem_of, resource, use_text,
    },
};

const HEADING: &str = "person-dialog-heading";
const ROLES: &str = "person-roles";

/// Changes the roles of a person, and whether they may sign in. Who it is about stands in the address.
#[component]
pub fn PersonDialog(query: Memo<String>, on_changed: Callback<&'static str>) -> impl IntoView {
    let map = use_query_map();
    let open = Memo::new(move |_| map.read().get("person"));
    let form = resource(
        move || open.get(),
        |id| async move {
            match id {
                Some(id) => Some(person(id).await),
                None => None,
            }
        },
    );
    let navigate = use_navigate();
    let close = Callback::new(move |()| {
        let button = open.get_untracked().map(|id| button_id(&id));
        let options = NavigateOptions {
            scroll: false,
            replace: true,
            ..NavigateOptions::default()
        };
        navigate(&paths::person(&query.get_untracked(), ""), options);
        on_next_frame(move || {
            if let Some(button) = button {
                focus(&button);
            }
        });
    });
    let done = Callback::new(move |what: &'static str| {
        on_changed.run(what);
        close.run(());
    });
    let body = move || {
        Suspend::new(async move {
            let home = paths::person(&query.get_untracked(), "");
            match form.await {
                Some(Ok(form)) => view! { <Forms form=form home=home on_done=done /> }.into_any(),
                Some(Err(ApiError(failure))) => view! {
                    <h2 id=HEADING>{tu!(use_text(), settings.person_heading)}</h2>
                    <ErrorPanel id="person-load-error" failure=failure />
                    <div class="actions actions-end">
                        <ButtonLink id="person-back-link" href=home>
                            {tu!(use_text(), common.close)}
                        </ButtonLink>
                    </div>
                }
                .into_any(),
                None => view! { <Skeleton rows=5 /> }.into_any(),
            }
        })
    };
    view! {
        <Show when=move || open.read().is_some()>
            <Dialog id="person-dialog" labelled_by=HEADING class="dialog dialog-small dialog-person" on_close=close>
                <Transition fallback=|| view! { <Skeleton rows=5 /> }>{body}</Transition>
            </Dialog>
        </Show>
    }
}

#[component]
fn Forms(form: PersonForm, home: String, on_done: Callback<&'static str>) -> impl IntoView {
    let text = use_text();
    let PersonForm { person, roles } = form;
    let action = ServerAction::<SubmitRoles>::new();
    let failure = failure_of(action);
    let problem = problem_of(failure, domain::Field::Roles);
    Effect::new(move |_| {
        if let Some(Ok(())) = action.value().get() {
            on_done.run("roles");
        }
    });
    let was = roles.iter().filter(|role| role.has);
    let was = was
        .map(|role| view! { <input type="hidden" name="input[was][]" value=role.role_id.to_string() /> })
        .collect_view();
    let choices = roles
        .into_iter()
        .enumerate()
        .map(|(n, role)| {
            let (id, is_for) = (
                format!("person-role-{}", role.role_id),
                format!("person-role-{}", role.role_id),
            );
            view! {
                <li>
                    <label class="check" for=is_for>
                        <input
                            id=id
                            type="checkbox"
                            name="input[roles][]"
                            value=role.role_id.to_string()
                            checked=role.has
                            autofocus=n == 0
                        />
                        {role.name}
                    </label>
                </li>
            }
        })
        .collect_view();
    let about = match person.audience {
        Audience::Staff => tu_string!(text, settings.person_staff),
        Audience::Portal => tu_string!(text, settings.person_portal),
    };
    view! {
        <h2 id=HEADING>{person.name.clone()}</h2>
        <p class="quiet">{person.email.clone()}</p>
        <FormFailure id="person-roles-failure" failure=failure controls=&[(domain::Field::Roles, ROLES)] />
        <ActionForm action=action attr:id="person-roles-form" attr:class="form">
            <input type="hidden" name="input[user_id]" value=person.user_id.to_string() />
            {was}
            <fieldset id=ROLES class="field" tabindex="-1" aria-describedby="person-roles-hint person-roles-error">
                <legend class="label">{tu!(text, settings.column_roles)}</legend>
                <p id="person-roles-hint" class="hint">
                    {about}
                </p>
                <ul class="checks">{choices}</ul>
                <p id="person-roles-error" class="field-error">
                    {problem}
                </p>
            </fieldset>
            <div class="actions actions-end">
                <ButtonLink id="person-cancel-link" href=home attr:data-noscroll="">
                    {tu!(text, common.cancel)}
                </ButtonLink>
                <Button id="person-save-button" kind=ButtonKind::Primary submit=true>
                    {tu!(text, settings.save)}
                </Button>
            </div>
        </ActionForm>
        <Active id=person.user_id.to_string() is_inactive=person.is_inactive on_done=on_done />
    }
}

/// Whether the person may sign in.
#[component]
fn Active(id: String, is_inactive: bool, on_done: Callback<&'static str>) -> impl IntoView {
    let text = use_text();
    let action = ServerAction::<SubmitActive>::new();
    let failure = failure_of(action);
    Effect::new(move |_| {
        if let Some(Ok(())) = action.value().get() {
            on_done.run(if is_inactive { "activated" } else { "deactivated" });
        }
    });
    let (state, button) = if is_inactive {
        (
            tu_string!(text, settings.is_inactive),
            view! {
                <Button id="person-activate-button" submit=true>
                    {tu!(text, settings.activate)}
                </Button>
            }
            .into_any(),
        )
    } else {
        (
            tu_string!(text, settings.is_active),
            view! {
                <Button id="person-deactivate-button" submit=true>
                    {tu!(text, settings.deactivate)}
                </Button>
            }
            .into_any(),
        )
    };
    view! {
        <FormFailure id="person-active-failure" failure=failure />
        <ActionForm action=action attr:id="person-active-form" attr:class="person-active">
            <input type="hidden" name="user_id" value=id />
            <input type="hidden" name="active" value=is_inactive.to_string() />
            <p class="quiet">{state}</p>
            {button}
        </ActionForm>
    }
}
