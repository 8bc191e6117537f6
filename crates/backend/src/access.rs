//! Who acts, and the proof that they may.
//!
//! A use-case takes a [`Grant`] of the permission that it needs. A grant can only be had from an [`Actor`], an actor only from a
//! session, so neither the tenant nor the check can be left out: the code would not compile.

use std::{marker::PhantomData, ops::Deref, sync::Arc};

use chrono_tz::Tz;
use domain::{ClientId, ContactId, ErrorCode, Failure, Language, Permission, SessionId, TenantId, UserId};

/// Proof that somebody decided which tenant this work is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TenantScope(TenantId);

impl TenantScope {
    /// For work without a user: the tenant of a durable row that is being carried on, or of demo data.
    pub(crate) fn of_row(tenant: TenantId) -> Self {
        Self(tenant)
    }

    pub fn tenant(self) -> TenantId {
        self.0
    }
}

/// A signed-in member of staff.
#[derive(Clone, Debug)]
pub struct Actor {
    pub(crate) scope: TenantScope,
    pub(crate) user_id: UserId,
    pub(crate) session_id: SessionId,
    pub(crate) name: String,
    pub(crate) email: String,
    pub(crate) tenant_name: String,
    pub(crate) language: Language,
    pub(crate) chosen_language: Option<Language>,
    pub(crate) zone: Tz,
    pub(crate) permissions: Arc<[Permission]>,
    /// How many appointment requests wait that this person sees.
    pub(crate) pending_requests: u32,
}

impl Actor {
    pub fn user_id(&self) -> UserId {
        self.user_id
    }

    pub fn scope(&self) -> TenantScope {
        self.scope
    }

    pub fn language(&self) -> Language {
        self.language
    }

    /// The language that the user has chosen, here or elsewhere.
    pub fn chosen_language(&self) -> Option<Language> {
        self.chosen_language
    }

    /// The same person, reading in the language of this browser.
    #[must_use]
    pub fn reading(mut self, language: Option<Language>) -> Self {
        self.language = language.or(self.chosen_language).unwrap_or_default();
        self
    }

    /// The proof that this user has permission `P`, or the refusal.
    pub fn require<P: Needs>(&self) -> Result<Grant<P>, Failure> {
        if self.permissions.contains(&P::PERMISSION) {
            Ok(Grant {
                actor: self.clone(),
                permission: PhantomData,
            })
        } else {
            Err(ErrorCode::Forbidden.into())
        }
    }
}

/// A signed-in portal user. What they see is what belongs to their client, in their tenant.
#[derive(Clone, Debug)]
pub struct PortalActor {
    pub(crate) scope: TenantScope,
    pub(crate) user_id: UserId,
    pub(crate) session_id: SessionId,
    pub(crate) client_id: ClientId,
    pub(crate) contact_id: ContactId,
    /// May do for the whole client what others may do for themselves.
    pub(crate) is_client_admin: bool,
    pub(crate) name: String,
    pub(crate) email: String,
    pub(crate) tenant_name: String,
    pub(crate) client_name: String,
    pub(crate) language: Language,
    pub(crate) chosen_language: Option<Language>,
    pub(crate) zone: Tz,
}

impl PortalActor {
    pub fn scope(&self) -> TenantScope {
        self.scope
    }

    pub fn user_id(&self) -> UserId {
        self.user_id
    }

    pub fn client_id(&self) -> ClientId {
        self.client_id
    }

    pub fn contact_id(&self) -> ContactId {
        self.contact_id
    }

    pub fn is_client_admin(&self) -> bool {
        self.is_client_admin
    }

    pub fn chosen_language(&self) -> Option<Language> {
        self.chosen_language
    }

    /// The same person, reading in the language of this browser.
    #[must_use]
    pub fn reading(mut self, language: Option<Language>) -> Self {
        self.language = language.or(self.chosen_language).unwrap_or_default();
        self
    }
}

/// Whoever is signed in, of staff or of the portal: enough for what people do with their own account.
#[derive(Clone, Copy, Debug)]
pub struct Principal {
    pub(crate) scope: TenantScope,
    pub(crate) user_id: UserId,
    pub(crate) session_id: SessionId,
}

impl From<&Actor> for Principal {
    fn from(actor: &Actor) -> Self {
        Self {
            scope: actor.scope,
            user_id: actor.user_id,
            session_id: actor.session_id,
        }
    }
}

impl From<&PortalActor> for Principal {
    fn from(actor: &PortalActor) -> Self {
        Self {
            scope: actor.scope,
            user_id: actor.user_id,
            session_id: actor.session_id,
        }
    }
}

/// Proof that an actor has permission `P`.
#[derive(Debug)]
pub struct Grant<P> {
    actor: Actor,
    permission: PhantomData<P>,
}

impl<P> Deref for Grant<P> {
    type Target = Actor;

    fn deref(&self) -> &Actor {
        &self.actor
    }
}

/// A permission as a type.
pub trait Needs {
    const PERMISSION: Permission;
}

macro_rules! needs {
    ($($name:ident),* $(,)?) => {
        /// The permissions as types, for [`Grant`].
        pub mod may {
            $(
                #[derive(Debug)]
                pub struct $name;

                impl super::Needs for $name {
                    const PERMISSION: domain::Permission = domain::Permission::$name;
                }
            )*
        }
    };
}

needs!(
    ClientCreate,
    ClientRead,
    ClientUpdate,
    ContactCreate,
    ContactRead,
    ContactUpdate,
    InteractionCreate,
    InteractionDelete,
    InteractionRead,
    InteractionUpdate,
    ScheduleRead,
    ScheduleUpdate,
    SettingsRead,
    SettingsUpdate,
    UserUpdate,
);
