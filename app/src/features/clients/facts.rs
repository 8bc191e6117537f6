use leptos::prelude::*;

use crate::{
    i18n::{tu, tu_string},
    ui::{Icon, use_text},
};

/// How a client is reached, where it is, and in which language and zone it lives. Only what is known.
#[component]
pub fn Facts(
    url: Option<String>,
    email: Option<String>,
    phone: Option<String>,
    /// In one line.
    address: String,
    language: Option<String>,
    zone: Option<String>,
) -> impl IntoView {
    let text = use_text();
    let fact = |icon: icondata_core::Icon, label: &'static str, value: AnyView| {
        view! {
            <div class="fact">
                <dt>
                    <Icon icon=icon />
                    <span class="visually-hidden">{label}</span>
                </dt>
                <dd>{value}</dd>
            </div>
        }
    };
    let website = url.map(|url| {
        let value = view! { <Website url=url /> }.into_any();
        fact(icondata_lu::LuGlobe, tu_string!(text, errors.field.website), value)
    });
    let email = email.map(|email| {
        let href = format!("mailto:{email}");
        let link = view! {
            <a id="client-email-link" href=href>
                {email}
            </a>
        };
        fact(
            icondata_lu::LuMail,
            tu_string!(text, errors.field.email),
            link.into_any(),
        )
    });
    let phone = phone.map(|phone| {
        let link = view! { <PhoneLink id="client-phone-link" number=phone /> };
        fact(
            icondata_lu::LuPhone,
            tu_string!(text, errors.field.phone),
            link.into_any(),
        )
    });
    let address = (!address.is_empty()).then(|| {
        fact(
            icondata_lu::LuMapPin,
            tu_string!(text, clients.address),
            address.into_any(),
        )
    });
    let language = language.map(|language| {
        fact(
            icondata_lu::LuLanguages,
            tu_string!(text, errors.field.language),
            language.into_any(),
        )
    });
    let zone = zone.map(|zone| {
        fact(
            icondata_lu::LuClock,
            tu_string!(text, errors.field.zone),
            zone.into_any(),
        )
    });
    view! { <dl id="client-facts" class="facts">{website} {email} {phone} {address} {language} {zone}</dl> }
}

/// A number to be called; letters and other signs that people write into it are not dialled.
#[component]
pub fn PhoneLink(#[prop(into)] id: String, number: String) -> impl IntoView {
    let dialled: String = number
        .chars()
        .enumerate()
        .filter(|(n, c)| c.is_ascii_digit() || (*c == '+' && *n == 0))
        .map(|(_, c)| c)
        .collect();
    if dialled.len() < 3 {
        return number.into_any();
    }
    view! {
        <a id=id href=format!("tel:{dialled}")>
            {number}
        </a>
    }
    .into_any()
}

/// Only web addresses become links: a stored `javascript:` must not.
#[component]
fn Website(url: String) -> impl IntoView {
    let text = use_text();
    let shown = url
        .trim_start_matches("https://")
        .trim_start_matches("http://")
        .trim_end_matches('/')
        .to_owned();
    let href = if shown.len() < url.len() {
        url.clone()
    } else {
        format!("https://{url}")
    };
    let is_web = href.starts_with("https://") || href.starts_with("http://");
    if !is_web || shown.contains([' ', '\\']) || shown.starts_with("javascript:") {
        return url.into_any();
    }
    view! {
        <a id="client-website-link" href=href target="_blank" rel="noopener noreferrer">
            {shown}
            <span class="visually-hidden">" (" {tu!(text, common.new_tab)} ")"</span>
        </a>
    }
    .into_any()
}
