//! The backend against a real PostgreSQL and the simulator of Microsoft.

#[cfg(test)]
mod adding;
#[cfg(test)]
mod appointments;
#[cfg(test)]
mod audit;
#[cfg(test)]
mod availability;
#[cfg(test)]
mod capture;
#[cfg(test)]
mod capture_deleting;
#[cfg(test)]
mod capture_faults;
#[cfg(test)]
mod changing;
#[cfg(test)]
mod connecting;
#[cfg(test)]
mod counting;
#[cfg(test)]
mod demo;
#[cfg(test)]
mod diagnosing;
#[cfg(test)]
mod directory;
#[cfg(test)]
mod editions;
#[cfg(test)]
mod importing;
#[cfg(test)]
mod jobs;
#[cfg(test)]
mod keys;
#[cfg(test)]
mod legacy;
#[cfg(test)]
mod linked;
#[cfg(test)]
mod linked_mails;
#[cfg(test)]
mod linked_races;
#[cfg(test)]
mod list_plans;
#[cfg(test)]
mod listening;
#[cfg(test)]
mod live;
#[cfg(test)]
mod migrations;
#[cfg(test)]
mod notifications;
#[cfg(test)]
mod notifications_content;
#[cfg(test)]
mod notifications_refused;
#[cfg(test)]
mod operations;
#[cfg(test)]
mod operations_faults;
#[cfg(test)]
mod operations_random;
#[cfg(test)]
mod palette;
#[cfg(test)]
mod passwords;
#[cfg(test)]
mod plans;
#[cfg(test)]
mod portal;
#[cfg(test)]
mod portal_asked;
#[cfg(test)]
mod portal_changed;
#[cfg(test)]
mod portal_meetings;
#[cfg(test)]
mod portal_shared;
#[cfg(test)]
mod portal_shown;
#[cfg(test)]
mod profile;
#[cfg(test)]
mod recording;
#[cfg(test)]
#[cfg(feature = "enterprise")]
mod recordings;
#[cfg(test)]
mod requests;
#[cfg(test)]
mod schedule;
#[cfg(test)]
mod schedule_plans;
#[cfg(test)]
mod scheduling;
#[cfg(test)]
mod second_factor;
#[cfg(test)]
mod settings;
#[cfg(test)]
mod sign_in;
#[cfg(test)]
mod smtp;
#[cfg(test)]
mod statements;
#[cfg(test)]
mod subscriptions;
#[cfg(test)]
mod subscriptions_faults;
#[cfg(test)]
mod sweeping;
#[cfg(test)]
mod tenancy;
#[cfg(test)]
mod test_app;
#[cfg(test)]
mod timeline;
#[cfg(test)]
mod watching;
