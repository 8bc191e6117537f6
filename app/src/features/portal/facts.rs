use domain::portal::{PortalPage, PortalTimes};
use leptos::prelude::*;

use crate::{
    i18n::{tu, tu_string},
    ui::{Icon, use_text},
};

/// When it is, large, on both clocks.
#[component]
pub fn When(times: PortalTimes, minutes: u32) -> impl IntoView {
    let text = use_text();
    let theirs = times.theirs.map(|theirs| {
        view! {
            <span id="portal-their-time" class="portal-zone">
                {tu_string!(text, portal.theirs, when = theirs, zone = times.their_zone)}
            </span>
        }
    });
    view! {
        <p class="portal-time">
            <span id="portal-my-time" class="portal-time-mine">
                {times.mine}
            </span>
            <span class="portal-zone">
                {times.zone} " · " {tu_string!(text, interactions.minutes, minutes = minutes)}
            </span>
            {theirs}
        </p>
    }
}

/// With whom, for whom, what was asked for, and why not.
#[component]
pub fn Facts(page: PortalPage) -> impl IntoView {
    let text = use_text();
    let pair = |id: &'static str, name: &'static str, value: Option<String>| {
        value.map(|value| {
            view! {
                <div>
                    <dt>{name}</dt>
                    <dd id=id class="request-text">
                        {value}
                    </dd>
                </div>
            }
        })
    };
    let email = page.provider_email;
    view! {
        <section class="card" aria-labelledby="portal-facts-title">
            <h2 id="portal-facts-title">{tu!(text, interactions.details)}</h2>
            <dl class="pairs">
                {pair("portal-reason", tu_string!(text, errors.field.reason), page.reason)}
                {pair("portal-with", tu_string!(text, portal.with), page.with)}
                {pair("portal-whose", tu_string!(text, portal.whose), page.whose)}
                {pair("portal-description", tu_string!(text, portal.asked_for), page.description)}
                {pair("portal-asked", tu_string!(text, portal.asked), page.asked)} <div>
                    <dt>{tu!(text, portal.provider)}</dt>
                    <dd>
                        {page.provider} ", "
                        <a id="portal-provider-email" class="with-icon" href=format!("mailto:{email}")>
                            <Icon icon=icondata_lu::LuMail />
                            {email.clone()}
                        </a>
                    </dd>
                </div>
            </dl>
        </section>
    }
}
