//! What the terminal can do.

use std::io::IsTerminal as _;

/// Colours: only on a terminal, and not where `NO_COLOR` asks for none.
pub(crate) fn colour() -> bool {
    std::io::stdout().is_terminal() && std::env::var_os("NO_COLOR").is_none_or(|value| value.is_empty())
}

/// Columns to wrap at: those of the terminal within reason, 100 where there is none.
pub(crate) fn width() -> usize {
    let columns = std::env::var("COLUMNS").ok().and_then(|columns| columns.parse::<usize>().ok());
    columns.filter(|_| std::io::stdout().is_terminal()).map_or(100, |columns| columns.clamp(60, 120))
}
