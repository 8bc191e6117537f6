//! Which permission a 403 asks for. Microsoft tells several causes apart only by its wording, so the wording is read here,
//! as a hint for the administrator; anything unknown is [`Forbidden::Other`].

use crate::Forbidden;

pub(crate) fn forbidden(code: Option<&str>, message: Option<&str>) -> Forbidden {
    let code = code.unwrap_or_default().to_ascii_lowercase();
    let message = message.unwrap_or_default().to_ascii_lowercase();
    let says = |text: &str| message.contains(text);
    match code.as_str() {
        "erroraccessdenied" if says("odata is disabled") => Forbidden::AccessPolicyDenied,
        "erroraccessdenied" => Forbidden::MailboxScope,
        "authorization_requestdenied" => Forbidden::UserLookup,
        _ if says("application access policy") || says("not allowed to perform operations on the user") => {
            Forbidden::NoTeamsPolicy
        }
        _ if says("missing role permissions") => Forbidden::MissingRole,
        _ if says("3003") => Forbidden::NotOrganizer,
        _ => Forbidden::Other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn decision_table() {
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
            (None, "", Forbidden::Other),
        ];
        for (code, message, expected) in table {
            assert_eq!(forbidden(code, Some(message)), expected, "{code:?} {message}");
        }
        assert_eq!(forbidden(None, None), Forbidden::Other);
    }
}
