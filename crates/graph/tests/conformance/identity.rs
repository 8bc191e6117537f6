use graph::{ClientAuth, ErrorKind, Roles};

use crate::{
    tenant::{Tenant, nobody},
    tests::Outcome,
};

pub async fn a_wrong_secret_is_refused_with_a_number(tenant: &Tenant) -> Outcome {
    let session = tenant.other_session(|credentials| credentials.auth = ClientAuth::Secret("not the secret".into()));
    let error = session.user(&tenant.organizer_upn).await.unwrap_err();
    assert_eq!(error.kind, ErrorKind::Credentials);
    assert!(
        error.code.as_deref().unwrap_or_default().starts_with("AADSTS"),
        "{error}"
    );
    assert!(!format!("{error} {error:?}").contains("not the secret"));
    Outcome::Held
}

pub async fn an_unknown_app_is_refused(tenant: &Tenant) -> Outcome {
    let session = tenant.other_session(|credentials| credentials.client_id = nobody());
    let error = session.user(&tenant.organizer_upn).await.unwrap_err();
    assert_eq!(error.kind, ErrorKind::Credentials);
    Outcome::Held
}

pub async fn a_new_token_tells_its_permissions(tenant: &Tenant) -> Outcome {
    let report = tenant.session.renew_token().await.unwrap();
    assert!(matches!(report.roles, Roles::Listed(_)), "{:?}", report.roles);
    assert_eq!(report.roles.grant("OnlineMeetings.ReadWrite.All"), Some(true));
    assert!(report.clock_offset.is_some());
    Outcome::Held
}

pub async fn the_organizer_is_found_by_name_and_by_id(tenant: &Tenant) -> Outcome {
    let by_name = tenant.session.user(&tenant.organizer_upn).await.unwrap();
    let by_id = tenant.session.user(&tenant.organizer_id).await.unwrap();
    assert_eq!((by_name.id.as_str(), &by_name), (tenant.organizer_id.as_str(), &by_id));
    Outcome::Held
}

pub async fn a_user_who_does_not_exist_is_not_found(tenant: &Tenant) -> Outcome {
    for user in [
        nobody().as_str(),
        "nobody.at.all@minuted-conformance.example",
        "$o'brien#@minuted-conformance.example",
    ] {
        let error = tenant.session.user(user).await.unwrap_err();
        assert_eq!(error.kind, ErrorKind::NotFound, "{error}");
        assert!(error.request_id.is_some() && error.client_request_id.is_some());
    }
    Outcome::Held
}
