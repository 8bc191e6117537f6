//! What the program depends on outside of itself, tried once for whoever runs it: the store of files, the server for mails, Microsoft, its
//! own public address, and the clocks of others.

use std::time::Duration;

use bytes::Bytes;
use chrono::{DateTime, TimeDelta, Utc};
use domain::{FileId, TenantId};
use url::Url;

use crate::{
    Backend, Clock, Result,
    edition::REACHES_MICROSOFT,
    files::FilePath,
    store::{self, Db},
};

/// How long somebody else may take to answer.
const PATIENCE: Duration = Duration::from_secs(10);

/// Writes a small file, reads it and removes it.
pub async fn files(backend: &Backend) -> Result<()> {
    let files = backend.files();
    let path = FilePath::of(TenantId(uuid::Uuid::nil()), backend.clock().id::<FileId>());
    let content = Bytes::from_static(b"minuted doctor");
    files.put(&path, content.clone()).await?;
    let size = files.size(&path).await;
    // Nothing is left there, whatever was found.
    files.delete(&path).await?;
    if size? == Some(content.len() as u64) {
        return Ok(());
    }
    Err(anyhow::anyhow!("a file that was written is not there").into())
}

/// Who answers for mails: `None` where they are written into a folder.
pub async fn mails(backend: &Backend) -> Result<Option<()>, String> {
    backend.mailer().greet().await
}

/// An answer of somebody else, whatever it says.
#[derive(Clone, Copy, Debug)]
pub struct Answer {
    pub status: u16,
    /// How far their clock is ahead of ours.
    pub ahead: Option<TimeDelta>,
}

/// Microsoft's sign-in and Graph, each with its address; none in an edition that does not speak to them.
pub async fn microsoft(backend: &Backend) -> Vec<(&'static str, Url, Result<Answer, String>)> {
    if !REACHES_MICROSOFT {
        return Vec::new();
    }
    let (login, graph) = (backend.login_url().clone(), backend.graph_url().clone());
    let (at_login, at_graph) = futures::join!(
        answer(backend.clock(), &login, "common/v2.0/.well-known/openid-configuration"),
        answer(backend.clock(), &graph, "v1.0/")
    );
    vec![("sign-in", login, at_login), ("Graph", graph, at_graph)]
}

/// The program itself, at the address that users have.
pub async fn itself(backend: &Backend) -> Result<Answer, String> {
    answer(backend.clock(), backend.public_url(), "healthz").await
}

/// How far the database's clock is ahead of ours.
pub async fn database_ahead(db: &Db, clock: &Clock) -> Result<TimeDelta> {
    let mut system = db.system().await?;
    let before = clock.now();
    let theirs = store::system::now(&mut system).await?;
    Ok(theirs - middle(before, clock.now()))
}

fn middle(before: DateTime<Utc>, after: DateTime<Utc>) -> DateTime<Utc> {
    before + (after - before) / 2
}

async fn answer(clock: &Clock, base: &Url, path: &str) -> Result<Answer, String> {
    let url = format!("{}/{path}", base.as_str().trim_end_matches('/'));
    // An error says that the process has chosen a provider already, which is as good.
    drop(rustls::crypto::ring::default_provider().install_default());
    let client = reqwest::Client::builder()
        .timeout(PATIENCE)
        .redirect(reqwest::redirect::Policy::none())
        .build()
        .map_err(|error| causes(&error))?;
    let before = clock.now();
    let answer = client
        .get(url)
        .send()
        .await
        .map_err(|error| causes(&error.without_url()))?;
    let now = middle(before, clock.now());
    let date = answer.headers().get("date").and_then(|date| date.to_str().ok());
    let theirs = date.and_then(|date| DateTime::parse_from_rfc2822(date).ok());
    Ok(Answer {
        status: answer.status().as_u16(),
        ahead: theirs.map(|theirs| theirs.to_utc() - now),
    })
}

/// In one line.
fn causes(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut source = error.source();
    while let Some(cause) = source {
        let cause_text = cause.to_string();
        // Some say what their cause says, too.
        if !text.ends_with(&cause_text) {
            text.extend([": ", &cause_text]);
        }
        source = cause.source();
    }
    text.replace(['\r', '\n'], " ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn nobody_at_an_address_is_told_in_one_line() {
        let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        let url: Url = format!("http://{}/", listener.local_addr().unwrap()).parse().unwrap();
        drop(listener);
        let told = answer(&Clock::system(), &url, "healthz").await.unwrap_err();
        assert!(told.contains("refused") && !told.contains('\n'), "{told}");
    }
}
