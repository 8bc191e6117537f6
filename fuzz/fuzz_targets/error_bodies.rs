//! The bodies with which Graph, or what is in between, refuses a call. The first two bytes are the status.
#![no_main]

use graph::{
    ErrorKind,
    fuzzing::{TOKEN, error_body},
};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|input: &[u8]| {
    let Some((status, body)) = input.split_first_chunk() else {
        return;
    };
    let status = u16::from_be_bytes(*status) % 700;
    let error = error_body(status, body);
    let texts = error.codes().chain(error.message()).chain(error.request_id.as_deref());
    for text in texts {
        assert!(text.chars().count() <= 500 && !text.contains(TOKEN) && !text.chars().any(char::is_control));
    }
    assert!(!error.to_string().contains('\n'));
    match error.kind {
        ErrorKind::Unauthorized => assert_eq!(status, 401),
        ErrorKind::Throttled { .. } => assert!(matches!(status, 429 | 509)),
        ErrorKind::Unavailable => assert!(!(100..500).contains(&status) || status == 408),
        ErrorKind::Conflict => assert!(matches!(status, 409 | 412)),
        ErrorKind::NotFound => assert_eq!(status, 404),
        ErrorKind::Gone => assert_eq!(status, 410),
        ErrorKind::Protocol => assert!(!(400..600).contains(&status)),
        ErrorKind::Forbidden(_) | ErrorKind::Invalid | ErrorKind::LegacyMeeting | ErrorKind::MeetingExpired => {
            assert!((400..500).contains(&status));
        }
        other => panic!("{other:?} is no kind of a refusal"),
    }
});
