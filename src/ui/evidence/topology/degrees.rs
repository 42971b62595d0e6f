//! Degrees of a layer's neurons beside what chance would give them.

use egui::{Align2, ComboBox, FontId, RichText, Ui, vec2};
use egui_plot::{Bar, BarChart, Line, LineStyle, PlotPoint, PlotPoints};

use super::super::plots::{marks, still_plot, with_small_text, y_axis};
use super::super::table::{Row, row};
use super::layers::layer_name;
use super::{figure, title_beside};
use crate::session::Session;
use crate::training::{DegreeHistogram, TopologyState};
use crate::ui::controls::nice_step;
use crate::ui::pictures::is_printed;
use crate::ui::theme::{Palette, semibold};

const HEIGHT: f32 = 92.0;
/// Between the two histograms.
const GAP: f32 = 18.0;

/// In- and out-degrees of one layer side by side, with a choice of the layer.
pub(super) fn histograms(ui: &mut Ui, state: &TopologyState, layer: &mut usize, session: &Session) {
    ui.add_space(4.0);
    ui.horizontal(|ui| {
        title_beside(
            ui,
            "Degrees of layer",
            "How many connections neurons have; the line is a random layer of the same density (binomial). Mocanu et al. (2018) \
             report power laws after SET; the verdict compares a power law with a lognormal and an exponential tail (Clauset, \
             Shalizi & Newman 2009).",
        );
        if is_printed(ui) {
            return drop(ui.label(RichText::new(layer_name(session, *layer)).size(11.5)));
        }
        let sparse = |index: &usize| state.layers.get(*index).is_some_and(|layer| !layer.is_dense);
        let combo = ComboBox::from_id_salt("layer of degrees").selected_text(layer_name(session, *layer)).width(96.0);
        let response = combo.show_ui(ui, |ui| {
            for index in (0..state.layers.len()).filter(sparse) {
                ui.selectable_value(layer, index, layer_name(session, index));
            }
        });
        response.response.widget_info(|| {
            egui::WidgetInfo::labeled(egui::Role::ComboBox, true, "layer whose degrees are shown")
        });
    });
    let Some((shown, [inputs, outputs])) = &state.degrees else { return };
    let width = 0.5 * (ui.available_width() - GAP);
    ui.horizontal_top(|ui| {
        ui.spacing_mut().item_spacing.x = GAP;
        for (name, bars) in [("in-degree", inputs), ("out-degree", outputs)] {
            ui.allocate_ui(vec2(width, 0.0), |ui| {
                ui.vertical(|ui| {
                    ui.set_width(width);
                    histogram(ui, &format!("{name} of layer {shown}"), name, bars, session);
                });
            });
        }
    });
}

fn histogram(ui: &mut Ui, id: &str, name: &str, bars: &DegreeHistogram, session: &Session) {
    let palette = Palette::of(ui);
    let color = palette.arm(session.selected());
    let middle = |bar: usize| {
        #[expect(clippy::cast_precision_loss, reason = "a degree")]
        let degree = (bars.first + bar * bars.width) as f64 + 0.5 * (bars.width - 1) as f64;
        degree
    };
    #[expect(clippy::cast_precision_loss, reason = "a degree and numbers of neurons")]
    let (width, counts) = (bars.width as f64, bars.counts.iter().map(|&count| count as f64));
    let highest = bars.expected.iter().copied().chain(counts.clone()).fold(1.0, f64::max);
    let (first, last) = (middle(0) - 0.6 * width, middle(bars.counts.len() - 1) + 0.6 * width);
    let columns: Vec<Bar> = counts
        .enumerate()
        .map(|(bar, count)| {
            Bar::new(middle(bar), count).width(0.9 * width).name(told(bars, bar)).fill(color.gamma_multiply(0.7))
        })
        .collect();
    let null: Vec<PlotPoint> =
        bars.expected.iter().enumerate().map(|(bar, &count)| PlotPoint::new(middle(bar), count)).collect();
    let response = with_small_text(ui, |ui| {
        let plot = still_plot(id, HEIGHT, first..=last, palette).custom_y_axes(vec![y_axis(16.0)]);
        // Low as it is, it has room for a few numbers only.
        let plot = plot.y_grid_spacer(move |_| marks(nice_step(1.6 * highest), 0.0, 1.3 * highest));
        plot.show(ui, |plot| {
            plot.set_plot_bounds_x(first..=last);
            // The name of the histogram stands above its bars.
            plot.set_plot_bounds_y(0.0..=1.3 * highest);
            let chart = BarChart::new("neurons", columns).color(color);
            plot.bar_chart(chart.element_formatter(Box::new(|bar, _| bar.name.clone())));
            let line = Line::new("chance", PlotPoints::Owned(null)).color(palette.text).width(1.4);
            plot.line(line.style(LineStyle::Dashed { length: 5.0 }).allow_hover(false));
        })
    });
    let corner = response.response.rect.right_top() + vec2(-3.0, 2.0);
    ui.painter().text(corner, Align2::RIGHT_TOP, name, semibold(10.5), palette.weak);
    numbers(ui, bars);
}

/// What one bar says.
fn told(bars: &DegreeHistogram, bar: usize) -> String {
    let first = bars.first + bar * bars.width;
    let degrees = if bars.width == 1 { first.to_string() } else { format!("{first} to {}", first + bars.width - 1) };
    format!("degree {degrees}: {} neurons, {:.1} by chance", bars.counts[bar], bars.expected[bar])
}

fn numbers(ui: &mut Ui, bars: &DegreeHistogram) {
    let palette = Palette::of(ui);
    ui.spacing_mut().item_spacing.y = 0.0;
    let measures = &bars.measures;
    let lines = [
        (
            "spread",
            measures.variation_ratio.map_or_else(|| "–".to_owned(), |ratio| format!("× {ratio:.2}")),
            "Coefficient of variation by that of a random layer of the same density: above 1 there are hubs, below 1 degrees are \
             evened out.",
        ),
        ("max / mean", figure(measures.max_by_mean), "The largest degree by the mean one."),
        (
            "Gini",
            figure(measures.gini),
            "0 where all neurons have as many connections, towards 1 where a few have nearly all (Gini 1912).",
        ),
    ];
    for (name, value, meaning) in lines {
        let font = FontId::proportional(11.5);
        let cells = vec![value];
        row(ui, 70.0, &Row { name, color: palette.weak, font, cells, cell_color: palette.text }).on_hover_text(meaning);
    }
    let verdict = match &*measures.power_law {
        "favoured" => "Power law: favoured over lognormal and exponential",
        "not favoured" => "Power law: another law fits better",
        "undecided" => "Power law: cannot be told from others",
        _ => "Power law: fewer than 50 neurons in the tail, no verdict",
    };
    ui.label(RichText::new(verdict).size(11.0).color(palette.weak));
}
