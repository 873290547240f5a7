//! Flags of `her2path interpret stage`.

use super::Common;

#[derive(clap::Args)]
pub(crate) struct Args {
    #[command(flatten)]
    pub(super) common: Common,
    /// T category, as recorded (`cT2`, `pT1mi`, `Tis`).
    #[arg(short = 't', long = "t", default_value = "", hide_default_value = true, conflicts_with = "csv")]
    t: String,
    /// N category, as recorded (`cN1`, `pN1mi(sn)`).
    #[arg(short = 'n', long = "n", default_value = "", hide_default_value = true, conflicts_with = "csv")]
    n: String,
    /// M category, as recorded; left out is "not recorded", never M0.
    #[arg(short = 'm', long = "m", default_value = "", hide_default_value = true, conflicts_with = "csv")]
    m: String,
}

impl Args {
    pub(super) fn row(&self) -> [&str; 3] {
        [&self.t, &self.n, &self.m]
    }
}
