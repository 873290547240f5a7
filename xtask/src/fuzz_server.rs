//! `cargo xtask fuzz-server`: requests made up from `/openapi.json` by `schemathesis` of PyPI, within a bounded time.
//!
//! No answer may be an error of the server, and each must have the status and the kind of content that the document says.

use std::path::PathBuf;
use std::process::Command;

use anyhow::{Context as _, bail};

use crate::npm;
use crate::served::Served;

/// The version that is installed.
const PACKAGE: &str = "schemathesis==4.32.5";

/// Seconds that are spent on making up requests.
const SECONDS: &str = "30";

pub(crate) fn run() -> anyhow::Result<()> {
    let program = schemathesis()?;
    let server = Served::start(&[])?;
    let status = Command::new(program)
        .args(["run", &format!("{}/openapi.json", server.address)])
        .args(["--checks", "not_a_server_error,status_code_conformance,content_type_conformance"])
        .args(["--max-time", SECONDS, "--request-timeout", "10", "--seed", "1", "--generation-database", "none"])
        .env("NO_COLOR", "1")
        .status()
        .context("could not start `schemathesis`")?;
    if !status.success() {
        bail!("a request that was made up got an answer that the document does not know");
    }
    Ok(())
}

/// The program, installed into an environment of its own where it is not there yet.
fn schemathesis() -> anyhow::Result<PathBuf> {
    let folder = npm::target()?.join("pypi").join(PACKAGE);
    let program = folder.join("bin/schemathesis");
    let done = folder.join("installed");
    if done.exists() && program.exists() {
        return Ok(program);
    }
    println!("installing {PACKAGE} from PyPI");
    let run = |command: &mut Command| {
        let output =
            command.output().context("could not start python; install it with: apt-get install python3-venv")?;
        if !output.status.success() {
            bail!("{PACKAGE} could not be installed: {}", String::from_utf8_lossy(&output.stderr).trim());
        }
        Ok(())
    };
    run(Command::new("python3").args(["-m", "venv"]).arg(&folder))?;
    run(Command::new(folder.join("bin/pip")).args(["install", "--quiet", "--disable-pip-version-check", PACKAGE]))?;
    std::fs::write(&done, "").context("could not note what was installed")?;
    Ok(program)
}
