use std::sync::{Arc, Mutex};

use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream},
};
use url::Url;

/// An endpoint for notifications: it answers the handshake on `/echo…` and nothing but 404 elsewhere.
pub struct Webhook {
    /// Where Microsoft reaches it.
    base: Url,
    /// The paths that were asked, without their queries.
    asked: Arc<Mutex<Vec<String>>>,
}

impl Webhook {
    /// `public` is the address from outside, when it is not the one that is listened on.
    pub async fn start(listen: &str, public: Option<Url>) -> Self {
        let listener = TcpListener::bind(listen).await.unwrap();
        let local = format!("http://{}/", listener.local_addr().unwrap());
        let base = public.unwrap_or_else(|| local.parse().unwrap());
        let asked = Arc::new(Mutex::new(Vec::new()));
        let seen = Arc::clone(&asked);
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                tokio::spawn(answer(stream, Arc::clone(&seen)));
            }
        });
        Self { base, asked }
    }

    pub fn url(&self, path: &str) -> Url {
        self.base.join(path).unwrap()
    }

    pub fn asked(&self) -> Vec<String> {
        self.asked.lock().unwrap().clone()
    }
}

async fn answer(mut stream: TcpStream, asked: Arc<Mutex<Vec<String>>>) {
    let (mut request, mut chunk) = (Vec::new(), [0; 4096]);
    while !request.windows(4).any(|end| end == b"\r\n\r\n") {
        match stream.read(&mut chunk).await {
            Ok(read) if read > 0 => request.extend_from_slice(&chunk[..read]),
            _ => return,
        }
    }
    let head = String::from_utf8_lossy(&request).into_owned();
    let target = head.split_whitespace().nth(1).unwrap_or("/");
    let url = Url::parse("http://webhook/").unwrap().join(target).unwrap();
    asked.lock().unwrap().push(url.path().to_owned());
    let token = url.query_pairs().find(|(name, _)| name == "validationToken");
    let answer = match token {
        Some((_, token)) if url.path().starts_with("/echo") => format!(
            "HTTP/1.1 200 OK\r\ncontent-type: text/plain\r\ncontent-length: {}\r\nconnection: close\r\n\r\n{token}",
            token.len()
        ),
        _ => "HTTP/1.1 404 Not Found\r\ncontent-length: 0\r\nconnection: close\r\n\r\n".to_owned(),
    };
    stream.write_all(answer.as_bytes()).await.ok();
}
