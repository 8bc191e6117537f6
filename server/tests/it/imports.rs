//! Files to be imported, as a browser posts them.

use reqwest::{StatusCode, header::CONTENT_TYPE};
use sqlx::PgPool;

use crate::server::{DISPATCHER, Server};

const BOUNDARY: &str = "minuted-test-boundary";

/// Posts a form with one file; says where the answer leads to.
pub async fn give(server: &Server, path: &str, file: &[u8]) -> (StatusCode, String) {
    let head = format!(
        "--{BOUNDARY}\r\ncontent-disposition: form-data; name=\"file\"; filename=\"list.csv\"\r\ncontent-type: text/csv\r\n\r\n"
    );
    let body = [head.as_bytes(), file, format!("\r\n--{BOUNDARY}--\r\n").as_bytes()].concat();
    let kind = format!("multipart/form-data; boundary={BOUNDARY}").parse().unwrap();
    let answer = server
        .post_raw(path, body)
        .headers([(CONTENT_TYPE, kind)].into_iter().collect())
        .send()
        .await
        .unwrap();
    let location = answer.headers().get("location");
    let location = location.map_or("", |location| location.to_str().unwrap()).to_owned();
    (answer.status(), location)
}

#[sqlx::test(migrations = false)]
async fn a_file_is_taken_or_the_reason_is_told(pool: PgPool) {
    let server = Server::start(pool).await;
    let (clients, contacts) = ("/msp/clients/import", "/msp/contacts/import");
    let (status, to) = give(&server, clients, b"name\nAcme\n").await;
    assert_eq!(status, StatusCode::SEE_OTHER);
    assert!(to.starts_with("/auth/msp/signin?next="), "{to}");

    server.sign_in(DISPATCHER).await;
    let (status, to) = give(&server, clients, b"name\nAcme\n").await;
    assert_eq!(status, StatusCode::SEE_OTHER);
    let id = to
        .strip_prefix("/msp/clients/import/")
        .unwrap_or_else(|| panic!("{to}"));
    assert_eq!(id.len(), 36);
    let preview = format!("/api/imports/preview?kind=clients&upload_id={id}&create=false");
    let preview: serde_json::Value = server.get(&preview).send().await.unwrap().json().await.unwrap();
    assert_eq!(preview["counts"]["added"], 1);

    let many = "name\n".to_owned() + &"Acme\n".repeat(100_000);
    let large = vec![b'a'; 12 * 1024 * 1024];
    for (path, file, refused) in [
        (clients, many.as_bytes(), "too-many-lines&detail=100000"),
        (clients, &large, "too-large&detail="),
        (contacts, b"name\nAda".as_slice(), "missing&detail=email"),
        (contacts, b"".as_slice(), "empty&detail="),
        (clients, b"PK\x03\x04 a workbook", "workbook&detail="),
        (clients, &[0x01, 0x02, 0xff].repeat(500), "not-text&detail="),
        (clients, b"shoe size,colour\n37,blue\n", "missing&detail=name"),
        (clients, b"name,Name\nAcme,Acme\n", "twice&detail=name"),
    ] {
        let (status, to) = give(&server, path, file).await;
        assert_eq!(
            (status, to),
            (StatusCode::SEE_OTHER, format!("{path}?refused={refused}"))
        );
    }
    // Not a form at all.
    let answer = server.post_raw(clients, b"name\nAcme\n".to_vec()).send().await.unwrap();
    assert_eq!(answer.status(), StatusCode::BAD_REQUEST);
}

#[sqlx::test(migrations = false)]
async fn only_those_who_may_give_files_in(pool: PgPool) {
    let server = Server::start(pool).await;
    server.sign_in("tech@northwind.example").await;
    let (status, to) = give(&server, "/msp/clients/import", b"name\nAcme\n").await;
    assert_eq!(
        (status, to.as_str()),
        (StatusCode::SEE_OTHER, "/msp/clients/import"),
        "where the page says that it is not allowed"
    );
    let page = server.get("/msp/clients/import").send().await.unwrap();
    assert_eq!(page.status(), StatusCode::FORBIDDEN);
    assert_eq!(server.text("SELECT count(*)::text FROM import_uploads").await, "0");
    let (_, to) = give(&server, "/msp/contacts/import", b"name,email\nAda,ada@acme.example\n").await;
    assert!(to.starts_with("/msp/contacts/import/"), "{to}");
}
