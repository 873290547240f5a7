//! A server of the built program, for tests from outside: on a free port of this machine, ended with the test.

use std::io::{BufRead as _, BufReader};
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

/// The built program.
pub(crate) fn program() -> anyhow::Result<Command> {
    let own = std::env::current_exe().context("could not find this program")?;
    let program = own.with_file_name("her2path");
    if !program.exists() {
        bail!("`{}` is not built; run: cargo build -p her2path-cli", program.display());
    }
    Ok(Command::new(program))
}

impl Served {
    /// Starts `her2path serve` on a free port with these options more.
    pub(crate) fn start(options: &[&str]) -> anyhow::Result<Self> {
        Self::start_at("127.0.0.1:0", options)
    }

    /// The same at an address of this machine.
    pub(crate) fn start_at(listen: &str, options: &[&str]) -> anyhow::Result<Self> {
        let mut process = program()?
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
}
