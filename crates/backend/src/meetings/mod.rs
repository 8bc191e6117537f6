//! Making Teams meetings, whatever happens on the way.
//!
//! Graph is never called inside a database transaction. What is about to be done is written first ([`store::operations`]), then done,
//! then recorded:
//!
//! ```text
//!   started ──(event made, record written)──▶ done
//!      │
//!      └──(refused, timed out, given up, or its process died without a trace at Microsoft)──▶ abandoning
//!                                                                                                │
//!                                          (looked, deleted what was found, looked again) ──▶ undone
//! ```
//!
//! Whoever works on an operation holds a lease and extends it. When a process dies the lease runs out, and the [`sweep`] of any other
//! process (or of the next start) asks Microsoft what became of the operation, by its `transactionId`, and finishes or undoes it.
//!
//! [`store::operations`]: crate::store::operations

mod carry_out;
pub mod connection;
mod schedule;
mod sweep;

use chrono::Duration;

pub use schedule::{release, schedule};
pub use sweep::{forget_settled, sweep};

/// How long an operation belongs to whoever took it, unless extended.
const LEASE: Duration = Duration::seconds(10);
/// How often the lease is extended.
const HEARTBEAT: std::time::Duration = std::time::Duration::from_secs(3);
/// How long after an operation was given up an event may still turn up: a request that timed out here may be carried out there.
const LATE: Duration = Duration::minutes(2);
