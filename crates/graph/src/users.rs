use reqwest::Method;
use serde::Deserialize;

use crate::{
    GraphError, GraphSession,
    transport::{Call, Effect},
    urls,
};

/// A directory user.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct User {
    /// Object id: what the Teams calls want in place of the user principal name.
    pub id: String,
    pub user_principal_name: String,
    pub display_name: Option<String>,
    pub account_enabled: Option<bool>,
}

impl GraphSession {
    /// Looks a user up by user principal name or object id (Graph docs: "Get user", `user-get`).
    ///
    /// Retried on 429, 5xx and lost connections: it only reads. An unknown user is [`crate::ErrorKind::NotFound`]; without
    /// `User.Read.All` it is [`crate::Forbidden::UserLookup`].
    pub async fn user(&self, upn_or_id: &str) -> Result<User, GraphError> {
        const CALL: &str = "get-user";
        let mut url = urls::resource(&self.client.endpoints.graph, CALL, &["users", upn_or_id])?;
        urls::set_query(
            &mut url,
            &[("$select", "id,userPrincipalName,displayName,accountEnabled")],
        );
        self.send(&Call::new(CALL, Method::GET, url, Effect::Read))
            .await?
            .json()
    }
}
