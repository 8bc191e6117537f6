//! `POST {login}/{tenant}/oauth2/v2.0/token`

mod assertion;

use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};
use serde_json::json;
use uuid::Uuid;

use crate::{AppConfig, CannedAnswer, reply::Reply, request::Request, state::State};

const GRAPH: &str = "https://graph.microsoft.com";
const LOGIN: &str = "https://login.microsoftonline.com";
const JWT_BEARER: &str = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";

impl State {
    pub(crate) fn issue_token(&mut self, tenant: &str, request: &Request) -> Reply {
        match self.check_token_request(tenant, request) {
            Ok(app) => self.issue(&app),
            Err(Refusal {
                status,
                error,
                number,
                text,
            }) => self.oauth_error(status, error, number, &text),
        }
    }

    fn check_token_request(&self, tenant: &str, request: &Request) -> Result<AppConfig, Refusal> {
        let refuse = |status, error, number, text: &str| {
            Err(Refusal {
                status,
                error,
                number,
                text: text.to_owned(),
            })
        };
        let mut form = if request.is_form() {
            request.form_body()
        } else {
            std::collections::BTreeMap::new()
        };
        if let Some((client_id, secret)) = request.basic() {
            form.entry("client_id".to_owned()).or_insert(client_id);
            form.entry("client_secret".to_owned()).or_insert(secret);
        }
        let field = |name: &str| form.get(name).map_or("", String::as_str);

        let domain = |c: char| c.is_ascii_alphanumeric() || c == '-' || c == '.';
        if tenant.parse::<Uuid>().is_err() && !tenant.chars().all(domain) {
            let text = format!(
                "Specified tenant identifier '{tenant}' is neither a valid DNS name, nor a valid external domain."
            );
            return refuse(400, "invalid_request", 900_023, &text);
        }
        if ["common", "organizations", "consumers"].contains(&tenant.to_ascii_lowercase().as_str()) {
            let text =
                "No tenant-identifying information found in either the request or implied by any provided credentials.";
            return refuse(400, "invalid_request", 50_059, text);
        }
        if !self.apps.iter().any(|app| app.tenant_id.eq_ignore_ascii_case(tenant)) {
            let text = format!("Tenant '{tenant}' not found. Check to make sure you have the correct tenant ID.");
            return refuse(400, "invalid_request", 90_002, &text);
        }
        let missing = |name: &str| format!("The request body must contain the following parameter: '{name}'.");
        for name in ["grant_type", "client_id", "scope"] {
            if field(name).is_empty() {
                return refuse(400, "invalid_request", 900_144, &missing(name));
            }
        }
        let assertion = field("client_assertion");
        if assertion.is_empty() && field("client_secret").is_empty() {
            let text = missing("client_assertion' or 'client_secret");
            return refuse(401, "invalid_client", 7_000_216, &text);
        }
        if !assertion.is_empty() && field("client_assertion_type") != JWT_BEARER {
            return refuse(400, "invalid_request", 900_144, &missing("client_assertion_type"));
        }
        if field("grant_type") != "client_credentials" {
            let text = "The app requested an unsupported grant type.";
            return refuse(400, "unsupported_grant_type", 70_003, text);
        }
        let of_tenant = |app: &&AppConfig| {
            app.tenant_id.eq_ignore_ascii_case(tenant) && app.client_id.eq_ignore_ascii_case(field("client_id"))
        };
        let Some(app) = self.apps.iter().find(of_tenant) else {
            let client = field("client_id");
            let text = format!("Application with identifier '{client}' was not found in the directory '{tenant}'.");
            return refuse(400, "unauthorized_client", 700_016, &text);
        };
        let scope = field("scope");
        let Some(resource) = scope
            .strip_suffix("/.default")
            .filter(|resource| !resource.contains(' '))
        else {
            let text = format!(
                "The provided request must include a 'scope' input parameter. The provided value for the input parameter 'scope' is not valid. The scope {scope} is not valid."
            );
            return refuse(400, "invalid_scope", 70_011, &text);
        };
        if ![GRAPH, &self.base].contains(&resource.trim_end_matches('/')) {
            let text = format!("The resource principal named {resource} was not found in the tenant named {tenant}.");
            return refuse(400, "invalid_resource", 500_011, &text);
        }
        if !assertion.is_empty() {
            let audiences = [
                format!("{}/login/{tenant}/oauth2/v2.0/token", self.base),
                format!("{LOGIN}/{tenant}/oauth2/v2.0/token"),
                format!("{LOGIN}/{tenant}/v2.0"),
            ];
            return match assertion::check(app, assertion, &audiences, self.clock.now()) {
                Ok(()) => Ok(app.clone()),
                Err((number, text)) => refuse(401, "invalid_client", number, &text),
            };
        }
        if field("client_secret") != app.secret {
            let text = format!(
                "Invalid client secret provided. Ensure the secret being sent in the request is the client secret value, not the client secret ID, for a secret added to app '{}'.",
                app.client_id
            );
            return refuse(401, "invalid_client", 7_000_215, &text);
        }
        if app.secret_expired {
            let text = format!(
                "The provided client secret keys for app '{}' are expired.",
                app.client_id
            );
            return refuse(401, "invalid_client", 7_000_222, &text);
        }
        Ok(app.clone())
    }

    fn issue(&mut self, app: &AppConfig) -> Reply {
        let issued_at = self.clock.now().timestamp();
        let mut claims = json!({
            "aud": GRAPH, "iss": format!("https://sts.windows.net/{}/", app.tenant_id),
            "appid": app.client_id, "tid": app.tenant_id, "idtyp": "app", "ver": "1.0",
            "iat": issued_at, "nbf": issued_at, "exp": i64::try_from(app.expires_in).map_or(i64::MAX, |life| issued_at.saturating_add(life)),
            "uti": self.ids.guid(),
        });
        // A token is issued when nothing is consented, too; it only lacks the claim.
        if !app.roles.is_empty() {
            claims["roles"] = json!(app.roles);
        }
        let part = |text: String| BASE64_URL_SAFE_NO_PAD.encode(text);
        let token = format!(
            "{}.{}.{}",
            part(json!({ "typ": "JWT", "alg": "RS256" }).to_string()),
            part(claims.to_string()),
            part(self.ids.guid().to_string())
        );
        self.add_token(&token, app);
        let body = json!({
            "token_type": "Bearer", "expires_in": app.expires_in, "ext_expires_in": app.expires_in, "access_token": token,
        });
        Reply::json(200, body).with_header("Cache-Control", "no-store, no-cache")
    }

    /// The prepared answer of a fault in the form of this endpoint, if it is more than a delay.
    pub(crate) fn canned_token_error(&mut self, answer: &CannedAnswer) -> Option<Reply> {
        let (Some(status), None) = (answer.status, &answer.body_raw) else {
            return Reply::canned(answer);
        };
        let (usual, number, text) = match status {
            400 => (
                "invalid_request",
                90_014,
                "A required field is missing from the request.",
            ),
            401 => ("invalid_client", 7_000_215, "Invalid client secret provided."),
            429 | 500.. => (
                "temporarily_unavailable",
                90_033,
                "A transient error has occurred. Please try again.",
            ),
            _ => return Reply::canned(answer),
        };
        let error = answer.code.as_deref().unwrap_or(usual);
        let mut reply = self.oauth_error(status, error, number, answer.message.as_deref().unwrap_or(text));
        reply.headers.extend(answer.headers.clone());
        let wait = answer
            .retry_after
            .map(|seconds| ("Retry-After".to_owned(), seconds.to_string()));
        reply.headers.extend(wait);
        Some(reply)
    }

    fn oauth_error(&mut self, status: u16, error: &str, number: u32, text: &str) -> Reply {
        let (trace, correlation) = (self.ids.guid(), self.ids.guid());
        let time = self.clock.now().format("%Y-%m-%d %H:%M:%SZ").to_string();
        let text = format!("AADSTS{number}: {text} Trace ID: {trace} Correlation ID: {correlation} Timestamp: {time}");
        let body = json!({
            "error": error, "error_description": text, "error_codes": [number], "timestamp": time,
            "trace_id": trace, "correlation_id": correlation,
            "error_uri": format!("https://login.microsoftonline.com/error?code={number}"),
        });
        Reply::json(status, body).with_header("x-ms-request-id", trace.to_string())
    }
}

struct Refusal {
    status: u16,
    error: &'static str,
    number: u32,
    text: String,
}
