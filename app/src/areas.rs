//! The interface in pieces. The browser loads the code of an area when a page of it is opened; what every page needs is in the main file.
//! See docs/adr/0004.

use std::future;

use domain::{Audience, ErrorCode, import::ImportKind};
use leptos::{
    prelude::*,
    wasm_bindgen::JsCast,
    wasm_split::{SplitLoaderError, wasm_split},
};
use leptos_router::LazyRoute;
use web_sys::Element;

use crate::{
    features::{
        account::{EnrolScreen, ForgotScreen, ProfileScreen, ResetScreen},
        appointments::{RequestScreen, RequestsScreen},
        artifacts::{DocumentScreen, WatchScreen},
        audit::{AuditScreen, HistoryScreen},
        clients::{ClientScreen, ClientsScreen, ImportScreen, PreviewScreen, load_client_form},
        contacts::{ContactScreen, ContactsScreen, load_contact_form},
        interactions::{InteractionScreen, load_drawer, load_edit, load_quick_add},
        portal::{AskScreen, PortalHome, PortalListScreen, PortalScreen, PortalWatchScreen, RescheduleScreen},
        schedule::{ScheduleScreen, load_entry_popup},
        session::CodeScreen,
        settings::{
            AvailabilityScreen, FirstPage, RolesScreen, SettingsLayout, StatusesScreen, TeamsScreen, TypesScreen,
        },
        timeline::InteractionsScreen,
    },
    ui::{Failed, NotFound, is_hydrated},
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
                    #[cfg(feature = "ssr")]
                    crate::server::preload(stringify!($area));
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

/// A part of a page that is drawn when it is opened, such as the form in a dialog: `draw` waits for its code, `load` only fetches it, for
/// [`load_part`].
macro_rules! part {
    ($(#[$about:meta])* $part:ident: $($name:ident: $what:ty),+ => $view:expr) => {
        $(#[$about])*
        #[leptos::wasm_split::wasm_split($part, wasm_split_path = leptos::wasm_split, preload(load), fallible)]
        pub fn draw($($name: $what),+) -> Result<AnyView, leptos::wasm_split::SplitLoaderError> {
            Ok($crate::areas::part_named(stringify!($part), $view.into_any()))
        }
    };
}
pub(crate) use part;

/// Leaves a mark around a part by which the browser finds out, before it hydrates the page, which parts the server has drawn.
pub fn part_named(name: &'static str, part: AnyView) -> AnyView {
    view! {
        <div class="part" data-part=name>
            {part}
        </div>
    }
    .into_any()
}

/// What was drawn of a part, or why it was not.
pub fn drawn(part: Result<AnyView, SplitLoaderError>) -> AnyView {
    part.unwrap_or_else(|_| code_missing())
}

/// Waits for the code of the parts that the server has drawn, so that they are hydrated with the page.
async fn before() {
    if cfg!(not(target_family = "wasm")) {
        return; // the server has no document, and needs to load nothing
    }
    let Ok(drawn) = document().query_selector_all("[data-part]") else {
        return;
    };
    for n in 0..drawn.length() {
        let part = drawn.item(n).and_then(|node| node.dyn_into::<Element>().ok());
        if let Some(name) = part.and_then(|part| part.get_attribute("data-part")) {
            let _ = load_part(&name).await;
        }
    }
}

/// Every part by its name; `tests/parts.rs` finds the one that is missing.
async fn load_part(name: &str) -> Result<(), SplitLoaderError> {
    match name {
        "directory_form" => {
            // They are in one file, but each has to have asked for it.
            load_client_form().await?;
            load_contact_form().await
        }
        "edit" => load_edit().await,
        "entry_popup" => load_entry_popup().await,
        "quick_add" => load_quick_add().await,
        "record" => load_drawer().await,
        _ => Ok(()),
    }
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
    /// A client, with their timeline.
    client, load_client, ClientPages:
    Client => view! { <ClientScreen /> },
}

area! {
    /// A contact, with theirs.
    contact, load_contact, ContactPages:
    Contact => view! { <ContactScreen /> },
}

area! {
    /// Everybody's timeline.
    timeline, load_timeline, TimelinePages:
    Interactions => view! { <InteractionsScreen /> },
}

area! {
    /// One interaction.
    record, load_record, RecordPages:
    Interaction => view! { <InteractionScreen /> },
}

area! {
    /// Recordings and transcripts.
    watch, load_watch, WatchPages:
    Watch => view! { <WatchScreen /> },
    Document => view! { <DocumentScreen /> },
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
    /// What administrators do now and then.
    administration, load_administration, AdministrationPages:
    Settings => view! { <SettingsLayout /> },
    FirstSettings => view! { <FirstPage /> },
    Roles => view! { <RolesScreen /> },
    InteractionTypes => view! { <TypesScreen /> },
    InteractionStatuses => view! { <StatusesScreen /> },
}

area! {
    /// When staff can be asked for.
    availability, load_availability, AvailabilityPages:
    Availability => view! { <AvailabilityScreen /> },
}

area! {
    /// The connection to Microsoft.
    connection, load_connection, ConnectionPages:
    Teams => view! { <TeamsScreen /> },
}

area! {
    /// Who did what.
    audit, load_audit, AuditPages:
    Audit => view! { <AuditScreen /> },
    History => view! { <HistoryScreen /> },
}

area! {
    /// Clients and contacts out of files.
    imports, load_imports, ImportPages:
    ImportClients => view! { <ImportScreen kind=ImportKind::Clients /> },
    PreviewClients => view! { <PreviewScreen kind=ImportKind::Clients /> },
    ImportContacts => view! { <ImportScreen kind=ImportKind::Contacts /> },
    PreviewContacts => view! { <PreviewScreen kind=ImportKind::Contacts /> },
}

area! {
    /// The client portal.
    portal, load_portal, PortalPages:
    PortalStart => view! { <PortalHome /> },
    PortalAppointments => view! { <PortalListScreen /> },
    PortalMeetings => view! { <PortalListScreen /> },
    Ask => view! { <AskScreen /> },
    PortalAppointment => view! { <PortalScreen is_meeting=false /> },
    PortalMeeting => view! { <PortalScreen is_meeting=true /> },
    PortalReschedule => view! { <RescheduleScreen is_meeting=false /> },
    PortalMeetingReschedule => view! { <RescheduleScreen is_meeting=true /> },
    PortalFilm => view! { <PortalWatchScreen /> },
    PortalNothing => view! { <NotFound /> },
}
