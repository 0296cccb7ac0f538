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
    cookie: String,
    stream: BufReader<TcpStream>,
}

/// What came back.
#[derive(Default)]
pub struct Answer {
    /// Its status.
    pub status: u16,
    /// Where it leads; empty where it leads nowhere.
    pub location: String,
    /// Its body.
    pub body: Vec<u8>,
}

impl Answer {
    /// The value of the first field of a form with this name.
    pub fn field(&self, name: &str) -> Option<String> {
        let text = String::from_utf8_lossy(&self.body);
        let value = text.split(&format!("name=\"{name}\" value=\"")).nth(1)?.split('"').next()?;
        Some(value.to_owned())
    }
}

impl Client {
    /// Connects.
    pub fn new(host: SocketAddr) -> anyhow::Result<Self> {
        Self::with_cookie(host, String::new())
    }

    /// Connects, to send a cookie along: `session=…`.
    pub fn with_cookie(host: SocketAddr, cookie: String) -> anyhow::Result<Self> {
        let stream = TcpStream::connect(host).with_context(|| format!("no connection to {host}"))?;
        stream.set_nodelay(true)?;
        stream.set_read_timeout(Some(ANSWER_TIME_MAX))?;
        Ok(Self { host, cookie, stream: BufReader::new(stream) })
    }

    /// Asks for a page and reads all of it; answers the bytes of its body. Anything but 200 is an error.
    pub fn get(&mut self, address: &str) -> anyhow::Result<usize> {
        Ok(self.page(address)?.body.len())
    }

    /// The same with all of its body.
    pub fn page(&mut self, address: &str) -> anyhow::Result<Answer> {
        let answer = self.asked(address)?;
        expect(answer, address, 200)
    }

    /// Asks for a page, whatever the answer.
    pub fn asked(&mut self, address: &str) -> anyhow::Result<Answer> {
        let request = format!("GET {address} HTTP/1.1\r\nHost: {}\r\n{}\r\n", self.host, self.cookies());
        self.ask(address, &request)
    }

    /// Sends a form as a browser would, and reads all of the answer like [`Self::get`].
    pub fn post(&mut self, address: &str, form: &str) -> anyhow::Result<usize> {
        let answer = self.sent(address, form)?;
        Ok(expect(answer, address, 200)?.body.len())
    }

    /// Sends a form, whatever the answer.
    pub fn sent(&mut self, address: &str, form: &str) -> anyhow::Result<Answer> {
        let head = format!("POST {address} HTTP/1.1\r\nHost: {}\r\nOrigin: http://{}", self.host, self.host);
        let kind = "Content-Type: application/x-www-form-urlencoded";
        let (cookies, length) = (self.cookies(), form.len());
        let request = format!("{head}\r\n{kind}\r\n{cookies}Content-Length: {length}\r\n\r\n{form}");
        self.ask(address, &request)
    }

    fn cookies(&self) -> String {
        if self.cookie.is_empty() { String::new() } else { format!("Cookie: {}\r\n", self.cookie) }
    }

    fn ask(&mut self, address: &str, request: &str) -> anyhow::Result<Answer> {
        self.stream.get_mut().write_all(request.as_bytes())?;
        let status = self.line()?;
        let status = status.split(' ').nth(1).and_then(|code| code.parse().ok());
        let status = status.with_context(|| format!("{address} was answered without a status"))?;
        let mut answer = Answer { status, ..Answer::default() };
        let mut length = None;
        loop {
            let line = self.line()?;
            let Some((name, value)) = line.split_once(':') else { break };
            match name.to_ascii_lowercase().as_str() {
                "content-length" => length = value.trim().parse().ok(),
                "location" => value.trim().clone_into(&mut answer.location),
                _ => {}
            }
        }
        let length: usize = length.with_context(|| format!("{address} was answered without a length"))?;
        answer.body.resize(length, 0);
        self.stream.read_exact(&mut answer.body)?;
        Ok(answer)
    }

    fn line(&mut self) -> anyhow::Result<String> {
        let mut line = String::new();
        if self.stream.read_line(&mut line)? == 0 {
            bail!("the service closed the connection · {}", self.host);
        }
        Ok(line.trim_end().to_owned())
    }
}

fn expect(answer: Answer, address: &str, status: u16) -> anyhow::Result<Answer> {
    if answer.status != status {
        bail!("{address} was answered with {} · mend the page before it is measured", answer.status);
    }
    Ok(answer)
}
