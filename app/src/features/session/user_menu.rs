use domain::Viewer;
use leptos::{prelude::*, server_fn::ServerFn};

use super::{api::SignOut, language::LanguageForm};
use crate::{
    i18n::{tu, tu_string},
    paths,
    ui::{Button, ButtonKind, ButtonLink, Icon, use_text},
};

/// Who is signed in, where, in which language and zone; and the way out. A popover: it opens without script.
#[component]
pub fn UserMenu(viewer: Viewer) -> impl IntoView {
    let text = use_text();
    let Viewer {
        name,
        email,
        tenant_name,
        zone,
        ..
    } = viewer;
    view! {
        <button
            id="user-menu-button"
            class="user-button"
            type="button"
            popovertarget="user-menu"
            aria-label=tu_string!(text, common.account, name = name.clone())
        >
            <span class="avatar" aria-hidden="true">
                {initials(&name)}
            </span>
            <span class="user-button-text">
                <span class="user-name">{name.clone()}</span>
                <span class="user-tenant">{tenant_name.clone()}</span>
            </span>
            <Icon icon=icondata_lu::LuChevronsUpDown />
        </button>
        <div id="user-menu" class="menu" popover="auto">
            <div class="menu-head">
                <p class="user-name">{name}</p>
                <p>{email}</p>
                <p>{tenant_name}</p>
                <p>{tu_string!(text, common.times_in, zone = zone)}</p>
            </div>
            <LanguageForm />
            <div class="menu-foot">
                <ButtonLink id="profile-link" href=paths::PROFILE kind=ButtonKind::Quiet>
                    <Icon icon=icondata_lu::LuUserCog />
                    {tu!(text, common.profile)}
                </ButtonLink>
            </div>
            <form class="menu-foot" method="post" action=SignOut::url()>
                <Button id="sign-out-button" kind=ButtonKind::Quiet submit=true>
                    <Icon icon=icondata_lu::LuLogOut />
                    {tu!(text, common.sign_out)}
                </Button>
            </form>
        </div>
    }
}

/// The first letters of the first and the last name.
fn initials(name: &str) -> String {
    let mut words = name.split_whitespace();
    let first = words.next().and_then(|word| word.chars().next());
    let last = words.next_back().and_then(|word| word.chars().next());
    first.into_iter().chain(last).flat_map(char::to_uppercase).collect()
}
