//! Load for a server of this machine: the same request over connections that stay open, as fast as it is answered or at a
//! set rate, for a bounded time.
//!
//! One blocking thread a connection. At a set rate the time of an answer runs from when the request was due, so that a
//! server that stalls cannot hide it by keeping the next request from being sent.

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::TcpStream;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use anyhow::{Context as _, bail};

/// What is sent.
pub(crate) struct Asked<'a> {
    /// `127.0.0.1:PORT`; no other machine is asked.
    pub(crate) address: &'a str,
    /// The path.
    pub(crate) path: &'a str,
    /// JSON.
    pub(crate) body: &'a str,
}

/// What came of it.
pub(crate) struct Answered {
    /// How long it went on.
    pub(crate) took: Duration,
    /// Times of answers with status 200, rising.
    pub(crate) times: Vec<Duration>,
    /// Answers with another status, and requests without one.
    pub(crate) failed: u64,
}

impl Answered {
    /// Requests answered in a second.
    pub(crate) fn rate(&self) -> f64 {
        self.times.len() as f64 / self.took.as_secs_f64()
    }

    /// The time within which such a share (0 to 1) was answered, in milliseconds.
    pub(crate) fn within(&self, share: f64) -> f64 {
        let at = (self.times.len() as f64 * share) as usize;
        let time = self.times.get(at.min(self.times.len().saturating_sub(1)));
        time.map_or(f64::NAN, |time| time.as_secs_f64() * 1000.0)
    }
}

/// Asks over so many connections for so long; at `rate` requests a second in all, or as fast as it goes.
pub(crate) fn ask(
    asked: &Asked<'_>,
    connections: usize,
    rate: Option<f64>,
    lasts: Duration,
) -> anyhow::Result<Answered> {
    if !asked.address.starts_with("127.0.0.1:") {
        bail!("load is sent to this machine alone");
    }
    let head = format!(
        "POST {} HTTP/1.1\r\nhost: {}\r\ncontent-type: application/json\r\ncontent-length: {}\r\n\r\n",
        asked.path,
        asked.address,
        asked.body.len()
    );
    let request = [head.as_bytes(), asked.body.as_bytes()].concat();
    let (started, due) = (Instant::now(), AtomicU64::new(0));
    let one = || -> anyhow::Result<(Vec<Duration>, u64)> {
        let mut connection = Connection::open(asked.address)?;
        let (mut times, mut failed) = (Vec::new(), 0);
        while started.elapsed() < lasts {
            let mut begins = Instant::now();
            if let Some(rate) = rate {
                let number = due.fetch_add(1, Ordering::Relaxed);
                begins = started + Duration::from_secs_f64(number as f64 / rate);
                std::thread::sleep(begins.saturating_duration_since(Instant::now()));
            }
            match connection.exchange(&request) {
                Ok(200) => times.push(begins.elapsed()),
                Ok(_) => failed += 1,
                Err(_) => {
                    failed += 1;
                    connection = Connection::open(asked.address)?;
                }
            }
        }
        Ok((times, failed))
    };
    let all: Vec<_> = std::thread::scope(|scope| {
        let threads: Vec<_> = (0..connections).map(|_| scope.spawn(one)).collect();
        threads.into_iter().map(std::thread::ScopedJoinHandle::join).collect()
    });
    let took = started.elapsed();
    let mut answered = Answered { took, times: Vec::new(), failed: 0 };
    for one in all {
        let Ok(one) = one else { bail!("a connection broke off in the measurement itself") };
        let (times, failed) = one?;
        answered.times.extend(times);
        answered.failed += failed;
    }
    answered.times.sort_unstable();
    Ok(answered)
}

/// An open connection.
struct Connection(BufReader<TcpStream>);

impl Connection {
    fn open(address: &str) -> anyhow::Result<Self> {
        let stream = TcpStream::connect(address).with_context(|| format!("could not connect to `{address}`"))?;
        stream.set_nodelay(true)?;
        stream.set_read_timeout(Some(Duration::from_secs(20)))?;
        Ok(Self(BufReader::new(stream)))
    }

    /// Sends, and reads the answer to its end; its status.
    fn exchange(&mut self, request: &[u8]) -> anyhow::Result<u16> {
        self.0.get_mut().write_all(request)?;
        let mut line = String::new();
        self.0.read_line(&mut line)?;
        let status = line.split(' ').nth(1).and_then(|status| status.parse().ok()).context("no status")?;
        let mut length = 0_u64;
        loop {
            line.clear();
            if self.0.read_line(&mut line)? == 0 {
                bail!("the connection ended");
            }
            let Some((name, value)) = line.split_once(':') else { break };
            if name.eq_ignore_ascii_case("content-length") {
                length = value.trim().parse()?;
            }
        }
        std::io::copy(&mut self.0.by_ref().take(length), &mut std::io::sink())?;
        Ok(status)
    }
}
