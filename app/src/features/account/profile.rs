use domain::Profile;
use leptos::prelude::*;
use leptos_router::hooks::use_query_map;

use super::{
    api::profile, details::DetailsForm, password::ChangePasswordForm, second_factor::SecondFactorCard,
    sign_ins::SignIns,
};
use crate::{
    i18n::tu_string,
    ui::{I18n, Loaded, Notice, PageHeader, resource, use_text},
};

/// What people see and change about their own account.
#[component]
pub fn ProfileScreen() -> impl IntoView {
    let text = use_text();
    let loaded = resource(|| (), |()| profile());
    let query = use_query_map();
    let saved = move || {
        let what = query.with(|query| query.get("saved"))?;
        Some(view! { <Notice id="profile-saved" text=saved_text(text, &what)? /> })
    };
    let body = move |profile| view! { <Sections profile=profile /> }.into_any();
    view! {
        <PageHeader title=tu_string!(text, account.title) />
        {saved}
        <Loaded of=loaded draw=body rows=8 />
    }
}

fn saved_text(text: I18n, what: &str) -> Option<&'static str> {
    Some(match what {
        "details" => tu_string!(text, account.saved_details),
        "password" => tu_string!(text, account.saved_password),
        "sign-in" => tu_string!(text, account.saved_sign_in),
        "second-factor-on" => tu_string!(text, account.saved_second_factor_on),
        "second-factor-off" => tu_string!(text, account.saved_second_factor_off),
        _ => return None,
    })
}

#[component]
fn Sections(profile: Profile) -> impl IntoView {
    let email = profile.email.clone();
    let second_factor = profile.second_factor;
    let sign_ins = profile.sign_ins.clone();
    view! {
        <div class="profile">
            <DetailsForm profile=profile />
            <ChangePasswordForm email=email />
            <SecondFactorCard state=second_factor />
            <SignIns sign_ins=sign_ins />
        </div>
    }
}
