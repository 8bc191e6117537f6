//! `graph-sim --listen 127.0.0.1:4010 --demo`: the simulator as a process of its own.

use std::{
    io::{self, Write},
    net::SocketAddr,
};

use clap::Parser;
use graph_sim::{SimConfig, Simulator};

/// Simulator of Microsoft identity and Microsoft Graph.
#[derive(Parser)]
#[command(version)]
struct Options {
    /// Address to listen on; port 0 takes a free one. There is no access control: keep it on the loopback interface.
    #[arg(long, default_value = "127.0.0.1:4010")]
    listen: SocketAddr,
    /// Start with the two demo tenants and their past meetings.
    #[arg(long)]
    demo: bool,
    /// Seed of all ids.
    #[arg(long, default_value_t = 1)]
    seed: u64,
}

#[tokio::main]
async fn main() -> io::Result<()> {
    let Options { listen, demo, seed } = Options::parse();
    let start = if demo {
        SimConfig::demo_with_history()
    } else {
        SimConfig::empty()
    };
    let simulator = Simulator::start(SimConfig { listen, seed, ..start }).await?;
    writeln!(
        io::stdout(),
        "graph-sim ready graph={} login={}",
        simulator.graph_url(),
        simulator.login_url()
    )?;
    std::future::pending().await
}
