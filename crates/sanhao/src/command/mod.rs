//! One file for each command.

mod check;
mod demo;
mod docs;
mod exchange;
mod explain;
mod gateways;
mod import;
mod merchant_link;
mod metrics;
mod pack;
mod policy;
mod rehearse;
mod rules;
mod score;
mod scorecard;
mod serve;
mod staff;
mod vault;
mod wired;
mod work;

use crate::cli::{Cli, Command};
use crate::output::Exit;

/// Carries a command out.
pub(crate) fn run(cli: &Cli) -> Result<(), Exit> {
    match &cli.command {
        Command::Import(import) => import::run(&cli.data, import),
        Command::Export(export) => exchange::export(&cli.data, export),
        Command::DemoMarket(plan) => demo::run(&cli.data, plan),
        Command::Metrics(question) => metrics::run(&cli.data, question),
        Command::Explain(question) => explain::run(&cli.data, question),
        Command::Score(question) => score::run(&cli.data, question),
        Command::Scorecard(question) => scorecard::run(&cli.data, question),
        Command::Rehearse(question) => rehearse::run(&cli.data, question),
        Command::Policy(question) => policy::run(question),
        Command::Pack(question) => pack::run(question),
        Command::Rules(question) => rules::run(&cli.data, question),
        Command::MerchantLink(question) => merchant_link::run(&cli.data, question),
        Command::Staff(question) => staff::run(&cli.data, question),
        Command::Vault(question) => vault::run(&cli.data, question),
        Command::Check(question) => check::run(&cli.data, question),
        Command::Serve(serve) => serve::run(&cli.data, serve),
        Command::Work => work::run(&cli.data),
        Command::Docs(docs) => docs::run(docs.what),
    }
}
