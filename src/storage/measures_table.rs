//! Measures of topologies as tables.

use std::fmt::Write;

use super::results::{Results, quoted};
use crate::training::{DegreeMeasures, LayerGradientMeasures, LayerMeasures, TopologyMeasures, UpdateMeasures};

const UPDATES: &str = "arm,seed,update,step,connections,removed,added,exploration,from_the_start,by_hand\n";

const MEASURES: &str = "arm,seed,layer,connections,density,exploration,from_the_start,mean_age,plain_distance,matched_distance,\
                        dead_neurons,clustering,clustering_rewired,input_overlap,input_overlap_rewired,output_overlap,\
                        output_overlap_rewired,gradient_absent,gradient_present,gradient_norm,in_degree_variation,\
                        in_degree_gini,in_degree_power_law,out_degree_variation,out_degree_gini,out_degree_power_law\n";

impl Results {
    /// One line a topology update of every run, with a heading; none where nobody asked for measures.
    #[must_use]
    pub fn updates_to_csv(&self) -> Option<String> {
        let runs = || self.arms.iter().flat_map(|arm| arm.runs.iter().map(move |run| (arm.name.as_str(), run)));
        let is_asked = runs().any(|(_, run)| run.updates.is_some());
        let updates = runs().flat_map(|(arm, run)| run.updates.iter().flatten().map(move |of| (arm, run.seed, of)));
        is_asked.then(|| updates_to_csv(updates))
    }

    /// What topologies came to: of every run one line a sparse layer, by its number from 1, and one for the whole network,
    /// with a heading. Cells are empty where there is no such figure. None where nobody asked for measures.
    #[must_use]
    pub fn measures_to_csv(&self) -> Option<String> {
        let mut text = MEASURES.to_owned();
        let mut is_asked = false;
        for (arm, run) in self.arms.iter().flat_map(|arm| arm.runs.iter().map(move |run| (arm, run))) {
            let Some(measures) = &run.measures else { continue };
            is_asked = true;
            let begin = [quoted(&arm.name), run.seed.to_string()];
            for (index, layer) in measures.layers.iter().enumerate() {
                if let Some(layer) = layer {
                    let dead = measures.dead_neurons.get(index).map(ToString::to_string).unwrap_or_default();
                    line(&mut text, &[&begin[..], &[(index + 1).to_string()], &layer_cells(layer, dead)].concat());
                }
            }
            line(&mut text, &[&begin[..], &["network".to_owned()], &network_cells(measures)].concat());
        }
        is_asked.then_some(text)
    }
}

/// One line a topology update, by arm and seed, with a heading; what was done by hand has a number in the last column.
#[must_use]
pub fn updates_to_csv<'a>(updates: impl IntoIterator<Item = (&'a str, u64, &'a UpdateMeasures)>) -> String {
    let mut text = UPDATES.to_owned();
    for (arm, seed, of) in updates {
        let cells = [
            quoted(arm),
            seed.to_string(),
            of.update.to_string(),
            of.step.to_string(),
            of.connections.to_string(),
            of.removed.to_string(),
            of.added.to_string(),
            cell(of.exploration),
            of.from_the_start.to_string(),
            of.by_hand.map_or_else(String::new, |number| number.to_string()),
        ];
        line(&mut text, &cells);
    }
    text
}

fn layer_cells(layer: &LayerMeasures, dead: String) -> Vec<String> {
    let mut cells = vec![
        layer.connections.to_string(),
        layer.density.to_string(),
        cell(layer.exploration),
        layer.from_the_start.to_string(),
        layer.mean_age.to_string(),
        layer.jaccard_distance.to_string(),
        cell(layer.matched_distance),
        dead,
        cell(layer.clustering),
        cell(layer.clustering_rewired),
        cell(layer.input_overlap),
        cell(layer.input_overlap_rewired),
        cell(layer.output_overlap),
        cell(layer.output_overlap_rewired),
    ];
    cells.extend(gradient_cells(&layer.gradients));
    cells.extend(degree_cells(&layer.in_degrees));
    cells.extend(degree_cells(&layer.out_degrees));
    cells
}

fn network_cells(measures: &TopologyMeasures) -> Vec<String> {
    let sparse = || measures.layers.iter().flatten();
    let connections: usize = sparse().map(|layer| layer.connections).sum();
    let mut cells = vec![connections.to_string(), cell(measures.density), cell(measures.exploration)];
    cells.extend([cell(measures.from_the_start), cell(measures.mean_age)]);
    cells.extend([cell(measures.plain_distance), cell(measures.topology_distance)]);
    cells.push(measures.dead_neurons.iter().sum::<usize>().to_string());
    // Clustering and degrees are those of a layer.
    cells.extend(vec![String::new(); 6]);
    cells.extend(gradient_cells(&measures.gradients));
    cells.extend(vec![String::new(); 6]);
    cells
}

fn gradient_cells(gradients: &LayerGradientMeasures) -> [String; 3] {
    [cell(gradients.absent), cell(gradients.present), gradients.norm.to_string()]
}

fn degree_cells(degrees: &DegreeMeasures) -> [String; 3] {
    [cell(degrees.variation_ratio), cell(degrees.gini), degrees.power_law.clone().into_owned()]
}

fn cell(value: Option<f64>) -> String {
    value.map_or_else(String::new, |value| value.to_string())
}

fn line(text: &mut String, cells: &[String]) {
    writeln!(text, "{}", cells.join(",")).unwrap_or_default();
}
