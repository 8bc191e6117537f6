//! A tenant's connection to Microsoft: whether it is complete, and a session with it.

use domain::{Capability, ErrorCode, ProfileId, TenantId, Unavailable};
use graph::{ClientCertificate, Credentials, GraphSession, Secret};

use crate::{
    Backend, Result,
    interactions::Connected,
    store::{self, TenantTx, teams::ConnectionRecord},
};

/// The mailbox that owns the tenant's meetings.
#[derive(Clone, Debug)]
pub struct Organizer {
    pub profile_id: ProfileId,
    pub upn: String,
    pub object_id: String,
}

/// What can be done, as far as the settings tell.
pub fn summary(record: Option<&ConnectionRecord>) -> Connected {
    let recordings = match profile(record) {
        Some(_) => Capability::Available,
        None => Capability::Unavailable(Unavailable::NotConfigured),
    };
    match organizer(record) {
        Ok(organizer) => Connected {
            meetings: Capability::Available,
            recordings,
            organizer: Some(organizer.upn),
            invites: record.is_some_and(|record| record.send_meeting_invites),
            records: record.is_some_and(|record| record.record_automatically),
        },
        Err(reason) => Connected {
            meetings: Capability::Unavailable(reason),
            recordings,
            organizer: None,
            invites: false,
            records: false,
        },
    }
}

/// The app registration that the tenant's meetings are made and changed with.
pub fn profile(record: Option<&ConnectionRecord>) -> Option<ProfileId> {
    let record = record.filter(|record| record.install_status == "active")?;
    let complete = [&record.entra_tenant, &record.client_id, &record.client_secret_ref]
        .iter()
        .all(|field| field.as_deref().is_some_and(|text| !text.is_empty()));
    record.profile_id.filter(|_| complete).map(ProfileId)
}

/// The organizer, or why there is none.
pub fn organizer(record: Option<&ConnectionRecord>) -> Result<Organizer, Unavailable> {
    let profile_id = profile(record).ok_or(Unavailable::NotConfigured)?;
    let record = record.ok_or(Unavailable::NotConfigured)?;
    let upn = record
        .organizer_upn
        .clone()
        .filter(|upn| !upn.is_empty())
        .ok_or(Unavailable::NoOrganizer)?;
    let object_id = record
        .organizer_object_id
        .clone()
        .filter(|id| !id.is_empty())
        .ok_or(Unavailable::NoOrganizer)?;
    Ok(Organizer {
        profile_id,
        upn,
        object_id,
    })
}

/// A session with Graph under a profile.
pub async fn session(
    backend: &Backend,
    tx: &mut TenantTx,
    tenant: TenantId,
    profile: ProfileId,
) -> Result<GraphSession> {
    let profile = store::teams::profile(tx, profile)
        .await?
        .ok_or(ErrorCode::MeetingsNotSetUp)?;
    let secret = backend
        .secrets()
        .get(tx, tenant, &profile.client_secret_ref)
        .await?
        .ok_or(ErrorCode::MeetingsNotSetUp)?;
    let secret = Secret::new(secret);
    let (entra_tenant, client_id) = (profile.entra_tenant, profile.client_id);
    let credentials = if profile.uses_certificate {
        let certificate = ClientCertificate::new(&secret, secret.expose().as_bytes()).map_err(anyhow::Error::from)?;
        Credentials::with_certificate(entra_tenant, client_id, certificate)
    } else {
        Credentials::with_secret(entra_tenant, client_id, secret)
    };
    let observer = backend.teams().requests().observer(backend.clock(), tenant);
    Ok(backend.teams().graph().session(credentials).observed_by(observer))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn complete() -> ConnectionRecord {
        ConnectionRecord {
            install_status: "active".into(),
            organizer_upn: Some("meetings@northwind.example".into()),
            organizer_object_id: Some("oid".into()),
            send_meeting_invites: false,
            profile_id: Some(uuid::Uuid::from_u128(1)),
            entra_tenant: Some("tenant".into()),
            client_id: Some("client".into()),
            client_secret_ref: Some("ref".into()),
            record_automatically: false,
        }
    }

    #[test]
    fn without_an_organizer_recordings_can_still_be_fetched() {
        let without = ConnectionRecord {
            organizer_upn: None,
            ..complete()
        };
        let connected = summary(Some(&without));
        assert_eq!(
            (connected.meetings, connected.recordings),
            (Capability::Unavailable(Unavailable::NoOrganizer), Capability::Available)
        );
        let connected = summary(None);
        assert_eq!(connected.meetings, connected.recordings);
    }

    #[test]
    fn what_is_missing_is_named() {
        let reason = |record: ConnectionRecord| organizer(Some(&record)).unwrap_err();
        assert!(organizer(Some(&complete())).is_ok());
        assert_eq!(organizer(None).unwrap_err(), Unavailable::NotConfigured);
        assert_eq!(
            reason(ConnectionRecord {
                install_status: "install_pending".into(),
                ..complete()
            }),
            Unavailable::NotConfigured
        );
        assert_eq!(
            reason(ConnectionRecord {
                profile_id: None,
                ..complete()
            }),
            Unavailable::NotConfigured
        );
        assert_eq!(
            reason(ConnectionRecord {
                client_id: Some(String::new()),
                ..complete()
            }),
            Unavailable::NotConfigured
        );
        assert_eq!(
            reason(ConnectionRecord {
                organizer_upn: None,
                ..complete()
            }),
            Unavailable::NoOrganizer
        );
        assert_eq!(
            reason(ConnectionRecord {
                organizer_object_id: None,
                ..complete()
            }),
            Unavailable::NoOrganizer
        );
    }
}
