//! The program from the outside: over HTTP, and killed.

#[cfg(test)]
mod admission;
#[cfg(test)]
mod audit;
#[cfg(test)]
mod away;
#[cfg(test)]
mod campaign;
#[cfg(test)]
mod cluster;
#[cfg(test)]
mod community;
#[cfg(test)]
mod forms;
#[cfg(test)]
mod hostile;
#[cfg(test)]
mod imports;
#[cfg(test)]
mod jobs;
#[cfg(test)]
mod kept;
#[cfg(test)]
mod keys;
#[cfg(test)]
mod kill;
#[cfg(test)]
mod live;
#[cfg(test)]
mod matrix;
#[cfg(test)]
mod pages;
#[cfg(test)]
mod recordings;
#[cfg(test)]
mod secrets;
#[cfg(test)]
mod server;
#[cfg(test)]
mod webhooks;
#[cfg(test)]
mod workers;
