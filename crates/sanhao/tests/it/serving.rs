//! The server as a process: what it lets happen beside itself, and what it refuses.

use crate::folder::{Folder, sanhao};
use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::process::{Child, Stdio};

struct Server {
    child: Child,
    at: String,
    /// What opens the console.
    ticket: String,
}

impl Server {
    fn start(folder: &Folder) -> Self {
        let mut child = sanhao(&folder.data())
            .args(["serve", "--listen", "127.0.0.1:0"])
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let (mut lines, mut read) = (String::new(), BufReader::new(child.stderr.take().unwrap()));
        for _ in 0..2 {
            read.read_line(&mut lines).unwrap();
        }
        let after =
            |mark: &str| lines.split(mark).nth(1).unwrap().split_whitespace().next().unwrap().to_owned();
        let (at, ticket) = (after("http://"), after("ticket="));
        Self { child, at, ticket }
    }

    fn get(&self, path: &str) -> String {
        let mut stream = TcpStream::connect(&self.at).unwrap();
        let Self { at, ticket, .. } = self;
        write!(
            stream,
            "GET {path} HTTP/1.1\r\nHost: {at}\r\nCookie: sanhao_operator={ticket}\r\nConnection: close\r\n\r\n"
        )
        .unwrap();
        let mut text = String::new();
        stream.read_to_string(&mut text).unwrap();
        text
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

#[test]
fn reading_goes_on_beside_a_server_and_a_second_writer_is_refused() {
    let folder = Folder::imported();
    let server = Server::start(&folder);
    assert!(server.get("/console").starts_with("HTTP/1.1 200"));
    let beside = folder.json(&["metrics", "--as-of", "2018-03-25"]);
    assert!(beside.as_array().unwrap().len() > 7);
    let second = folder.import();
    let text = String::from_utf8(second.stderr).unwrap();
    assert_eq!(second.status.code(), Some(1), "{text}");
    assert!(text.contains("writing to"), "{text}");
}

#[test]
fn the_api_and_the_command_line_give_the_same_numbers() {
    let folder = Folder::imported();
    let said = folder.json(&["metrics", "--as-of", "2018-03-25"]);
    let server = Server::start(&folder);
    let answer = server.get("/api/platform/metrics/readings?as_of=2018-03-25");
    let (head, body) = answer.split_once("\r\n\r\n").unwrap();
    assert!(head.starts_with("HTTP/1.1 200"), "{answer}");
    let body = if head.to_ascii_lowercase().contains("transfer-encoding: chunked") {
        unchunk(body)
    } else {
        body.to_owned()
    };
    let api: serde_json::Value = serde_json::from_str(&body).unwrap();
    let key = |row: &serde_json::Value| format!("{}{}", row["external_id"], row["metric"]);
    let sorted = |value: &serde_json::Value| {
        let mut rows = value.as_array().unwrap().clone();
        rows.sort_by_key(key);
        rows
    };
    let api = sorted(api.get("items").unwrap_or(&api));
    for (ours, theirs) in sorted(&said).iter().zip(&api) {
        for field in ["shop", "external_id", "metric"] {
            assert_eq!(ours[field], theirs[field]);
        }
        for field in ["numerator", "denominator", "value"] {
            assert_eq!(ours[field].as_f64(), theirs[field].as_f64(), "{ours} {theirs}");
        }
    }
    assert_eq!(said.as_array().unwrap().len(), api.len());
}

fn unchunk(mut body: &str) -> String {
    let mut out = String::new();
    while let Some((size, rest)) = body.split_once("\r\n") {
        let size = usize::from_str_radix(size.trim(), 16).unwrap();
        if size == 0 {
            break;
        }
        out.push_str(&rest[..size]);
        body = &rest[size + 2..];
    }
    out
}

#[test]
#[cfg(unix)]
fn a_server_told_to_stop_ends_in_order_and_another_can_take_its_place() {
    let folder = Folder::imported();
    let mut server = Server::start(&folder);
    assert!(server.get("/console").starts_with("HTTP/1.1 200"));
    let told = std::process::Command::new("kill").args(["-TERM", &server.child.id().to_string()]).status();
    assert!(told.unwrap().success());
    assert_eq!(server.child.wait().unwrap().code(), Some(0));
    let next = Server::start(&folder);
    assert!(next.get("/console/shops").starts_with("HTTP/1.1 200"));
}

#[test]
fn a_merchants_link_opens_its_own_score_and_a_wrong_one_says_what_to_give() {
    let folder = Folder::imported();
    let server = Server::start(&folder);
    let made = folder.run(&["merchant-link", "s1", "--listen", &server.at]);
    assert_eq!(made.status.code(), Some(0), "{}", String::from_utf8_lossy(&made.stderr));
    let address = String::from_utf8(made.stdout).unwrap();
    let path = address.trim().strip_prefix(&format!("http://{}", server.at)).unwrap();
    let answer = server.get(path);
    assert!(answer.starts_with("HTTP/1.1 303"), "{answer}");
    assert!(answer.contains("HttpOnly; SameSite=Lax"), "{answer}");
    let last = if path.ends_with('0') { "1" } else { "0" };
    let changed = format!("{}{last}", &path[..path.len() - 1]);
    assert!(server.get(&changed).starts_with("HTTP/1.1 401"));
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        let key = std::fs::metadata(folder.data().join("merchant.key")).unwrap();
        assert_eq!(key.permissions().mode() & 0o777, 0o600);
    }
    for (args, part) in [
        (&["merchant-link", "s9"][..], "no shop \"s9\""),
        (&["merchant-link", "s1", "--days", "0"], "from 1 to 366"),
        (&["merchant-link", "s1", "--days", "9999"], "from 1 to 366"),
    ] {
        let (code, text) = folder.refused(args);
        assert_eq!(code, 2, "{text}");
        assert!(text.contains(part), "{args:?}: {text}");
    }
}
