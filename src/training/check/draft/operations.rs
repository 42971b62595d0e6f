//! What is done to an arm by hand.

use super::super::Findings;
use crate::topology::{FanIn, Rewind};
use crate::training::arm::Arm;
use crate::training::moment::Moment;
use crate::training::operation::{LayerRules, Operation, OperationFault, OperationSpec};
use crate::training::spec::ExperimentSpec;

/// The arm with what is done to it by hand; `prefix` stands before the keys of these operations, `steps_per_epoch` steps
/// make an epoch.
pub(super) fn with_operations(
    mut arm: Arm,
    prefix: &str,
    operations: &[OperationSpec],
    spec: &ExperimentSpec,
    steps_per_epoch: u64,
    findings: &mut Findings,
) -> Arm {
    let mut frozen = vec![false; arm.connections.len()];
    let mut last = 0;
    for (index, own) in operations.iter().enumerate() {
        let key = format!("{prefix}operation.{index}");
        note_moment(&key, own.after, &mut last, spec, steps_per_epoch, findings);
        let Some(operation) = own.operation() else {
            findings.fault(&key, "there is no layer 0 and no neuron 0", "Count layers and neurons from 1");
            continue;
        };
        if let Err(fault) = check(&arm, &operation, &mut frozen) {
            findings.fault(&key, &fault.to_string(), fault.remedy());
        }
        arm.operations.push((own.after, operation));
    }
    arm
}

fn check(arm: &Arm, operation: &Operation, frozen: &mut [bool]) -> Result<(), OperationFault> {
    let (layer, layers) = (operation.layer, frozen.len());
    let Some(is_frozen) = frozen.get_mut(layer) else { return Err(OperationFault::NoLayer { layer, layers }) };
    let checked = operation.check(layer_rules(arm, layer), *is_frozen);
    *is_frozen = operation.freeze || *is_frozen && !operation.thaw;
    checked
}

fn layer_rules(arm: &Arm, layer: usize) -> LayerRules {
    LayerRules {
        shape: arm.shapes()[layer],
        is_dense: arm.is_stored_dense(layer),
        has_constant_fan_in: arm.fan_in != FanIn::Free,
        rewinds: arm.tuning.recipe.is_some_and(|recipe| recipe.rewind != Rewind::None),
    }
}

/// Says of what never comes, and of what comes later than it says.
fn note_moment(
    key: &str,
    after: Moment,
    last: &mut u64,
    spec: &ExperimentSpec,
    steps_per_epoch: u64,
    findings: &mut Findings,
) {
    let key = format!("{key}.after");
    let steps = match after {
        Moment::Epochs(epochs) => u64::from(epochs) * steps_per_epoch,
        Moment::Steps(steps) => steps,
        Moment::Updates(_) => return,
    };
    let epochs = spec.training.epochs;
    if steps >= u64::from(epochs) * steps_per_epoch {
        findings.note(&key, &format!("Never: a run of {epochs} epochs has ended by then."));
    } else if steps < *last {
        findings.note(&key, "Later than it says: operations are done in their order, and the one before comes later.");
    }
    *last = steps.max(*last);
}
