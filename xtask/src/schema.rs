//! `schema`: schemathesis, from PyPI in a virtual environment under `target`, tries the live program over its own OpenAPI
//! document. Few examples and a fixed seed: it is part of the suite, not a campaign.

use crate::python;
use crate::run::{self, Done};
use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::process::{Child, Command, Stdio};

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
    let token = server.sign_up()?;
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
    server.is_signed_in(&token)
}

/// The program, serving; ended when dropped.
struct Server {
    child: Child,
    at: String,
    ticket: String,
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl Server {
    fn start(command: &mut Command) -> Result<Self, String> {
        let mut child = command
            .stderr(Stdio::piped())
            .spawn()
            .map_err(|err| format!("the program does not start: {err}"))?;
        let mut said = String::new();
        let mut lines = child.stderr.take().map(BufReader::new).ok_or("the program says nothing")?;
        for _ in 0..2 {
            lines.read_line(&mut said).map_err(|err| err.to_string())?;
        }
        let after = |mark: &str| said.split(mark).nth(1).and_then(|rest| rest.split_whitespace().next());
        let found =
            after("http://").zip(after("ticket=")).map(|(at, ticket)| (at.to_owned(), ticket.to_owned()));
        // What it says later must have somewhere to go.
        std::thread::spawn(move || std::io::copy(&mut lines, &mut std::io::sink()));
        let mut server = Self { child, at: String::new(), ticket: String::new() };
        (server.at, server.ticket) = found.ok_or_else(|| format!("the program did not open: {said}"))?;
        Ok(server)
    }

    /// Refuses if a token opens nothing any more.
    fn is_signed_in(&self, token: &str) -> Done {
        let wrong = |err: std::io::Error| format!("asking for the cart: {err}");
        let mut stream = TcpStream::connect(&self.at).map_err(wrong)?;
        write!(
            stream,
            "GET /api/store/cart HTTP/1.1\r\nHost: {}\r\nAuthorization: Bearer {token}\r\nConnection: close\r\n\r\n",
            self.at
        )
        .map_err(wrong)?;
        let mut text = String::new();
        stream.read_to_string(&mut text).map_err(wrong)?;
        match text.starts_with("HTTP/1.1 200") {
            true => Ok(()),
            false => {
                Err("schemathesis ended the session it ran in: leave out the operation that did".to_owned())
            }
        }
    }

    /// A new member's token.
    fn sign_up(&self) -> Result<String, String> {
        let body = "{\"contact\":\"13812341234\",\"password\":\"correct horse\"}";
        let wrong = |err: std::io::Error| format!("signing up: {err}");
        let mut stream = TcpStream::connect(&self.at).map_err(wrong)?;
        write!(
            stream,
            "POST /api/store/account HTTP/1.1\r\nHost: {}\r\nContent-Type: application/json\r\nContent-Length: {}\r\n\
             Connection: close\r\n\r\n{body}",
            self.at,
            body.len()
        )
        .map_err(wrong)?;
        let mut text = String::new();
        stream.read_to_string(&mut text).map_err(wrong)?;
        let token = text.split("\"token\":\"").nth(1).and_then(|rest| rest.split('"').next());
        token.map(str::to_owned).ok_or_else(|| format!("signing up gave no token: {text}"))
    }
}
