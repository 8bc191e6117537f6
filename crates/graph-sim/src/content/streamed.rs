use std::{
    pin::Pin,
    sync::atomic::{AtomicUsize, Ordering},
    task::{Context, Poll, ready},
    time::Duration,
};

use bytes::Bytes;
use hyper::body::{Body, Frame, SizeHint};
use tokio::time::{Sleep, sleep};

use super::{PIECE, Sending};
use crate::service::Dropped;

/// Between two pieces of a slow body, and before a cut: what was sent has to leave the buffers first.
const TICK: Duration = Duration::from_millis(10);

static OPEN: AtomicUsize = AtomicUsize::new(0);

/// Transfers of content that are under way, of all simulators of this process. One ends when its last byte is sent or its reader leaves.
pub fn open_transfers() -> usize {
    OPEN.load(Ordering::SeqCst)
}

struct Open;

impl Open {
    fn new() -> Self {
        OPEN.fetch_add(1, Ordering::SeqCst);
        Self
    }
}

impl Drop for Open {
    fn drop(&mut self) {
        OPEN.fetch_sub(1, Ordering::SeqCst);
    }
}

/// Content sent piece by piece, never held as a whole.
pub(crate) struct Streamed {
    what: Sending,
    /// The bytes sent.
    sent: u64,
    pause: Option<Pin<Box<Sleep>>>,
    about_to_cut: bool,
    _open: Open,
}

impl Streamed {
    pub fn new(what: Sending) -> Self {
        Self {
            what,
            sent: 0,
            pause: None,
            about_to_cut: false,
            _open: Open::new(),
        }
    }

    fn left(&self) -> u64 {
        (self.what.range.end - self.what.range.start).saturating_sub(self.sent)
    }

    fn rest(&mut self, cx: &mut Context<'_>) -> Poll<()> {
        if let Some(pause) = &mut self.pause {
            ready!(pause.as_mut().poll(cx));
            self.pause = None;
        }
        Poll::Ready(())
    }
}

impl Body for Streamed {
    type Data = Bytes;
    type Error = Dropped;

    fn poll_frame(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, Dropped>>> {
        let this = self.get_mut();
        ready!(this.rest(cx));
        let transfer = &this.what.transfer;
        let slow = transfer.slow;
        let until = |limit: Option<u64>| limit.map_or(u64::MAX, |limit| limit.saturating_sub(this.sent));
        let (cut, stall) = (until(transfer.cut_after), until(transfer.stall_after));
        if this.left() == 0 {
            return Poll::Ready(None);
        }
        if stall == 0 {
            return Poll::Pending;
        }
        if cut == 0 {
            if !this.about_to_cut {
                this.about_to_cut = true;
                this.pause = Some(Box::pin(sleep(TICK)));
                ready!(this.rest(cx));
            }
            return Poll::Ready(Some(Err(Dropped)));
        }
        let piece = slow.unwrap_or(PIECE).clamp(1, PIECE);
        let limit = piece.min(cut).min(stall).min(this.left());
        let bytes = this.what.content.slice(this.what.range.start + this.sent, limit);
        if bytes.is_empty() {
            return Poll::Ready(None);
        }
        if slow.is_some() {
            this.pause = Some(Box::pin(sleep(TICK)));
        }
        this.sent += bytes.len() as u64;
        Poll::Ready(Some(Ok(Frame::data(bytes))))
    }

    /// Exact: hyper makes `Content-Length` of it.
    fn size_hint(&self) -> SizeHint {
        if self.what.transfer.without_length {
            SizeHint::default()
        } else {
            SizeHint::with_exact(self.left())
        }
    }
}
