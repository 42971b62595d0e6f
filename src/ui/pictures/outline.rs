//! The outlines of triangles in one colour: as single polygons, areas have no seams where triangles meet.

use std::collections::{HashMap, HashSet};

use egui::{Color32, Mesh, Pos2};

/// Closed polygons with their colours, in the order of the mesh. Triangles that lie beside each other in one colour are one
/// polygon; a triangle of several colours has their mean.
pub(super) fn polygons(mesh: &Mesh) -> Vec<(Color32, Vec<Vec<Pos2>>)> {
    let mut groups: Vec<(Color32, Vec<[Pos2; 3]>)> = Vec::new();
    for triangle in mesh.indices.as_chunks::<3>().0 {
        let corners = triangle.map(|index| mesh.vertices.get(index as usize));
        let [Some(a), Some(b), Some(c)] = corners else { continue };
        let color = mean([a.color, b.color, c.color]);
        let points = [a.pos, b.pos, c.pos];
        match groups.last_mut() {
            Some((last, triangles)) if *last == color => triangles.push(points),
            _ => groups.push((color, vec![points])),
        }
    }
    groups.into_iter().map(|(color, triangles)| (color, rims(&triangles))).collect()
}

#[expect(clippy::cast_possible_truncation, reason = "the mean of bytes")]
fn mean(colors: [Color32; 3]) -> Color32 {
    let channel = |index: usize| (colors.iter().map(|color| u16::from(color.to_array()[index])).sum::<u16>() / 3) as u8;
    Color32::from_rgba_premultiplied(channel(0), channel(1), channel(2), channel(3))
}

/// A point by its bits, to be looked up.
type Key = [u32; 2];

fn key(point: Pos2) -> Key {
    [point.x.to_bits(), point.y.to_bits()]
}

/// The edges that only one triangle has, joined to closed lines.
fn rims(triangles: &[[Pos2; 3]]) -> Vec<Vec<Pos2>> {
    let mut edges: HashSet<(Key, Key)> = HashSet::new();
    let mut order: Vec<(Pos2, Pos2)> = Vec::new();
    for &[a, b, c] in triangles {
        // All the same way round, so that a shared edge is met once in each direction.
        let turn = (b - a).x * (c - a).y - (b - a).y * (c - a).x;
        let corners = if turn < 0.0 { [a, c, b] } else { [a, b, c] };
        if turn == 0.0 {
            continue;
        }
        for (from, to) in [(corners[0], corners[1]), (corners[1], corners[2]), (corners[2], corners[0])] {
            if !edges.remove(&(key(to), key(from))) {
                edges.insert((key(from), key(to)));
                order.push((from, to));
            }
        }
    }
    let mut next: HashMap<Key, Vec<Pos2>> = HashMap::new();
    for (from, to) in order.iter().rev().filter(|(from, to)| edges.contains(&(key(*from), key(*to)))) {
        next.entry(key(*from)).or_default().push(*to);
    }
    let mut rims = Vec::new();
    for (start, _) in order {
        let mut rim = Vec::new();
        let mut at = start;
        while let Some(to) = next.get_mut(&key(at)).and_then(Vec::pop) {
            rim.push(at);
            at = to;
        }
        if rim.len() > 2 {
            rims.push(rim);
        }
    }
    rims
}

#[cfg(test)]
mod tests {
    use egui::{Mesh, pos2};

    use super::*;

    #[test]
    fn a_strip_of_triangles_has_one_outline_of_its_area() {
        let mut mesh = Mesh::default();
        let height = |x: u16| 1.0 + f32::from(x * x % 5);
        for x in 0..6_u16 {
            mesh.colored_vertex(pos2(f32::from(x), 0.0), Color32::RED);
            mesh.colored_vertex(pos2(f32::from(x), height(x)), Color32::RED);
        }
        for x in 0..5_u32 {
            // Wound both ways, as strips are.
            mesh.add_triangle(2 * x, 2 * x + 1, 2 * x + 2);
            mesh.add_triangle(2 * x + 1, 2 * x + 2, 2 * x + 3);
        }
        let found = polygons(&mesh);
        let [(Color32::RED, rims)] = found.as_slice() else { panic!("{found:?}") };
        let [rim] = rims.as_slice() else { panic!("{rims:?}") };
        assert_eq!(rim.len(), 12);
        // The area by trapezia, and by Gauss's formula.
        let area: f32 = (0..5).map(|x| 0.5 * (height(x) + height(x + 1))).sum();
        let gauss: f32 = (0..12).map(|i| (rim[i], rim[(i + 1) % 12])).map(|(p, q)| p.x * q.y - p.y * q.x).sum();
        assert_eq!(0.5 * gauss.abs(), area);
    }

    #[test]
    fn colours_do_not_run_into_each_other() {
        let mut mesh = Mesh::default();
        let square = |x: f32| egui::Rect::from_min_size(pos2(x, 0.0), egui::vec2(1.0, 1.0));
        mesh.add_colored_rect(square(0.0), Color32::RED);
        mesh.add_colored_rect(square(1.0), Color32::BLUE);
        let found = polygons(&mesh);
        assert_eq!(
            found.iter().map(|(color, rims)| (*color, rims.len(), rims[0].len())).collect::<Vec<_>>(),
            [(Color32::RED, 1, 4), (Color32::BLUE, 1, 4)]
        );
    }
}
