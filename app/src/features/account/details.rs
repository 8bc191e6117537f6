use domain::{Field as FieldName, Language, Profile};
use leptos::prelude::*;

use super::api::SaveDetails;
use crate::{
    i18n::{tu, tu_string},
    paths,
    ui::{
        ActionForm, Button, ButtonKind, Field, FormFailure, ZoneField, described_by, failure_of, invalid,
        load_when_done, problem_of, use_text,
    },
};

const FIRST: &str = "profile-first-name";
const LAST: &str = "profile-last-name";
const LANGUAGE: &str = "profile-language";
const ZONE: &str = "profile-zone";

/// Name, language and time zone.
#[component]
pub fn DetailsForm(profile: Profile) -> impl IntoView {
    let text = use_text();
    let action = ServerAction::<SaveDetails>::new();
    let failure = failure_of(action);
    load_when_done(action, paths::profile_saved("details"));
    let language_problem = problem_of(failure, FieldName::Language);
    let languages = Language::ALL.map(|language| {
        let name = match language {
            Language::En => tu_string!(text, common.lang_en),
            Language::De => tu_string!(text, common.lang_de),
            Language::Fr => tu_string!(text, common.lang_fr),
        };
        view! {
            <option value=language.tag() lang=language.tag() selected=language == profile.language>
                {name}
            </option>
        }
    });
    view! {
        <section class="card" aria-labelledby="profile-details-title">
            <h2 id="profile-details-title">{tu!(text, account.details_title)}</h2>
            <dl class="pairs">
                <div>
                    <dt>{tu!(text, session.email)}</dt>
                    <dd id="profile-email">{profile.email}</dd>
                </div>
            </dl>
            <FormFailure
                id="profile-details-error"
                failure=failure
                controls=&[
                    (FieldName::FirstName, FIRST),
                    (FieldName::LastName, LAST),
                    (FieldName::Language, LANGUAGE),
                    (FieldName::Zone, ZONE),
                ]
            />
            <ActionForm action=action attr:id="profile-details-form" attr:class="form">
                <div class="form-pair">
                    <NameField
                        id=FIRST
                        name="input[first_name]"
                        label=tu_string!(text, errors.field.first_name)
                        autocomplete="given-name"
                        value=profile.first_name
                        error=problem_of(failure, FieldName::FirstName)
                    />
                    <NameField
                        id=LAST
                        name="input[last_name]"
                        label=tu_string!(text, errors.field.last_name)
                        autocomplete="family-name"
                        value=profile.last_name
                        error=problem_of(failure, FieldName::LastName)
                    />
                </div>
                <div class="form-pair">
                    <Field id=LANGUAGE label=tu_string!(text, errors.field.language) error=language_problem>
                        <select
                            id=LANGUAGE
                            class="input"
                            name="input[language]"
                            aria-describedby=described_by(LANGUAGE)
                            aria-invalid=invalid(language_problem)
                        >
                            {languages.collect_view()}
                        </select>
                    </Field>
                    <ZoneField
                        id=ZONE
                        name="input[zone]"
                        list="profile-zones"
                        zone=profile.zone
                        zones=profile.zones
                        hint=tu_string!(text, account.zone_hint, zone = profile.tenant_zone.clone())
                        placeholder=profile.tenant_zone
                        error=problem_of(failure, FieldName::Zone)
                    />
                </div>
                <div class="actions">
                    <Button id="profile-save-button" kind=ButtonKind::Primary submit=true>
                        {tu!(text, account.save)}
                    </Button>
                </div>
            </ActionForm>
        </section>
    }
}

#[component]
fn NameField(
    id: &'static str,
    name: &'static str,
    label: &'static str,
    autocomplete: &'static str,
    value: String,
    error: Signal<Option<String>>,
) -> impl IntoView {
    view! {
        <Field id=id label=label error=error>
            <input
                id=id
                class="input"
                name=name
                autocomplete=autocomplete
                maxlength="100"
                value=value
                aria-describedby=described_by(id)
                aria-invalid=invalid(error)
            />
        </Field>
    }
}
