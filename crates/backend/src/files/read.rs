//! Reading a part of a file, a few chunks at a time.

use std::{
    io::{ErrorKind, Read, Seek, SeekFrom},
    ops::Range,
};

use bytes::Bytes;
use futures::{StreamExt, TryStreamExt, stream};
use object_store::{GetOptions, GetRange, GetResultPayload, ObjectStore, path::Path};

use super::{Content, StoreError};

/// Large enough that the hand-over between threads does not count, small enough for hundreds of readers.
const CHUNK: usize = 128 * 1024;

pub(super) async fn open(store: &dyn ObjectStore, path: &Path, range: Range<u64>) -> Result<Content, StoreError> {
    if range.is_empty() {
        return Ok(stream::empty().boxed());
    }
    let options = GetOptions {
        range: Some(GetRange::Bounded(range)),
        ..GetOptions::default()
    };
    let found = match store.get_opts(path, options).await {
        Ok(found) => found,
        Err(object_store::Error::NotFound { .. }) => return Err(StoreError::NotFound),
        Err(error) => return Err(error.into()),
    };
    Ok(match found.payload {
        // The library's own reader hands over 8 KiB at a time.
        GetResultPayload::File(open, _) => file(open, found.range),
        GetResultPayload::Stream(bytes) => bytes.map_err(StoreError::from).boxed(),
    })
}

/// A part of an open file, or as much of it as there is.
pub(super) fn file(file: std::fs::File, range: Range<u64>) -> Content {
    let reading = (file, range);
    stream::try_unfold(reading, async |(mut file, range)| {
        let wanted = usize::try_from(range.end - range.start).unwrap_or(CHUNK).min(CHUNK);
        if wanted == 0 {
            return Ok(None);
        }
        let start = range.start;
        let (file, bytes) = tokio::task::spawn_blocking(move || {
            file.seek(SeekFrom::Start(start))?;
            let mut bytes = vec![0; wanted];
            let read = fill(&mut file, &mut bytes)?;
            bytes.truncate(read);
            Ok::<_, std::io::Error>((file, bytes))
        })
        .await
        .map_err(std::io::Error::other)??;
        let next = range.start + bytes.len() as u64;
        Ok((!bytes.is_empty()).then(|| (Bytes::from(bytes), (file, next..range.end))))
    })
    .boxed()
}

/// Reads until the buffer is full or the file ends.
fn fill(file: &mut std::fs::File, buffer: &mut [u8]) -> std::io::Result<usize> {
    let mut filled = 0;
    while let Some(rest) = buffer.get_mut(filled..).filter(|rest| !rest.is_empty()) {
        match file.read(rest) {
            Ok(0) => break,
            Ok(read) => filled += read,
            Err(error) if error.kind() == ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
    Ok(filled)
}
