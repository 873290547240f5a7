//! Packages of npm for tests against programs that are not ours: installed once into a folder below `target`, as their
//! `package.json` names them with exact versions, and without running anything of theirs.

use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context as _, bail};

/// Where cargo builds, and what tests install and leave.
pub(crate) fn target() -> anyhow::Result<PathBuf> {
    let own = std::env::current_exe().context("could not find this program")?;
    let target = own.parent().and_then(Path::parent).context("this program does not lie in a folder of cargo")?;
    Ok(target.to_owned())
}

/// The folder of packages that a `package.json` of the workshop names.
pub(crate) fn packages(name: &str) -> anyhow::Result<PathBuf> {
    let manifest = Path::new(env!("CARGO_MANIFEST_DIR")).join(name).join("package.json");
    let wanted =
        std::fs::read_to_string(&manifest).with_context(|| format!("could not read `{}`", manifest.display()))?;
    let folder = target()?.join("npm").join(name);
    // The manifest is copied last: where it is as wanted, all of it was installed.
    let installed = folder.join("installed.json");
    if std::fs::read_to_string(&installed).is_ok_and(|text| text == wanted) {
        return Ok(folder);
    }
    std::fs::create_dir_all(&folder).with_context(|| format!("could not make `{}`", folder.display()))?;
    std::fs::write(folder.join("package.json"), &wanted).context("could not write what to install")?;
    println!("installing the packages of {name} from npm");
    let output = Command::new("npm")
        .args([
            "install",
            "--omit=optional",
            "--omit=peer",
            "--ignore-scripts",
            "--no-audit",
            "--no-fund",
            "--loglevel=error",
        ])
        .current_dir(&folder)
        .output()
        .context("could not start `npm`; install it with: apt-get install nodejs npm")?;
    if !output.status.success() {
        bail!("npm could not install the packages of {name}: {}", String::from_utf8_lossy(&output.stderr).trim());
    }
    std::fs::write(&installed, &wanted).context("could not note what was installed")?;
    Ok(folder)
}
