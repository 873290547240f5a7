//! Flags of `her2path interpret her2`.

use super::Common;

#[derive(clap::Args)]
pub(crate) struct Args {
    #[command(flatten)]
    pub(super) common: Common,
    /// IHC score: 0, 1+, 2+ or 3+.
    #[arg(long, default_value = "", hide_default_value = true, conflicts_with = "csv", allow_hyphen_values = true)]
    ihc: String,
    /// For a score of 0: `null` (no staining) or `ultralow` (faint staining in at most 10 % of cells).
    #[arg(long, default_value = "", hide_default_value = true, conflicts_with = "csv")]
    ihc0_detail: String,
    /// Dual-probe HER2/CEP17 ratio.
    #[arg(
        long,
        visible_alias = "ratio",
        default_value = "",
        hide_default_value = true,
        conflicts_with = "csv",
        allow_hyphen_values = true
    )]
    dual_ratio: String,
    /// Dual-probe average HER2 copies per cell.
    #[arg(
        long,
        visible_alias = "copies",
        default_value = "",
        hide_default_value = true,
        conflicts_with = "csv",
        allow_hyphen_values = true
    )]
    dual_her2_copies: String,
    /// Average CEP17 copies per cell.
    #[arg(
        long,
        visible_alias = "cep17",
        default_value = "",
        hide_default_value = true,
        conflicts_with = "csv",
        allow_hyphen_values = true
    )]
    dual_cep17_copies: String,
    /// Single-probe average HER2 copies per cell.
    #[arg(
        long,
        visible_alias = "single",
        default_value = "",
        hide_default_value = true,
        conflicts_with = "csv",
        allow_hyphen_values = true
    )]
    single_her2_copies: String,
    /// Ratio of the blinded recount.
    #[arg(long, default_value = "", hide_default_value = true, conflicts_with = "csv", allow_hyphen_values = true)]
    recount_ratio: String,
    /// Average HER2 copies of the blinded recount.
    #[arg(long, default_value = "", hide_default_value = true, conflicts_with = "csv", allow_hyphen_values = true)]
    recount_her2_copies: String,
    /// Group after adjudication: G1 to G5.
    #[arg(long, default_value = "", hide_default_value = true, conflicts_with = "csv")]
    adjudicated_group: String,
    /// `false` when the laboratory rejects the specimen or its controls failed.
    #[arg(long, default_value = "", hide_default_value = true, conflicts_with = "csv")]
    specimen_adequate: String,
}

impl Args {
    pub(super) fn row(&self) -> [&str; 10] {
        [
            &self.specimen_adequate,
            &self.ihc,
            &self.ihc0_detail,
            &self.dual_ratio,
            &self.dual_her2_copies,
            &self.dual_cep17_copies,
            &self.single_her2_copies,
            &self.recount_ratio,
            &self.recount_her2_copies,
            &self.adjudicated_group,
        ]
    }
}
