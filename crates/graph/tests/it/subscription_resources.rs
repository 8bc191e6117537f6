//! The strings that name what a subscription is about.

use graph::{SubscriptionResource, SubscriptionScope, notifications::ArtifactKind};
use proptest::prelude::*;
use uuid::Uuid;

use crate::support::ORGANIZER_ID;

#[test]
fn resources() {
    let oid: Uuid = ORGANIZER_ID.parse().unwrap();
    let (recording, transcript) = (ArtifactKind::Recording, ArtifactKind::Transcript);
    for (resource, text) in [
        (
            SubscriptionResource::tenant(transcript),
            "communications/onlineMeetings/getAllTranscripts".to_owned(),
        ),
        (
            SubscriptionResource::organizer(recording, oid),
            format!("users/{ORGANIZER_ID}/onlineMeetings/getAllRecordings"),
        ),
        (
            SubscriptionResource::meeting(transcript, "a+b/c="),
            "communications/onlineMeetings/a%2Bb%2Fc=/transcripts".to_owned(),
        ),
    ] {
        assert_eq!(resource.to_string(), text);
        assert_eq!(SubscriptionResource::parse(&text), Some(resource));
    }
    let told = format!(
        "/users('{ORGANIZER_ID}')/onlineMeetings/GetAllRecordings?useResourceSpecificConsentBasedAuthorization=true"
    );
    assert_eq!(
        SubscriptionResource::parse(&told),
        Some(SubscriptionResource::organizer(recording, oid))
    );
    let told = "v1.0/communications/onlineMeetings('M')/recordings";
    assert_eq!(
        SubscriptionResource::parse(told),
        Some(SubscriptionResource::meeting(recording, "M"))
    );
    for other in [
        "",
        "me/events",
        "users/x/onlineMeetings/getAllRecordings",
        "communications/onlineMeetings",
        "communications/onlineMeetings/M",
        "communications/onlineMeetings/M/recordings/R",
        "communications/calls/getAllRecordings",
        "communications/onlineMeetings/M N/recordings",
    ] {
        assert_eq!(SubscriptionResource::parse(other), None, "{other}");
    }
}

proptest! {
    #[test]
    fn resources_round_trip(meeting in "[A-Za-z0-9+/=_-]{1,80}", oid: u128, transcript: bool, scope in 0..3) {
        let artifacts = if transcript { ArtifactKind::Transcript } else { ArtifactKind::Recording };
        let scope = match scope {
            0 => SubscriptionScope::Tenant,
            1 => SubscriptionScope::Organizer(Uuid::from_u128(oid)),
            _ => SubscriptionScope::Meeting(meeting),
        };
        let resource = SubscriptionResource { artifacts, scope };
        prop_assert_eq!(SubscriptionResource::parse(&resource.to_string()), Some(resource));
    }

    #[test]
    fn any_text_as_a_resource_is_survived(text in "(/?(users|communications|onlineMeetings|recordings|['(%)/=27]|\\PC)){0,12}") {
        drop(SubscriptionResource::parse(&text));
    }
}
