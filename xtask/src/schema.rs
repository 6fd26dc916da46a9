//! `schema`: schemathesis, from PyPI in a virtual environment under `target`, tries the live program over its own OpenAPI
//! document. Few examples and a fixed seed: it is part of the suite, not a campaign.

use crate::python;
use crate::run::{self, Done};
use crate::served::{self, Server};
use std::process::Command;

/// The version that the checks below were chosen for.
const VERSION: &str = "schemathesis==4.32.5";

/// What must hold of every answer.
const CHECKS: &str = "not_a_server_error,content_type_conformance,response_schema_conformance";

/// Runs it over the program, built as `cargo build` leaves it.
pub(crate) fn run() -> Done {
    let tool = python::programs_of(VERSION)?.join("st");
    run::go(&mut run::cargo(&["build", "--package", "sanhao"]))?;
    let dir = run::target()?.join("schema-market");
    let _ = std::fs::remove_dir_all(&dir);
    let program = run::target()?.join("debug/sanhao");
    let sanhao = || {
        let mut command = Command::new(&program);
        command.arg("--data").arg(&dir);
        command
    };
    run::go(sanhao().args(["demo-market", "--shops", "12", "--orders", "600"]))?;
    let server = Server::start(sanhao().args(["serve", "--listen", "127.0.0.1:0"]))?;
    let token = sign_up(&server.at)?;
    for (paths, who) in [
        ("^/api/platform", format!("Cookie: sanhao_operator={}", server.ticket)),
        ("^/api/(store|merchant)", format!("Authorization: Bearer {token}")),
    ] {
        println!("schemathesis over {paths}");
        run::go(
            Command::new(&tool)
                .args(["run", &format!("http://{}/api/openapi.json", server.at), "-H", &who])
                .args(["--include-path-regex", paths, "--checks", CHECKS])
                .args([
                    "--phases",
                    "fuzzing",
                    "--max-examples",
                    "4",
                    "--seed",
                    "618",
                    "--no-color",
                    "--max-time",
                    "55",
                ])
                // They would end the session that the others need.
                .args([
                    "--exclude-path",
                    "/api/store/account/session",
                    "--exclude-path",
                    "/api/store/account",
                    "--exclude-path",
                    "/api/store/account/sessions/{session}",
                ])
                .current_dir(&dir),
        )?;
    }
    // Whoever was signed out on the way tried the rest as nobody, which proves nothing.
    is_signed_in(&server.at, &token)
}

/// Refuses if a token opens nothing any more.
fn is_signed_in(at: &str, token: &str) -> Done {
    let bearer = format!("Bearer {token}");
    match served::ask(at, ("GET", "/api/store/cart"), &[("Authorization", &bearer)], b"")?.status {
        200 => Ok(()),
        _ => Err("schemathesis ended the session it ran in: leave out the operation that did".to_owned()),
    }
}

/// A new member's token.
fn sign_up(at: &str) -> Result<String, String> {
    let body = b"{\"contact\":\"13812341234\",\"password\":\"correct horse\"}";
    let json = [("Content-Type", "application/json")];
    let reply = served::ask(at, ("POST", "/api/store/account"), &json, body)?;
    let token = reply.json()["token"].as_str().map(str::to_owned);
    token.ok_or_else(|| format!("signing up gave no token: {}", reply.text()))
}
