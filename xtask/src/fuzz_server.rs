//! `cargo xtask fuzz-server`: requests made up from `/openapi.json` by `schemathesis` of PyPI, within a bounded time.
//!
//! No answer may be an error of the server, and each must have the status and the kind of content that the document says.

use std::process::Command;

use anyhow::{Context as _, bail};

use crate::served::Served;
use crate::{npm, pypi};

/// The version that is installed.
const PACKAGE: &str = "schemathesis==4.32.5";

/// Seconds that are spent on making up requests.
const SECONDS: &str = "30";

pub(crate) fn run() -> anyhow::Result<()> {
    let program = pypi::environment("schemathesis", &[PACKAGE])?.join("bin/schemathesis");
    let server = Served::start(&[])?;
    let status = Command::new(program)
        .args(["run", &format!("{}/openapi.json", server.address)])
        .args(["--checks", "not_a_server_error,status_code_conformance,content_type_conformance"])
        .args(["--max-time", SECONDS, "--request-timeout", "10", "--seed", "1", "--generation-database", "none"])
        .env("NO_COLOR", "1")
        // It leaves a folder of its own where it runs.
        .current_dir(npm::target()?)
        .status()
        .context("could not start `schemathesis`")?;
    if !status.success() {
        bail!("a request that was made up got an answer that the document does not know");
    }
    Ok(())
}
