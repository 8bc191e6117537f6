use std::sync::{Arc, Mutex};

use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream},
};
use url::Url;

/// An endpoint for notifications: on `/echo…` it answers the handshake and takes what is posted. On `/page` it answers with the token
/// on a web page, on `/other` with another one, elsewhere with 404.
pub struct Webhook {
    /// Where Microsoft reaches it.
    base: Url,
    pub seen: Arc<Mutex<Seen>>,
}

#[derive(Default)]
pub struct Seen {
    /// The paths that were asked, without their queries.
    pub asked: Vec<String>,
    /// The notifications that were taken.
    pub posted: Vec<Vec<u8>>,
    /// So many of the next notifications are answered with 503.
    pub refused: u32,
}

impl Webhook {
    /// `public` is the address from outside, when it is not the one that is listened on.
    pub async fn start(listen: &str, public: Option<Url>) -> Self {
        let listener = TcpListener::bind(listen).await.unwrap();
        let local = format!("http://{}/", listener.local_addr().unwrap());
        let base = public.unwrap_or_else(|| local.parse().unwrap());
        let seen = Arc::<Mutex<Seen>>::default();
        let shared = Arc::clone(&seen);
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                tokio::spawn(answer(stream, Arc::clone(&shared)));
            }
        });
        Self { base, seen }
    }

    pub fn url(&self, path: &str) -> Url {
        self.base.join(path).unwrap()
    }

    pub fn asked(&self) -> Vec<String> {
        self.seen.lock().unwrap().asked.clone()
    }
}

async fn answer(mut stream: TcpStream, seen: Arc<Mutex<Seen>>) {
    let (mut request, mut chunk) = (Vec::new(), [0; 4096]);
    let (head, body) = loop {
        match stream.read(&mut chunk).await {
            Ok(read) if read > 0 => request.extend_from_slice(&chunk[..read]),
            _ => return,
        }
        let Some(end) = request.windows(4).position(|end| end == b"\r\n\r\n") else {
            continue;
        };
        let head = String::from_utf8_lossy(&request[..end]).to_ascii_lowercase();
        let length = head
            .lines()
            .find_map(|line| line.strip_prefix("content-length:")?.trim().parse().ok());
        if request.len() >= end + 4 + length.unwrap_or(0) {
            break (
                String::from_utf8_lossy(&request[..end]).into_owned(),
                request.split_off(end + 4),
            );
        }
    };
    let target = head.split_whitespace().nth(1).unwrap_or("/");
    let url = Url::parse("http://webhook/").unwrap().join(target).unwrap();
    let token = url.query_pairs().find(|(name, _)| name == "validationToken");
    let answer = {
        let mut seen = seen.lock().unwrap();
        seen.asked.push(url.path().to_owned());
        match token {
            Some((_, token)) if url.path() == "/page" => reply("200 OK", "text/html", &token),
            Some(_) if url.path() == "/other" => plain("200 OK", "another token"),
            _ if !url.path().starts_with("/echo") => plain("404 Not Found", ""),
            Some((_, token)) => plain("200 OK", &token),
            None if seen.refused > 0 => {
                seen.refused -= 1;
                plain("503 Service Unavailable", "")
            }
            None => {
                seen.posted.push(body);
                plain("202 Accepted", "")
            }
        }
    };
    stream.write_all(answer.as_bytes()).await.ok();
}

fn plain(status: &str, body: &str) -> String {
    reply(status, "text/plain", body)
}

fn reply(status: &str, kind: &str, body: &str) -> String {
    let length = body.len();
    format!("HTTP/1.1 {status}\r\ncontent-type: {kind}\r\ncontent-length: {length}\r\nconnection: close\r\n\r\n{body}")
}
