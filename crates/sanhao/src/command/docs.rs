//! `docs`: reference pages printed by the program itself, so that they are never out of date.

use crate::cli::Page;
use crate::output::Exit;
use govern::metric;
use kernel::fact;
use std::io::Write;

pub(crate) fn run(what: Page) -> Result<(), Exit> {
    let text = match what {
        Page::Facts => facts(),
        Page::Metrics => metrics(),
        Page::Tables => store::tables_markdown(),
        Page::Openapi => api::openapi_json(),
    };
    Ok(std::io::stdout().lock().write_all(text.as_bytes())?)
}

fn facts() -> String {
    let mut out = String::from(
        "# Facts\n\nEvery fact has `id`, `at` (when it happened, microseconds UTC), `shop` and `subject`. \
         In the lake a kind is a table: `order.placed` is `order_placed`.\n",
    );
    for spec in fact::all() {
        out += &format!("\n## {}\n\n{} Subject: `{}_`.\n\n", spec.kind, spec.meaning.trim(), spec.subject);
        out += "| column | type | may be absent | meaning |\n|---|---|---|---|\n";
        for column in spec.columns {
            let absent = if column.optional { "yes" } else { "" };
            out += &format!("| {} | {:?} | {absent} | {} |\n", column.name, column.ty, column.meaning.trim());
        }
    }
    out
}

fn metrics() -> String {
    let mut out =
        String::from("# Metrics\n\nOne definition, one number. Each is a file in `governance/metrics`.\n");
    for m in metric::catalogue() {
        out += &format!(
            "\n## {} {}\n\n`{}`, {} over {} days.\n\n{}\n\n{}\n\nNumerator: {}. Denominator: {}. Source: {}\n",
            m.en,
            m.zh,
            m.name,
            m.unit,
            m.window_days,
            m.meaning_en,
            m.meaning_zh,
            m.num_en,
            m.den_en,
            m.source
        );
    }
    out
}
