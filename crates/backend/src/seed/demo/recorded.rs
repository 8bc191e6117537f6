//! The past meetings that the simulator has, most of them with recordings and transcripts. The values repeat `crates/graph-sim/src/demo.rs`: no program
//! of ours knows the simulator. `tests/it/demo.rs` fetches every artifact.

use base64::{Engine, prelude::BASE64_STANDARD};

pub(super) struct Recorded {
    client: &'static str,
    subject: &'static str,
    /// Local part of a staff member's address.
    pub host: &'static str,
    /// A contact's address.
    pub guest: &'static str,
    pub thread: &'static str,
    pub event_id: &'static str,
    ical_guid: &'static str,
    sessions: &'static [Session],
}

struct Session {
    /// Seconds after the meeting's start.
    from: i64,
    recording: &'static str,
    transcript: &'static str,
}

pub(super) struct Artifact {
    pub kind: &'static str,
    pub provider_id: String,
    /// Seconds after the meeting's start.
    pub from: i64,
}

impl Recorded {
    pub fn is(&self, client: &str, subject: &str) -> bool {
        self.client == client && self.subject == subject
    }

    pub fn meeting_id(&self, organizer: &str) -> String {
        BASE64_STANDARD.encode(format!("1*{organizer}*0**19:meeting_{}@thread.v2", self.thread))
    }

    pub fn artifacts(&self, organizer: &str, entra_tenant: &str) -> impl Iterator<Item = Artifact> {
        let ical = format!(
            "040000008200E00074C5B7101A82E00800000000{}",
            self.ical_guid.replace('-', "").to_uppercase()
        );
        let meeting = format!("V2##1{organizer}{entra_tenant}{ical}");
        self.sessions.iter().flat_map(move |session| {
            let artifact = |kind, id: String| Artifact {
                kind,
                provider_id: BASE64_STANDARD.encode(id),
                from: session.from,
            };
            [
                artifact("recording", format!("{meeting}##{}", session.recording)),
                artifact("transcript", format!("1##0##{}", session.transcript)),
            ]
        })
    }
}

pub(super) const NORTHWIND: [Recorded; 5] = [
    Recorded {
        client: "Acme Manufacturing",
        subject: "Security awareness training",
        host: "tech",
        guest: "bo@acme.example",
        thread: "ZGZiNGEzNzMtY2NkZi01Yzc2LTk4YzktYjM0NjBhOGVlMWJm",
        event_id: "AAkALg/+xkCWJMtRJJ6Q4HmqmWMJVdtHx/CHAquw7MUWCMDCscfF8phg34ksqmls=",
        ical_guid: "abdfd071-c114-54f7-a915-50eedc041f5e",
        sessions: &[Session {
            from: 95,
            recording: "2258dfd6-53b0-588e-9db0-f93d4829633f",
            transcript: "94a89d12-3da6-5ea7-a0ba-92906c8a1bc2",
        }],
    },
    Recorded {
        client: "Acme Manufacturing",
        subject: "Onboarding of the new branch",
        host: "dispatcher",
        guest: "ada@acme.example",
        thread: "NzU1ZmFiMzMtOGZkYS01NGU0LWEyZDktMmZhZDM5N2UxOTlk",
        event_id: "AAkALg/+AjTZLOLF0YRgFGn/8u98jPEkG/s3/I35bOLONR9CWflnwDs/AfKOWbTe=",
        ical_guid: "1312b7f7-526e-54f7-99bc-cf7e805c7ce5",
        sessions: &[
            Session {
                from: 70,
                recording: "1d19ac05-a352-52f5-949c-60c4e4b98812",
                transcript: "99465dc6-c165-5c3c-a853-90a65a504a6e",
            },
            Session {
                from: 900,
                recording: "a0245f78-f74f-5101-bdb7-fa119a455111",
                transcript: "f913edca-36ba-576e-bad2-f352e04dd061",
            },
        ],
    },
    Recorded {
        client: "Globex",
        subject: "Security awareness training",
        host: "tech",
        guest: "cy@globex.example",
        thread: "YmNlZWFmNDQtMTUyYS01ZGRhLWJiM2UtNmU5ZWFiZmRiNTdj",
        event_id: "AAkALg/+t0CXYTNzML6pM5qspLWEwhiNLFt1jiwpq/jUOp6Lu6a3LzeBbpqTeTwn=",
        ical_guid: "04c321f6-0770-5b0d-9247-c2d17e74ac0e",
        sessions: &[Session {
            from: 95,
            recording: "76a608b2-db8d-5876-89ab-65cae481ea13",
            transcript: "e7790e6b-17fa-5583-abd6-eb234cca8517",
        }],
    },
    Recorded {
        client: "Acme Manufacturing",
        subject: "Weekly stand-up",
        host: "dispatcher",
        guest: "ada@acme.example",
        thread: "MmNhNGY5NjQtYTlhZC01MTZjLTkxYmEtNDEzMDU4N2JhMDA5",
        event_id: "AAkALg/+DNR+jSPFxH5sUQvbXfbb7IyaGBaaJ2p61aKaNjdTkuq7hrFc/tSjQooo=",
        ical_guid: "46adfa69-61c9-54a1-acf9-95162a8497e5",
        sessions: &[],
    },
    Recorded {
        client: "Acme Manufacturing",
        subject: "Incident review: mail outage",
        host: "tech",
        guest: "bo@acme.example",
        thread: "YmU4N2E1ZjMtZjYyZi01YWE1LWExYTYtZDU4NDZlNTA1Mjk0",
        event_id: "AAkALg/+cLwfA55XbR59+v01oNsGrgAmZbMKZdcX+bWYSnLwUWBPpwtFVjoEf/uM=",
        ical_guid: "2b85c6bb-7d47-5272-b047-d628d4fbcd1d",
        sessions: &[],
    },
];

pub(super) const CONTOSO: [Recorded; 1] = [Recorded {
    client: "Initech",
    subject: "Security awareness training",
    host: "admin",
    guest: "dee@initech.example",
    thread: "NjNjMWFjNjgtMjJkMC01MGNmLThmMTYtZGViYTlhZjczMTFh",
    event_id: "AAkALg/+qHv/tBOQOukI2OTw7yrQZCKuIuKEFLTYrrXpeNuiqB3Rn+R1KGrzNGcj=",
    ical_guid: "d935e5ad-7a43-5754-aa7a-252be7b00760",
    sessions: &[Session {
        from: 95,
        recording: "db9e7336-83de-5a15-9fd7-831d8fd923b8",
        transcript: "a5786572-4476-5fac-ab11-4c0bb8059069",
    }],
}];
