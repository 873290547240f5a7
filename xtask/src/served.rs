//! A server of the built program, for tests from outside: on a free port of this machine, ended with the test.

use std::io::{BufRead as _, BufReader};
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use anyhow::{Context as _, bail};

pub(crate) struct Served {
    process: Child,
    /// `http://127.0.0.1:PORT`
    pub(crate) address: String,
}

impl Drop for Served {
    fn drop(&mut self) {
        // It may have ended by itself; then there is nothing to end.
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// A port that nobody listens on, for whoever has to know it beforehand.
pub(crate) fn free_port() -> anyhow::Result<u16> {
    let free = TcpListener::bind("127.0.0.1:0").context("there is no free port")?;
    Ok(free.local_addr().context("the port has no number")?.port())
}

/// The built program.
pub(crate) fn program() -> anyhow::Result<PathBuf> {
    let own = std::env::current_exe().context("could not find this program")?;
    let program = own.with_file_name("her2path");
    if !program.exists() {
        bail!("`{}` is not built; run: cargo build -p her2path-cli", program.display());
    }
    Ok(program)
}

impl Served {
    /// Starts `her2path serve` on a free port with these options more.
    pub(crate) fn start(options: &[&str]) -> anyhow::Result<Self> {
        Self::start_at("127.0.0.1:0", options)
    }

    /// The same at an address of this machine.
    pub(crate) fn start_at(listen: &str, options: &[&str]) -> anyhow::Result<Self> {
        Self::of(&program()?, listen, options)
    }

    /// The same of another build.
    pub(crate) fn of(program: &Path, listen: &str, options: &[&str]) -> anyhow::Result<Self> {
        let mut process = Command::new(program)
            .args(["serve", "--listen", listen])
            .args(options)
            .env("HER2PATH_LOG", "warn")
            .stdout(Stdio::null())
            .stderr(Stdio::piped())
            .spawn()
            .context("could not start `her2path serve`")?;
        let talk = process.stderr.take().context("`her2path serve` has no standard error")?;
        let mut served = Self { process, address: String::new() };
        let mut lines = BufReader::new(talk).lines();
        for line in lines.by_ref().map_while(Result::ok) {
            if let Some((_, rest)) = line.split_once("listening on ") {
                served.address = rest.split_whitespace().next().unwrap_or_default().to_owned();
                break;
            }
        }
        if served.address.is_empty() {
            bail!("`her2path serve` did not say where it listens");
        }
        // What it says later must not fill the pipe.
        std::thread::spawn(move || lines.map_while(Result::ok).for_each(|line| eprintln!("{line}")));
        Ok(served)
    }

    /// Memory that is in use, in KiB, where the system says.
    pub(crate) fn memory(&self) -> Option<u64> {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.process.id())).ok()?;
        status.lines().find_map(|line| line.strip_prefix("VmRSS:")?.split_whitespace().next()?.parse().ok())
    }
}
