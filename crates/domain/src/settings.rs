//! What administrators decide: who has which roles, which types and statuses interactions can have, and how Microsoft is reached.

mod connection;
mod diagnosis;
mod roles;
mod subscriptions;
mod teams;
mod vocabulary;

pub use connection::{
    AppProof, CheckConnection, MAX_CLIENT_SECRET, MAX_UPN, ProfileDraft, SaveOrganizer, SaveProfile, TypedProfile,
};
pub use diagnosis::{
    ConnectionTrouble, Diagnosis, DiagnosisCause, DiagnosisLine, DiagnosisStep, StepState, outcome as diagnosis_outcome,
};
pub use roles::{
    MAX_SELECTED_ROLES, PeopleList, PersonForm, PersonRow, RoleChange, RoleChoice, RoleRow, RolesPage, SetRoles,
};
pub use subscriptions::{
    NotSubscribed, NotificationCounts, SubscriptionState, SubscriptionStatus, SubscriptionTrouble, Subscriptions,
};
pub use teams::{
    Arrivals, CertificateShown, CertificateState, MicrosoftRequest, OrganizerSaved, RequestOutcome, SaveTeamsOptions,
    TeamsEffect, TeamsPage, TeamsSetup,
};
pub use vocabulary::{
    EntryChange, ICONS, MAX_ENTRIES, MAX_ENTRY_NAME, SaveStatus, SaveType, StatusDraft, StatusRow, StatusesPage,
    TypeDraft, TypeRow, TypeTemplate, TypesPage, Used,
};
