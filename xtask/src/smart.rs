//! `cargo xtask smart`: launches from an EHR that is not ours, by `xtask/smart/launch.mjs`.

use std::path::Path;
use std::process::Command;

use anyhow::{Context as _, bail};

use crate::npm;
use crate::served::{Served, free_port};

pub(crate) fn run() -> anyhow::Result<()> {
    let packages = npm::packages("smart")?;
    let (own, ehr) = (free_port()?, free_port()?);
    let listen = format!("127.0.0.1:{own}");
    let issuer = format!("http://127.0.0.1:{ehr}/fhir=her2path");
    let server = Served::start_at(&listen, &["--smart", &issuer, "--private-addresses"])?;
    let status = Command::new("node")
        .arg(Path::new(env!("CARGO_MANIFEST_DIR")).join("smart/launch.mjs"))
        .arg(&packages)
        .arg(ehr.to_string())
        .arg(&server.address)
        .status()
        .context("could not start `node`; install it with: apt-get install nodejs")?;
    if !status.success() {
        bail!("a launch is not as it should be");
    }
    Ok(())
}
