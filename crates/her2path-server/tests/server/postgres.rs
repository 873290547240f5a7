//! A PostgreSQL of the tests' own: Debian's, in a folder that goes away, on a port of this machine, not run by root.

use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

/// Who runs it where the tests are root's: PostgreSQL refuses root.
const NOBODY: &str = "nobody";

pub(crate) struct Postgres {
    server: Child,
    /// `postgres://…`
    pub(crate) url: String,
    _folder: tempfile::TempDir,
}

impl Drop for Postgres {
    fn drop(&mut self) {
        let _ = self.server.kill();
        let _ = self.server.wait();
    }
}

impl Postgres {
    /// Starts one. `None` where PostgreSQL is not installed, which is said; in CI (`CI=true`) that is a failure.
    pub(crate) fn start() -> Option<Self> {
        let Some(programs) = programs() else {
            let ci = std::env::var("CI").is_ok_and(|value| value == "true");
            assert!(!ci, "PostgreSQL is not here; `cargo xtask test` installs it");
            eprintln!(
                "PostgreSQL is not here, so nothing is tested on it; install it with: apt-get install postgresql"
            );
            return None;
        };
        let folder = tempfile::tempdir().expect("a folder");
        let root = String::from_utf8_lossy(&Command::new("id").arg("-u").output().expect("`id`").stdout).trim() == "0";
        if root {
            let given = Command::new("chown").arg(NOBODY).arg(folder.path()).status().expect("`chown`");
            assert!(given.success(), "the folder can be given to {NOBODY}");
        }
        let as_user = |program: &str| {
            let program = programs.join(program);
            if root {
                let mut command = Command::new("setpriv");
                command.args(["--reuid", NOBODY, "--regid", "nogroup", "--clear-groups"]).arg(program);
                command
            } else {
                Command::new(program)
            }
        };
        let data = folder.path().join("data");
        let made = as_user("initdb")
            .args(["--username", "tester", "--auth", "trust", "--encoding", "UTF8", "--locale", "C", "--pgdata"])
            .arg(&data)
            .output()
            .expect("`initdb`");
        assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
        let port =
            std::net::TcpListener::bind("127.0.0.1:0").and_then(|free| free.local_addr()).expect("a free port").port();
        let server = as_user("postgres")
            .arg("-D")
            .arg(&data)
            .args(["-p", &port.to_string(), "-h", "127.0.0.1", "-c", "max_connections=50", "-k"])
            .arg(folder.path())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .expect("`postgres`");
        let postgres = Self { server, url: format!("postgres://tester@127.0.0.1:{port}/postgres"), _folder: folder };
        let patience = Instant::now() + Duration::from_secs(30);
        while std::net::TcpStream::connect(("127.0.0.1", port)).is_err() {
            assert!(Instant::now() < patience, "PostgreSQL answers within half a minute");
            std::thread::sleep(Duration::from_millis(50));
        }
        Some(postgres)
    }
}

/// Debian keeps the programs apart by version and out of the path.
fn programs() -> Option<PathBuf> {
    let versions = std::fs::read_dir("/usr/lib/postgresql").ok()?.flatten();
    let folders = versions.map(|version| version.path().join("bin"));
    folders.filter(|folder| folder.join("initdb").exists() && folder.join("postgres").exists()).max()
}
