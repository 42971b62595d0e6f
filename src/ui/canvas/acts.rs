//! A topology update told in three acts: which connections rank lowest, how they are cut, how others grow.
//!
//! All of it is told after the fact, from the network as it is now and the record of what was cut and grown: so it is what
//! happened, whatever the method.

mod cells;
mod ranking;
mod stage;

use std::sync::{Arc, OnceLock, Weak};
use std::time::Duration;

use egui::{Rect, Ui};

use self::cells::Cells;
use self::ranking::Ranking;
use self::stage::Stage;
use super::band::Band;
use super::change::Grid;
use super::figures::Figures;
use super::layout::Layout;
use super::scene::Scene;
use crate::session::Session;
use crate::training::{UpdateRecord, View};
use crate::ui::comfort::is_motion_reduced;
use crate::ui::controls::grouped;

/// How long each act takes, in seconds.
const ACT: f64 = 0.4;
/// How long the numbers stay in view when nothing goes on, in seconds.
const STAY: f64 = 5.0;

/// Who tells what has happened last.
#[derive(Default)]
pub(super) struct Acts {
    /// The arm and the view that were seen last, and how many updates it had.
    seen: Option<(usize, Weak<View>, u32)>,
    telling: Option<Telling>,
}

/// An update that is being told, or soon will be.
struct Telling {
    record: Arc<UpdateRecord>,
    /// What takes a walk over all connections, as soon as it is known.
    findings: Arc<OnceLock<Findings>>,
    /// When the telling began; nothing before the findings are there.
    since: Option<f64>,
    stays: bool,
}

/// What there is to tell.
struct Findings {
    /// By layer, how its connections ranked.
    rankings: Vec<Option<Ranking>>,
    /// Where connections went and came, of layers whose adjacency matrix is shown.
    cells: Vec<Cells>,
}

/// What is being told.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Act {
    /// The lowest are marked.
    Rank,
    /// They shrink; from 0 to 1.
    Cut(f32),
    /// Others grow; from 0 to 1.
    Grow(f32),
    /// The numbers stay.
    End,
}

impl Acts {
    /// Notices when the next topology update has come into view, in slow motion or step by step, and begins to tell it.
    pub(super) fn follow(
        &mut self,
        ui: &Ui,
        session: &Session,
        (arm, view): (usize, &Arc<View>),
        (layout, band): (&Layout, Option<&Band>),
    ) {
        let (time, is_dragging) = ui.input(|input| (input.time, input.pointer.any_down()));
        let next = (arm, Arc::downgrade(view), view.snapshot.updates);
        let before = self.seen.replace(next.clone());
        if before.as_ref().is_some_and(|before| before.1.ptr_eq(&next.1)) {
            return self.go_on(ui, time);
        }
        self.telling = None;
        let is_next = before.is_some_and(|(own, _, updates)| own == arm && updates + 1 == next.2);
        let is_slow = session.speed().is_staged() || !session.is_playing();
        if !is_next || !is_slow || is_dragging || is_motion_reduced(ui.ctx()) {
            return;
        }
        let record = session.history(arm).recent_updates().into_iter().find(|record| record.by_hand.is_none());
        let record = record.filter(|record| record.position == view.snapshot.position && !record.has_forgotten());
        let Some(record) = record.filter(|record| record.removed_count + record.added_count > 0) else { return };
        let scale = ui.ctx().pixels_per_point();
        let grids = band.map_or_else(Vec::new, |band| cells::grids(band, layout, &view.snapshot.network, scale));
        let findings = find(ui, view, &record, grids);
        self.telling = findings.map(|findings| Telling { record, findings, since: None, stays: !session.is_playing() });
    }

    /// Begins as soon as there is something to tell, and ends in time.
    fn go_on(&mut self, ui: &Ui, time: f64) {
        let Some(telling) = &mut self.telling else { return };
        if telling.since.is_none() && telling.findings.get().is_some() {
            telling.since = Some(time);
        }
        let end = 3.0 * ACT + if telling.stays { STAY } else { 0.0 };
        match telling.act(time) {
            // Whoever finds out asks for a frame.
            None => (),
            Some(_) if telling.since.is_some_and(|since| time - since > end) => self.telling = None,
            Some(Act::End) => ui.ctx().request_repaint_after(Duration::from_millis(500)),
            Some(_) => ui.ctx().request_repaint(),
        }
    }

    /// The update whose connections are drawn here and so are left out of the picture of the network.
    pub(super) fn told(&self, time: f64) -> Option<u32> {
        self.telling.as_ref().filter(|telling| telling.act(time) != Some(Act::End)).map(|telling| telling.record.update)
    }

    /// Draws what moves over the picture of the network, and the numbers that decided.
    pub(super) fn show(&self, ui: &Ui, scene: &Scene, figures: &Figures, rect: Rect) {
        let Some(telling) = &self.telling else { return };
        let (act, findings) = (telling.act(ui.input(|input| input.time)), telling.findings.get());
        if let (Some(act), Some(findings)) = (act, findings) {
            Stage { ui, scene, figures, rect, record: &telling.record, findings, act }.show();
        }
    }

    /// What is happening, in words.
    pub(super) fn words(&self, time: f64) -> Option<String> {
        let telling = self.telling.as_ref()?;
        let counts = [telling.record.removed_count, telling.record.added_count];
        let [cut, grown] = counts.map(grouped);
        let parts = counts.map(stage::one_in).map(|every| match every {
            1 => String::new(),
            every => format!(" · 1 in {} as a line", grouped(every)),
        });
        Some(match telling.act(time)? {
            Act::Rank => format!("1 · rank: {cut} will go{}", parts[0]),
            Act::Cut(_) => format!("2 · cut {cut}{}", parts[0]),
            Act::Grow(_) => format!("3 · grow {grown}{}", parts[1]),
            Act::End => format!("cut {cut}, grew {grown}"),
        })
    }
}

/// Finds out on a thread of its own what there is to tell, since of a large network it takes a while; nothing without one.
fn find(
    ui: &Ui,
    view: &Arc<View>,
    record: &Arc<UpdateRecord>,
    grids: Vec<(usize, Grid)>,
) -> Option<Arc<OnceLock<Findings>>> {
    let findings = Arc::new(OnceLock::new());
    let (found, view, record) = (Arc::clone(&findings), Arc::clone(view), Arc::clone(record));
    let context = ui.ctx().clone();
    let work = move || {
        let rankings = Ranking::of_layers(&view.snapshot, &record);
        let cells = grids.into_iter().map(|grid| Cells::of(grid, &record)).collect();
        // It is set nowhere else.
        _ = found.set(Findings { rankings, cells });
        context.request_repaint();
    };
    std::thread::Builder::new().name("acts of an update".to_owned()).spawn(work).ok().map(|_| findings)
}

impl Telling {
    /// Which act it is; nothing before the first.
    fn act(&self, time: f64) -> Option<Act> {
        let acts = (time - self.since?) / ACT;
        #[expect(clippy::cast_possible_truncation, reason = "a share of an act")]
        let share = acts.fract() as f32;
        Some(match acts {
            acts if acts < 1.0 => Act::Rank,
            acts if acts < 2.0 => Act::Cut(share),
            acts if acts < 3.0 => Act::Grow(share),
            _ => Act::End,
        })
    }
}
