//! The words for what went wrong. The matches have no wildcard: a new code without words does not compile.

use domain::{ErrorCode, Field, Problem};

use super::I18n;
use crate::i18n::{Locale, td_string, tu_string};

/// What happened, why, and what to do next.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ErrorText {
    pub what: &'static str,
    pub why: &'static str,
    pub next: &'static str,
}

pub fn error_text(text: I18n, code: ErrorCode) -> ErrorText {
    error_text_in(text.get_locale_untracked(), code)
}

/// The same where there is no page.
pub fn error_text_in(locale: Locale, code: ErrorCode) -> ErrorText {
    macro_rules! said {
        ($key:ident) => {
            ErrorText {
                what: td_string!(locale, errors.$key.what),
                why: td_string!(locale, errors.$key.why),
                next: td_string!(locale, errors.$key.next),
            }
        };
    }
    match code {
        ErrorCode::Unauthenticated => said!(unauthenticated),
        ErrorCode::WrongCredentials => said!(wrong_credentials),
        ErrorCode::SignInExpired => said!(sign_in_expired),
        ErrorCode::LinkExpired => said!(link_expired),
        ErrorCode::Forbidden => said!(forbidden),
        ErrorCode::NotFound => said!(not_found),
        ErrorCode::Invalid => said!(invalid),
        ErrorCode::Unreadable => said!(unreadable),
        ErrorCode::TooLarge => said!(too_large),
        ErrorCode::RateLimited => said!(rate_limited),
        ErrorCode::MeetingsNotSetUp => said!(meetings_not_set_up),
        ErrorCode::NotInThisEdition => said!(not_in_this_edition),
        ErrorCode::MeetingRefused => said!(meeting_refused),
        ErrorCode::MeetingThrottled => said!(meeting_throttled),
        ErrorCode::MeetingUnavailable => said!(meeting_unavailable),
        ErrorCode::MeetingNotOnline => said!(meeting_not_online),
        ErrorCode::RecordingGone => said!(recording_gone),
        ErrorCode::RecordingRefused => said!(recording_refused),
        ErrorCode::RecordingThrottled => said!(recording_throttled),
        ErrorCode::RecordingUnavailable => said!(recording_unavailable),
        ErrorCode::InProgress => said!(in_progress),
        ErrorCode::Conflict => said!(conflict),
        ErrorCode::InUse => said!(in_use),
        ErrorCode::NeededByTeams => said!(needed_by_teams),
        ErrorCode::IsDefault => said!(is_default),
        ErrorCode::LockOut => said!(lock_out),
        ErrorCode::MeetingOver => said!(meeting_over),
        ErrorCode::TooLate => said!(too_late),
        ErrorCode::CodeMissing => said!(code_missing),
        ErrorCode::Decided => said!(decided),
        ErrorCode::ShortNotice => said!(short_notice),
        ErrorCode::Offline => said!(offline),
        ErrorCode::Internal => said!(internal),
    }
}

pub fn problem_text(text: I18n, problem: &Problem) -> String {
    match problem {
        Problem::Required => tu_string!(text, errors.problem.required).to_owned(),
        Problem::TooLong { max } => tu_string!(text, errors.problem.too_long, max = *max),
        Problem::TooShort { min } => tu_string!(text, errors.problem.too_short, min = *min),
        Problem::EasilyGuessed => tu_string!(text, errors.problem.easily_guessed).to_owned(),
        Problem::PrivateIsOnesOwn => tu_string!(text, errors.problem.private_is_ones_own).to_owned(),
        Problem::NotTheSame => tu_string!(text, errors.problem.not_the_same).to_owned(),
        Problem::WrongPassword => tu_string!(text, errors.problem.wrong_password).to_owned(),
        Problem::WrongCode => tu_string!(text, errors.problem.wrong_code).to_owned(),
        Problem::NotAZone => tu_string!(text, errors.problem.not_a_zone).to_owned(),
        Problem::NotText => tu_string!(text, errors.problem.not_text).to_owned(),
        Problem::NotADate => tu_string!(text, errors.problem.not_a_date).to_owned(),
        Problem::NoSuchTime => tu_string!(text, errors.problem.no_such_time).to_owned(),
        Problem::Past => tu_string!(text, errors.problem.past).to_owned(),
        Problem::EndBeforeStart => tu_string!(text, errors.problem.end_before_start).to_owned(),
        Problem::LongerThan { hours } => tu_string!(text, errors.problem.longer_than, hours = *hours),
        Problem::NotBetween { min, max } => tu_string!(text, errors.problem.not_between, min = *min, max = *max),
        Problem::NotAnEmail { value } => tu_string!(text, errors.problem.not_an_email, value = value.clone()),
        Problem::TooMany { max } => tu_string!(text, errors.problem.too_many, max = *max),
        Problem::NotAnOnlineMeeting => tu_string!(text, errors.problem.not_an_online_meeting).to_owned(),
        Problem::Unknown => tu_string!(text, errors.problem.unknown).to_owned(),
        Problem::OtherClient => tu_string!(text, errors.problem.other_client).to_owned(),
        Problem::FollowsMeeting => tu_string!(text, errors.problem.follows_meeting).to_owned(),
        Problem::Taken => tu_string!(text, errors.problem.taken).to_owned(),
        Problem::OtherAudience => tu_string!(text, errors.problem.other_audience).to_owned(),
        Problem::NotAUrl => tu_string!(text, errors.problem.not_a_url).to_owned(),
        Problem::NotALanguage => tu_string!(text, errors.problem.not_a_language).to_owned(),
        Problem::Similar { value } => tu_string!(text, errors.problem.similar, value = value.clone()),
        Problem::NoSuchClient { value } => tu_string!(text, errors.problem.no_such_client, value = value.clone()),
        Problem::NotYesOrNo => tu_string!(text, errors.problem.not_yes_or_no).to_owned(),
        Problem::Repeats { line } => tu_string!(text, errors.problem.repeats, line = *line),
        Problem::TooManyCells => tu_string!(text, errors.problem.too_many_cells).to_owned(),
        Problem::NotOffered => tu_string!(text, errors.problem.not_offered).to_owned(),
        Problem::NoSlot => tu_string!(text, errors.problem.no_slot).to_owned(),
        Problem::SlotTaken => tu_string!(text, errors.problem.slot_taken).to_owned(),
        Problem::ShortNotice { hours } => tu_string!(text, errors.problem.short_notice, hours = *hours),
        Problem::TooFarAhead { days } => tu_string!(text, errors.problem.too_far_ahead, days = *days),
        Problem::Damaged => tu_string!(text, errors.problem.damaged).to_owned(),
        Problem::NotAGuid => tu_string!(text, errors.problem.not_a_guid).to_owned(),
        Problem::IsAGuid => tu_string!(text, errors.problem.is_a_guid).to_owned(),
        Problem::NotAUpn => tu_string!(text, errors.problem.not_a_upn).to_owned(),
        Problem::SecretId => tu_string!(text, errors.problem.secret_id).to_owned(),
        Problem::NotASecret => tu_string!(text, errors.problem.not_a_secret).to_owned(),
        Problem::NoPrivateKey => tu_string!(text, errors.problem.no_private_key).to_owned(),
        Problem::KeyEncrypted => tu_string!(text, errors.problem.key_encrypted).to_owned(),
        Problem::KeyKind => tu_string!(text, errors.problem.key_kind).to_owned(),
        Problem::KeySize => tu_string!(text, errors.problem.key_size).to_owned(),
        Problem::NoCertificate => tu_string!(text, errors.problem.no_certificate).to_owned(),
        Problem::KeyMismatch => tu_string!(text, errors.problem.key_mismatch).to_owned(),
        Problem::CertificateExpired => tu_string!(text, errors.problem.certificate_expired).to_owned(),
        Problem::NotAtMicrosoft => tu_string!(text, errors.problem.not_at_microsoft).to_owned(),
        Problem::DisabledAtMicrosoft => tu_string!(text, errors.problem.disabled_at_microsoft).to_owned(),
        Problem::AppRefused => tu_string!(text, errors.problem.app_refused).to_owned(),
        Problem::LookupRefused => tu_string!(text, errors.problem.lookup_refused).to_owned(),
        Problem::IsOrganizer => tu_string!(text, errors.problem.is_organizer).to_owned(),
    }
}

/// What a field is called in the list of fields to mend.
pub fn field_name(text: I18n, field: Field) -> &'static str {
    match field {
        Field::Email => tu_string!(text, errors.field.email),
        Field::Password => tu_string!(text, errors.field.password),
        Field::CurrentPassword => tu_string!(text, errors.field.current_password),
        Field::NewPassword => tu_string!(text, errors.field.new_password),
        Field::ConfirmPassword => tu_string!(text, errors.field.confirm_password),
        Field::Code => tu_string!(text, errors.field.code),
        Field::FirstName => tu_string!(text, errors.field.first_name),
        Field::LastName => tu_string!(text, errors.field.last_name),
        Field::Language => tu_string!(text, errors.field.language),
        Field::Zone => tu_string!(text, errors.field.zone),
        Field::Client => tu_string!(text, errors.field.client),
        Field::Contact => tu_string!(text, errors.field.contact),
        Field::Owner => tu_string!(text, errors.field.owner),
        Field::Type => tu_string!(text, errors.field.kind),
        Field::Title => tu_string!(text, errors.field.title),
        Field::Notes => tu_string!(text, errors.field.notes),
        Field::Status => tu_string!(text, errors.field.status),
        Field::Start => tu_string!(text, errors.field.start),
        Field::End => tu_string!(text, errors.field.end),
        Field::Attendees => tu_string!(text, errors.field.attendees),
        Field::Name => tu_string!(text, errors.field.name),
        Field::Icon => tu_string!(text, errors.field.icon),
        Field::Roles => tu_string!(text, errors.field.roles),
        Field::Website => tu_string!(text, errors.field.website),
        Field::Phone => tu_string!(text, errors.field.phone),
        Field::Role => tu_string!(text, errors.field.role),
        Field::Street => tu_string!(text, errors.field.street),
        Field::Postcode => tu_string!(text, errors.field.postcode),
        Field::City => tu_string!(text, errors.field.city),
        Field::Country => tu_string!(text, errors.field.country),
        Field::Active => tu_string!(text, errors.field.active),
        Field::File => tu_string!(text, errors.field.line),
        Field::Message => tu_string!(text, errors.field.message),
        Field::Technician => tu_string!(text, errors.field.technician),
        Field::Duration => tu_string!(text, errors.field.duration),
        Field::Reason => tu_string!(text, errors.field.reason),
        Field::Service => tu_string!(text, errors.field.service),
        Field::Slot => tu_string!(text, errors.field.slot),
        Field::Description => tu_string!(text, errors.field.description),
        Field::IdempotencyKey => tu_string!(text, errors.field.form),
        Field::EntraTenant => tu_string!(text, errors.field.entra_tenant),
        Field::ClientId => tu_string!(text, errors.field.client_id),
        Field::ClientSecret => tu_string!(text, errors.field.client_secret),
        Field::Certificate => tu_string!(text, errors.field.certificate),
        Field::Organizer => tu_string!(text, errors.field.organizer),
        Field::SecondMailbox => tu_string!(text, errors.field.second_mailbox),
    }
}
