//! Whatever Microsoft, or something in between, sends as an error body, the status stays the fact.

use graph::{
    ErrorKind, Forbidden, GraphError,
    fuzzing::{TOKEN, error_body},
};
use proptest::prelude::*;
use serde_json::{Value, json};

const STATUSES: [u16; 16] = [
    200, 302, 400, 401, 402, 403, 404, 408, 409, 410, 412, 422, 429, 500, 503, 509,
];

/// What must hold for each error, and what its status allows.
fn check(status: u16, error: &GraphError) -> Result<(), TestCaseError> {
    let terminal = matches!(error.kind, ErrorKind::LegacyMeeting | ErrorKind::MeetingExpired);
    let fits = match status {
        400 => {
            terminal
                || matches!(
                    error.kind,
                    ErrorKind::Invalid | ErrorKind::Forbidden(Forbidden::NotOrganizer)
                )
        }
        401 => error.kind == ErrorKind::Unauthorized,
        403 => terminal || matches!(error.kind, ErrorKind::Forbidden(_)),
        404 => {
            terminal
                || matches!(
                    error.kind,
                    ErrorKind::NotFound | ErrorKind::Forbidden(Forbidden::MissingRole)
                )
        }
        409 | 412 => error.kind == ErrorKind::Conflict,
        410 => terminal || error.kind == ErrorKind::Gone,
        429 | 509 => matches!(error.kind, ErrorKind::Throttled { .. }),
        408 | 500 | 503 => error.kind == ErrorKind::Unavailable,
        402 | 422 => {
            terminal
                || matches!(
                    error.kind,
                    ErrorKind::Invalid | ErrorKind::Forbidden(Forbidden::NotOrganizer)
                )
        }
        _ => error.kind == ErrorKind::Protocol,
    };
    prop_assert!(fits, "{status}: {error:?}");
    prop_assert_eq!(error.status, Some(status));
    let texts = error.codes().chain(error.message()).chain(error.request_id.as_deref());
    for text in texts {
        prop_assert!(text.chars().count() <= 500);
        prop_assert!(!text.contains(TOKEN) && !text.chars().any(char::is_control), "{text:?}");
    }
    let (shown, detailed) = (error.to_string(), format!("{error:?}"));
    prop_assert!(!shown.contains('\n') && !detailed.contains(TOKEN), "{shown}");
    Ok(())
}

fn status() -> impl Strategy<Value = u16> {
    prop::sample::select(&STATUSES[..])
}

/// Strings that mean something somewhere, and others.
fn word() -> impl Strategy<Value = String> {
    prop_oneof![
        prop::sample::select(vec![
            "GraphAccessToTranscriptsDisabled",
            "speakerattributionnotallowed",
            "ErrorAccessDenied",
            "Authorization_RequestDenied",
            "Forbidden",
            "Access to OData is disabled.",
            "No application access policy found for this app",
            "Missing role permissions on the request.",
            "3003: User does not have access to lookup meeting",
            "No iCalUid found for the meeting.",
            "The meeting has expired.",
            "userId must match organizerId.",
            "Authorization: Bearer fuzzed-token\r\nand more",
        ])
        .prop_map(str::to_owned),
        ".*",
        "x{490,600}",
    ]
}

fn leaf() -> impl Strategy<Value = Value> {
    prop_oneof![
        4 => word().prop_map(Value::from),
        1 => prop_oneof![Just(json!(null)), Just(json!(true)), Just(json!(7)), Just(json!([])), Just(json!({}))],
        1 => any::<f64>().prop_map(Value::from),
    ]
}

/// An envelope with some of its members missing, of wrong types, in odd letters, and nested.
fn envelope() -> impl Strategy<Value = Value> {
    let key = prop::sample::select(vec![
        "code",
        "Code",
        "message",
        "innerError",
        "innererror",
        "INNERERROR",
        "request-id",
        "date",
        "details",
        "x",
    ]);
    let error = leaf().prop_recursive(12, 64, 4, move |inner| {
        prop::collection::vec((key.clone(), inner), 0..5).prop_map(|members| {
            members
                .into_iter()
                .map(|(key, value)| (key.to_owned(), value))
                .collect::<Value>()
        })
    });
    (prop::sample::select(vec!["error", "Error", "errors"]), error).prop_map(|(name, error)| json!({ name: error }))
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1024))]

    #[test]
    fn any_bytes(status in status(), body in prop::collection::vec(any::<u8>(), 0..300)) {
        check(status, &error_body(status, &body))?;
    }

    #[test]
    fn odd_envelopes(status in status(), body in envelope()) {
        check(status, &error_body(status, body.to_string().as_bytes()))?;
    }

    #[test]
    fn broken_envelopes(
        status in status(),
        body in envelope(),
        changes in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>(), 0..3u8), 1..6),
    ) {
        let mut body = body.to_string().into_bytes();
        for (place, byte, change) in changes {
            let place = place.index(body.len().max(1));
            match change {
                0 if place < body.len() => body[place] = byte,
                1 => body.insert(place.min(body.len()), byte),
                _ => body.truncate(place),
            }
        }
        check(status, &error_body(status, &body))?;
    }

    #[test]
    fn a_code_decides_at_any_depth(depth in 0..20usize, key in prop::sample::select(vec!["innerError", "innererror", "InnerError"])) {
        let mut error = json!({ "code": "graphaccesstotranscriptsdisabled", "request-id": "deep" });
        for _ in 0..depth {
            error = json!({ "code": "Forbidden", key: error });
        }
        let error = error_body(403, json!({ "error": error }).to_string().as_bytes());
        prop_assert_eq!(error.kind, ErrorKind::Forbidden(Forbidden::TranscriptsOff));
        prop_assert_eq!(error.request_id.as_deref(), Some("deep"));
        prop_assert_eq!(error.codes().count(), depth + 1);
    }
}

#[test]
fn bottomless_envelopes() {
    for depth in [8, 100, 200, 100_000] {
        let body = format!(
            "{{\"error\":{}{{\"code\":\"GraphAccessToTranscriptsDisabled\"}}{}}}",
            "{\"code\":\"a\",\"innerError\":".repeat(depth),
            "}".repeat(depth)
        );
        let expected = if depth <= 100 {
            Forbidden::TranscriptsOff
        } else {
            Forbidden::Other
        };
        assert_eq!(
            error_body(403, body.as_bytes()).kind,
            ErrorKind::Forbidden(expected),
            "{depth}"
        );
    }
}

#[test]
fn the_inner_codes_are_shown() {
    let body = r#"{"error":{"code":"Forbidden","message":"Off.","innerError":{"code":"GraphAccessToTranscriptsDisabled","request-id":"1-2"}}}"#;
    let error = error_body(403, body.as_bytes());
    assert_eq!(error.code.as_deref(), Some("Forbidden"));
    assert_eq!(
        error.to_string(),
        "Microsoft Graph: fuzzed failed: the tenant does not let apps read transcripts, status 403, code Forbidden/GraphAccessToTranscriptsDisabled, request-id 1-2, client-request-id 00000000-0000-0000-0000-000000000000, Off."
    );
}
