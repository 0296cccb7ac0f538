//! A reader of pages over one kept connection, as little as measuring needs.

use anyhow::{Context as _, bail};
use std::{
    io::{BufRead as _, BufReader, Read as _, Write as _},
    net::{SocketAddr, TcpStream},
    time::Duration,
};

/// How long an answer may take.
const ANSWER_TIME_MAX: Duration = Duration::from_mins(1);

/// A connection to the service.
pub struct Client {
    host: SocketAddr,
    stream: BufReader<TcpStream>,
}

impl Client {
    /// Connects.
    pub fn new(host: SocketAddr) -> anyhow::Result<Self> {
        let stream = TcpStream::connect(host).with_context(|| format!("no connection to {host}"))?;
        stream.set_nodelay(true)?;
        stream.set_read_timeout(Some(ANSWER_TIME_MAX))?;
        Ok(Self { host, stream: BufReader::new(stream) })
    }

    /// Asks for a page and reads all of it; answers the bytes of its body. Anything but 200 is an error.
    pub fn get(&mut self, address: &str) -> anyhow::Result<usize> {
        let request = format!("GET {address} HTTP/1.1\r\nHost: {}\r\n\r\n", self.host);
        self.ask(address, &request)
    }

    /// Sends a form as a browser would, and reads all of the answer like [`Self::get`].
    pub fn post(&mut self, address: &str, form: &str) -> anyhow::Result<usize> {
        let head = format!("POST {address} HTTP/1.1\r\nHost: {}\r\nOrigin: http://{}", self.host, self.host);
        let kind = "Content-Type: application/x-www-form-urlencoded";
        let request = format!("{head}\r\n{kind}\r\nContent-Length: {}\r\n\r\n{form}", form.len());
        self.ask(address, &request)
    }

    fn ask(&mut self, address: &str, request: &str) -> anyhow::Result<usize> {
        self.stream.get_mut().write_all(request.as_bytes())?;
        let status = self.line()?;
        let mut length = None;
        loop {
            let line = self.line()?;
            if line.is_empty() {
                break;
            }
            let header = line.split_once(':').filter(|(name, _)| name.eq_ignore_ascii_case("content-length"));
            length = header.and_then(|(_, value)| value.trim().parse().ok()).or(length);
        }
        let length: usize = length.with_context(|| format!("{address} was answered without a length"))?;
        let mut body = vec![0; length];
        self.stream.read_exact(&mut body)?;
        if !status.starts_with("HTTP/1.1 200") {
            bail!("{address} was answered with `{status}` · mend the page before it is measured");
        }
        Ok(length)
    }

    fn line(&mut self) -> anyhow::Result<String> {
        let mut line = String::new();
        if self.stream.read_line(&mut line)? == 0 {
            bail!("the service closed the connection · {}", self.host);
        }
        Ok(line.trim_end().to_owned())
    }
}
