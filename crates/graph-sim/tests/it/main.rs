//! The simulator seen with a plain HTTP client: shapes, refusals, faults, control.

#[cfg(test)]
mod artifacts;
#[cfg(test)]
mod assertion;
#[cfg(test)]
mod calendar;
#[cfg(test)]
mod changes;
#[cfg(test)]
mod contract;
#[cfg(test)]
mod control;
#[cfg(test)]
mod endings;
#[cfg(test)]
mod extremes;
#[cfg(test)]
mod history;
#[cfg(test)]
mod login;
#[cfg(test)]
mod notifications;
#[cfg(test)]
mod online_meetings;
#[cfg(test)]
mod page;
#[cfg(test)]
mod paging;
#[cfg(test)]
mod rich;
#[cfg(test)]
mod scope;
#[cfg(test)]
mod standalone;
#[cfg(test)]
mod subscriptions;
#[cfg(test)]
mod support;
#[cfg(test)]
mod throttling;
#[cfg(test)]
mod transcripts;
#[cfg(test)]
mod transfers;
#[cfg(test)]
mod webhook;
#[cfg(test)]
mod zones;
