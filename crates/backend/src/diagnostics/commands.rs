//! What to paste to mend something, with the tenant's own values. PowerShell for what is Microsoft's, a shell for what is the server's.

use domain::DiagnosisCause as Cause;

use super::report::About;

/// The app role `Calendars.ReadWrite` of Microsoft Graph.
const CALENDARS_ROLE: &str = "ef54d2bf-783f-4e0f-bca1-3210c0444d99";

/// The commands that mend the cause, if commands do.
pub fn of(cause: Cause, about: &About) -> Option<String> {
    let organizer = about.organizer.as_deref().unwrap_or_default();
    let lines = match cause {
        Cause::MailboxOutOfScope | Cause::RefusedByLegacyPolicy => exchange_role(about),
        Cause::LegacyPolicyDenies => [exchange_role(about), remove_legacy(about)].concat(),
        Cause::UnscopedGrant => [exchange_role(about), remove_grant(about)].concat(),
        Cause::ScopeTooWide => vec![
            "Connect-ExchangeOnline".to_owned(),
            format!(
                "Set-ManagementScope -Identity 'Minuted organizer' -RecipientRestrictionFilter {}",
                double(&filter(organizer))
            ),
        ],
        Cause::NoTeamsPolicy => teams_policy(about),
        Cause::TranscriptsOff => teams_switch(about, "-EnableGraphTranscriptAccess $true"),
        Cause::SpeakersOff => teams_switch(about, "-EnableAttributedTranscripts $true"),
        Cause::OrganizerDisabled => vec![
            format!(
                "Connect-MgGraph -TenantId {} -Scopes User.EnableDisableAccount.All",
                quote(&about.entra_tenant)
            ),
            format!("Update-MgUser -UserId {} -AccountEnabled:$true", quote(organizer)),
        ],
        Cause::HandshakeFailed => vec![format!(
            "curl -i -X POST -H 'Content-Type: text/plain' -d '' {}",
            shell(&format!("{}?validationToken=minuted", about.url))
        )],
        Cause::ClockOff => vec!["timedatectl set-ntp true".to_owned(), "timedatectl status".to_owned()],
        _ => return None,
    };
    Some(lines.join("\n"))
}

/// The page of Microsoft's on which the cause is mended.
pub fn link(cause: Cause, about: &About) -> Option<String> {
    match cause {
        Cause::RolesNone | Cause::RolesMissing | Cause::RoleRefused | Cause::LookupRefused | Cause::AppNotFound => {
            Some(format!(
                "{}/{}/adminconsent?client_id={}",
                about.login_url.trim_end_matches('/'),
                about.entra_tenant,
                about.client_id
            ))
        }
        Cause::SecretWrong
        | Cause::SecretExpired
        | Cause::CertificateExpiring
        | Cause::CertificateExpired
        | Cause::CertificateUnknown => Some(format!(
            "https://entra.microsoft.com/#view/Microsoft_AAD_RegisteredApps/ApplicationMenuBlade/~/Credentials/appId/{}",
            about.client_id
        )),
        Cause::CredentialsRefused => {
            Some("https://learn.microsoft.com/entra/identity-platform/reference-error-codes".to_owned())
        }
        _ => None,
    }
}

/// Access to the organizer's calendar alone, by a role in Exchange.
fn exchange_role(about: &About) -> Vec<String> {
    let organizer = about.organizer.as_deref().unwrap_or_default();
    vec![
        format!(
            "Connect-MgGraph -TenantId {} -Scopes Application.Read.All",
            quote(&about.entra_tenant)
        ),
        format!(
            "$sp = Get-MgServicePrincipal -Filter {}",
            double(&format!("appId eq '{}'", inner(&about.client_id)))
        ),
        "Connect-ExchangeOnline".to_owned(),
        "New-ServicePrincipal -AppId $sp.AppId -ObjectId $sp.Id -DisplayName 'Minuted'".to_owned(),
        format!(
            "New-ManagementScope -Name 'Minuted organizer' -RecipientRestrictionFilter {}",
            double(&filter(organizer))
        ),
        "New-ManagementRoleAssignment -Name 'Minuted calendar' -App $sp.Id -Role 'Application Calendars.ReadWrite' -CustomResourceScope 'Minuted organizer'".to_owned(),
        format!(
            "Test-ServicePrincipalAuthorization -Identity $sp.Id -Resource {}",
            quote(organizer)
        ),
    ]
}

fn filter(organizer: &str) -> String {
    format!("UserPrincipalName -eq '{}'", inner(organizer))
}

fn remove_legacy(about: &About) -> Vec<String> {
    vec![format!(
        "Get-ApplicationAccessPolicy | Where-Object AppId -eq {} | Remove-ApplicationAccessPolicy",
        quote(&about.client_id)
    )]
}

/// Takes the permission for all calendars away.
fn remove_grant(about: &About) -> Vec<String> {
    vec![
        format!(
            "Connect-MgGraph -TenantId {} -Scopes AppRoleAssignment.ReadWrite.All",
            quote(&about.entra_tenant)
        ),
        "Get-MgServicePrincipalAppRoleAssignment -ServicePrincipalId $sp.Id -All |".to_owned(),
        format!("  Where-Object AppRoleId -eq '{CALENDARS_ROLE}' |"),
        "  ForEach-Object { Remove-MgServicePrincipalAppRoleAssignment -ServicePrincipalId $sp.Id -AppRoleAssignmentId $_.Id }".to_owned(),
    ]
}

fn teams_policy(about: &About) -> Vec<String> {
    let organizer = about
        .organizer_id
        .as_deref()
        .or(about.organizer.as_deref())
        .unwrap_or_default();
    vec![
        format!("Connect-MicrosoftTeams -TenantId {}", quote(&about.entra_tenant)),
        format!(
            "New-CsApplicationAccessPolicy -Identity Minuted -AppIds {} -Description 'Minuted'",
            quote(&about.client_id)
        ),
        format!(
            "Grant-CsApplicationAccessPolicy -PolicyName Minuted -Identity {}",
            quote(organizer)
        ),
        "# Set-CsApplicationAccessPolicy -Identity <policy of the organizer> -AppIds @{Add=".to_owned()
            + &quote(&about.client_id)
            + "}",
    ]
}

fn teams_switch(about: &About, switch: &str) -> Vec<String> {
    vec![
        format!("Connect-MicrosoftTeams -TenantId {}", quote(&about.entra_tenant)),
        format!("Set-CsTeamsMeetingConfiguration -Identity Global {switch}"),
    ]
}

/// Without what ends a text in single quotes: PowerShell takes the curly ones for such, too.
fn inner(text: &str) -> String {
    let mut doubled = String::with_capacity(text.len());
    for c in text.chars() {
        if matches!(c, '\'' | '\u{2018}'..='\u{201B}') {
            doubled.push(c);
        }
        doubled.push(c);
    }
    doubled
}

/// A text in PowerShell in which nothing has a meaning.
fn quote(text: &str) -> String {
    format!("'{}'", inner(text))
}

/// A text in PowerShell that holds single quotes. What has a meaning in it is taken out of it.
fn double(text: &str) -> String {
    let mut quoted = String::from("\"");
    for c in text.chars() {
        if matches!(c, '"' | '`' | '$' | '\u{201C}'..='\u{201E}') {
            quoted.push('`');
        }
        quoted.push(c);
    }
    quoted.push('"');
    quoted
}

/// A word of a shell in which nothing has a meaning.
fn shell(text: &str) -> String {
    format!("'{}'", text.replace('\'', r"'\''"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn about() -> About {
        About {
            entra_tenant: "tenant-id".into(),
            client_id: "app-id".into(),
            organizer: Some("o'neil$x@northwind.example".into()),
            organizer_id: Some("object-id".into()),
            url: "https://minuted.example/api/teams/webhooks/recordings".into(),
            login_url: "https://login.microsoftonline.com/".into(),
            ..About::default()
        }
    }

    #[test]
    fn commands_hold_the_tenants_own_values() {
        let policy = of(Cause::NoTeamsPolicy, &about()).unwrap();
        assert!(policy.contains("-AppIds 'app-id'") && policy.contains("-Identity 'object-id'"));
        let role = of(Cause::MailboxOutOfScope, &about()).unwrap();
        assert!(role.contains("-Resource 'o''neil$x@northwind.example'"), "{role}");
        assert!(
            role.contains("\"UserPrincipalName -eq 'o''neil`$x@northwind.example'\""),
            "{role}"
        );
        let consent = link(Cause::RolesNone, &about()).unwrap();
        assert_eq!(
            consent,
            "https://login.microsoftonline.com/tenant-id/adminconsent?client_id=app-id"
        );
        assert_eq!(of(Cause::Good, &about()), None);
    }

    #[test]
    fn nothing_gets_out_of_its_quotes() {
        assert_eq!(quote("a'; Remove-Item x #"), "'a''; Remove-Item x #'");
        assert_eq!(quote("a\u{2019}b"), "'a\u{2019}\u{2019}b'");
        assert_eq!(double("a\"$(x)`"), "\"a`\"`$(x)``\"");
        assert_eq!(shell("a'b"), r"'a'\''b'");
    }
}
