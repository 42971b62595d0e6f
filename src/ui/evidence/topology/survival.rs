//! How long connections live.

use egui::{RichText, Ui};
use egui_plot::{HoverPosition, Line, PlotPoint, PlotPoints, Points};

use super::super::plots::{MOST_POINTS, still_plot, with_small_text};
use super::{percent, title};
use crate::session::Session;
use crate::training::TopologyState;
use crate::ui::theme::Palette;

/// What share of the connections that were born at each update is still there.
pub(super) fn plot(ui: &mut Ui, session: &Session, state: &TopologyState) {
    title(
        ui,
        "Survival, % left, by update of birth",
        "Connections by cohort of birth: those that grew at an update, and how many of them have never been cut since; cohort 0 \
         is from the start. What SET prunes first is what it has just grown (Mocanu et al. 2018 prune the weights nearest zero).",
    );
    let arm = session.selected();
    let born = cohorts(session, state);
    if born.len() < 2 {
        let text = if session.arms()[arm].tuning.recipe.is_none() {
            "Nothing is ever cut in this arm: all its connections are from the start."
        } else {
            "No topology update yet: all connections are from the start."
        };
        ui.label(RichText::new(text).size(12.0));
        return;
    }
    let palette = Palette::of(ui);
    let points: Vec<PlotPoint> = shown(&born);
    #[expect(clippy::cast_precision_loss, reason = "a number of updates")]
    let last = (born.len() - 1) as f64;
    with_small_text(ui, |ui| {
        let plot = still_plot("survival", 112.0, 0.0..=last, palette);
        plot.label_formatter(hover_text).show(ui, |plot| {
            plot.set_plot_bounds_x(-0.02 * last..=1.02 * last);
            plot.set_plot_bounds_y(-3.0..=106.0);
            let color = palette.arm(arm);
            plot.line(Line::new("line", PlotPoints::Owned(points.clone())).color(color).width(1.6).allow_hover(false));
            plot.points(Points::new("points", PlotPoints::Owned(points)).color(color).radius(1.8));
        });
    });
    let left = percent(share(born[0]).unwrap_or(0.0));
    let text = format!("From the start {left} left · mean age {:.1} updates", state.mean_age);
    ui.label(RichText::new(text).size(11.5));
}

/// By update, from the start on, connections that grew, and those that are left of them.
pub(super) fn cohorts(session: &Session, state: &TopologyState) -> Vec<(usize, usize)> {
    let first: usize = state.layers.iter().filter(|layer| !layer.is_dense).map(|layer| layer.first_connections).sum();
    // What was added by hand is of the age of what the update before it grew.
    let mut grown = vec![0];
    for record in session.history(session.selected()).updates() {
        grown.resize(grown.len().max(record.update as usize + 1), 0);
        grown[record.update as usize] += record.added_count;
    }
    grown[0] += first;
    // A moment after a rewind there may be more of either.
    grown.into_iter().zip(state.left.iter().copied()).collect()
}

#[expect(clippy::cast_precision_loss, reason = "numbers of connections")]
fn share((born, left): (usize, usize)) -> Option<f64> {
    (born > 0).then(|| left as f64 / born as f64)
}

/// As many cohorts as there is room for, in %; where there are more, several make one point.
fn shown(born: &[(usize, usize)]) -> Vec<PlotPoint> {
    let together = born.len().div_ceil(MOST_POINTS).max(1);
    let mut points = Vec::new();
    for (index, chunk) in born.chunks(together).enumerate() {
        let sum = chunk.iter().fold((0, 0), |sum, one| (sum.0 + one.0, sum.1 + one.1));
        #[expect(clippy::cast_precision_loss, reason = "a number of updates")]
        let middle = (index * together) as f64 + 0.5 * (chunk.len() - 1) as f64;
        points.extend(share(sum).map(|share| PlotPoint::new(middle, 100.0 * share)));
    }
    points
}

fn hover_text(position: &HoverPosition<'_>) -> Option<String> {
    match position {
        HoverPosition::NearDataPoint { position, .. } => {
            let born = if position.x < 0.5 {
                "from the start".to_owned()
            } else {
                format!("born at update {:.0}", position.x)
            };
            Some(format!("{born}: {} left", percent(0.01 * position.y)))
        }
        HoverPosition::Elsewhere { .. } => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cohorts_that_share_a_point_are_added_up() {
        let points = shown(&[(100, 25), (10, 10), (0, 0), (4, 1)]);
        let found: Vec<(f64, f64)> = points.iter().map(|point| (point.x, point.y)).collect();
        // A cohort of nobody has no share.
        assert_eq!(found, [(0.0, 25.0), (1.0, 100.0), (3.0, 25.0)]);
        // Of 801 cohorts three make a point: 267 of them, the first in the middle of updates 0 to 2.
        let points = shown(&[(2, 1); 801]);
        assert_eq!((points.len(), points[0].x, points[0].y), (267, 1.0, 50.0));
    }
}
