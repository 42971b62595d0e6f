//! Flags at bookmarked moments, and the menu that lists them.

use egui::containers::menu::{MenuButton, MenuConfig};
use egui::{Button, Color32, DragValue, PopupCloseBehavior, Pos2, Rect, Shape, Stroke, TextEdit, Ui, UiBuilder, vec2};

use super::Timeline;
use crate::session::{Command, Session};
use crate::ui::controls::weak;
use crate::ui::theme::Palette;

/// How near a pointer must be to a flag.
const REACH: f32 = 7.0;
const MEGABYTE: usize = 1 << 20;

impl Timeline {
    /// A flag for each bookmark that has been reached, or can be foretold.
    pub(super) fn bookmarks(&self, ui: &Ui, session: &Session) {
        let Palette { accent, .. } = self.palette;
        for (_, foot) in self.feet(session) {
            flag(ui, foot, if self.is_large { 26.0 } else { 15.0 }, *accent);
        }
    }

    /// The bookmark under the pointer.
    pub(super) fn bookmark_at(&self, session: &Session, at: Pos2) -> Option<usize> {
        let near = |foot: Pos2| Rect::from_center_size(foot - vec2(-2.0, 9.0), vec2(2.0 * REACH, 20.0)).contains(at);
        self.feet(session).into_iter().find(|&(_, foot)| near(foot)).map(|(index, _)| index)
    }

    fn feet(&self, session: &Session) -> Vec<(usize, Pos2)> {
        let bookmarks = session.draft().bookmarks.iter().enumerate();
        let foot = |position: u64| egui::pos2(self.x_of_position(position), self.plot.max.y);
        bookmarks.filter_map(|(index, own)| Some((index, foot(session.foreseen_position(own.at)?)))).collect()
    }
}

/// The fonts have none.
fn flag(ui: &Ui, foot: Pos2, height: f32, color: Color32) {
    let top = foot - vec2(0.0, height);
    ui.painter().line_segment([foot, top], Stroke::new(0.087 * height, color));
    let cloth = vec![top, top + height * vec2(0.53, 0.2), top + height * vec2(0.0, 0.4)];
    ui.painter().add(Shape::convex_polygon(cloth, color, Stroke::NONE));
}

/// A small button at the right of the heading, with a menu of bookmarks and of what the past takes.
pub(super) fn menu(ui: &mut Ui, session: &Session, rect: Rect, commands: &mut Vec<Command>) {
    let palette = Palette::of(ui);
    let place = Rect::from_min_size(rect.min + vec2(62.0, -3.0), vec2(26.0, 22.0));
    let mut ui = ui.new_child(UiBuilder::new().max_rect(place).id_salt("bookmarks"));
    let config = MenuConfig::new().close_behavior(PopupCloseBehavior::CloseOnClickOutside);
    let button = Button::new("").min_size(vec2(24.0, 20.0));
    let (response, _) = MenuButton::from_button(button).config(config).ui(&mut ui, |ui| {
        ui.set_min_width(280.0);
        list(ui, session, commands);
        ui.separator();
        budget(ui, session, commands);
    });
    flag(&ui, response.rect.center() + vec2(-3.0, 6.0), 12.0, palette.accent);
    response.widget_info(|| egui::WidgetInfo::labeled(egui::Role::Button, true, "Bookmarks and memory of the past"));
    response.on_hover_text("Bookmarks, and how much of the past is kept");
}

fn list(ui: &mut Ui, session: &Session, commands: &mut Vec<Command>) {
    if ui.add(Button::new("Bookmark this moment").shortcut_text("M")).clicked() {
        commands.push(Command::AddBookmark);
    }
    if session.draft().bookmarks.is_empty() {
        weak(ui, "Bookmarks lead back to moments worth showing. They are saved with the experiment.");
    }
    for (index, bookmark) in session.draft().bookmarks.iter().enumerate() {
        ui.horizontal(|ui| {
            let go = ui.button("▸").on_hover_text(format!("Shows {}", bookmark.at));
            go.widget_info(|| egui::WidgetInfo::labeled(egui::Role::Button, true, format!("go to {}", bookmark.name)));
            if go.clicked() {
                commands.push(Command::GoToBookmark(index));
                ui.close();
            }
            let mut name = bookmark.name.clone();
            let field = ui.add(TextEdit::singleline(&mut name).desired_width(150.0));
            field.widget_info(|| egui::WidgetInfo::labeled(egui::Role::TextInput, true, "name of the bookmark"));
            if field.changed() {
                commands.push(Command::RenameBookmark { index, name });
            }
            weak(ui, bookmark.at.to_string());
            let remove = ui.add(Button::new("✕").frame(false));
            let text = format!("remove {}", bookmark.name);
            remove.widget_info(|| egui::WidgetInfo::labeled(egui::Role::Button, true, &text));
            if remove.clicked() {
                commands.push(Command::RemoveBookmark(index));
            }
        });
        let mut notes = bookmark.notes.clone();
        let field = TextEdit::multiline(&mut notes).desired_rows(1).desired_width(280.0);
        let field = ui.add(field.hint_text("what to say there, for the presenter's notes"));
        let text = format!("notes for {}", bookmark.name);
        field.widget_info(|| egui::WidgetInfo::labeled(egui::Role::TextInput, true, &text));
        if field.changed() {
            commands.push(Command::NoteBookmark { index, notes });
        }
    }
}

fn budget(ui: &mut Ui, session: &Session, commands: &mut Vec<Command>) {
    let (bytes, most) = session.timeline_bytes();
    ui.horizontal(|ui| {
        ui.label("The past takes");
        #[expect(clippy::cast_precision_loss, reason = "some megabytes")]
        ui.label(format!("{:.1} of", bytes as f64 / MEGABYTE as f64));
        let mut megabytes = most / MEGABYTE;
        let value = ui.add(DragValue::new(&mut megabytes).range(4..=16_384).suffix(" MB"));
        value.widget_info(|| egui::WidgetInfo::labeled(egui::Role::SpinButton, true, "memory of the past in MB"));
        if value.changed() {
            commands.push(Command::SetTimelineBudget(megabytes * MEGABYTE));
        }
    });
    let text = if session.is_past_thinned(session.selected()) {
        "Not every moment fits: older ones are trained again, on the same bits, when you look at them."
    } else {
        "Every epoch and every topology update is kept."
    };
    ui.set_max_width(300.0);
    weak(ui, text);
}
