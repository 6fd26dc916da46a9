//! The benchmarks: `cargo xtask bench NAME [--quick]`. Each prints its figures as they come, and one JSON object last.
//! Those that go over HTTP stand in `bench-http`.

mod cluster;
mod harness;
mod import;
mod lake_bench;
mod made;
mod score_bench;
mod store_bench;

fn main() {
    let mut args = std::env::args().skip(1);
    let name = args.next().unwrap_or_default();
    let quick = args.any(|a| a == "--quick");
    let figures = match name.as_str() {
        "store" => store_bench::run(quick),
        "import" => import::run(quick),
        "lake" => lake_bench::run(quick),
        "score" => score_bench::run(quick),
        // For the others, which compare with it.
        "bare" => return println!("{}", store_bench::bare(quick)),
        _ => {
            eprintln!(
                "there is no bench \"{name}\": store, import, lake, score [--quick]; checkout, hot and pages are of bench-http"
            );
            std::process::exit(2);
        }
    };
    println!("{}", serde_json::json!({ "bench": name, "figures": figures }));
}
