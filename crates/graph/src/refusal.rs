//! What an error body says. Microsoft's codes decide where it has one for the cause; several causes it tells apart only by its
//! wording, which is then read as a hint. Anything unknown keeps the kind of its status.

use serde_json::Value;

use crate::{ErrorKind, Forbidden};

/// Graph's error envelope (Graph docs: "Microsoft Graph error responses and resource types", `errors`), or what is left of it.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Refusal {
    pub code: Option<String>,
    /// From the outside in.
    pub inner_codes: Vec<String>,
    pub message: Option<String>,
    pub request_id: Option<String>,
}

impl Refusal {
    /// Any bytes will do: what is not an envelope says nothing.
    pub fn parse(body: &[u8]) -> Self {
        let text = String::from_utf8_lossy(body);
        let envelope: Value = serde_json::from_str(text.trim_start_matches('\u{feff}')).unwrap_or_default();
        let mut refusal = Self::default();
        let mut level = member(&envelope, "error");
        let mut outermost = true;
        // The JSON parser bounds the depth.
        while let Some(error) = level {
            let text = |name: &str| member(error, name).and_then(Value::as_str).map(str::to_owned);
            match text("code") {
                Some(code) if outermost => refusal.code = Some(code),
                code => refusal.inner_codes.extend(code),
            }
            refusal.message = refusal.message.or_else(|| text("message"));
            refusal.request_id = refusal.request_id.or_else(|| text("request-id"));
            (level, outermost) = (member(error, "innererror"), false);
        }
        refusal
    }

    /// The kind of the error, `by_status` being what the status alone says.
    pub fn kind(&self, by_status: ErrorKind) -> ErrorKind {
        let said = self.message.as_deref().unwrap_or_default().to_ascii_lowercase();
        let says = |text: &str| said.contains(text);
        let about_item = matches!(
            by_status,
            ErrorKind::Invalid | ErrorKind::Forbidden(_) | ErrorKind::NotFound | ErrorKind::Gone
        );
        match by_status {
            // Seen with 400, 403 and 404.
            _ if about_item && says("no icaluid") => ErrorKind::LegacyMeeting,
            _ if about_item && says("meeting") && says("expired") => ErrorKind::MeetingExpired,
            ErrorKind::NotFound if says("missing role permissions") => ErrorKind::Forbidden(Forbidden::MissingRole),
            ErrorKind::Invalid if says("userid must match organizerid") => {
                ErrorKind::Forbidden(Forbidden::NotOrganizer)
            }
            ErrorKind::Forbidden(_) => ErrorKind::Forbidden(self.forbidden(says)),
            other => other,
        }
    }

    fn forbidden(&self, says: impl Fn(&str) -> bool) -> Forbidden {
        let coded = |code: &str| self.codes().any(|sent| sent.eq_ignore_ascii_case(code));
        match () {
            () if coded("GraphAccessToTranscriptsDisabled") => Forbidden::TranscriptsOff,
            () if coded("SpeakerAttributionNotAllowed") => Forbidden::SpeakerAttributionOff,
            () if coded("ErrorAccessDenied") && says("odata is disabled") => Forbidden::AccessPolicyDenied,
            () if coded("ErrorAccessDenied") => Forbidden::MailboxScope,
            () if coded("Authorization_RequestDenied") => Forbidden::UserLookup,
            () if says("application access policy") || says("not allowed to perform operations on the user") => {
                Forbidden::NoTeamsPolicy
            }
            () if says("missing role permissions") => Forbidden::MissingRole,
            () if says("3003:") || says("userid must match organizerid") => Forbidden::NotOrganizer,
            () => Forbidden::Other,
        }
    }

    fn codes(&self) -> impl Iterator<Item = &str> {
        self.code.iter().chain(&self.inner_codes).map(String::as_str)
    }
}

/// The member of this name in whatever case: `innerError` and `innererror` both occur.
fn member<'a>(value: &'a Value, name: &str) -> Option<&'a Value> {
    let mut members = value.as_object()?.iter();
    let (_, value) = members.find(|(key, _)| key.eq_ignore_ascii_case(name))?;
    Some(value)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refusal(code: Option<&str>, message: &str) -> Refusal {
        Refusal {
            code: code.map(str::to_owned),
            message: Some(message.to_owned()),
            ..Refusal::default()
        }
    }

    #[test]
    fn decision_table_of_403() {
        let table = [
            (
                Some("ErrorAccessDenied"),
                "Access is denied. Check credentials and try again.",
                Forbidden::MailboxScope,
            ),
            (
                Some("erroraccessdenied"),
                "Access to OData is disabled.",
                Forbidden::AccessPolicyDenied,
            ),
            (
                Some("Forbidden"),
                "No application access policy found for this app",
                Forbidden::NoTeamsPolicy,
            ),
            (
                Some("Forbidden"),
                "Application is not allowed to perform operations on the user 'x', neither is allowed access through RSC permission evaluation.",
                Forbidden::NoTeamsPolicy,
            ),
            (
                Some("forbidden"),
                "Missing role permissions on the request.",
                Forbidden::MissingRole,
            ),
            (
                Some("Forbidden"),
                "3003: User does not have access to lookup meeting",
                Forbidden::NotOrganizer,
            ),
            (
                Some("Authorization_RequestDenied"),
                "Insufficient privileges",
                Forbidden::UserLookup,
            ),
            (Some("Something"), "else", Forbidden::Other),
            (
                Some("Forbidden"),
                "Denied to '0bf30033-4a52-48df-9a82-234910c4a086'.",
                Forbidden::Other,
            ),
            (None, "", Forbidden::Other),
        ];
        let status = ErrorKind::Forbidden(Forbidden::Other);
        for (code, message, expected) in table {
            assert_eq!(
                refusal(code, message).kind(status),
                ErrorKind::Forbidden(expected),
                "{code:?} {message}"
            );
        }
        assert_eq!(Refusal::default().kind(status), status);
    }

    #[test]
    fn inner_codes_are_found_at_any_depth_and_in_any_case() {
        for (body, expected) in [
            (
                r#"{"error":{"code":"Forbidden","message":"m","innerError":{"code":"GraphAccessToTranscriptsDisabled"}}}"#,
                Forbidden::TranscriptsOff,
            ),
            (
                r#"{"error":{"code":"Forbidden","innererror":{"code":"graphaccesstotranscriptsdisabled"}}}"#,
                Forbidden::TranscriptsOff,
            ),
            (
                r#"{"error":{"code":"Forbidden","InnerError":{"innererror":{"x":1,"INNERERROR":{"Code":"SPEAKERATTRIBUTIONNOTALLOWED"}}}}}"#,
                Forbidden::SpeakerAttributionOff,
            ),
            (
                r#"{"error":{"code":"SpeakerAttributionNotAllowed"}}"#,
                Forbidden::SpeakerAttributionOff,
            ),
            // The word in a message decides nothing.
            (
                r#"{"error":{"code":"Forbidden","message":"GraphAccessToTranscriptsDisabled"}}"#,
                Forbidden::Other,
            ),
        ] {
            let kind = Refusal::parse(body.as_bytes()).kind(ErrorKind::Forbidden(Forbidden::Other));
            assert_eq!(kind, ErrorKind::Forbidden(expected), "{body}");
        }
    }

    #[test]
    fn causes_that_come_with_several_statuses() {
        let legacy = "No iCalUid found for the meeting. This API is supported only for calendar backed OnlineMeeting.";
        let forbidden = ErrorKind::Forbidden(Forbidden::Other);
        for status in [ErrorKind::Invalid, forbidden, ErrorKind::NotFound] {
            assert_eq!(refusal(Some("x"), legacy).kind(status), ErrorKind::LegacyMeeting);
            assert_eq!(
                refusal(None, "The meeting has expired.").kind(status),
                ErrorKind::MeetingExpired
            );
        }
        for status in [
            ErrorKind::Unauthorized,
            ErrorKind::Unavailable,
            ErrorKind::Throttled { retry_after: None },
        ] {
            assert_eq!(refusal(None, legacy).kind(status), status);
            assert_eq!(refusal(None, "The meeting token has expired.").kind(status), status);
        }
        let organizer = refusal(Some("BadRequest"), "userId must match organizerId.");
        assert_eq!(
            organizer.kind(ErrorKind::Invalid),
            ErrorKind::Forbidden(Forbidden::NotOrganizer)
        );
        let role = refusal(None, "Missing role permissions on the request.");
        assert_eq!(
            role.kind(ErrorKind::NotFound),
            ErrorKind::Forbidden(Forbidden::MissingRole)
        );
    }

    #[test]
    fn ids_and_messages_come_from_the_outermost_that_has_them() {
        let body = r#"{"error":{"code":"a","innerError":{"code":"b","message":"inner","request-id":"1","innererror":{"code":"c","request-id":"2"}}}}"#;
        let refusal = Refusal::parse(body.as_bytes());
        assert_eq!(refusal.code.as_deref(), Some("a"));
        assert_eq!(refusal.inner_codes, ["b", "c"]);
        assert_eq!(refusal.message.as_deref(), Some("inner"));
        assert_eq!(refusal.request_id.as_deref(), Some("1"));
        assert_eq!(Refusal::parse(format!("\u{feff}{body}").as_bytes()), refusal);
    }
}
