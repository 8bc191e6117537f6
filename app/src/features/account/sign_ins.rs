use domain::{Device, SignInRow};
use leptos::{prelude::*, server_fn::ServerFn};

use super::api::{EndSignIn, SignOutEverywhere};
use crate::{
    i18n::{tu, tu_string},
    ui::{Badge, Button, FormFailure, I18n, Icon, Tone, failure_of, use_text},
};

/// Where the person is signed in, and the ways out. Plain forms: the page is loaded anew either way.
#[component]
pub fn SignIns(sign_ins: Vec<SignInRow>) -> impl IntoView {
    let text = use_text();
    let failure = failure_of(ServerAction::<EndSignIn>::new());
    let rows = sign_ins.into_iter().map(|row| view! { <Row row=row /> }).collect_view();
    view! {
        <section class="card" aria-labelledby="profile-sessions-title">
            <div class="card-head">
                <h2 id="profile-sessions-title">{tu!(text, account.sessions_title)}</h2>
                <form method="post" action=SignOutEverywhere::url()>
                    <Button id="sign-out-everywhere-button" submit=true>
                        {tu!(text, account.sign_out_everywhere)}
                    </Button>
                </form>
            </div>
            <FormFailure id="profile-sessions-error" failure=failure />
            <ul id="profile-sessions" class="sessions">
                {rows}
            </ul>
        </section>
    }
}

#[component]
fn Row(row: SignInRow) -> impl IntoView {
    let text = use_text();
    let SignInRow {
        session_id,
        device,
        address,
        last_seen,
        is_this,
    } = row;
    let device = device_text(text, device);
    let end = if is_this {
        view! { <Badge tone=Tone::Good icon=icondata_lu::LuCircleCheck text=tu_string!(text, account.this_device) /> }
            .into_any()
    } else {
        view! {
            <form method="post" action=EndSignIn::url()>
                <input type="hidden" name="session_id" value=session_id.to_string() />
                <button
                    id=format!("end-session-{session_id}")
                    class="button button-quiet"
                    type="submit"
                    aria-label=tu_string!(text, account.end_session_of, device = device.clone())
                >
                    <Icon icon=icondata_lu::LuLogOut />
                    {tu!(text, account.end_session)}
                </button>
            </form>
        }
        .into_any()
    };
    view! {
        <li class="session">
            <div>
                <p class="session-device">{device}</p>
                <p class="quiet">{tu_string!(text, account.last_seen, when = last_seen, address = address)}</p>
            </div>
            {end}
        </li>
    }
}

fn device_text(text: I18n, device: Device) -> String {
    match device {
        Device {
            browser: Some(browser),
            system: Some(system),
        } => tu_string!(text, account.device, browser = browser, system = system),
        Device {
            browser: Some(name), ..
        }
        | Device { system: Some(name), .. } => name,
        Device { .. } => tu_string!(text, account.unknown_device).to_owned(),
    }
}
