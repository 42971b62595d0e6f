//! What the audience expects: hands are counted for each arm, and shown later beside what happened.

use egui::{Area, Context, DragValue, Frame, Grid, Id, Key, Modifiers, Order, RichText, Ui, pos2};

use super::TEXT;
use super::bar::button;
use crate::session::Session;
use crate::ui::theme::{Palette, semibold};

/// Room for the name of a scene above it.
const BELOW_TITLE: f32 = 60.0;

/// Keys of the first nine arms.
pub(super) const NUMBERS: [Key; 9] =
    [Key::Num1, Key::Num2, Key::Num3, Key::Num4, Key::Num5, Key::Num6, Key::Num7, Key::Num8, Key::Num9];

/// Hands for each arm.
#[derive(Default)]
pub(super) struct Guess {
    pub is_open: bool,
    /// By the names of the arms, for arms come and go.
    hands: Vec<(String, u32)>,
}

impl Guess {
    /// A number is a hand for that arm; with Shift it is taken back.
    pub(super) fn read_keys(&mut self, context: &Context, session: &Session) {
        self.fit(session);
        for ((_, hands), key) in self.hands.iter_mut().zip(NUMBERS) {
            // The longer one first: the shorter is part of it.
            if context.input_mut(|input| input.consume_key(Modifiers::SHIFT, key)) {
                *hands = hands.saturating_sub(1);
            } else if context.input_mut(|input| input.consume_key(Modifiers::NONE, key)) {
                *hands = hands.saturating_add(1);
            }
        }
    }

    /// A row for each arm; hands of arms that have gone are forgotten.
    fn fit(&mut self, session: &Session) {
        let known = |name: &str| self.hands.iter().find(|own| own.0 == name).map_or(0, |own| own.1);
        self.hands = session.arms().iter().map(|arm| (arm.name.clone(), known(&arm.name))).collect();
    }

    /// Shows the question while it is open; once the runs have ended, with the answer.
    pub(super) fn show(&mut self, ui: &Ui, session: &Session) {
        if !self.is_open {
            return;
        }
        self.fit(session);
        let palette = Palette::of(ui);
        let style = ui.style().clone();
        let within = ui.max_rect();
        let area = Area::new(Id::unique("guess")).order(Order::Middle).movable(false).constrain_to(within);
        let area = area.fixed_pos(pos2(within.min.x + 16.0, within.min.y + BELOW_TITLE));
        area.show(ui.ctx(), |ui| {
            ui.set_style(style);
            let frame = Frame::new().fill(palette.card).stroke(egui::Stroke::new(2.0, palette.accent));
            frame.corner_radius(8).inner_margin(16).show(ui, |ui| {
                let is_over = session.is_finished() && session.past().is_none();
                let question = if is_over { "Which arm is ahead?" } else { "Which arm will be ahead at the end?" };
                ui.label(RichText::new(question).font(semibold(26.0)));
                Grid::new("hands").num_columns(6).spacing([10.0, 8.0]).show(ui, |ui| {
                    for arm in 0..self.hands.len() {
                        self.row(ui, session, arm, is_over);
                        ui.end_row();
                    }
                });
                if !is_over {
                    let keys = "Hands are counted by the numbers; Shift takes one back, G closes.";
                    ui.label(RichText::new(keys).size(TEXT).color(palette.weak));
                }
                if is_over {
                    let seed = format!("One run of each, from seed {}: chance has its share.", session.seed());
                    ui.label(RichText::new(seed).size(TEXT).color(palette.weak));
                }
            });
        });
    }

    fn row(&mut self, ui: &mut Ui, session: &Session, arm: usize, is_over: bool) {
        let palette = Palette::of(ui);
        let (name, hands) = &mut self.hands[arm];
        let number = if arm < NUMBERS.len() { (arm + 1).to_string() } else { String::new() };
        ui.label(RichText::new(number).font(semibold(TEXT)).color(palette.weak));
        ui.label(RichText::new(name.as_str()).font(semibold(TEXT)).color(palette.arm(arm)));
        if is_over {
            let text = if *hands == 1 { "1 hand".to_owned() } else { format!("{hands} hands") };
            ui.label(RichText::new(text).size(TEXT));
            ui.label(RichText::new(outcome(session, arm)).font(semibold(TEXT)));
            return;
        }
        if button(ui, "−", &format!("one hand less for {name}"), false) {
            *hands = hands.saturating_sub(1);
        }
        let value = ui.add(DragValue::new(hands).range(0..=9999).speed(0.1));
        value.widget_info(|| egui::WidgetInfo::labeled(egui::Role::SpinButton, true, format!("hands for {name}")));
        if button(ui, "+", &format!("one hand more for {name}"), false) {
            *hands = hands.saturating_add(1).min(9999);
        }
    }
}

/// What an arm came to, and whether none came to more.
fn outcome(session: &Session, arm: usize) -> String {
    let correct = |arm: usize| session.history(arm).epochs().last().map(|record| record.test.accuracy());
    let last = |arm: usize| correct(arm).filter(|_| session.history(arm).failure().is_none());
    let best = (0..session.arms().len()).filter_map(last).fold(0.0, f64::max);
    match last(arm) {
        None => "stopped".to_owned(),
        Some(own) if own == best => format!("{:.1} %, ahead", 100.0 * own),
        Some(own) => format!("{:.1} %", 100.0 * own),
    }
}
