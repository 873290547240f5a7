//! Flags of `her2path interpret response`.

use super::Common;

#[derive(clap::Args)]
pub(crate) struct Args {
    #[command(flatten)]
    pub(super) common: Common,
    /// Sum of target lesions at baseline, mm.
    #[arg(long, default_value = "", hide_default_value = true, conflicts_with = "csv", allow_hyphen_values = true)]
    baseline_sum_mm: String,
    /// Smallest earlier sum, baseline included, mm.
    #[arg(long, default_value = "", hide_default_value = true, conflicts_with = "csv", allow_hyphen_values = true)]
    nadir_sum_mm: String,
    /// Sum now, mm.
    #[arg(long, default_value = "", hide_default_value = true, conflicts_with = "csv", allow_hyphen_values = true)]
    current_sum_mm: String,
    /// `true` when all target lesions are gone and all target nodes below 10 mm.
    #[arg(long, default_value = "", hide_default_value = true, conflicts_with = "csv")]
    all_target_gone: String,
    /// Target response, instead of sums: CR, PR, SD, PD or NE; NONE where there are no target lesions.
    #[arg(long, default_value = "", hide_default_value = true, conflicts_with = "csv")]
    target: String,
    /// Non-target response: CR, NONCR_NONPD, PD or NE; NONE where there are no such lesions.
    #[arg(long, default_value = "", hide_default_value = true, conflicts_with = "csv")]
    non_target: String,
    /// `yes` when there is a new lesion, `no` when there is none; not said leaves the overall response open.
    #[arg(long, default_value = "", hide_default_value = true, conflicts_with = "csv")]
    new_lesion: String,
}

impl Args {
    pub(super) fn row(&self) -> [&str; 7] {
        [
            &self.baseline_sum_mm,
            &self.nadir_sum_mm,
            &self.current_sum_mm,
            &self.all_target_gone,
            &self.target,
            &self.non_target,
            &self.new_lesion,
        ]
    }
}
