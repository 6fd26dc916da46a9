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
        Page::Csv => csv(),
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

fn csv() -> String {
    let mut out = String::from(
        "# CSV files\n\n`sanhao export shops|products|orders FILE` writes them, `sanhao import csv shops|products|orders FILE` \
         reads them: UTF-8 with a header; columns in any order; commas, semicolons or tabs between fields; a byte order mark \
         and CRLF are read. Times are RFC 3339, amounts in units of the market's currency with a point before decimals. A cell \
         that a program of sheets would take for a formula stands behind an apostrophe, which reading takes away. Within a cell \
         of several lines a `\\` stands before a line break (`\\n`), a `\\`, and a `=` that belongs to a name. Shops come first, then \
         products and orders.\n",
    );
    for (sheet, columns) in flows::exchange::columns() {
        out += &format!("\n## {sheet}\n\n| column | needed | what |\n|---|---|---|\n");
        for column in columns {
            out += &format!(
                "| `{}` | {} | {} |\n",
                column.name,
                if column.needed { "yes" } else { "" },
                column.what
            );
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
