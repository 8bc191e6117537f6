//! The client against the simulator, over real HTTP on the loopback interface.

#[cfg(test)]
mod artifacts;
#[cfg(test)]
mod calendar;
#[cfg(test)]
mod changes;
#[cfg(test)]
mod content;
#[cfg(test)]
mod create;
#[cfg(test)]
mod error_bodies;
#[cfg(test)]
mod events;
#[cfg(test)]
mod limits;
#[cfg(test)]
mod meeting_changes;
#[cfg(test)]
mod notifications;
#[cfg(test)]
mod observed;
#[cfg(test)]
mod raw;
#[cfg(test)]
mod redirects;
#[cfg(test)]
mod refusals;
#[cfg(test)]
mod renewal;
#[cfg(test)]
mod rich;
#[cfg(test)]
mod rows;
#[cfg(test)]
mod signing_keys;
#[cfg(test)]
mod subscription_lists;
#[cfg(test)]
mod subscription_resources;
#[cfg(test)]
mod subscriptions;
#[cfg(test)]
mod support;
#[cfg(test)]
mod tokens;
#[cfg(test)]
mod transcripts;
#[cfg(test)]
#[path = "../conformance/webhook.rs"]
mod webhook;
