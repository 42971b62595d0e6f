//! Axes of curves, plain or logarithmic.

use std::ops::RangeInclusive;

use egui_plot::{GridMark, PlotPoint};

/// How values are placed. A logarithmic axis is a plain one of log₁₀.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct Axes {
    pub log_x: bool,
    pub log_y: bool,
}

impl Axes {
    /// Where a point is drawn; nowhere if an axis has no place for it.
    pub fn place(self, x: f64, y: f64) -> Option<PlotPoint> {
        let on = |is_log: bool, value: f64| if is_log { (value > 0.0).then(|| value.log10()) } else { Some(value) };
        Some(PlotPoint::new(on(self.log_x, x)?, on(self.log_y, y)?))
    }
}

/// Lines of the grid of a logarithmic axis: powers of ten, over short ranges also 2 and 5 times these.
pub(in crate::ui::evidence) fn log_marks(range: &RangeInclusive<f64>) -> Vec<GridMark> {
    let (start, end) = (range.start().max(-300.0), range.end().min(300.0));
    let factors: &[f64] = if end - start < 2.2 { &[1.0, 2.0, 5.0] } else { &[1.0] };
    #[expect(clippy::cast_possible_truncation, reason = "a power of ten")]
    let (first, last) = (start.floor() as i32, end.floor() as i32);
    let marks = (first..=last).flat_map(|power| factors.iter().map(move |factor| f64::from(power) + factor.log10()));
    marks.filter(|mark| (start..=end).contains(mark)).map(|value| GridMark { value, step_size: 1.0 }).collect()
}

/// What stands at a mark: 0.05, 2, 500, 20k, 1.5G, 1e-6.
pub(in crate::ui::evidence) fn mark_text(value: f64) -> String {
    match value.abs() {
        0.0 => "0".to_owned(),
        size if !(0.000_99..9.999_95e17).contains(&size) => format!("{value:e}"),
        size if size < 9_999.5 => {
            let text = format!("{value:.4}");
            text.trim_end_matches('0').trim_end_matches('.').to_owned()
        }
        size if size < 9.999_95e5 => format!("{}k", rounded(value / 1e3)),
        size if size < 9.999_95e8 => format!("{}M", rounded(value / 1e6)),
        size if size < 9.999_95e11 => format!("{}G", rounded(value / 1e9)),
        size if size < 9.999_95e14 => format!("{}T", rounded(value / 1e12)),
        _ => format!("{}P", rounded(value / 1e15)),
    }
}

fn rounded(value: f64) -> f64 {
    (100.0 * value).round() / 100.0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_logarithmic_axis_has_no_place_for_nothing() {
        let axes = Axes { log_x: true, log_y: true };
        assert_eq!(axes.place(100.0, 0.01).map(|point| (point.x, point.y)), Some((2.0, -2.0)));
        assert_eq!(axes.place(0.0, 1.0), None);
        assert_eq!(axes.place(1.0, -1.0), None);
    }

    #[test]
    fn marks_of_a_logarithmic_axis_are_round_numbers() {
        let texts = |range: RangeInclusive<f64>| -> Vec<String> {
            log_marks(&range).iter().map(|mark| mark_text(10_f64.powf(mark.value))).collect()
        };
        assert_eq!(texts(-1.1..=0.8), ["0.1", "0.2", "0.5", "1", "2", "5"]);
        assert_eq!(texts(-4.0..=4.0), ["1e-4", "0.001", "0.01", "0.1", "1", "10", "100", "1000", "10k"]);
        let flops = [9.999_99e5, 1.5e6, 9.999_99e8, 3.237e9, 1e12, 2.5e15, 1e18].map(mark_text);
        assert_eq!(flops, ["1M", "1.5M", "1G", "3.24G", "1T", "2.5P", "1e18"]);
    }
}
