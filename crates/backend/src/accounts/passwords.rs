//! Changing a password: with the current one, or by a link in a mail.

use std::time::Duration as Wait;

use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};
use chrono::Duration;
use domain::{
    Audience, ChangePassword, ErrorCode, Failure, Field, ForgotPassword, Language, MailId, Problem, ResetId,
    ResetPassword, TenantId,
};
use sha2::{Digest, Sha256};
use uuid::Uuid;

use crate::{
    Actor, Backend, Result,
    access::{Principal, TenantScope},
    mail::{self, Letter, Words},
    secrets::random,
    sessions::{Visitor, limits, password},
    store::{
        self, TenantTx,
        accounts::{Account, NewReset},
    },
};

/// How long a link works.
const LINK_LIFETIME: Duration = Duration::hours(1);
/// Every request for a link takes this long, so that its time does not tell whether there is an account.
const ANSWER_AFTER: Wait = Wait::from_millis(250);
const MAX_EMAIL: usize = 320;

/// Sends a link to everybody with this address behind the door that was asked at. The answer is the same when there is nobody.
pub async fn ask(backend: &Backend, visitor: &Visitor, input: &ForgotPassword, language: Language) -> Result<()> {
    let email = match domain::text::line(&input.email, MAX_EMAIL) {
        Ok(email) if email.is_empty() => return Err(Failure::field(Field::Email, Problem::Required).into()),
        Ok(email) => email.to_lowercase(),
        Err(problem) => return Err(Failure::field(Field::Email, problem).into()),
    };
    limits::Tries::count(backend, "reset", visitor, &email).await?;
    let (sent, ()) = tokio::join!(
        send_links(backend, &email, input.audience, language),
        tokio::time::sleep(ANSWER_AFTER)
    );
    sent
}

async fn send_links(backend: &Backend, email: &str, audience: Audience, language: Language) -> Result<()> {
    // Nobody's mailbox is filled from many addresses. Who asks is not told.
    if limits::count(backend, &limits::Limit::of_account("reset", email))
        .await
        .is_err()
    {
        return Ok(());
    }
    let mut system = backend.db().system().await?;
    let accounts = store::accounts::by_email(&mut system, email, audience.user_type()).await?;
    drop(system);
    for account in &accounts {
        send_link(backend, account, audience, language).await?;
    }
    Ok(())
}

async fn send_link(backend: &Backend, account: &Account, audience: Audience, language: Language) -> Result<()> {
    let now = backend.clock().now();
    let token = Token {
        tenant: account.tenant,
        secret: random(),
    };
    let path = match audience {
        Audience::Staff => "/auth/msp/reset-password",
        Audience::Portal => "/auth/client-portal/reset-password",
    };
    let link = backend.page_url(&format!("{path}?token={}", token.text()));
    let mut tx = backend.db().begin(TenantScope::of_row(account.tenant)).await?;
    let reset = NewReset {
        reset_id: backend.clock().id::<ResetId>(),
        user_id: account.user_id,
        token_hash: &token.digest(),
        email: &account.email,
        user_type: audience.user_type(),
        expires_at: now + LINK_LIFETIME,
        now,
    };
    store::accounts::insert_reset(&mut tx, &reset).await?;
    let words = Words::of(account.language().unwrap_or(language));
    let mail = letter(backend, words, account, "reset", Some(link)).to(&account.email, &account.name);
    mail::enqueue(backend, &mut tx, MailId(reset.reset_id.0), "password-reset", &mail).await?;
    tx.commit().await?;
    tracing::info!(user.id = %account.user_id, "a link for a new password was asked for");
    Ok(())
}

/// The mail about a password; `kind` is the part of `mail.json`.
fn letter(backend: &Backend, words: Words, account: &Account, kind: &str, link: Option<String>) -> Letter {
    let say = |key: &str| words.say(key, &[("email", &account.email), ("tenant", &account.tenant_name)]);
    let (subject, intro, notes) = match kind {
        "reset" => (
            say("mail.reset.subject"),
            say("mail.reset.intro"),
            vec![say("mail.reset.expires"), say("mail.reset.not_you")],
        ),
        _ => (
            say("mail.changed.subject"),
            say("mail.changed.intro"),
            vec![say("mail.changed.not_you")],
        ),
    };
    let footer = words.say("mail.footer", &[("url", &backend.page_url(""))]);
    Letter {
        language: words.language(),
        subject,
        greeting: words.say("mail.greeting", &[("name", &account.name)]),
        paragraphs: vec![intro],
        button: link.map(|link| (say("mail.reset.button"), link)),
        notes: notes.into_iter().chain([footer]).collect(),
    }
}

/// What stands in a link: which tenant, so that the row is found within it, and 256 random bits, of which the row keeps a digest.
struct Token {
    tenant: TenantId,
    secret: [u8; 32],
}

impl Token {
    fn text(&self) -> String {
        BASE64_URL_SAFE_NO_PAD.encode([self.tenant.0.as_bytes().as_slice(), &self.secret].concat())
    }

    fn parse(text: &str) -> Option<Self> {
        let bytes: [u8; 48] = BASE64_URL_SAFE_NO_PAD.decode(text.trim()).ok()?.try_into().ok()?;
        let (tenant, secret) = bytes.split_first_chunk::<16>()?;
        Some(Self {
            tenant: TenantId(Uuid::from_bytes(*tenant)),
            secret: secret.try_into().ok()?,
        })
    }

    fn digest(&self) -> String {
        BASE64_URL_SAFE_NO_PAD.encode(Sha256::digest(self.secret))
    }
}

/// Whether a link still works, so that nobody thinks of a password in vain.
pub async fn check_link(backend: &Backend, visitor: &Visitor, token: &str) -> Result<()> {
    limits::count(backend, &limits::Limit::per_address("link", visitor)).await?;
    let token = Token::parse(token).ok_or(ErrorCode::LinkExpired)?;
    let mut tx = backend.db().read(TenantScope::of_row(token.tenant)).await?;
    let account = store::accounts::reset_account(&mut tx, &token.digest(), backend.clock().now()).await?;
    account.map(|_| ()).ok_or_else(|| ErrorCode::LinkExpired.into())
}

/// Sets the password that was chosen by a link. The link is used up, and everybody who is signed in with the account is signed out.
pub async fn reset(backend: &Backend, visitor: &Visitor, input: &ResetPassword) -> Result<()> {
    limits::count(backend, &limits::Limit::per_address("link", visitor)).await?;
    let token = Token::parse(&input.token).ok_or(ErrorCode::LinkExpired)?;
    let scope = TenantScope::of_row(token.tenant);
    let now = backend.clock().now();
    let mut tx = backend.db().read(scope).await?;
    let account = store::accounts::reset_account(&mut tx, &token.digest(), now)
        .await?
        .ok_or(ErrorCode::LinkExpired)?;
    drop(tx);
    check_new(&input.password, &input.confirm, &account.email)?;
    let hash = password::hash_new(&input.password).await?;
    let mut tx = backend.db().begin(scope).await?;
    if !store::accounts::use_reset(&mut tx, &token.digest(), now).await? {
        return Err(ErrorCode::LinkExpired.into());
    }
    store::accounts::void_resets(&mut tx, account.user_id, now).await?;
    set(backend, &mut tx, &account, &hash).await?;
    store::sessions::revoke_all(&mut tx, account.user_id, None, "password_reset", now).await?;
    tx.commit().await?;
    tracing::info!(user.id = %account.user_id, "a password was chosen by a link");
    Ok(())
}

/// Changes the password of whoever is signed in; everywhere else they are signed out.
pub async fn change(backend: &Backend, actor: &Actor, input: &ChangePassword) -> Result<()> {
    if let Err(failure) = check_new(&input.password, &input.confirm, &actor.email) {
        return Err(if input.current.is_empty() {
            let mut fields = vec![domain::FieldError {
                field: Field::CurrentPassword,
                problem: Problem::Required,
            }];
            fields.extend(failure.fields);
            Failure::invalid(fields)
        } else {
            failure
        }
        .into());
    }
    let who = Principal::from(actor);
    confirm(backend, who, &input.current).await?;
    let hash = password::hash_new(&input.password).await?;
    let now = backend.clock().now();
    let mut tx = backend.db().begin(who.scope).await?;
    let account = Account {
        tenant: who.scope.tenant(),
        user_id: who.user_id,
        email: actor.email.clone(),
        name: actor.name.clone(),
        tenant_name: actor.tenant_name.clone(),
        locale: Some(actor.language.tag().to_owned()),
    };
    store::accounts::void_resets(&mut tx, who.user_id, now).await?;
    set(backend, &mut tx, &account, &hash).await?;
    store::sessions::revoke_all(&mut tx, who.user_id, Some(who.session_id), "password_changed", now).await?;
    tx.commit().await?;
    tracing::info!(user.id = %who.user_id, "a password was changed");
    Ok(())
}

/// Whether this is the person's own password; counted like a sign-in, because it is as good as one.
pub(crate) async fn confirm(backend: &Backend, who: Principal, password: &str) -> Result<()> {
    let wrong = |problem| Err(Failure::field(Field::CurrentPassword, problem).into());
    if password.is_empty() {
        return wrong(Problem::Required);
    }
    if password.chars().count() > 1000 {
        return wrong(Problem::WrongPassword);
    }
    let limit = limits::Limit::per_user("password", who.user_id);
    limits::count(backend, &limit).await?;
    let mut tx = backend.db().read(who.scope).await?;
    let hash = store::accounts::password_hash(&mut tx, who.user_id).await?;
    drop(tx);
    if password::matching(password, vec![hash], backend.peer_passwords())
        .await?
        .is_none()
    {
        return wrong(Problem::WrongPassword);
    }
    limits::forget(backend, &limit).await
}

fn check_new(password: &str, confirm: &str, email: &str) -> Result<(), Failure> {
    let errors = domain::password::check(password, confirm, email);
    if errors.is_empty() {
        Ok(())
    } else {
        Err(Failure::invalid(errors))
    }
}

/// Writes the new hash, and the mail that tells the owner.
async fn set(backend: &Backend, tx: &mut TenantTx, account: &Account, hash: &str) -> Result<()> {
    store::accounts::set_password(tx, account.user_id, hash, backend.clock().now()).await?;
    let words = Words::of(account.language().unwrap_or_default());
    let mail = letter(backend, words, account, "changed", None).to(&account.email, &account.name);
    mail::enqueue(backend, tx, backend.clock().id(), "password-changed", &mail).await
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_is_read_back_and_anything_else_is_not() {
        let token = Token {
            tenant: TenantId(Uuid::from_u128(7)),
            secret: random(),
        };
        let text = token.text();
        let read = Token::parse(&text).unwrap();
        assert_eq!((read.tenant, read.digest()), (token.tenant, token.digest()));
        for bad in ["", "x", &text[1..], &format!("{text}A"), "é", &"=".repeat(64)] {
            assert!(Token::parse(bad).is_none(), "{bad}");
        }
    }
}
