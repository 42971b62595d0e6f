//! Exploration and churn of all arms, a point for each topology update.

use egui::Ui;
use egui_plot::{HoverPosition, Line, PlotPoint, PlotPoints, Points};

use super::super::plots::{
    MOST_POINTS, line_style, name_axis, name_ends, room_for_names, sampled, still_plot, with_small_text,
};
use super::super::table::note;
use super::{is_sparse, percent, title};
use crate::session::Session;
use crate::training::UpdateMeasures;
use crate::ui::theme::Palette;

const HEIGHT: f32 = 128.0;

/// Share of all places that ever had a connection.
pub(super) fn exploration(ui: &mut Ui, session: &Session) {
    title(
        ui,
        "Exploration R_s, % of places ever taken",
        "The share of places that ever had a connection, a point for each topology update: in-time over-parameterisation lets a sparse network try \
         out what a dense one holds at once (Liu et al. 2021, ITOP).",
    );
    let curves = curves(session, |measures| measures.exploration);
    plot(ui, session, "exploration", &curves);
    let is_lost = |arm: usize| {
        let turnover = session.history(arm).turnover();
        turnover.first().is_some_and(|first| first.exploration.is_none()) && is_sparse(session.history(arm))
    };
    if (0..session.arms().len()).any(is_lost) {
        note(ui, "Where a network has more than 268 million places, they are too many to follow.");
    }
}

/// Whether any arm had a topology update.
pub(super) fn has_churn(session: &Session) -> bool {
    (0..session.arms().len()).any(|arm| session.history(arm).turnover().len() > 1)
}

/// Share of the connections that each update replaced.
pub(super) fn churn(ui: &mut Ui, session: &Session) {
    if !has_churn(session) {
        return;
    }
    title(
        ui,
        "Churn, % replaced by each topology update",
        "What grew in a topology update, by the connections that there were: at most the drop fraction ζ of SET (Mocanu et al. \
         2018) or α of RigL (Evci et al. 2020), less what was cut and grew again at once.",
    );
    // The untrained network has replaced nothing.
    let curves = curves(session, |measures| (measures.update > 0).then(|| measures.churn()));
    plot(ui, session, "churn", &curves);
}

/// By arm its points, by epoch, in %.
fn curves(session: &Session, value: impl Fn(&UpdateMeasures) -> Option<f64>) -> Vec<Vec<PlotPoint>> {
    (0..session.arms().len())
        .map(|arm| {
            let all = session.history(arm).turnover();
            let shown = sampled(all.len(), MOST_POINTS).map(|index| &all[index]);
            shown
                .filter(|_| is_sparse(session.history(arm)))
                .filter_map(|measures| Some(PlotPoint::new(epoch(session, measures.step), 100.0 * value(measures)?)))
                .collect()
        })
        .collect()
}

#[expect(clippy::cast_precision_loss, reason = "numbers of steps")]
fn epoch(session: &Session, step: u64) -> f64 {
    step as f64 / session.steps_per_epoch().max(1) as f64
}

fn plot(ui: &mut Ui, session: &Session, id: &str, curves: &[Vec<PlotPoint>]) {
    let palette = Palette::of(ui);
    let epochs = f64::from(session.experiment().epochs());
    let highest = curves.iter().flatten().map(|point| point.y).fold(1.0, f64::max);
    let room = room_for_names(ui);
    let response = with_small_text(ui, |ui| {
        let plot = still_plot(id, HEIGHT, 0.0..=epochs, palette);
        plot.label_formatter(hover_text).show(ui, |plot| {
            plot.set_plot_bounds_x(0.0..=epochs * room);
            plot.set_plot_bounds_y(-0.03 * highest..=1.08 * highest);
            for (arm, points) in curves.iter().enumerate() {
                let (name, color) = (session.arms()[arm].name.clone(), palette.arm(arm));
                let width = if arm == session.selected() { 2.4 } else { 1.6 };
                if let [only] = points.as_slice() {
                    let point = Points::new(name.clone(), PlotPoints::Owned(vec![*only]));
                    plot.points(point.color(color).radius(2.5));
                }
                let line = Line::new(name, PlotPoints::Owned(with_now(session, arm, id, points)));
                plot.line(line.color(color).width(width).style(line_style(arm)));
            }
        })
    });
    let end =
        |(arm, points): (usize, &Vec<PlotPoint>)| Some((arm, with_now(session, arm, id, points).last().copied()?));
    name_ends(ui, session, curves.iter().enumerate().filter_map(end).collect(), &response.transform);
    name_axis(ui, "epoch", response.response.rect);
}

/// What has been explored stays so after the last update; what was replaced does not.
fn with_now(session: &Session, arm: usize, id: &str, points: &[PlotPoint]) -> Vec<PlotPoint> {
    let mut points = points.to_vec();
    let now = session.history(arm).view().map(|view| epoch(session, view.snapshot.step));
    if let (Some(now), Some(last)) = (now.filter(|_| id == "exploration"), points.last().copied())
        && now > last.x
    {
        points.push(PlotPoint::new(now, last.y));
    }
    points
}

fn hover_text(position: &HoverPosition<'_>) -> Option<String> {
    match position {
        HoverPosition::NearDataPoint { plot_name, position, .. } => {
            Some(format!("{plot_name}\nepoch {:.1}: {}", position.x, percent(0.01 * position.y)))
        }
        HoverPosition::Elsewhere { .. } => None,
    }
}
