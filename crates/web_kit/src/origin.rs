//! The one name under which the world reaches this program besides the names of this machine.

/// The address by which the world reaches this program through a reverse proxy on this machine.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Origin {
    /// As in `Host`: a name, with its port unless it is the usual one.
    pub host: Box<str>,
    /// Whether it is https, so that cookies travel by it alone.
    pub secure: bool,
}

impl Origin {
    /// Reads `https://HOST` or `http://HOST`, with a port if need be and nothing after it.
    pub fn read(text: &str) -> Option<Self> {
        let (secure, host) = match text.strip_prefix("https://") {
            Some(host) => (true, host),
            None => (false, text.strip_prefix("http://")?),
        };
        let host = host.strip_suffix('/').unwrap_or(host).to_ascii_lowercase();
        let fine = !host.is_empty()
            && host.len() <= 255
            && host
                .bytes()
                .all(|b| b.is_ascii_alphanumeric() || matches!(b, b'.' | b'-' | b':' | b'[' | b']'));
        fine.then(|| Self { host: host.into(), secure })
    }
}

impl std::fmt::Display for Origin {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}://{}", if self.secure { "https" } else { "http" }, self.host)
    }
}
