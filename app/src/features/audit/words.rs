//! What was done, in words.

use domain::{AuditDetails, AuditField, AuditKind, AuditRow};

use crate::{i18n::tu_string, ui::I18n};

pub fn kind(text: I18n, kind: AuditKind) -> &'static str {
    match kind {
        AuditKind::RecordingOpened => tu_string!(text, audit.kind.recording_opened),
        AuditKind::RecordingDownloaded => tu_string!(text, audit.kind.recording_downloaded),
        AuditKind::RecordingDeleted => tu_string!(text, audit.kind.recording_deleted),
        AuditKind::TranscriptViewed => tu_string!(text, audit.kind.transcript_viewed),
        AuditKind::TranscriptDownloaded => tu_string!(text, audit.kind.transcript_downloaded),
        AuditKind::TranscriptDeleted => tu_string!(text, audit.kind.transcript_deleted),
        AuditKind::InteractionDeleted => tu_string!(text, audit.kind.interaction_deleted),
        AuditKind::PortalShown => tu_string!(text, audit.kind.portal_shown),
        AuditKind::PortalHidden => tu_string!(text, audit.kind.portal_hidden),
        AuditKind::TeamsProfile => tu_string!(text, audit.kind.teams_profile),
        AuditKind::TeamsOrganizer => tu_string!(text, audit.kind.teams_organizer),
        AuditKind::TeamsOptions => tu_string!(text, audit.kind.teams_options),
        AuditKind::TeamsActivated => tu_string!(text, audit.kind.teams_activated),
        AuditKind::TeamsDeactivated => tu_string!(text, audit.kind.teams_deactivated),
        AuditKind::RolesChanged => tu_string!(text, audit.kind.roles_changed),
        AuditKind::PersonActivated => tu_string!(text, audit.kind.person_activated),
        AuditKind::PersonDeactivated => tu_string!(text, audit.kind.person_deactivated),
        AuditKind::TypeAdded => tu_string!(text, audit.kind.type_added),
        AuditKind::TypeChanged => tu_string!(text, audit.kind.type_changed),
        AuditKind::TypeMoved => tu_string!(text, audit.kind.type_moved),
        AuditKind::TypeDeleted => tu_string!(text, audit.kind.type_deleted),
        AuditKind::StatusAdded => tu_string!(text, audit.kind.status_added),
        AuditKind::StatusChanged => tu_string!(text, audit.kind.status_changed),
        AuditKind::StatusMoved => tu_string!(text, audit.kind.status_moved),
        AuditKind::StatusDefault => tu_string!(text, audit.kind.status_default),
        AuditKind::StatusDeleted => tu_string!(text, audit.kind.status_deleted),
        AuditKind::AuditExported => tu_string!(text, audit.kind.audit_exported),
    }
}

/// An icon for what it was done to.
pub fn icon(kind: Option<AuditKind>) -> icondata_core::Icon {
    let Some(kind) = kind else {
        return icondata_lu::LuCircleDot;
    };
    match kind {
        AuditKind::RecordingOpened => icondata_lu::LuPlay,
        AuditKind::TranscriptViewed => icondata_lu::LuFileText,
        AuditKind::RecordingDownloaded | AuditKind::TranscriptDownloaded | AuditKind::AuditExported => {
            icondata_lu::LuDownload
        }
        AuditKind::RecordingDeleted
        | AuditKind::TranscriptDeleted
        | AuditKind::InteractionDeleted
        | AuditKind::TypeDeleted
        | AuditKind::StatusDeleted => icondata_lu::LuTrash2,
        AuditKind::PortalShown | AuditKind::PortalHidden => icondata_lu::LuShare2,
        AuditKind::RolesChanged | AuditKind::PersonActivated | AuditKind::PersonDeactivated => icondata_lu::LuUsers,
        _ => icondata_lu::LuSettings,
    }
}

fn field(text: I18n, word: &str) -> String {
    let Some(field) = AuditField::find(word) else {
        return word.to_owned();
    };
    let words = match field {
        AuditField::EntraTenant => tu_string!(text, audit.field.entra_tenant),
        AuditField::ClientId => tu_string!(text, audit.field.client_id),
        AuditField::ClientSecret => tu_string!(text, audit.field.client_secret),
        AuditField::Certificate => tu_string!(text, audit.field.certificate),
        AuditField::Organizer => tu_string!(text, audit.field.organizer),
        AuditField::RecordAutomatically => tu_string!(text, audit.field.record_automatically),
        AuditField::SendInvites => tu_string!(text, audit.field.send_invites),
        AuditField::KeepCopies => tu_string!(text, audit.field.keep_copies),
        AuditField::TenantWide => tu_string!(text, audit.field.tenant_wide),
        AuditField::Name => tu_string!(text, audit.field.name),
        AuditField::Icon => tu_string!(text, audit.field.icon),
        AuditField::Closed => tu_string!(text, audit.field.closed),
    };
    words.to_owned()
}

/// What exactly was changed, a line for each way.
pub fn details(text: I18n, row: &AuditRow) -> Vec<String> {
    let AuditDetails {
        fields,
        on,
        off,
        added,
        removed,
    } = &row.details;
    let fields_of = |words: &[String]| {
        let words: Vec<String> = words.iter().map(|word| field(text, word)).collect();
        words.join(", ")
    };
    let mut lines = Vec::new();
    if !fields.is_empty() {
        lines.push(tu_string!(text, audit.changed, fields = fields_of(fields)));
    }
    if !on.is_empty() {
        lines.push(tu_string!(text, audit.on, fields = fields_of(on)));
    }
    if !off.is_empty() {
        lines.push(tu_string!(text, audit.off, fields = fields_of(off)));
    }
    if !added.is_empty() {
        lines.push(tu_string!(text, audit.added, roles = added.join(", ")));
    }
    if !removed.is_empty() {
        lines.push(tu_string!(text, audit.removed, roles = removed.join(", ")));
    }
    lines
}
