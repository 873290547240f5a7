//! Flags of `her2path interpret receptors`.

use super::Common;

#[derive(clap::Args)]
pub(crate) struct Args {
    #[command(flatten)]
    pub(super) common: Common,
    /// Percentage of stained nuclei, oestrogen receptor.
    #[arg(long, default_value = "", hide_default_value = true, conflicts_with = "csv", allow_hyphen_values = true)]
    er_percent: String,
    /// `<`, `<=`, `>` or `>=`, where the percentage is a bound.
    #[arg(long, default_value = "", hide_default_value = true, conflicts_with = "csv")]
    er_comparator: String,
    /// The word of the report: positive, low_positive or negative.
    #[arg(long, default_value = "", hide_default_value = true, conflicts_with = "csv")]
    er_qualitative: String,
    /// Allred total, 0 or 2 to 8.
    #[arg(long, default_value = "", hide_default_value = true, conflicts_with = "csv", allow_hyphen_values = true)]
    er_allred: String,
    /// Percentage of stained nuclei, progesterone receptor.
    #[arg(long, default_value = "", hide_default_value = true, conflicts_with = "csv", allow_hyphen_values = true)]
    pr_percent: String,
    /// `<`, `<=`, `>` or `>=`, where the percentage is a bound.
    #[arg(long, default_value = "", hide_default_value = true, conflicts_with = "csv")]
    pr_comparator: String,
    /// The word of the report: positive or negative.
    #[arg(long, default_value = "", hide_default_value = true, conflicts_with = "csv")]
    pr_qualitative: String,
    /// Allred total, 0 or 2 to 8.
    #[arg(long, default_value = "", hide_default_value = true, conflicts_with = "csv", allow_hyphen_values = true)]
    pr_allred: String,
    /// HER2 status as `interpret her2` prints it.
    #[arg(long, default_value = "", hide_default_value = true, conflicts_with = "csv")]
    her2_status: String,
}

impl Args {
    pub(super) fn row(&self) -> [&str; 9] {
        [
            &self.er_percent,
            &self.er_comparator,
            &self.er_qualitative,
            &self.er_allred,
            &self.pr_percent,
            &self.pr_comparator,
            &self.pr_qualitative,
            &self.pr_allred,
            &self.her2_status,
        ]
    }
}
