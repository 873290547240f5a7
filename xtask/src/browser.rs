//! `cargo xtask browser`: every page and the main journeys in a real browser, at phone and desktop width.
//!
//! The walk itself is `xtask/browser/walk.mjs`. Pictures of each page are left below `target/browser` to be looked at.
//! The documents that the program writes to files are walked through too.

use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context as _, bail};

use crate::npm;
use crate::served::{Served, program};

pub(crate) fn run() -> anyhow::Result<()> {
    let packages = npm::packages("browser")?;
    let pictures = npm::target()?.join("browser");
    // Pictures of pages that are gone must not be taken for today's.
    if pictures.exists() {
        std::fs::remove_dir_all(&pictures).context("could not remove the pictures of the last walk")?;
    }
    std::fs::create_dir_all(&pictures).context("could not make the folder of pictures")?;
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let documents = documents(&root, &pictures)?;
    let server = Served::start(&[])?;
    let status = Command::new("node")
        .arg(root.join("xtask/browser/walk.mjs"))
        .arg(&packages)
        .arg(&pictures)
        .arg(&server.address)
        .arg(root.join("examples"))
        .args(&documents)
        .env("CHROMIUM", "/usr/bin/chromium")
        .status()
        .context("could not start `node`; install it with: apt-get install nodejs")?;
    if !status.success() {
        bail!("a page is not as it should be; pictures are in `{}`", pictures.display());
    }
    println!("pictures are in `{}`", pictures.display());
    Ok(())
}

/// Documents as the program writes them, for a browser to open from a file.
fn documents(root: &Path, folder: &Path) -> anyhow::Result<Vec<PathBuf>> {
    let record = root.join("examples/jenny-m.json").display().to_string();
    let assess = |audience: &str| {
        let arguments = ["assess", &record, "--as-of", "2026-11-23", "--format", "html", "--audience", audience];
        output(&arguments.map(str::to_owned))
    };
    let mut documents = Vec::new();
    for audience in ["clinician", "patient"] {
        let path = folder.join(format!("{audience}.html"));
        std::fs::write(&path, assess(audience)?).context("could not write a document")?;
        documents.push(path);
    }
    let cohort = folder.join("cohort").display().to_string();
    output(&["cohort", &record, "--as-of", "2026-11-23", "--out", &cohort].map(str::to_owned))?;
    documents.push(folder.join("cohort/report.html"));
    Ok(documents)
}

fn output(arguments: &[String]) -> anyhow::Result<Vec<u8>> {
    let output = Command::new(program()?).args(arguments).output().context("could not start `her2path`")?;
    if !output.status.success() {
        bail!("`her2path {}` failed: {}", arguments.join(" "), String::from_utf8_lossy(&output.stderr).trim());
    }
    Ok(output.stdout)
}
