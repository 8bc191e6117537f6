use futures::TryStreamExt;
use uuid::Uuid;

use super::*;

fn store(folder: &tempfile::TempDir) -> FileStore {
    Place::Folder(folder.path().join("files")).open(folder.path()).unwrap()
}

fn path(file: u128) -> FilePath {
    FilePath::of(TenantId(Uuid::from_u128(1)), FileId(Uuid::from_u128(file)))
}

async fn read(store: &FileStore, path: &FilePath, range: Range<u64>) -> Result<Vec<u8>, StoreError> {
    let chunks: Vec<Bytes> = store.read(path, range).await?.try_collect().await?;
    Ok(chunks.concat())
}

#[tokio::test]
async fn a_file_is_kept_read_in_parts_and_removed() {
    let folder = tempfile::tempdir().unwrap();
    let store = store(&folder);
    assert_eq!(store.size(&path(2)).await.unwrap(), None);
    store.put(&path(2), Bytes::from_static(b"what was said")).await.unwrap();
    assert_eq!(store.size(&path(2)).await.unwrap(), Some(13));
    for (range, expected) in [
        (0..13, "what was said"),
        (5..8, "was"),
        (9..100, "said"),
        (12..13, "d"),
        (4..4, ""),
    ] {
        assert_eq!(
            read(&store, &path(2), range.clone()).await.unwrap(),
            expected.as_bytes(),
            "{range:?}"
        );
    }
    store.delete(&path(2)).await.unwrap();
    store.delete(&path(2)).await.unwrap();
    assert!(matches!(read(&store, &path(2), 0..1).await, Err(StoreError::NotFound)));
}

#[tokio::test]
async fn a_long_file_is_written_in_pieces_and_seen_when_it_is_whole() {
    let folder = tempfile::tempdir().unwrap();
    let store = store(&folder);
    let piece: Vec<u8> = (0..3_000_000u32).map(|at| (at % 251) as u8).collect();
    let mut writer = store.write(&path(3)).await.unwrap();
    for _ in 0..10 {
        writer.add(Bytes::from(piece.clone())).await.unwrap();
    }
    assert_eq!(store.size(&path(3)).await.unwrap(), None);
    assert_eq!(writer.finish().await.unwrap(), 30_000_000);
    assert_eq!(store.size(&path(3)).await.unwrap(), Some(30_000_000));
    assert_eq!(read(&store, &path(3), 0..30_000_000).await.unwrap(), piece.repeat(10));
    assert_eq!(
        read(&store, &path(3), 6_000_001..6_000_011).await.unwrap(),
        piece[1..11]
    );
    let given_up = store.write(&path(4)).await.unwrap();
    given_up.abort().await;
    assert_eq!(store.size(&path(4)).await.unwrap(), None);
}

#[tokio::test]
async fn a_file_from_elsewhere_is_taken_over() {
    let folder = tempfile::tempdir().unwrap();
    let store = store(&folder);
    let draft = folder.path().join("draft");
    std::fs::write(&draft, b"moving picture").unwrap();
    store.adopt(draft.clone(), &path(5)).await.unwrap();
    assert!(!draft.exists());
    assert_eq!(read(&store, &path(5), 0..99).await.unwrap(), b"moving picture");
    // As into a bucket: read there, written here.
    std::fs::write(&draft, b"another").unwrap();
    let apart = FileStore { folder: None, ..store };
    apart.adopt(draft.clone(), &path(6)).await.unwrap();
    assert!(!draft.exists());
    assert_eq!(read(&apart, &path(6), 0..99).await.unwrap(), b"another");
}

#[test]
fn paths_are_made_of_ids_and_stay_with_their_tenant() {
    let tenant = TenantId(Uuid::from_u128(1));
    let written = path(7).to_string();
    assert_eq!(
        written,
        "00000000-0000-0000-0000-000000000001/00000000-0000-0000-0000-000000000007"
    );
    assert_eq!(FilePath::stored(tenant, &written), Some(path(7)));
    // As the peer writes them.
    assert!(FilePath::stored(tenant, &format!("/uploads/{tenant}/1700000000000-abc.vtt")).is_some());
    for foreign in [
        "",
        "/",
        "00000000-0000-0000-0000-000000000002/x",
        &format!("{tenant}/../00000000-0000-0000-0000-000000000002/x"),
        &format!("{tenant}//x"),
        "../../etc/passwd",
    ] {
        assert_eq!(FilePath::stored(tenant, foreign), None, "{foreign}");
    }
}

#[test]
fn places_are_read_from_urls() {
    let open = |url: &str| {
        Place::from_url(
            url,
            [
                ("AWS_REGION", "eu-central-1"),
                ("AWS_ACCESS_KEY_ID", "key"),
                ("AWS_SECRET_ACCESS_KEY", "secret"),
            ],
        )
    };
    assert!(
        matches!(open("file:///var/lib/files"), Ok(Place::Folder(path)) if path == std::path::Path::new("/var/lib/files"))
    );
    for url in ["s3://bucket", "s3://bucket/", "s3://bucket/some/prefix"] {
        let place = open(url).unwrap();
        assert!(!format!("{place:?}").contains("secret"), "{place:?}");
        assert!(place.open(std::path::Path::new("/tmp")).is_ok(), "{url}");
    }
    for (url, word) in [
        ("", "file:///"),
        ("bucket", "file:///"),
        ("ftp://host/x", "file:///"),
        ("file://elsewhere/folder", "on this machine"),
        ("file:///folder?x=y", "on this machine"),
        ("s3://", "bucket"),
        ("s3:///prefix", "bucket"),
        ("s3://bucket/prefix?x=y", "bucket"),
        ("s3://user:word@bucket/prefix", "bucket"),
    ] {
        let error = open(url).unwrap_err().to_string();
        assert!(
            error.contains("MINUTED_STORAGE_URL") && error.contains(word) && !error.contains('\n'),
            "{url}: {error}"
        );
    }
    let wrong = Place::from_url(
        "s3://bucket",
        [("AWS_ENDPOINT", "http://127.0.0.1:9"), ("AWS_ALLOW_HTTP", "maybe")],
    );
    let error = wrong.unwrap_err().to_string();
    assert!(error.contains("AWS_") && !error.contains('\n'), "{error}");
}

#[test]
fn a_folder_that_cannot_be_made_is_named() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("file");
    std::fs::write(&file, b"").unwrap();
    let error = Place::Folder(file.join("files"))
        .open(folder.path())
        .unwrap_err()
        .to_string();
    assert!(
        error.contains(&*file.to_string_lossy()) && !error.contains('\n'),
        "{error}"
    );
}
