//! `GET /v1.0/users/{id | user principal name}`

use serde_json::{Value, json};

use crate::{
    reply::Reply,
    request::Request,
    state::{Caller, State},
};

const LOOKUP_ROLES: [&str; 3] = ["User.Read.All", "User.ReadBasic.All", "Directory.Read.All"];
const DEFAULTS: &str = "businessPhones,displayName,givenName,id,jobTitle,mail,mobilePhone,officeLocation,preferredLanguage,surname,userPrincipalName";

impl State {
    pub(crate) fn get_user(&self, caller: &Caller, id: &str, request: &Request) -> Result<Reply, Reply> {
        if !caller.has_any(&LOOKUP_ROLES) {
            let message = "Insufficient privileges to complete the operation.";
            return Err(Reply::refusal(403, "Authorization_RequestDenied", message));
        }
        let user = self.user(&caller.tenant_id, id).ok_or_else(|| {
            let message = format!(
                "Resource '{id}' does not exist or one of its queried reference-property objects are not present."
            );
            Reply::refusal(404, "Request_ResourceNotFound", message)
        })?;
        let all = json!({
            "id": user.object_id, "userPrincipalName": user.upn, "displayName": user.display_name,
            "mail": user.has_mailbox.then_some(&user.upn), "accountEnabled": user.enabled,
            "businessPhones": [], "givenName": null, "jobTitle": null, "mobilePhone": null, "officeLocation": null,
            "preferredLanguage": null, "surname": null,
        });
        let query = request.query()?;
        let wanted = query.get("$select").map_or(DEFAULTS, String::as_str);
        let mut body = select(&all, wanted, "microsoft.graph.user")?;
        let context = if query.contains_key("$select") {
            format!("users({wanted})/$entity")
        } else {
            "users/$entity".to_owned()
        };
        body["@odata.context"] = json!(format!("{}/v1.0/$metadata#{context}", self.base));
        Ok(Reply::json(200, body))
    }
}

/// The properties named; an unknown one is an error, as it is at Microsoft.
pub(crate) fn select(all: &Value, wanted: &str, kind: &str) -> Result<Value, Reply> {
    let mut chosen = serde_json::Map::new();
    for name in wanted.split(',').map(str::trim) {
        let value = all.get(name).ok_or_else(|| {
            Reply::refusal(
                400,
                "BadRequest",
                format!(
                    "Parsing OData Select and Expand failed: Could not find a property named '{name}' on type '{kind}'."
                ),
            )
        })?;
        chosen.insert(name.to_owned(), value.clone());
    }
    Ok(Value::Object(chosen))
}
