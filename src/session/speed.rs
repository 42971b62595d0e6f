//! How fast a watched experiment trains, as a position between slow and fast.

use crate::training::Pace;

/// A position from 0 (slow) to 1 (as fast as the machine can); the centre is 12 epochs a second.
#[derive(Debug, Clone, Copy, PartialEq, PartialOrd)]
pub struct Speed(f32);

/// Epochs a second at the centre.
const CENTRE: f64 = 12.0;
/// Factors of ten from one end to the other.
const DECADES: f64 = 6.0;
/// From here on as fast as the machine can.
const FULL: f32 = 0.985;
/// Below so many epochs a second topology updates are told in slow motion.
const STAGED_BELOW: f64 = 1.5;

impl Default for Speed {
    fn default() -> Self {
        Self(0.5)
    }
}

impl Speed {
    /// As fast as the machine can.
    pub const FULL: Self = Self(1.0);

    /// The speed at a position; positions beyond the ends are the ends.
    #[must_use]
    pub fn at(position: f32) -> Self {
        Self(if position.is_nan() { 0.5 } else { position.clamp(0.0, 1.0) })
    }

    /// The position, from 0 to 1.
    #[must_use]
    pub fn position(self) -> f32 {
        self.0
    }

    /// Epochs a second, or `None` for as fast as the machine can.
    #[must_use]
    pub fn epochs_per_second(self) -> Option<f64> {
        (self.0 < FULL).then(|| CENTRE * 10_f64.powf((f64::from(self.0) - 0.5) * DECADES))
    }

    /// Whether topology updates are told in slow motion.
    #[must_use]
    pub fn is_staged(self) -> bool {
        self.epochs_per_second().is_some_and(|epochs| epochs < STAGED_BELOW)
    }

    /// What that means for runs with so many steps an epoch.
    #[must_use]
    #[expect(clippy::cast_precision_loss, reason = "a number of steps")]
    pub fn pace(self, steps_per_epoch: u64) -> Pace {
        match self.epochs_per_second() {
            Some(epochs) => Pace::Steps { per_second: epochs * steps_per_epoch as f64, staged: self.is_staged() },
            None => Pace::Full,
        }
    }

    /// In words.
    #[must_use]
    #[expect(clippy::cast_precision_loss, reason = "a number of steps")]
    pub fn describe(self, steps_per_epoch: u64) -> String {
        match self.epochs_per_second() {
            None => "full speed".to_owned(),
            Some(epochs) if epochs >= 9.95 => format!("{epochs:.0} epochs/s"),
            Some(epochs) if epochs >= 1.0 => format!("{epochs:.1} epochs/s"),
            Some(epochs) => format!("{:.1} batches/s", epochs * steps_per_epoch as f64),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_centre_is_twelve_epochs_a_second_and_the_end_is_no_limit() {
        let centre = Speed::default().epochs_per_second().expect("limited");
        assert!((centre - 12.0).abs() < 1e-9);
        assert_eq!(Speed::at(7.0).pace(25), Pace::Full);
        assert!(matches!(Speed::at(0.1).pace(25), Pace::Steps { staged: true, .. }));
        assert!(matches!(Speed::at(0.5).pace(25), Pace::Steps { staged: false, .. }));
        assert_eq!(Speed::at(f32::NAN), Speed::default());
    }
}
