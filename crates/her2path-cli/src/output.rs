//! The one way out: data to standard output, talk to standard error.
//!
//! Everything that is printed goes through here, so that a reader who went away or a full disk is an answer and not a
//! panic, and so that nothing from a record can steer the terminal.

use std::fmt::Display;
use std::io::{BufWriter, StdoutLock, Write};

use anyhow::Context as _;
use her2path::render::printable;

/// Standard output, to be flushed at the end by whoever writes.
pub(crate) type Data = BufWriter<StdoutLock<'static>>;

/// Opens standard output for data.
pub(crate) fn data() -> Data {
    BufWriter::new(std::io::stdout().lock())
}

/// Writes data to standard output and makes sure that it arrived.
///
/// # Errors
/// What the writer answers, and a standard output that cannot be written.
pub(crate) fn print(write: impl FnOnce(&mut dyn Write) -> anyhow::Result<()>) -> anyhow::Result<()> {
    let mut out = data();
    write(&mut out).and_then(|()| Ok(out.flush()?)).context("could not write to standard output")
}

/// A line of talk, after the program's name. Control characters are shown, not sent.
pub(crate) fn say(message: impl Display) {
    talk(&format!("her2path: {}\n", printable(&message.to_string())));
}

/// Talk of several lines, as a diagnostic with its piece of the file, and an empty line after it.
pub(crate) fn say_lines(text: impl Display) {
    let text = text.to_string();
    let lines: Vec<_> = text.lines().map(printable).collect();
    talk(&format!("{}\n\n", lines.join("\n")));
}

/// Talk as it is, for conversations and progress. Where nobody can be told there is nobody to tell, so it never fails.
pub(crate) struct Talk;

impl Write for Talk {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        let _ = std::io::stderr().lock().write_all(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

fn talk(text: &str) {
    let _ = Talk.write_all(text.as_bytes());
}
