//! What one may type.

use clap::{Args, Parser, Subcommand, ValueEnum};
use kernel::Numerals;
use std::net::SocketAddr;
use std::path::PathBuf;

/// Sanhao 三好: a marketplace with its governance built in.
#[derive(Debug, Parser)]
#[command(version, about, arg_required_else_help = true)]
pub(crate) struct Cli {
    /// Where the market is kept. With SANHAO_DATABASE=postgres://... the log is in PostgreSQL and this folder holds
    /// the lake.
    #[arg(long, value_name = "DIR", env = "SANHAO_DATA", default_value = "data", global = true)]
    pub(crate) data: PathBuf,
    #[command(subcommand)]
    pub(crate) command: Command,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Bring a marketplace's history in.
    #[command(subcommand)]
    Import(Import),
    /// Write the market's shops, products or orders as a CSV file. `sanhao docs csv` says what stands in it.
    Export(Export),
    /// Fill an empty folder with a synthetic market (Asia/Shanghai, CNY).
    DemoMarket(DemoMarket),
    /// Every shop's metrics as of a moment.
    Metrics(Metrics),
    /// Every shop's experience score as of a moment.
    Score(Score),
    /// A shop's score, or one metric of it, with the whole arithmetic down to the orders.
    Explain(Explain),
    /// List, check, adopt and try scorecards.
    #[command(subcommand)]
    Scorecard(Scorecard),
    /// Run a draft policy over past days: who would have been hit, when and for how long.
    Rehearse(Rehearse),
    /// Check, list and try policies.
    #[command(subcommand)]
    Policy(Policy),
    /// Check and list packs: promises, policies and scorecards that belong together.
    #[command(subcommand)]
    Pack(Pack),
    /// The market's own rules: fees, times, limits, coupons that go together, risk, carriers, words. Which file says what, from
    /// which day on, and whether it is the market's own.
    Rules(Rules),
    /// Check money, stock, orders and payments against each other; exit code 1 if anything differs.
    Check(Check),
    /// Open the console and the API.
    Serve(Serve),
    /// Do what is due beside a program that serves: timers, refunds, what providers are asked. On PostgreSQL.
    Work,
    /// Who works for the platform and in shops.
    #[command(subcommand)]
    Staff(Staff),
    /// Personal data at rest.
    #[command(subcommand)]
    Vault(Vault),
    /// Print an address by which a shop reads its own score, and nothing else.
    MerchantLink(MerchantLink),
    /// Print a reference page from the program itself.
    Docs(Docs),
}

#[derive(Debug, Subcommand)]
pub(crate) enum Import {
    /// A folder of Olist CSV files (.csv or .csv.zst).
    Olist {
        /// The folder.
        path: PathBuf,
        /// How to print the report.
        #[arg(long, value_enum, default_value_t = Format::Table)]
        format: Format,
    },
    /// A CSV file of shops, products or orders, as `sanhao export` writes it or a program of sheets: UTF-8, with commas,
    /// semicolons or tabs. What is wrong with it is told row by row in one report, and then nothing of it is taken in; once that
    /// is mended, a row may have more. What the market has already stays as it is, so a run that was stopped is completed by
    /// running it again.
    Csv(ImportCsv),
}

/// What a CSV file is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Sheet {
    /// Shops.
    Shops,
    /// Products with their variants.
    Products,
    /// Orders, as history.
    Orders,
}

#[derive(Debug, Args)]
pub(crate) struct ImportCsv {
    /// What it is about.
    #[arg(value_enum)]
    pub(crate) what: Sheet,
    /// The file.
    pub(crate) file: PathBuf,
    /// Take in what is right also where something else is wrong.
    #[arg(long)]
    pub(crate) valid_rows: bool,
    /// Products: make categories, brands and attributes that are missing; attributes as texts.
    #[arg(long)]
    pub(crate) with_catalog: bool,
    /// Products: receive the units of new variants in the shop's first warehouse.
    #[arg(long)]
    pub(crate) with_stock: bool,
    /// Of an empty folder: where the market's days begin, such as Asia/Shanghai.
    #[arg(long, value_name = "ZONE")]
    pub(crate) zone: Option<String>,
    /// Of an empty folder: its money, such as CNY.
    #[arg(long, value_name = "CODE")]
    pub(crate) currency: Option<String>,
    /// How to print the report.
    #[arg(long, value_enum, default_value_t = Format::Table)]
    pub(crate) format: Format,
}

#[derive(Debug, Args)]
pub(crate) struct Export {
    /// What.
    #[arg(value_enum)]
    pub(crate) what: Sheet,
    /// The file; - is the standard output.
    pub(crate) file: PathBuf,
    /// Products of this shop alone: its id.
    #[arg(long, value_name = "ID")]
    pub(crate) shop: Option<String>,
    /// Products: with how many units can be sold.
    #[arg(long)]
    pub(crate) with_stock: bool,
}

#[derive(Debug, Args)]
pub(crate) struct DemoMarket {
    /// The same seed gives the same market.
    #[arg(long, default_value_t = 618, value_parser = whole::<u64, 0, { i64::MAX }>)]
    pub(crate) seed: u64,
    /// How many shops.
    #[arg(long, default_value_t = sim::history::DEMO.0, value_parser = whole::<u32, 1, 100_000>)]
    pub(crate) shops: u32,
    /// How many shop orders.
    #[arg(long, default_value_t = sim::history::DEMO.1, value_parser = whole::<u64, 1, 20_000_000>)]
    pub(crate) orders: u64,
    /// The last day of its history, which has 400 days: a date or `yesterday`. Without it the days are the same whenever
    /// it is made.
    #[arg(long, value_name = "DATE")]
    pub(crate) last: Option<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Format {
    /// For people.
    Table,
    /// One JSON value.
    Json,
    /// Comma-separated, with a header line.
    Csv,
}

#[derive(Debug, Args)]
pub(crate) struct Metrics {
    /// RFC 3339, or a date, which means the end of that day in the market's zone, today up to now. Not given: now.
    #[arg(long, value_name = "TIME")]
    pub(crate) as_of: Option<String>,
    /// Only this shop: its id or its external id.
    #[arg(long, value_name = "ID")]
    pub(crate) shop: Option<String>,
    /// Only this metric.
    #[arg(long, value_name = "NAME")]
    pub(crate) metric: Option<String>,
    /// How to print.
    #[arg(long, value_enum, default_value_t = Format::Table)]
    pub(crate) format: Format,
}

#[derive(Debug, Args)]
pub(crate) struct Explain {
    /// The shop: its id or its external id.
    pub(crate) shop: String,
    /// One metric instead of the score.
    #[arg(long, value_name = "NAME")]
    pub(crate) metric: Option<String>,
    /// RFC 3339, or a date, which means the end of that day in the market's zone, today up to now. Not given: now.
    #[arg(long, value_name = "TIME")]
    pub(crate) as_of: Option<String>,
    /// Another scorecard than the one in force: ID or ID@VERSION.
    #[arg(long, value_name = "ID[@VERSION]", conflicts_with = "metric")]
    pub(crate) scorecard: Option<String>,
    /// How to print.
    #[arg(long, value_enum, default_value_t = Format::Table)]
    pub(crate) format: Format,
}

#[derive(Debug, Args)]
pub(crate) struct Score {
    /// RFC 3339, or a date, which means the end of that day in the market's zone, today up to now. Not given: now.
    #[arg(long, value_name = "TIME")]
    pub(crate) as_of: Option<String>,
    /// Only this shop: its id or its external id.
    #[arg(long, value_name = "ID")]
    pub(crate) shop: Option<String>,
    /// Another scorecard than the one in force: ID or ID@VERSION.
    #[arg(long, value_name = "ID[@VERSION]")]
    pub(crate) scorecard: Option<String>,
    /// How to print.
    #[arg(long, value_enum, default_value_t = Format::Table)]
    pub(crate) format: Format,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Scorecard {
    /// The scorecards that come with the program, and which of them the market has adopted.
    List {
        /// How to print.
        #[arg(long, value_enum, default_value_t = Format::Table)]
        format: Format,
    },
    /// Check a scorecard file: errors with line, column and what to write instead.
    Check {
        /// The file.
        file: PathBuf,
        /// How to print.
        #[arg(long, value_enum, default_value_t = Format::Table)]
        format: Format,
    },
    /// Score figures given by hand: points of dimensions or indicators, bonus, deduction, what the stages read.
    Eval {
        /// ID, ID@VERSION, `default`, or a file.
        scorecard: String,
        /// An input: name=value. `null` means no data.
        #[arg(long = "input", value_name = "NAME=VALUE")]
        inputs: Vec<String>,
        /// How to print.
        #[arg(long, value_enum, default_value_t = Format::Table)]
        format: Format,
    },
    /// Take a version into force from a day on. Days before keep their scores.
    Adopt {
        /// ID or ID@VERSION.
        scorecard: String,
        /// The first day; one that has not begun yet.
        #[arg(long, value_name = "DATE")]
        from: String,
    },
}

#[derive(Debug, Args)]
pub(crate) struct Rehearse {
    /// The draft.
    pub(crate) policy: PathBuf,
    /// First day.
    #[arg(long, value_name = "DATE")]
    pub(crate) from: String,
    /// Last day, included.
    #[arg(long, value_name = "DATE")]
    pub(crate) to: String,
    /// Another draft to compare with.
    #[arg(long, value_name = "OTHER.toml")]
    pub(crate) against: Option<PathBuf>,
    /// How to print.
    #[arg(long, value_enum, default_value_t = Format::Table)]
    pub(crate) format: Format,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Policy {
    /// Check a policy file: errors with line, column and what to write instead.
    Check {
        /// The file.
        file: PathBuf,
        /// How to print.
        #[arg(long, value_enum, default_value_t = Format::Table)]
        format: Format,
    },
    /// What a policy may read.
    Inputs {
        /// How to print.
        #[arg(long, value_enum, default_value_t = Format::Table)]
        format: Format,
    },
    /// The policies that come with the program.
    List {
        /// How to print.
        #[arg(long, value_enum, default_value_t = Format::Table)]
        format: Format,
    },
    /// Answer one question by hand.
    Eval {
        /// A file, or the id of a policy that comes with the program.
        policy: String,
        /// Which version of that id (the newest by default); a file must be of that version.
        #[arg(long)]
        version: Option<String>,
        /// An input: name=value. `null` means no data. An amount is in minor units (15000), or names its currency
        /// ("CNY 150.00").
        #[arg(long = "input", value_name = "NAME=VALUE")]
        inputs: Vec<String>,
        /// How to print.
        #[arg(long, value_enum, default_value_t = Format::Table)]
        format: Format,
    },
}

#[derive(Debug, Subcommand)]
pub(crate) enum Pack {
    /// Check all files of a pack as one whole: errors with file, line, column and what to write instead.
    Check {
        /// Its folder.
        dir: PathBuf,
        /// The currency of the market it is for.
        #[arg(long, value_name = "CODE")]
        currency: Option<String>,
        /// How to print.
        #[arg(long, value_enum, default_value_t = Format::Table)]
        format: Format,
    },
    /// The packs that come with the program.
    List {
        /// How to print.
        #[arg(long, value_enum, default_value_t = Format::Table)]
        format: Format,
    },
}

#[derive(Debug, Args)]
pub(crate) struct Rules {
    /// Only this file: terms.toml, carriers.toml, catalog.toml, words.toml or late-shipping.toml.
    #[arg(long, value_name = "NAME")]
    pub(crate) file: Option<String>,
    /// How to print.
    #[arg(long, value_enum, default_value_t = Format::Table)]
    pub(crate) format: Format,
}

#[derive(Debug, Args)]
pub(crate) struct Check {
    /// First set the stock figures to what their movements say; stop `serve` for that.
    #[arg(long)]
    pub(crate) rebuild_stock: bool,
    /// How to print.
    #[arg(long, value_enum, default_value_t = Format::Table)]
    pub(crate) format: Format,
}

#[derive(Debug, Args)]
pub(crate) struct Serve {
    /// Where to listen. Only loopback addresses.
    #[arg(long, default_value = "127.0.0.1:8618", value_parser = socket)]
    pub(crate) listen: SocketAddr,
    /// The address by which the world reaches a reverse proxy on this machine that passes requests on to this program. With
    /// https, cookies travel by https alone.
    #[arg(long, value_name = "https://HOST", value_parser = origin)]
    pub(crate) origin: Option<web_kit::origin::Origin>,
}

/// A whole number of a range, read as the forms read it.
fn whole<N: TryFrom<i64>, const LEAST: i64, const MOST: i64>(typed: &str) -> Result<N, String> {
    let read = Numerals::PLAIN.read(typed, 0).ok().filter(|number| (LEAST..=MOST).contains(number));
    let number = read.and_then(|number| N::try_from(number).ok());
    number.ok_or_else(|| format!("write a whole number from {LEAST} to {MOST}, such as {}", LEAST.max(1)))
}

fn socket(text: &str) -> Result<SocketAddr, String> {
    text.parse().map_err(|_| "write an address and a port, such as 127.0.0.1:8618".to_owned())
}

fn origin(text: &str) -> Result<web_kit::origin::Origin, String> {
    web_kit::origin::Origin::read(text).ok_or_else(|| "write it as https://HOST, without a path".to_owned())
}

#[derive(Debug, Subcommand)]
pub(crate) enum Staff {
    /// Make an invitation: who opens its address and is found by that phone number or e-mail address takes the place. The
    /// first administrator of the platform and the first owner of a shop come in by this command.
    Invite {
        /// platform_admin, platform_catalog, ... or shop_owner, shop_goods, ...
        #[arg(long)]
        role: String,
        /// The phone number or e-mail address.
        #[arg(long)]
        to: String,
        /// For a role in a shop: the shop's id.
        #[arg(long, value_name = "ID")]
        shop: Option<String>,
        /// For how many days.
        #[arg(long, default_value_t = 7, value_parser = whole::<i64, 1, 90>)]
        days: i64,
        /// The address of the program, for the link.
        #[arg(long, default_value = "http://127.0.0.1:8618", value_parser = origin)]
        origin: web_kit::origin::Origin,
    },
    /// Who has a place among the staff of the platform, or of a shop.
    List {
        /// The shop's id.
        #[arg(long, value_name = "ID")]
        shop: Option<String>,
        /// How to print.
        #[arg(long, value_enum, default_value_t = Format::Table)]
        format: Format,
    },
}

#[derive(Debug, Subcommand)]
pub(crate) enum Vault {
    /// Seal all personal data under a new key and take the old one out. It can be stopped anywhere and begun again; stop
    /// `serve` first.
    Rotate,
}

#[derive(Debug, Args)]
pub(crate) struct MerchantLink {
    /// The shop: its id or its external id.
    pub(crate) shop: String,
    /// For how many days.
    #[arg(long, default_value_t = 30, value_parser = whole::<i64, 1, { web_kit::merchant::LONGEST_DAYS }>)]
    pub(crate) days: i64,
    /// Where `serve` listens.
    #[arg(long, default_value = "127.0.0.1:8618", value_parser = socket)]
    pub(crate) listen: SocketAddr,
}

#[derive(Debug, Args)]
pub(crate) struct Docs {
    /// Which page.
    #[arg(value_enum)]
    pub(crate) what: Page,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
pub(crate) enum Page {
    /// Every kind of fact with its columns.
    Facts,
    /// Every metric with its definition.
    Metrics,
    /// Every table of the store.
    Tables,
    /// The API as OpenAPI 3.1.
    Openapi,
    /// The columns of the CSV files of `export` and `import csv`.
    Csv,
}
