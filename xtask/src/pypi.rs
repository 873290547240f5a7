//! Packages of PyPI for tests against programs that are not ours: installed once into an environment below `target`, with
//! exact versions.

use std::path::PathBuf;
use std::process::Command;

use anyhow::{Context as _, bail};

use crate::npm;

/// The folder of an environment that holds these packages.
pub(crate) fn environment(name: &str, packages: &[&str]) -> anyhow::Result<PathBuf> {
    let folder = npm::target()?.join("pypi").join(name);
    let wanted = packages.join("\n");
    // The list is written last: where it is as wanted, all of it was installed.
    let installed = folder.join("installed");
    if std::fs::read_to_string(&installed).is_ok_and(|text| text == wanted) {
        return Ok(folder);
    }
    println!("installing {} from PyPI", packages.join(", "));
    let run = |command: &mut Command| {
        let output =
            command.output().context("could not start python; install it with: apt-get install python3-venv")?;
        if !output.status.success() {
            bail!("{name} could not be installed: {}", String::from_utf8_lossy(&output.stderr).trim());
        }
        Ok(())
    };
    run(Command::new("python3").args(["-m", "venv", "--clear"]).arg(&folder))?;
    let pip = folder.join("bin/pip");
    run(Command::new(pip).args(["install", "--quiet", "--disable-pip-version-check"]).args(packages))?;
    std::fs::write(&installed, &wanted).context("could not note what was installed")?;
    Ok(folder)
}
