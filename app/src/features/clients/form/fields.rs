use domain::{ClientForm, Failure, Field as FieldName, Problem};
use leptos::{html, prelude::*};

use super::{FORM, LanguageField};
use crate::{
    i18n::{tu, tu_string},
    ui::{Switch, TextField, ZoneField, problem_of, use_text},
};

pub const NAME: &str = "client-form-name";
const WEBSITE: &str = "client-form-website";
const EMAIL: &str = "client-form-email";
const PHONE: &str = "client-form-phone";
const STREET: &str = "client-form-street";
const POSTCODE: &str = "client-form-postcode";
const CITY: &str = "client-form-city";
const COUNTRY: &str = "client-form-country";
const LANGUAGE: &str = "client-form-language";
const ZONE: &str = "client-form-zone";

/// The control to mend a field with.
pub fn control(field: FieldName) -> &'static str {
    match field {
        FieldName::Name => NAME,
        FieldName::Website => WEBSITE,
        FieldName::Email => EMAIL,
        FieldName::Phone => PHONE,
        FieldName::Street => STREET,
        FieldName::Postcode => POSTCODE,
        FieldName::City => CITY,
        FieldName::Country => COUNTRY,
        FieldName::Language => LANGUAGE,
        FieldName::Zone => ZONE,
        _ => FORM.errors,
    }
}

#[component]
pub fn Fields(form: ClientForm, failure: Signal<Option<Failure>>) -> impl IntoView {
    let text = use_text();
    let error = move |field| problem_of(failure, field);
    let is_new = form.values.is_new();
    let values = form.values;
    view! {
        <TextField
            id=NAME
            name="input[name]"
            label=tu_string!(text, errors.field.name)
            value=values.name
            required=true
            error=error(FieldName::Name)
        />
        <Similar failure=failure />
        <div class="form-pair">
            <TextField
                id=WEBSITE
                name="input[url]"
                label=tu_string!(text, errors.field.website)
                hint=tu_string!(text, clients.url_hint)
                value=values.url
                error=error(FieldName::Website)
            />
            <TextField
                id=PHONE
                name="input[phone]"
                label=tu_string!(text, errors.field.phone)
                kind="tel"
                value=values.phone
                error=error(FieldName::Phone)
            />
        </div>
        <TextField
            id=EMAIL
            name="input[email]"
            label=tu_string!(text, errors.field.email)
            kind="email"
            value=values.email
            error=error(FieldName::Email)
        />
        <fieldset class="form-section">
            <legend>{tu!(text, clients.place_section)}</legend>
            <TextField
                id=STREET
                name="input[street]"
                label=tu_string!(text, errors.field.street)
                value=values.street
                error=error(FieldName::Street)
            />
            <div class="form-pair">
                <TextField
                    id=POSTCODE
                    name="input[postcode]"
                    label=tu_string!(text, errors.field.postcode)
                    value=values.postcode
                    error=error(FieldName::Postcode)
                />
                <TextField
                    id=CITY
                    name="input[city]"
                    label=tu_string!(text, errors.field.city)
                    value=values.city
                    error=error(FieldName::City)
                />
            </div>
            <TextField
                id=COUNTRY
                name="input[country]"
                label=tu_string!(text, errors.field.country)
                value=values.country
                error=error(FieldName::Country)
            />
        </fieldset>
        <fieldset class="form-section">
            <legend>{tu!(text, clients.prefs_section)}</legend>
            <div class="form-pair">
                <LanguageField
                    id=LANGUAGE
                    nothing=tu_string!(text, clients.no_language)
                    language=values.language
                    error=error(FieldName::Language)
                />
                <ZoneField
                    id=ZONE
                    name="input[zone]"
                    list="client-form-zones"
                    zone=values.zone
                    zones=form.zones
                    hint=tu_string!(text, clients.zone_hint)
                    error=error(FieldName::Zone)
                />
            </div>
        </fieldset>
        <Activity
            id="client-form-active"
            is_new=is_new
            is_active=values.active.is_some()
            hint=tu_string!(text, clients.active_hint)
        />
    }
}

/// Asked when another client is called nearly the same.
#[component]
fn Similar(failure: Signal<Option<Failure>>) -> impl IntoView {
    let text = use_text();
    let asks = move || {
        failure.with(|failure| {
            let mut fields = failure.iter().flat_map(|failure| &failure.fields);
            fields.any(|error| matches!(error.problem, Problem::Similar { .. }))
        })
    };
    // It stays once it was asked: what was answered counts for the next try as well.
    let asked = RwSignal::new(false);
    Effect::new(move |_| {
        if asks() {
            asked.set(true);
        }
    });
    move || {
        (asked.get() || asks()).then(|| {
            view! {
                <label class="check" for="client-form-similar">
                    <input id="client-form-similar" type="checkbox" name="input[similar]" value="on" />
                    {tu!(text, clients.similar)}
                </label>
            }
        })
    }
}

/// Whether it is in use. What is new is.
#[component]
pub fn Activity(id: &'static str, is_new: bool, is_active: bool, hint: &'static str) -> impl IntoView {
    let text = use_text();
    if is_new {
        return view! { <input type="hidden" name="input[active]" value="on" /> }.into_any();
    }
    let node = NodeRef::<html::Input>::new();
    view! {
        <Switch
            id=id
            name="input[active]"
            label=tu_string!(text, errors.field.active)
            hint=hint
            checked=is_active
            disabled=false
            node_ref=node
            on_change=|_| ()
        />
    }
    .into_any()
}
