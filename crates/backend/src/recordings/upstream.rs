//! A recording's bytes on their way from Microsoft.

use std::{fmt, ops::Range, time::Duration};

use bytes::Bytes;
use domain::{ArtifactId, ErrorCode, Failure};
use futures::{StreamExt, stream, stream::BoxStream};

use super::Content;
use crate::{Backend, access::TenantScope, store::recordings::RecordingRecord};

/// How often in a row a transfer may break off without bringing anything.
const PATIENCE: u32 = 3;

/// Which recording is meant.
#[derive(Clone, Debug)]
pub struct Source {
    pub scope: TenantScope,
    pub artifact_id: ArtifactId,
    pub organizer: String,
    pub meeting: String,
    pub recording: String,
}

impl Source {
    /// Nothing for what Microsoft has no address of.
    pub fn of(scope: TenantScope, record: &RecordingRecord) -> Option<Self> {
        Some(Self {
            scope,
            artifact_id: record.artifact(),
            organizer: record.organizer_user_id.clone()?,
            meeting: record.provider_meeting_id.clone()?,
            recording: record.provider_artifact_id.clone(),
        })
    }
}

/// The part that is asked for: from a byte on, to another, that one included, or to the end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Span {
    pub first: u64,
    pub last: Option<u64>,
}

impl Span {
    /// Nothing is asked for but all of it.
    pub const REST: Self = Self { first: 0, last: None };

    pub fn of(range: &Range<u64>) -> Self {
        Self {
            first: range.start,
            last: (range.end < u64::MAX).then(|| range.end.saturating_sub(1)),
        }
    }
}

/// What was opened. Dropping it ends the transfer.
pub struct Transfer {
    /// The first byte that comes.
    pub start: u64,
    /// How many bytes the recording has, if that was told.
    pub total: Option<u64>,
    /// Only the part that was asked for comes.
    pub is_part: bool,
    /// What tells these bytes from others under the same address, if anything was told.
    pub version: Option<String>,
    /// Ends without an error only after the last byte.
    pub bytes: BoxStream<'static, Result<Bytes, Trouble>>,
}

impl fmt::Debug for Transfer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Transfer")
            .field("start", &self.start)
            .field("total", &self.total)
            .field("is_part", &self.is_part)
            .finish_non_exhaustive()
    }
}

/// Why Microsoft's bytes do not come. Its own words are in the log.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Trouble {
    #[error("Microsoft does not have the recording any more")]
    Gone,
    #[error("Microsoft does not hand out the recording")]
    Refused,
    #[error("Microsoft asks for a pause")]
    Throttled(Option<Duration>),
    #[error("Microsoft does not answer")]
    Unavailable,
    #[error("the recording ends before the part that is asked for")]
    BeyondEnd { total: Option<u64> },
    #[error("the recording is another one than it was")]
    Changed,
    /// Ours: logged where it happened.
    #[error("the way to Microsoft could not be prepared")]
    Internal,
}

impl Trouble {
    pub fn failure(self) -> Failure {
        match self {
            Self::Gone => ErrorCode::RecordingGone.into(),
            Self::Refused => ErrorCode::RecordingRefused.into(),
            Self::Throttled(wait) => {
                let seconds = wait.map_or(30, |wait| u32::try_from(wait.as_secs()).unwrap_or(u32::MAX).max(1));
                Failure::new(ErrorCode::RecordingThrottled).retry_after(Some(seconds))
            }
            Self::Unavailable | Self::Changed | Self::BeyondEnd { .. } => {
                Failure::new(ErrorCode::RecordingUnavailable).retry_after(Some(30))
            }
            Self::Internal => ErrorCode::Internal.into(),
        }
    }
}

/// Opens a part. A Microsoft that refuses parts is asked for all of it; so the transfer may begin earlier than was asked for.
pub async fn open(backend: &Backend, source: &Source, span: Span, size: Option<u64>) -> Result<Transfer, Trouble> {
    match backend.teams().recording(backend, source, Some(span)).await {
        Err(Trouble::BeyondEnd { .. }) if span.first == 0 || size.is_some_and(|size| span.first < size) => {
            backend.teams().recording(backend, source, None).await
        }
        opened => opened,
    }
}

/// A part of the bytes, in one piece however often the transfer breaks off.
pub struct Reading {
    backend: Backend,
    source: Source,
    range: Range<u64>,
    total: Option<u64>,
    version: Option<String>,
    /// What comes, and from where on.
    coming: Option<(u64, BoxStream<'static, Result<Bytes, Trouble>>)>,
    broken: u32,
}

impl Reading {
    /// Reads `range`, which may be open at its end (`u64::MAX`) while the length is not known, beginning with what is open already.
    pub fn new(backend: &Backend, source: &Source, range: Range<u64>, opened: Transfer) -> Self {
        Self {
            backend: backend.clone(),
            source: source.clone(),
            range,
            total: opened.total,
            version: opened.version,
            coming: Some((opened.start, opened.bytes)),
            broken: 0,
        }
    }

    pub fn into_stream(self) -> Content {
        stream::try_unfold(self, async |mut reading| {
            let next = reading.next().await.map_err(std::io::Error::other)?;
            Ok(next.map(|bytes| (bytes, reading)))
        })
        .boxed()
    }

    /// What comes next. Bytes before the range, which a Microsoft that does not heed ranges sends, are dropped as they come.
    pub async fn next(&mut self) -> Result<Option<Bytes>, Trouble> {
        while !self.range.is_empty() {
            let Some((at, bytes)) = &mut self.coming else {
                self.reopen().await?;
                continue;
            };
            let is_late = *at > self.range.start;
            match bytes.next().await {
                Some(Ok(mut chunk)) if !is_late => {
                    let skipped = usize::try_from(self.range.start - *at)
                        .unwrap_or(usize::MAX)
                        .min(chunk.len());
                    *at += chunk.len() as u64;
                    drop(chunk.split_to(skipped));
                    let wanted = usize::try_from(self.range.end - self.range.start).unwrap_or(usize::MAX);
                    chunk.truncate(wanted);
                    if chunk.is_empty() {
                        continue;
                    }
                    self.range.start += chunk.len() as u64;
                    self.broken = 0;
                    return Ok(Some(chunk));
                }
                // The end of what has no length that we know.
                None if self.range.end == u64::MAX && !is_late => self.range.end = self.range.start,
                _ => self.broke_off()?,
            }
        }
        Ok(None)
    }

    fn broke_off(&mut self) -> Result<(), Trouble> {
        self.coming = None;
        self.broken += 1;
        if self.broken > PATIENCE {
            return Err(Trouble::Unavailable);
        }
        tracing::warn!(
            artifact.id = %self.source.artifact_id,
            recording.position = self.range.start,
            "a recording broke off and is read on"
        );
        Ok(())
    }

    async fn reopen(&mut self) -> Result<(), Trouble> {
        let opened = open(&self.backend, &self.source, Span::of(&self.range), self.total).await?;
        let differs = |told: bool, same: bool| told && !same;
        if differs(
            opened.total.is_some() && self.total.is_some(),
            opened.total == self.total,
        ) || opened.version != self.version
        {
            return Err(Trouble::Changed);
        }
        self.coming = Some((opened.start, opened.bytes));
        Ok(())
    }
}
