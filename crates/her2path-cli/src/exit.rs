//! Exit statuses, as the contract of the command line names them.

use std::process::ExitCode;

/// An exit status other than success.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Status(u8);

/// It could not be done (input or output failed).
pub(crate) const FAILED: Status = Status(1);
/// The command line says nothing that could be done.
pub(crate) const USAGE: Status = Status(2);
/// Input or knowledge is invalid.
pub(crate) const INVALID: Status = Status(3);
/// With `--strict`: done, but some input was skipped or some data is required.
pub(crate) const INCOMPLETE: Status = Status(4);

impl From<Status> for ExitCode {
    fn from(status: Status) -> Self {
        Self::from(status.0)
    }
}

/// Whether writing stopped because the reader went away (`her2path … | head`), which is no failure.
pub(crate) fn is_broken_pipe(error: &anyhow::Error) -> bool {
    error
        .chain()
        .filter_map(|cause| cause.downcast_ref::<std::io::Error>())
        .any(|cause| cause.kind() == std::io::ErrorKind::BrokenPipe)
}
