//! The program from the outside: over HTTP, and killed.

mod cluster;
mod forms;
mod kill;
mod pages;
mod server;
