//! Making, changing and cancelling Teams meetings, whatever happens on the way.
//!
//! Graph is never called inside a database transaction. What is about to be done is written first ([`store::operations`]), then done,
//! then recorded. A creation:
//!
//! ```text
//!   started ──(event made, record written)──▶ done
//!      │
//!      └──(refused, timed out, given up, or its process died without a trace at Microsoft)──▶ abandoning
//!                                                                                                │
//!                                          (looked, deleted what was found, looked again) ──▶ undone
//! ```
//!
//! A change of a meeting that is there (move, retitle, cancel):
//!
//! ```text
//!   waiting ──(Microsoft has confirmed)──▶ done
//!    │  ▲ │
//!    │  │ └──(undone, overtaken by a later change, or the meeting is over)──▶ withdrawn
//!    ▼  │
//!   refused   (for a reason that somebody has to do something about; tried now and then)
//! ```
//!
//! Whoever works on an operation holds a [`lease`] and extends it. When a process dies the lease runs out, and the [`sweep`] of any other
//! process (or of the next start) carries on. What a creation left is asked of Microsoft by its `transactionId`; a change is told again:
//! setting a value twice is setting it once.
//!
//! [`store::operations`]: crate::store::operations

mod carry_out;
mod change;
pub mod connection;
mod lease;
mod queue;
mod record;
mod recording;
mod schedule;
mod stranded;
mod sweep;

use chrono::Duration;

pub use queue::{cancel, pending, retry, undo_cancel, update, wanted};
pub use schedule::{release, schedule, stop_making};
pub use stranded::{hurry_stranded, stranded};
pub use sweep::{forget_settled, places, prompt, sweep};

/// How long an operation belongs to whoever took it, unless extended.
const LEASE: Duration = Duration::seconds(10);
/// How often the lease is extended.
const HEARTBEAT: std::time::Duration = std::time::Duration::from_secs(3);
/// How long after an operation was given up an event may still turn up: a request that timed out here may be carried out there.
const LATE: Duration = Duration::minutes(2);
/// How long whoever made a change waits for Microsoft to confirm it.
const PROMPT: std::time::Duration = std::time::Duration::from_secs(2);
