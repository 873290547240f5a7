//! Checks the guideline and compiles it in: nothing of `knowledge/` is parsed when the program starts.

use std::error::Error as _;
use std::path::Path;
use std::process::ExitCode;

fn main() -> ExitCode {
    let Some(root) = std::env::var_os("CARGO_MANIFEST_DIR") else {
        eprintln!("cargo names no folder of the crate");
        return ExitCode::FAILURE;
    };
    let root = Path::new(&root);
    let folder = root.join("../../knowledge");
    println!("cargo::rerun-if-changed={}", folder.display());
    println!("cargo::rerun-if-changed=build.rs");
    let knowledge = match her2path_knowledge::load_folder(&folder) {
        // Warnings are for authors: `her2path knowledge check` prints them.
        Ok((knowledge, _warnings)) => knowledge,
        Err(error) => {
            let why = error.source().map_or(String::new(), |source| format!(": {source}"));
            eprintln!("{error}{why}");
            return ExitCode::FAILURE;
        }
    };
    let out = std::env::var_os("OUT_DIR").map(|folder| Path::new(&folder).join("guideline.rs"));
    match out.map(|path| std::fs::write(path, her2path_knowledge::codegen::to_rust(&knowledge))) {
        Some(Ok(())) => ExitCode::SUCCESS,
        failed => {
            eprintln!("could not write the compiled guideline: {failed:?}");
            ExitCode::FAILURE
        }
    }
}
