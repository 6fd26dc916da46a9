//! The program as a process, and how tasks ask it: one request on one connection.
//!
//! Invariant: a program that was started is ended with its [`Server`].

use serde_json::Value;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

/// Longer than any answer takes, on a machine that does much else.
const PATIENCE: Duration = Duration::from_secs(90);

/// The program, serving; ended when dropped.
pub(crate) struct Server {
    child: Child,
    /// Where it listens: an address and a port.
    pub(crate) at: String,
    /// What opens the console.
    pub(crate) ticket: String,
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl Server {
    /// Starts `sanhao serve` and waits until it is open.
    pub(crate) fn start(command: &mut Command) -> Result<Self, String> {
        let mut child = command
            .stderr(Stdio::piped())
            .spawn()
            .map_err(|err| format!("the program does not start: {err}"))?;
        let lines = child.stderr.take().map(BufReader::new);
        let mut server = Self { child, at: String::new(), ticket: String::new() };
        let mut lines = lines.ok_or("the program says nothing")?;
        let mut said = String::new();
        // A log line may come before what is looked for; a program that ended says nothing more.
        while !said.contains("ticket=") {
            if lines.read_line(&mut said).map_err(|err| err.to_string())? == 0 {
                return Err(format!("the program did not open: {said}"));
            }
        }
        // What it says later must have somewhere to go.
        std::thread::spawn(move || std::io::copy(&mut lines, &mut std::io::sink()));
        let after = |mark: &str| said.split(mark).nth(1).and_then(|rest| rest.split_whitespace().next());
        let found = after("http://").zip(after("ticket="));
        let (at, ticket) = found.ok_or_else(|| format!("the program did not open: {said}"))?;
        (server.at, server.ticket) = (at.to_owned(), ticket.to_owned());
        Ok(server)
    }
}

/// An answer.
pub(crate) struct Reply {
    pub(crate) status: u16,
    head: String,
    pub(crate) body: Vec<u8>,
}

impl Reply {
    /// A header's value.
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        let lines = self.head.lines().filter_map(|line| line.split_once(':'));
        lines.into_iter().find(|(of, _)| of.eq_ignore_ascii_case(name)).map(|(_, value)| value.trim())
    }

    pub(crate) fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }

    /// The body as JSON; null if it is none.
    pub(crate) fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap_or(Value::Null)
    }
}

/// Asks, such as `("GET", "/api/health")`, with headers and a body.
pub(crate) fn ask(
    at: &str,
    (method, path): (&str, &str),
    headers: &[(&str, &str)],
    body: &[u8],
) -> Result<Reply, String> {
    let wrong = |err: std::io::Error| format!("{method} {path}: {err}");
    let mut stream = TcpStream::connect(at).map_err(wrong)?;
    stream.set_read_timeout(Some(PATIENCE)).map_err(wrong)?;
    let mut head = format!(
        "{method} {path} HTTP/1.1\r\nHost: {at}\r\nConnection: close\r\nContent-Length: {}\r\n",
        body.len()
    );
    for (name, value) in headers {
        head += &format!("{name}: {value}\r\n");
    }
    head += "\r\n";
    stream.write_all(head.as_bytes()).and_then(|()| stream.write_all(body)).map_err(wrong)?;
    let mut whole = Vec::new();
    stream.read_to_end(&mut whole).map_err(wrong)?;
    read(&whole).ok_or_else(|| format!("{method} {path}: the answer is not HTTP"))
}

/// An answer as it came over the wire.
fn read(whole: &[u8]) -> Option<Reply> {
    let end = whole.windows(4).position(|four| four == b"\r\n\r\n")?;
    let head = String::from_utf8_lossy(&whole[..end]).into_owned();
    let status = head.split_whitespace().nth(1)?.parse().ok()?;
    let mut reply = Reply { status, head, body: whole[end + 4..].to_vec() };
    if reply.header("transfer-encoding").is_some_and(|way| way.eq_ignore_ascii_case("chunked")) {
        reply.body = joined(&reply.body)?;
    }
    Some(reply)
}

/// The chunks of a body, put together.
fn joined(mut rest: &[u8]) -> Option<Vec<u8>> {
    let mut body = Vec::new();
    loop {
        let end = rest.windows(2).position(|two| two == b"\r\n")?;
        let size = usize::from_str_radix(std::str::from_utf8(&rest[..end]).ok()?.trim(), 16).ok()?;
        rest = &rest[end + 2..];
        if size == 0 {
            return Some(body);
        }
        body.extend_from_slice(rest.get(..size)?);
        rest = rest.get(size + 2..)?;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_answer_in_chunks_is_put_together_and_one_that_is_cut_off_is_none() {
        let whole = b"HTTP/1.1 201 Created\r\nETag: \"1\"\r\nTransfer-Encoding: chunked\r\n\r\n3\r\n{\"a\r\n6\r\n\":\"x\"}\r\n0\r\n\r\n";
        let reply = read(whole).unwrap();
        assert_eq!((reply.status, reply.header("etag")), (201, Some("\"1\"")));
        assert_eq!(reply.json(), serde_json::json!({"a": "x"}));
        assert!(read(&whole[..whole.len() - 12]).is_none() && read(b"HTTP/1.1 200 OK\r\n").is_none());
    }
}
