//! The program from the outside: over HTTP, and killed.

#[cfg(test)]
mod cluster;
#[cfg(test)]
mod forms;
#[cfg(test)]
mod kill;
#[cfg(test)]
mod live;
#[cfg(test)]
mod pages;
#[cfg(test)]
mod server;
