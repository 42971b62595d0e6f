//! A spot that follows the pointer; all else is dimmed.

use egui::epaint::{Mesh, Vertex, WHITE_UV};
use egui::{Color32, Id, LayerId, Order, Pos2, Shape, Ui, Vec2};

const RADIUS: f32 = 90.0;
/// Over so much of it the light fades.
const EDGE: f32 = 24.0;
const CORNERS: u16 = 72;

/// Dims what is not near the pointer; with the pointer away, nothing.
pub(super) fn show(ui: &Ui) {
    let Some(at) = ui.input(|input| input.pointer.latest_pos()) else { return };
    let screen = ui.ctx().content_rect();
    let painter = ui.ctx().layer_painter(LayerId::new(Order::Foreground, Id::unique("spot")));
    painter.add(Shape::mesh(ring(at, screen.size().length())));
}

/// From clear within the radius to dark, out to `far`.
fn ring(center: Pos2, far: f32) -> Mesh {
    let dark = Color32::from_black_alpha(175);
    let mut mesh = Mesh::default();
    for corner in 0..CORNERS {
        let direction = Vec2::angled(std::f32::consts::TAU * f32::from(corner) / f32::from(CORNERS));
        for (distance, color) in [(RADIUS, Color32::TRANSPARENT), (RADIUS + EDGE, dark), (2.0 * far, dark)] {
            mesh.vertices.push(Vertex { pos: center + distance * direction, uv: WHITE_UV, color });
        }
        let (own, next) = (3 * u32::from(corner), 3 * u32::from((corner + 1) % CORNERS));
        for ring in 0..2 {
            mesh.add_triangle(own + ring, own + ring + 1, next + ring);
            mesh.add_triangle(next + ring, own + ring + 1, next + ring + 1);
        }
    }
    mesh
}

#[cfg(test)]
mod tests {
    use egui::pos2;

    use super::*;

    #[test]
    fn the_spot_is_clear_and_every_corner_of_the_screen_is_dark() {
        let (screen, at) = (egui::vec2(1280.0, 800.0), pos2(100.0, 60.0));
        let mesh = ring(at, screen.length());
        assert!(mesh.is_valid());
        let covers = |point: Pos2| {
            mesh.indices.as_chunks::<3>().0.iter().any(|triangle| {
                let [a, b, c] = triangle.map(|index| mesh.vertices[index as usize].pos);
                let side = |from: Pos2, to: Pos2| (to - from).x * (point - from).y - (to - from).y * (point - from).x;
                let sides = [side(a, b), side(b, c), side(c, a)];
                sides.iter().all(|side| *side >= 0.0) || sides.iter().all(|side| *side <= 0.0)
            })
        };
        for corner in [pos2(0.0, 0.0), pos2(1280.0, 0.0), pos2(0.0, 800.0), pos2(1280.0, 800.0)] {
            assert!(covers(corner), "{corner:?}");
        }
        for within in [at, at + egui::vec2(60.0, 60.0)] {
            assert!(!covers(within), "{within:?}");
        }
    }
}
