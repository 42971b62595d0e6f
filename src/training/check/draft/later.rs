//! Settings that change while a run goes on.

use super::super::Findings;
use super::Draft;
use crate::training::arm::Arm;
use crate::training::moment::Moment;
use crate::training::spec::{ExperimentSpec, LaterSpec, NetworkSpec};

impl Draft<'_> {
    /// The arm with what changes later; `prefix` stands before the keys of these changes.
    pub(super) fn with_later(
        &self,
        mut arm: Arm,
        prefix: &str,
        changes: &[LaterSpec],
        spec: &ExperimentSpec,
        findings: &mut Findings,
    ) -> Arm {
        // It cannot change, so nothing is to be said of it again.
        let network = NetworkSpec::default();
        let (mut sparsity, mut optimizer) = (self.sparsity.clone(), self.optimizer.clone());
        for (index, change) in changes.iter().enumerate() {
            let key = format!("{prefix}later.{index}");
            sparsity = change.sparsity.over(&sparsity);
            optimizer = change.optimizer.over(&optimizer);
            let draft = Draft {
                prefix: format!("{key}."),
                own_network: &network,
                own_sparsity: &change.sparsity,
                own_optimizer: &change.optimizer,
                network: self.network.clone(),
                sparsity: sparsity.clone(),
                optimizer: optimizer.clone(),
                ..*self
            };
            note_moment(&key, change.after, spec, findings);
            let Some(decided) = draft.decide(&arm.name, spec, findings) else { return arm };
            if arm.same_but_for_tuning(&decided) {
                arm.later.push((change.after, decided.tuning));
            } else {
                let problem = "this belongs to the start of a run and cannot change on its way";
                let remedy = "Change the drop fraction, the time between updates, the learning rate and the like, or give \
                              another start an arm of its own";
                findings.fault(&key, problem, remedy);
            }
        }
        arm
    }
}

fn note_moment(key: &str, after: Moment, spec: &ExperimentSpec, findings: &mut Findings) {
    if let Moment::Epochs(epoch) = after
        && epoch >= spec.training.epochs
    {
        let text = format!("Never: a run has {} epochs.", spec.training.epochs);
        findings.note(&format!("{key}.after"), &text);
    }
}
