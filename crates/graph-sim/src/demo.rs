//! The constants of the demo data, for whoever seeds the other side with the same values.

use crate::{ArtifactKind, Content};

/// A past meeting of an organizer, with fixed ids. Its online meeting id is base64 of
/// `1*{organizer's object id}*0**19:meeting_{thread}@thread.v2`.
#[derive(Clone, Copy, Debug)]
pub struct PastMeeting {
    pub subject: &'static str,
    pub thread: &'static str,
    /// The event's id under `Prefer: IdType="ImmutableId"`.
    pub event_id: &'static str,
    /// What its iCalendar id ends with.
    pub ical_guid: &'static str,
    pub days_ago: i64,
    /// Minutes after midnight UTC.
    pub at: i64,
    pub minutes: i64,
    /// Who is invited.
    pub guest: (&'static str, &'static str),
    pub sessions: &'static [PastSession],
}

/// A recording of the demo and its transcript. The recording's id is base64 of
/// `V2##1{organizer}{tenant}{iCalendar id}##{recording}`, the transcript's of `1##0##{transcript}`.
#[derive(Clone, Copy, Debug)]
pub struct PastSession {
    pub recording: &'static str,
    pub transcript: &'static str,
    /// Seconds after the meeting's start.
    pub from: i64,
    pub content: &'static Dialogue,
}

/// A conversation: what was recorded of it, and the transcript of the same length. `assets/make-recordings.py` makes one from the
/// other.
#[derive(Clone, Copy, Debug)]
pub struct Dialogue {
    pub seconds: i64,
    pub mp4: &'static [u8],
    pub vtt: &'static str,
}

impl Dialogue {
    /// The film, or the words.
    pub(crate) fn content(&self, kind: ArtifactKind) -> Content {
        Content::from(match kind {
            ArtifactKind::Recording => self.mp4,
            ArtifactKind::Transcript => self.vtt.as_bytes(),
        })
    }
}

macro_rules! dialogue {
    ($name:literal, $seconds:literal) => {
        Dialogue {
            seconds: $seconds,
            mp4: include_bytes!(concat!("../assets/recordings/", $name, ".mp4")),
            vtt: include_str!(concat!("../assets/recordings/", $name, ".vtt")),
        }
    };
}

/// Parcels, keys on chains, and who clicked.
pub static TRAINING_ACME: Dialogue = dialogue!("training-acme", 126);
/// Gift cards for the managing director.
pub static TRAINING_GLOBEX: Dialogue = dialogue!("training-globex", 116);
/// The man with the ladder.
pub static TRAINING_INITECH: Dialogue = dialogue!("training-initech", 117);
/// Moving in, until the break.
pub static BRANCH_1: Dialogue = dialogue!("branch-1", 121);
/// Moving in, after the break.
pub static BRANCH_2: Dialogue = dialogue!("branch-2", 67);

/// All of them, for whoever needs some and does not mind which.
pub static DIALOGUES: [&Dialogue; 5] = [
    &TRAINING_ACME,
    &TRAINING_GLOBEX,
    &TRAINING_INITECH,
    &BRANCH_1,
    &BRANCH_2,
];
/// The first of [`DIALOGUES`], recorded.
pub static RECORDING: &[u8] = TRAINING_ACME.mp4;
/// The first of [`DIALOGUES`], in words.
pub static TRANSCRIPT: &str = TRAINING_ACME.vtt;

/// Northwind IT.
pub mod northwind {
    use super::{BRANCH_1, BRANCH_2, PastMeeting, PastSession, TRAINING_ACME, TRAINING_GLOBEX};

    pub const TENANT_ID: &str = "11111111-1111-4111-8111-111111111111";
    pub const CLIENT_ID: &str = "22222222-2222-4222-8222-222222222222";
    pub const CLIENT_SECRET: &str = "northwind-demo-secret";
    pub const ORGANIZER_UPN: &str = "meetings@northwind.example";
    pub const ORGANIZER_OBJECT_ID: &str = "33333333-3333-4333-8333-333333333333";

    /// Two with Acme Manufacturing, the second of them recorded in two parts, one with Globex, and two with Acme of yesterday of which
    /// nothing has come yet.
    pub static PAST: [PastMeeting; 5] = [
        PastMeeting {
            subject: "Security awareness training",
            thread: "ZGZiNGEzNzMtY2NkZi01Yzc2LTk4YzktYjM0NjBhOGVlMWJm",
            event_id: "AAkALg/+xkCWJMtRJJ6Q4HmqmWMJVdtHx/CHAquw7MUWCMDCscfF8phg34ksqmls=",
            ical_guid: "abdfd071-c114-54f7-a915-50eedc041f5e",
            days_ago: 4,
            at: 16 * 60 + 30,
            minutes: 45,
            guest: ("Bo Sample", "bo@acme.example"),
            sessions: &[PastSession {
                recording: "2258dfd6-53b0-588e-9db0-f93d4829633f",
                transcript: "94a89d12-3da6-5ea7-a0ba-92906c8a1bc2",
                from: 95,
                content: &TRAINING_ACME,
            }],
        },
        PastMeeting {
            subject: "Onboarding of the new branch",
            thread: "NzU1ZmFiMzMtOGZkYS01NGU0LWEyZDktMmZhZDM5N2UxOTlk",
            event_id: "AAkALg/+AjTZLOLF0YRgFGn/8u98jPEkG/s3/I35bOLONR9CWflnwDs/AfKOWbTe=",
            ical_guid: "1312b7f7-526e-54f7-99bc-cf7e805c7ce5",
            days_ago: 9,
            at: 10 * 60,
            minutes: 60,
            guest: ("Ada Example", "ada@acme.example"),
            sessions: &[
                PastSession {
                    recording: "1d19ac05-a352-52f5-949c-60c4e4b98812",
                    transcript: "99465dc6-c165-5c3c-a853-90a65a504a6e",
                    from: 70,
                    content: &BRANCH_1,
                },
                PastSession {
                    recording: "a0245f78-f74f-5101-bdb7-fa119a455111",
                    transcript: "f913edca-36ba-576e-bad2-f352e04dd061",
                    from: 900,
                    content: &BRANCH_2,
                },
            ],
        },
        PastMeeting {
            subject: "Security awareness training",
            thread: "YmNlZWFmNDQtMTUyYS01ZGRhLWJiM2UtNmU5ZWFiZmRiNTdj",
            event_id: "AAkALg/+t0CXYTNzML6pM5qspLWEwhiNLFt1jiwpq/jUOp6Lu6a3LzeBbpqTeTwn=",
            ical_guid: "04c321f6-0770-5b0d-9247-c2d17e74ac0e",
            days_ago: 4,
            at: 10 * 60,
            minutes: 45,
            guest: ("Cy Sample", "cy@globex.example"),
            sessions: &[PastSession {
                recording: "76a608b2-db8d-5876-89ab-65cae481ea13",
                transcript: "e7790e6b-17fa-5583-abd6-eb234cca8517",
                from: 95,
                content: &TRAINING_GLOBEX,
            }],
        },
        PastMeeting {
            subject: "Weekly stand-up",
            thread: "MmNhNGY5NjQtYTlhZC01MTZjLTkxYmEtNDEzMDU4N2JhMDA5",
            event_id: "AAkALg/+DNR+jSPFxH5sUQvbXfbb7IyaGBaaJ2p61aKaNjdTkuq7hrFc/tSjQooo=",
            ical_guid: "46adfa69-61c9-54a1-acf9-95162a8497e5",
            days_ago: 1,
            at: 11 * 60 + 30,
            minutes: 60,
            guest: ("Ada Example", "ada@acme.example"),
            sessions: &[],
        },
        PastMeeting {
            subject: "Incident review: mail outage",
            thread: "YmU4N2E1ZjMtZjYyZi01YWE1LWExYTYtZDU4NDZlNTA1Mjk0",
            event_id: "AAkALg/+cLwfA55XbR59+v01oNsGrgAmZbMKZdcX+bWYSnLwUWBPpwtFVjoEf/uM=",
            ical_guid: "2b85c6bb-7d47-5272-b047-d628d4fbcd1d",
            days_ago: 1,
            at: 14 * 60,
            minutes: 30,
            guest: ("Bo Sample", "bo@acme.example"),
            sessions: &[],
        },
    ];
}

/// Contoso Care.
pub mod contoso {
    use super::{PastMeeting, PastSession, TRAINING_INITECH};

    pub const TENANT_ID: &str = "44444444-4444-4444-8444-444444444444";
    pub const CLIENT_ID: &str = "55555555-5555-4555-8555-555555555555";
    pub const CLIENT_SECRET: &str = "contoso-demo-secret";
    pub const ORGANIZER_UPN: &str = "meetings@contoso.example";
    pub const ORGANIZER_OBJECT_ID: &str = "66666666-6666-4666-8666-666666666666";

    /// One with Initech.
    pub static PAST: [PastMeeting; 1] = [PastMeeting {
        subject: "Security awareness training",
        thread: "NjNjMWFjNjgtMjJkMC01MGNmLThmMTYtZGViYTlhZjczMTFh",
        event_id: "AAkALg/+qHv/tBOQOukI2OTw7yrQZCKuIuKEFLTYrrXpeNuiqB3Rn+R1KGrzNGcj=",
        ical_guid: "d935e5ad-7a43-5754-aa7a-252be7b00760",
        days_ago: 4,
        at: 16 * 60 + 30,
        minutes: 45,
        guest: ("Dee Sample", "dee@initech.example"),
        sessions: &[PastSession {
            recording: "db9e7336-83de-5a15-9fd7-831d8fd923b8",
            transcript: "a5786572-4476-5fac-ab11-4c0bb8059069",
            from: 95,
            content: &TRAINING_INITECH,
        }],
    }];
}
