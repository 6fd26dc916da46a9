//! The benchmarks over HTTP: `cargo xtask bench checkout|hot|pages|orders [--quick] [--postgres]`. The real program is the server, in
//! a process of its own; this process buys and reads. Each prints its figures as they come, and one JSON object last.

mod buyers;
mod checkout;
#[allow(dead_code)]
mod cluster;
#[allow(dead_code)]
mod harness;
mod http;
mod orders;
mod pages;
mod served;

// A market has the tables of all of them.
use lake as _;
use pay as _;

fn main() {
    let mut args = std::env::args().skip(1);
    let name = args.next().unwrap_or_default();
    let rest: Vec<String> = args.collect();
    let has = |flag: &str| rest.iter().any(|arg| arg == flag);
    let (quick, postgres) = (has("--quick"), has("--postgres"));
    let figures = match name.as_str() {
        "checkout" => checkout::bench(quick, postgres),
        "hot" => checkout::hot(quick, postgres),
        "pages" => pages::bench(quick, postgres),
        "orders" => orders::bench(quick, postgres),
        _ => {
            eprintln!("there is no bench \"{name}\": checkout, hot, pages, orders [--quick] [--postgres]");
            std::process::exit(2);
        }
    };
    println!("{}", serde_json::json!({ "bench": name, "figures": figures }));
}
