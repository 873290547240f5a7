//! The risk of breast cancer up to each age, for renderers that draw it.

/// The absolute risk of one person beside that of the average person, by age.
#[derive(Debug, Clone, PartialEq)]
pub struct RiskCourse {
    /// What is drawn, for the title.
    pub title: String,
    /// Age in years that the risks count from.
    pub from: f64,
    /// Age in years, the person's risk from now to it, the average person's; probabilities, ages rise.
    pub points: Vec<(f64, f64, f64)>,
}
