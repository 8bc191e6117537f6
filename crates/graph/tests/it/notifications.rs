//! Reading what is posted to the notification address.

use graph::{
    Secret,
    notifications::{
        ArtifactKind, ArtifactRef, Batch, LifecycleEvent, MAX_BODY, MAX_ITEMS, Malformed, Notification,
        NotificationEvent, organizer_of, parse,
    },
};
use proptest::prelude::*;
use serde_json::{Value, json};
use uuid::Uuid;

use crate::support::{ORGANIZER_ID, at};

const TENANT: &str = "11111111-1111-4111-8111-111111111111";
/// Base64 of `1*33333333-3333-4333-8333-333333333333*0**19:meeting_Zm9v@thread.v2`.
const MEETING: &str = "MSozMzMzMzMzMy0zMzMzLTQzMzMtODMzMy0zMzMzMzMzMzMzMzMqMCoqMTk6bWVldGluZ19abTl2QHRocmVhZC52Mg==";

fn organizer() -> Uuid {
    ORGANIZER_ID.parse().unwrap()
}

fn item() -> Value {
    let path = format!("users/{ORGANIZER_ID}/onlineMeetings('{MEETING}')/recordings('VjI=')");
    json!({
        "id": "n-1", "subscriptionId": "88888888-8888-4888-8888-888888888888", "changeType": "created",
        "clientState": "client state", "tenantId": TENANT,
        "subscriptionExpirationDateTime": "2026-11-27T08:29:11.3173971+00:00", "resource": path,
        "resourceData": { "id": "VjI=", "@odata.type": "#Microsoft.Graph.callRecording", "@odata.id": path },
    })
}

fn read(body: &Value) -> Result<Batch, Malformed> {
    parse(body.to_string().as_bytes())
}

fn one(item: &Value) -> Result<Notification, &'static str> {
    let mut batch = read(&json!({ "value": [item] })).unwrap();
    assert_eq!(batch.items.len(), 1);
    batch.items.remove(0).map_err(|broken| broken.reason)
}

fn with(name: &str, value: Value) -> Value {
    let mut item = item();
    item[name] = value;
    item
}

fn artifact(notification: &Notification) -> &ArtifactRef {
    match &notification.event {
        NotificationEvent::Artifact { artifact, .. } => artifact,
        NotificationEvent::Lifecycle(event) => panic!("{event:?}"),
    }
}

#[test]
fn a_basic_notification() {
    let read = one(&item()).unwrap();
    assert_eq!(read.id.as_deref(), Some("n-1"));
    assert_eq!(read.subscription_id, "88888888-8888-4888-8888-888888888888");
    assert_eq!(read.tenant_id, Some(TENANT.parse().unwrap()));
    assert_eq!(read.subscription_expires, Some(at("2026-11-27T08:29:11.3173971Z")));
    let NotificationEvent::Artifact {
        change_type,
        encrypted_content: None,
        ..
    } = &read.event
    else {
        panic!("{read:?}");
    };
    assert_eq!(change_type, "created");
    let expected = ArtifactRef {
        kind: ArtifactKind::Recording,
        organizer_in_path: Some(organizer()),
        meeting_id: MEETING.to_owned(),
        artifact_id: "VjI=".to_owned(),
    };
    assert_eq!(artifact(&read), &expected);
    assert!(!format!("{read:?}").contains("client state"));
}

#[test]
fn client_state_is_compared_whole() {
    let read = one(&item()).unwrap();
    assert!(read.is_from(&"client state".into()));
    for wrong in ["", "client", "client statf", "client state ", "CLIENT STATE"] {
        assert!(!read.is_from(&Secret::from(wrong)), "{wrong}");
    }
    for absent in [with("clientState", Value::Null), with("clientState", json!(""))] {
        assert!(!one(&absent).unwrap().is_from(&"client state".into()));
    }
    assert!(!one(&with("clientState", Value::Null)).unwrap().is_from(&"".into()));
}

#[test]
fn lifecycle_events_are_told_apart_by_their_field() {
    for (sent, event) in [
        ("reauthorizationRequired", LifecycleEvent::ReauthorizationRequired),
        ("subscriptionRemoved", LifecycleEvent::SubscriptionRemoved),
        ("missed", LifecycleEvent::Missed),
        ("Missed", LifecycleEvent::Missed),
        ("new", LifecycleEvent::Other("new".to_owned())),
    ] {
        let bare = json!({
            "lifecycleEvent": sent, "subscriptionId": "s-1", "tenantId": TENANT, "clientState": "c",
            "subscriptionExpirationDateTime": "2026-11-27T08:29:11Z",
        });
        let read = one(&bare).unwrap();
        assert_eq!(read.event, NotificationEvent::Lifecycle(event.clone()));
        assert!(read.is_from(&"c".into()));
        // With everything else that an ordinary item has.
        let read = one(&with("lifecycleEvent", json!(sent))).unwrap();
        assert_eq!(read.event, NotificationEvent::Lifecycle(event));
    }
}

#[test]
fn a_broken_item_does_not_spoil_the_others() {
    let broken = [
        json!(null),
        json!(7),
        json!([]),
        json!(["n", "s", TENANT]),
        json!({}),
        with("subscriptionId", Value::Null),
        with("subscriptionId", json!("a b")),
        with("subscriptionId", json!("")),
        with("tenantId", json!("common")),
        with("tenantId", json!(7)),
        with("clientState", json!("x".repeat(2000))),
        with("changeType", Value::Null),
        with("encryptedContent", json!({ "data": "x" })),
        with("encryptedContent", json!("x")),
        with("lifecycleEvent", json!({})),
        json!({ "subscriptionId": "s-1", "changeType": "created", "resource": "me/events/1" }),
    ];
    let mut items = vec![item()];
    items.extend(broken.clone());
    items.push(item());
    let batch = read(&json!({ "value": items })).unwrap();
    assert_eq!(batch.items.len(), broken.len() + 2);
    assert!(batch.items[0].is_ok() && batch.items[broken.len() + 1].is_ok());
    for (index, item) in broken.iter().enumerate() {
        let error = batch.items[index + 1].as_ref().unwrap_err();
        assert_eq!(error.position, index + 1, "{item}");
    }
}

#[test]
fn what_is_unknown_or_absent_is_no_matter() {
    let mut item = item();
    for name in [
        "id",
        "tenantId",
        "clientState",
        "subscriptionExpirationDateTime",
        "resourceData",
    ] {
        item[name] = Value::Null;
    }
    item["sequenceNumber"] = json!(7);
    let read = one(&item).unwrap();
    assert_eq!((read.id, read.tenant_id, read.subscription_expires), (None, None, None));
    assert_eq!(
        one(&with("subscriptionExpirationDateTime", json!("soon")))
            .unwrap()
            .subscription_expires,
        None
    );
    // The path of the data stands in for one that is not understood.
    let read = one(&with("resource", json!("something/else"))).unwrap();
    assert_eq!(artifact(&read).artifact_id, "VjI=");
}

#[test]
fn one_bare_notification_is_a_batch() {
    let batch = read(&item()).unwrap();
    assert_eq!(batch.items.len(), 1);
    assert!(batch.items[0].is_ok());
    assert_eq!(read(&json!({ "value": [] })).unwrap().items.len(), 0);
}

#[test]
fn bodies_that_are_no_notifications() {
    for body in [
        "",
        "null",
        "7",
        "[]",
        "{}",
        "{\"value\":null}",
        "{\"value\":{}}",
        "{\"value\":[1,]}",
        "<html>",
        "\u{feff}{}",
    ] {
        assert_eq!(parse(body.as_bytes()), Err(Malformed::NotNotifications), "{body}");
    }
    let deep = format!("{{\"value\":{}{}}}", "[".repeat(100_000), "]".repeat(100_000));
    assert_eq!(parse(deep.as_bytes()).map(|batch| batch.items[0].is_err()), Ok(true));
    assert_eq!(parse(&vec![b' '; MAX_BODY + 1]), Err(Malformed::TooLarge));
    assert_eq!(
        read(&json!({ "value": vec![json!({}); MAX_ITEMS + 1] })),
        Err(Malformed::TooMany)
    );
    assert_eq!(
        read(&json!({ "value": vec![json!({}); MAX_ITEMS] }))
            .unwrap()
            .items
            .len(),
        MAX_ITEMS
    );
}

#[test]
fn every_form_of_a_path() {
    let (meeting, encoded) = (MEETING, MEETING.replace('=', "%3D"));
    let named = [
        format!("users/{ORGANIZER_ID}/onlineMeetings('{meeting}')/recordings('a+b/c=')"),
        format!("/users/{ORGANIZER_ID}/onlineMeetings('{meeting}')/recordings('a+b/c=')"),
        format!("v1.0/users/{ORGANIZER_ID}/onlineMeetings('{meeting}')/recordings('a+b/c=')"),
        format!("/beta/users('{ORGANIZER_ID}')/onlineMeetings('{meeting}')/recordings('a+b/c=')"),
        format!("users({ORGANIZER_ID})/onlineMeetings({meeting})/recordings(a+b/c=)"),
        format!("USERS/{ORGANIZER_ID}/ONLINEMEETINGS/{encoded}/Recordings/a%2bb%2Fc%3d"),
        format!("users/{ORGANIZER_ID}/onlineMeetings('{encoded}')/recordings(%27a%2Bb%2Fc%3D%27)"),
    ];
    for path in named {
        let read = ArtifactRef::parse(&path).expect(&path);
        assert_eq!(read.kind, ArtifactKind::Recording, "{path}");
        assert_eq!(read.organizer_in_path, Some(organizer()), "{path}");
        assert_eq!(
            (read.meeting_id.as_str(), read.artifact_id.as_str()),
            (meeting, "a+b/c="),
            "{path}"
        );
    }
    for path in [
        format!("communications/onlineMeetings('{meeting}')/transcripts('MSM=')"),
        format!("Communications/onlineMeetings/{meeting}/transcripts/MSM%3D"),
    ] {
        let read = ArtifactRef::parse(&path).expect(&path);
        assert_eq!(
            (read.kind, read.organizer_in_path),
            (ArtifactKind::Transcript, None),
            "{path}"
        );
        assert_eq!(read.organizer(), Some(organizer()), "from the meeting's id");
    }
}

#[test]
fn paths_that_name_no_artifact() {
    let long = "x".repeat(513);
    for path in [
        "",
        "/",
        "users",
        "communications/onlineMeetings('M')",
        "communications/onlineMeetings('M')/recordings",
        "communications/onlineMeetings('M')/recordings('')",
        "communications/onlineMeetings('M')/recordings/",
        "communications/onlineMeetings('')/recordings('R')",
        "communications/onlineMeetings('M')/recordings('R')/content",
        "communications/onlineMeetings('M')/recordings('R')x",
        "communications/onlineMeetings('M')/recordings('R'",
        "communications/onlineMeetings('M)/recordings('R)",
        "communications/onlineMeetings('M')/attendance('R')",
        "communications('x')/onlineMeetings('M')/recordings('R')",
        "communications/adhocCalls('M')/recordings('R')",
        "communications/onlineMeetings('M')/recordings('..')",
        "communications/onlineMeetings('M')/recordings('R%2500')",
        "communications/onlineMeetings('M')/recordings('R%00')",
        "communications/onlineMeetings('M')/recordings('R%ff')",
        "communications/onlineMeetings('M')/recordings('R''S')",
        "communications/onlineMeetings('M')/recordings('R?x=1')",
        "communications/onlineMeetings('M')/recordings('R#')",
        "communications/onlineMeetings('M')/recordings('é')",
        "users/meetings@northwind.example/onlineMeetings('M')/recordings('R')",
        "users/../onlineMeetings('M')/recordings('R')",
        "https://graph.example/v1.0/communications/onlineMeetings('M')/recordings('R')",
        &format!("communications/onlineMeetings('M')/recordings('{long}')"),
        &format!("communications/onlineMeetings('{long}')/recordings('R')"),
        &"(".repeat(5000),
    ] {
        assert_eq!(ArtifactRef::parse(path), None, "{path}");
    }
}

#[test]
fn organizers_inside_meeting_ids() {
    assert_eq!(organizer_of(MEETING), Some(organizer()));
    assert_eq!(organizer_of(MEETING.trim_end_matches('=')), Some(organizer()));
    for other in [
        "",
        "M",
        "VjI=",
        "é",
        &MEETING[4..],
        "MSpub2JvZHkqMCoq",
        &"A".repeat(600),
    ] {
        assert_eq!(organizer_of(other), None, "{other}");
    }
}

fn id() -> impl Strategy<Value = String> {
    "[A-Za-z0-9+/=_-]{1,80}"
}

/// Everything outside of the unreserved characters, or a few more, percent-encoded.
fn encoded(id: &str, all: bool) -> String {
    let encode = |byte: u8| match byte {
        byte if all && !byte.is_ascii_digit() => format!("%{byte:02x}"),
        b'+' | b'/' | b'=' => format!("%{byte:02X}"),
        byte => char::from(byte).to_string(),
    };
    id.bytes().map(encode).collect()
}

proptest! {
    #[test]
    fn paths_round_trip(
        (meeting, artifact) in (id(), id()),
        oid in proptest::option::of(any::<u128>().prop_map(Uuid::from_u128)),
        transcript: bool,
        style in 0..5,
        prefix in prop_oneof![Just(""), Just("/"), Just("v1.0/"), Just("/V1.0/")],
    ) {
        let (kind, noun) = if transcript {
            (ArtifactKind::Transcript, "transcripts")
        } else {
            (ArtifactKind::Recording, "recordings")
        };
        let key = |noun: &str, id: &str| match style {
            0 => format!("{noun}('{id}')"),
            1 => format!("{noun}({id})"),
            2 => format!("{noun}('{}')", encoded(id, true)),
            3 => format!("{noun}/{}", encoded(id, false)),
            _ => format!("{}(%27{}%27)", noun.to_uppercase(), encoded(id, false)),
        };
        let owner = oid.map_or("communications".to_owned(), |oid| key("users", &oid.to_string()));
        let path = format!("{prefix}{owner}/{}/{}", key("onlineMeetings", &meeting), key(noun, &artifact));
        let expected = ArtifactRef { kind, organizer_in_path: oid, meeting_id: meeting, artifact_id: artifact };
        prop_assert_eq!(ArtifactRef::parse(&path), Some(expected));
    }

    #[test]
    fn whatever_is_read_from_a_path_is_an_id(path in "(/?(users|communications|onlineMeetings|recordings|['(%)/=27]|\\PC)){0,12}") {
        if let Some(read) = ArtifactRef::parse(&path) {
            for id in [read.meeting_id, read.artifact_id] {
                prop_assert!((1..=512).contains(&id.len()) && id.bytes().all(|byte| byte.is_ascii_graphic()));
            }
        }
    }

    #[test]
    fn any_bytes_are_survived(bytes in proptest::collection::vec(any::<u8>(), 0..600)) {
        drop(parse(&bytes));
    }

    #[test]
    fn any_change_of_a_good_body_is_survived(
        changes in proptest::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..12),
        cut in proptest::option::of(any::<prop::sample::Index>()),
    ) {
        let mut body = json!({ "value": [item(), item()], "validationTokens": ["a.b.c"] }).to_string().into_bytes();
        for (at, byte) in changes {
            let at = at.index(body.len());
            body[at] = byte;
        }
        if let Some(cut) = cut {
            body.truncate(cut.index(body.len()));
        }
        if let Ok(batch) = parse(&body) {
            prop_assert!(batch.items.len() <= 2);
        }
    }

    #[test]
    fn any_text_as_a_meeting_id_is_survived(text in "\\PC{0,200}") {
        prop_assert!(organizer_of(&text).is_none() || text.len() > 50);
    }
}
