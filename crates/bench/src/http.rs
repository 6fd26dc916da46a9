//! The leanest client that keeps its connection: it shares the cores with the server that is measured.

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

/// One connection.
pub(crate) struct Client {
    at: String,
    stream: TcpStream,
    out: Vec<u8>,
    buffer: Vec<u8>,
    /// How much of the buffer is filled.
    filled: usize,
}

/// What came back; its texts stand in the client's buffer until the next request.
pub(crate) struct Answer<'a> {
    pub(crate) status: u16,
    pub(crate) body: &'a [u8],
}

impl Answer<'_> {
    /// The body as text, for messages.
    pub(crate) fn text(&self) -> String {
        String::from_utf8_lossy(self.body).chars().take(400).collect()
    }
    /// The text value of a field of the body's JSON, the first of that name.
    pub(crate) fn field(&self, name: &str) -> Option<&str> {
        let text = std::str::from_utf8(self.body).ok()?;
        let rest = &text[text.find(&format!("\"{name}\":\""))? + name.len() + 4..];
        rest.split('"').next()
    }
}

fn header<'a>(head: &'a str, name: &str) -> Option<&'a str> {
    head.lines().skip(1).find_map(|line| {
        let (key, value) = line.split_once(':')?;
        key.eq_ignore_ascii_case(name).then(|| value.trim())
    })
}

impl Client {
    pub(crate) async fn connect(at: &str) -> Self {
        let stream = TcpStream::connect(at).await.expect("the server takes connections");
        stream.set_nodelay(true).unwrap();
        Self {
            at: at.to_owned(),
            stream,
            out: Vec::with_capacity(2048),
            buffer: vec![0; 64 << 10],
            filled: 0,
        }
    }

    /// Sends a request and reads its answer. `headers` are whole lines, each with its end.
    pub(crate) async fn send(&mut self, method: &str, path: &str, headers: &str, body: &str) -> Answer<'_> {
        use std::io::Write;
        self.out.clear();
        write!(self.out, "{method} {path} HTTP/1.1\r\nhost: {}\r\n{headers}", self.at).unwrap();
        if method != "GET" {
            write!(self.out, "content-length: {}\r\n", body.len()).unwrap();
        }
        self.out.extend_from_slice(b"\r\n");
        self.out.extend_from_slice(body.as_bytes());
        self.stream.write_all(&self.out).await.unwrap();
        self.filled = 0;
        let end = loop {
            self.more().await;
            if let Some(at) = find(&self.buffer[..self.filled], b"\r\n\r\n") {
                break at + 4;
            }
        };
        let head = std::str::from_utf8(&self.buffer[..end]).expect("a head of ASCII").to_owned();
        let status = head.get(9..12).and_then(|code| code.parse().ok()).unwrap_or(0);
        let (from, to) = if let Some(length) = header(&head, "content-length") {
            let length: usize = length.parse().expect("a length");
            while self.filled < end + length {
                self.more().await;
            }
            (end, end + length)
        } else if header(&head, "transfer-encoding").is_some() {
            // Only its end matters: pages are counted, not read.
            while !self.buffer[..self.filled].ends_with(b"0\r\n\r\n") {
                self.more().await;
            }
            (end, self.filled)
        } else {
            (end, end)
        };
        Answer { status, body: &self.buffer[from..to] }
    }

    async fn more(&mut self) {
        if self.filled == self.buffer.len() {
            self.buffer.resize(self.buffer.len() * 2, 0);
        }
        let n = self.stream.read(&mut self.buffer[self.filled..]).await.unwrap();
        assert!(n > 0, "the server closed the connection");
        self.filled += n;
    }
}

fn find(haystack: &[u8], needle: &[u8]) -> Option<usize> {
    haystack.windows(needle.len()).position(|window| window == needle)
}

/// Latencies in microseconds.
#[derive(Debug, Default)]
pub(crate) struct Latencies(pub(crate) Vec<u32>);

impl Latencies {
    pub(crate) fn add(&mut self, took: std::time::Duration) {
        self.0.push(u32::try_from(took.as_micros()).unwrap_or(u32::MAX));
    }
    pub(crate) fn join(&mut self, other: Self) {
        self.0.extend(other.0);
    }
    /// In milliseconds.
    pub(crate) fn percentile(&mut self, p: f64) -> f64 {
        self.0.sort_unstable();
        let at = ((self.0.len() as f64 * p) as usize).min(self.0.len().saturating_sub(1));
        self.0.get(at).map_or(f64::NAN, |micros| f64::from(*micros) / 1000.0)
    }
}
