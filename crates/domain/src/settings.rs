//! What administrators decide: who has which roles, and which types and statuses interactions can have.

mod roles;
mod subscriptions;
mod teams;
mod vocabulary;

pub use roles::{
    MAX_SELECTED_ROLES, PeopleList, PersonForm, PersonRow, RoleChange, RoleChoice, RoleRow, RolesPage, SetRoles,
};
pub use subscriptions::{
    NotSubscribed, NotificationCounts, SubscriptionState, SubscriptionStatus, SubscriptionTrouble, Subscriptions,
};
pub use teams::{Arrivals, MicrosoftRequest, RequestOutcome, TeamsPage};
pub use vocabulary::{
    EntryChange, ICONS, MAX_ENTRIES, MAX_ENTRY_NAME, SaveStatus, SaveType, StatusDraft, StatusRow, StatusesPage,
    TypeDraft, TypeRow, TypeTemplate, TypesPage, Used,
};
