use domain::{ContactForm, Failure, Field as FieldName};
use leptos::prelude::*;

use super::form::FORM;
use crate::{
    features::clients::{Activity, ClientPicker, LanguageField},
    i18n::{tu, tu_string},
    ui::{TextField, ZoneField, problem_of, use_text},
};

pub const NAME: &str = "contact-form-name";
const EMAIL: &str = "contact-form-email";
const PHONE: &str = "contact-form-phone";
const ROLE: &str = "contact-form-role";
const CLIENT: &str = "contact-form-client";
const LANGUAGE: &str = "contact-form-language";
const ZONE: &str = "contact-form-zone";

/// The control to mend a field with.
pub fn control(field: FieldName) -> &'static str {
    match field {
        FieldName::Name => NAME,
        FieldName::Email => EMAIL,
        FieldName::Phone => PHONE,
        FieldName::Role => ROLE,
        FieldName::Client => CLIENT,
        FieldName::Language => LANGUAGE,
        FieldName::Zone => ZONE,
        _ => FORM.errors,
    }
}

#[component]
pub fn Fields(form: ContactForm, failure: Signal<Option<Failure>>) -> impl IntoView {
    let text = use_text();
    let error = move |field| problem_of(failure, field);
    let is_new = form.values.is_new();
    let values = form.values;
    view! {
        <TextField
            id=NAME
            name="input[name]"
            label=tu_string!(text, contacts.full_name)
            value=values.name
            required=true
            error=error(FieldName::Name)
        />
        <div class="form-pair">
            <TextField
                id=EMAIL
                name="input[email]"
                label=tu_string!(text, errors.field.email)
                kind="email"
                value=values.email
                error=error(FieldName::Email)
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
        <div class="form-pair">
            <ClientPicker
                id=CLIENT
                name="input[client]"
                list="contact-form-clients"
                label=tu_string!(text, errors.field.client)
                hint=tu_string!(text, contacts.client_help)
                value=values.client
                error=error(FieldName::Client)
                on_input=|_| ()
            />
            <TextField
                id=ROLE
                name="input[role]"
                label=tu_string!(text, errors.field.role)
                value=values.role
                error=error(FieldName::Role)
            />
        </div>
        <fieldset class="form-section">
            <legend>{tu!(text, clients.prefs_section)}</legend>
            <div class="form-pair">
                <LanguageField
                    id=LANGUAGE
                    nothing=tu_string!(text, contacts.no_language)
                    language=values.language
                    error=error(FieldName::Language)
                />
                <ZoneField
                    id=ZONE
                    name="input[zone]"
                    list="contact-form-zones"
                    zone=values.zone
                    zones=form.zones
                    hint=tu_string!(text, contacts.zone_hint)
                    error=error(FieldName::Zone)
                />
            </div>
        </fieldset>
        <Activity
            id="contact-form-active"
            is_new=is_new
            is_active=values.active.is_some()
            hint=tu_string!(text, contacts.active_hint)
        />
    }
}
