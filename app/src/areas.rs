//! The interface in pieces. The browser loads the code of an area when a page of it is opened; what every page needs is in the main file.
//! See docs/adr/0004.

use std::future;

use domain::{Audience, ErrorCode, import::ImportKind};
use leptos::{
    prelude::*,
    wasm_split::{SplitLoaderError, wasm_split},
};
use leptos_router::LazyRoute;

use crate::{
    features::{
        account::{EnrolScreen, ForgotScreen, ProfileScreen, ResetScreen},
        appointments::{RequestScreen, RequestsScreen},
        clients::{ClientScreen, ClientsScreen, ImportScreen, PreviewScreen, load_client_form},
        contacts::{ContactScreen, ContactsScreen, load_contact_form},
        interactions::{InteractionScreen, load_drawer, load_edit, load_quick_add},
        portal::{PortalHome, PortalNotFound},
        schedule::{ScheduleScreen, load_entry_popup},
        session::CodeScreen,
        settings::{FirstPage, RolesScreen, SettingsLayout, StatusesScreen, TypesScreen},
        timeline::InteractionsScreen,
    },
    paths,
    ui::{Failed, is_hydrated},
};

/// An area: its name, under which its code is kept, and its pages. One function draws any of them, for each function that is split off
/// costs about as much as it saves.
macro_rules! area {
    ($(#[$about:meta])* $area:ident, $load:ident, $pages:ident: $($page:ident => $view:expr),+ $(,)?) => {
        enum $pages {
            $($page),+
        }

        $(#[$about])*
        #[wasm_split($area, wasm_split_path = leptos::wasm_split, preload($load), fallible)]
        fn $area(page: $pages) -> Result<AnyView, SplitLoaderError> {
            Ok(match page {
                $($pages::$page => $view.into_any()),+
            })
        }

        $(
            pub struct $page;

            impl LazyRoute for $page {
                fn data() -> Self {
                    Self
                }

                async fn view(_: Self) -> AnyView {
                    leptos::prefetch_lazy_fn_on_server(stringify!($area));
                    match $area($pages::$page).await {
                        Ok(page) => page,
                        Err(_) => missing().await,
                    }
                }

                /// The router hydrates a page in one go, so its code has to be there before. What became of it, `view` finds out.
                async fn preload() {
                    let _ = $load().await;
                    before().await;
                }
            }
        )+
    };
}

/// A part of a page that is drawn when it is opened, such as the form in a dialog: `draw` waits for its code, `load` only fetches it. A page
/// that shows the part from the start has to load it in [`before`].
macro_rules! part {
    ($(#[$about:meta])* $part:ident: $($name:ident: $what:ty),+ => $view:expr) => {
        $(#[$about])*
        #[leptos::wasm_split::wasm_split($part, wasm_split_path = leptos::wasm_split, preload(load), fallible)]
        pub fn draw($($name: $what),+) -> Result<AnyView, leptos::wasm_split::SplitLoaderError> {
            Ok($view.into_any())
        }
    };
}
pub(crate) use part;

/// What was drawn of a part, or why it was not.
pub fn drawn(part: Result<AnyView, SplitLoaderError>) -> AnyView {
    part.unwrap_or_else(|_| code_missing())
}

/// Waits for the code of the dialog that the address opens, so that it is hydrated with the page.
async fn before() {
    if cfg!(not(target_family = "wasm")) {
        return; // the server has no address bar, and needs to load nothing
    }
    let address = location();
    let asked = address.search().unwrap_or_default();
    let asks = |what: &str| {
        asked
            .trim_start_matches('?')
            .split('&')
            .any(|part| part.starts_with(what))
    };
    let is_at = |place| address.pathname().is_ok_and(|path| path.starts_with(place));
    let _ = if is_at(paths::SCHEDULE) && (asks("entry=") || asks("new=")) {
        load_entry_popup().await
    } else if asks("open=") {
        load_drawer().await
    } else if asks("new=interaction") || asks("new=meeting") {
        load_quick_add().await
    } else if asks("do=edit") && is_at(paths::INTERACTIONS) {
        load_edit().await
    } else if asks("do=edit") || asks("new=client") || asks("new=contact") {
        // They are in one file, but each part has to have asked for it.
        load_client_form().await.and(load_contact_form().await)
    } else {
        Ok(())
    };
}

/// What stands in for a page whose code did not come. A page that the server has drawn is left as it is: it can be read, and its forms
/// work.
async fn missing() -> AnyView {
    if !is_hydrated() {
        future::pending::<()>().await;
    }
    code_missing()
}

fn code_missing() -> AnyView {
    let reload = |()| {
        let _ = location().reload();
    };
    view! { <Failed error=ErrorCode::CodeMissing.into() retry=reload /> }.into_any()
}

area! {
    /// Ways into an account, and the account.
    account, load_account, AccountPages:
    StaffCode => view! { <CodeScreen audience=Audience::Staff /> },
    StaffForgot => view! { <ForgotScreen audience=Audience::Staff /> },
    StaffReset => view! { <ResetScreen audience=Audience::Staff /> },
    PortalCode => view! { <CodeScreen audience=Audience::Portal /> },
    PortalForgot => view! { <ForgotScreen audience=Audience::Portal /> },
    PortalReset => view! { <ResetScreen audience=Audience::Portal /> },
    Profile => view! { <ProfileScreen /> },
    SecondFactor => view! { <EnrolScreen /> },
}

area! {
    /// Lists of clients and contacts.
    directory, load_directory, DirectoryPages:
    Clients => view! { <ClientsScreen /> },
    Contacts => view! { <ContactsScreen /> },
}

area! {
    /// Pages with a timeline.
    timeline, load_timeline, TimelinePages:
    Client => view! { <ClientScreen /> },
    Contact => view! { <ContactScreen /> },
    Interactions => view! { <InteractionsScreen /> },
}

area! {
    /// One interaction.
    record, load_record, RecordPages:
    Interaction => view! { <InteractionScreen /> },
}

area! {
    /// The schedule.
    schedule, load_schedule, SchedulePages:
    Schedule => view! { <ScheduleScreen /> },
}

area! {
    /// What clients ask for.
    appointments, load_appointments, AppointmentPages:
    Requests => view! { <RequestsScreen /> },
    Request => view! { <RequestScreen /> },
}

area! {
    /// What administrators do now and then: settings and imports.
    administration, load_administration, AdministrationPages:
    Settings => view! { <SettingsLayout /> },
    FirstSettings => view! { <FirstPage /> },
    Roles => view! { <RolesScreen /> },
    InteractionTypes => view! { <TypesScreen /> },
    InteractionStatuses => view! { <StatusesScreen /> },
    ImportClients => view! { <ImportScreen kind=ImportKind::Clients /> },
    PreviewClients => view! { <PreviewScreen kind=ImportKind::Clients /> },
    ImportContacts => view! { <ImportScreen kind=ImportKind::Contacts /> },
    PreviewContacts => view! { <PreviewScreen kind=ImportKind::Contacts /> },
}

area! {
    /// The client portal.
    portal, load_portal, PortalPages:
    PortalStart => view! { <PortalHome /> },
    PortalNothing => view! { <PortalNotFound /> },
}
