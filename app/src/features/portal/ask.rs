use domain::{
    Field as FieldName,
    portal::{AskPage, MAX_DESCRIPTION, ServiceOption, SlotQuery},
};
use leptos::{html, prelude::*};
use leptos_router::{
    NavigateOptions,
    hooks::{use_navigate, use_query_map},
};

use super::{
    api::{SubmitAsk, ask_page},
    slots::{Days, NothingFree, SLOTS, Times, is_outdated},
    words::{days, hours, submit},
};
use crate::{
    error::ApiError,
    i18n::{tu, tu_string},
    paths,
    ui::{
        ActionForm, Button, Crumb, Field, FormFailure, Icon, Loaded, PageHeader, Summary, described_by, failure_of,
        in_text_area, invalid, problem_of, resource, use_text,
    },
};

const SERVICES: &str = "appointment-service-select";
const TECHNICIAN: &str = "appointment-technician-select";
const DESCRIPTION: &str = "appointment-description";

/// Asks for an appointment: a service, a day, a time, and what it is about. What was chosen stands in the address.
#[component]
pub fn AskScreen() -> impl IntoView {
    let text = use_text();
    let map = use_query_map();
    let query = Memo::new(move |_| {
        map.with(|map| {
            let get = |name: &str| map.get(name).unwrap_or_default();
            SlotQuery {
                service: get("service"),
                technician: get("technician"),
                day: get("day"),
                from: get("from"),
            }
        })
    });
    let page = resource(
        move || query.get(),
        |SlotQuery {
             service,
             technician,
             day,
             from,
         }| ask_page(service, technician, day, from),
    );
    let action = ServerAction::<SubmitAsk>::new();
    let navigate = use_navigate();
    Effect::new(move |_| match action.value().get() {
        Some(Ok(id)) => navigate(
            &paths::portal_said(domain::portal::PortalItem::Request(id), "asked"),
            NavigateOptions::default(),
        ),
        Some(Err(ApiError(failure))) if is_outdated(&failure) && action.version().get_untracked() > 0 => page.refetch(),
        _ => {}
    });
    // What is typed outlives the choice of another day.
    let typed = StoredValue::new(None::<String>);
    let view =
        move |shown| view! { <Ask page=shown query=query.get_untracked() action=action typed=typed /> }.into_any();
    let crumbs = vec![Crumb {
        label: tu_string!(text, portal.appointments).to_owned(),
        href: paths::PORTAL_APPOINTMENTS.to_owned(),
    }];
    view! {
        <div class="portal-page stack">
            <PageHeader title=tu_string!(text, portal.ask) crumbs=crumbs />
            <Loaded of=page draw=view rows=4 />
        </div>
    }
}

#[component]
fn Ask(
    page: AskPage,
    query: SlotQuery,
    action: ServerAction<SubmitAsk>,
    typed: StoredValue<Option<String>>,
) -> impl IntoView {
    let text = use_text();
    if page.services.is_empty() {
        return view! {
            <p id="portal-no-services" class="panel">
                <Icon icon=icondata_lu::LuInfo />
                <span>{tu!(text, portal.no_services)}</span>
            </p>
        }
        .into_any();
    }
    let Some(service) = page.service.clone() else {
        return view! {
            <Failures action=action />
            <Services services=page.services />
        }
        .into_any();
    };
    // Of what is in the form, whichever way it came there.
    let query = SlotQuery {
        service: page.values.service_id.clone(),
        technician: page.values.technician_id.clone(),
        ..query
    };
    let change = (page.services.len() > 1).then(|| {
        view! {
            <a id="portal-change-service" href=paths::ASK>
                {tu!(text, portal.change_service)}
            </a>
        }
    });
    let rule = tu_string!(
        text,
        portal.ask_rule,
        hours = hours(text, page.notice_hours),
        days = days(text, page.advance_days)
    );
    let technicians =
        (page.technicians.len() > 1).then(|| view! { <Technicians page=page.clone() query=query.clone() /> });
    let form = if page.slots.is_empty() {
        view! { <NothingFree /> }.into_any()
    } else {
        view! { <Form page=page.clone() action=action typed=typed /> }.into_any()
    };
    view! {
        <Failures action=action />
        <section class="card" aria-labelledby="portal-service-title">
            <h2 id="portal-service-title" class="portal-step">
                {tu!(text, errors.field.service)}
            </h2>
            <div id=SERVICES class="card-head">
                <p>
                    <strong>{service.name}</strong>
                    " · "
                    {tu_string!(text, interactions.minutes, minutes = service.minutes)}
                </p>
                {change}
            </div>
            {service.description.map(|description| view! { <p class="quiet">{description}</p> })}
            {technicians}
        </section>
        <section class="card" aria-labelledby="portal-when-title">
            <h2 id="portal-when-title" class="portal-step">
                {tu!(text, portal.choose_day)}
            </h2>
            <p id="portal-rule" class="hint">
                {rule}
            </p>
            <Days path=paths::ASK.to_owned() query=query page=page />
        </section>
        {form}
    }
    .into_any()
}

/// What is wrong with the form, above it.
#[component]
fn Failures(action: ServerAction<SubmitAsk>) -> impl IntoView {
    let failure = failure_of(action);
    let control = Callback::new(|field| match field {
        FieldName::Slot => SLOTS,
        FieldName::Technician => TECHNICIAN,
        FieldName::Description => DESCRIPTION,
        _ => SERVICES,
    });
    let fields = move || {
        let fields = failure.get().map(|failure| failure.fields).unwrap_or_default();
        (!fields.is_empty()).then(|| view! { <Summary id="portal-ask-summary" fields=fields control=control /> })
    };
    view! {
        <FormFailure
            id="portal-ask-error"
            failure=failure
            controls=&[
                (FieldName::Slot, SLOTS),
                (FieldName::Technician, TECHNICIAN),
                (FieldName::Description, DESCRIPTION),
                (FieldName::Service, SERVICES),
            ]
        />
        {fields}
    }
}

/// What can be asked for.
#[component]
fn Services(services: Vec<ServiceOption>) -> impl IntoView {
    let text = use_text();
    let services = services
        .into_iter()
        .filter_map(|service| {
            let id = service.id?.to_string();
            let query = SlotQuery {
                service: id.clone(),
                ..SlotQuery::default()
            };
            Some(view! {
                <li>
                    <a id=format!("portal-service-{id}") class="service-choice" href=paths::slots(paths::ASK, &query)>
                        <span class="service-choice-name">{service.name}</span>
                        <span class="quiet">
                            {tu_string!(text, interactions.minutes, minutes = service.minutes)}
                        </span>
                        {service.description.map(|text| view! { <span class="service-choice-text quiet">{text}</span> })}
                        <Icon icon=icondata_lu::LuChevronRight />
                    </a>
                </li>
            })
        })
        .collect_view();
    view! {
        <section class="stack" aria-labelledby="portal-service-title">
            <h2 id="portal-service-title">{tu!(text, portal.choose_service)}</h2>
            <ul id=SERVICES class="choices">
                {services}
            </ul>
        </section>
    }
}

/// A GET form: who is wished for stands in the address and works without script. With script it follows the choice.
#[component]
fn Technicians(page: AskPage, query: SlotQuery) -> impl IntoView {
    let text = use_text();
    let navigate = use_navigate();
    let node = NodeRef::<html::Select>::new();
    let service = query.service.clone();
    let day = query.day.clone();
    let apply = move |_| {
        let Some(select) = node.get_untracked() else { return };
        let query = SlotQuery {
            technician: select.value(),
            ..query.clone()
        };
        let options = NavigateOptions {
            scroll: false,
            ..NavigateOptions::default()
        };
        navigate(&paths::slots(paths::ASK, &query), options);
    };
    let chosen = page.technician;
    let options = page
        .technicians
        .into_iter()
        .map(|person| {
            view! {
                <option value=person.id.to_string() selected=chosen == Some(person.id)>
                    {person.name}
                </option>
            }
        })
        .collect_view();
    view! {
        <form id="portal-technician-form" class="portal-technician" method="get" action=paths::ASK>
            <input type="hidden" name="service" value=service />
            <input type="hidden" name="day" value=day />
            <label class="label" for=TECHNICIAN>
                {tu!(text, portal.with_whom)}
            </label>
            <select id=TECHNICIAN class="input" name="technician" node_ref=node on:change=apply>
                <option value="" selected=chosen.is_none()>
                    {tu!(text, portal.anyone)}
                </option>
                {options}
            </select>
            <div class="no-script-only">
                <Button id="portal-technician-button" submit=true>
                    {tu!(text, portal.show)}
                </Button>
            </div>
        </form>
    }
}

#[component]
fn Form(page: AskPage, action: ServerAction<SubmitAsk>, typed: StoredValue<Option<String>>) -> impl IntoView {
    let text = use_text();
    let failure = failure_of(action);
    let error = problem_of(failure, FieldName::Description);
    let values = page.values.clone();
    let description = typed.get_value().unwrap_or(values.description);
    view! {
        <ActionForm action=action attr:id="portal-ask-form" attr:class="card portal-ask-form">
            <input type="hidden" name="input[idempotency_key]" value=values.idempotency_key />
            <input type="hidden" name="input[service_id]" value=values.service_id />
            <input type="hidden" name="input[technician_id]" value=values.technician_id />
            <Times page=page chosen=values.start error=problem_of(failure, FieldName::Slot) />
            <Field
                id=DESCRIPTION
                label=tu_string!(text, portal.description)
                aside=tu_string!(text, portal.optional)
                hint=Signal::stored(tu_string!(text, portal.description_hint).to_owned())
                error=error
            >
                <textarea
                    id=DESCRIPTION
                    class="input"
                    name="input[description]"
                    rows="4"
                    maxlength=MAX_DESCRIPTION.to_string()
                    aria-describedby=described_by(DESCRIPTION)
                    aria-invalid=invalid(error)
                    on:input=move |event| typed.set_value(Some(event_target_value(&event)))
                >
                    {in_text_area(description)}
                </textarea>
            </Field>
            {submit(text, "appointment-submit-button", tu_string!(text, portal.ask_submit), action.pending())}
        </ActionForm>
    }
}
