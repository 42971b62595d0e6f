//! How large the network and its words are: at a desk, or seen from the last row.

/// Sizes of what is drawn.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Format {
    /// Text, in points.
    pub text: f32,
    /// Names of inputs need so much room each.
    pub name_height: f32,
    /// Room for these names.
    pub name_width: f32,
    /// Room above for controls and the names of layers.
    pub top: f32,
    /// Where in it the names of layers stand.
    pub names: f32,
    /// Room below for the legend.
    pub bottom: f32,
    /// Sizes of neurons and widths of lines, by those at a desk.
    pub times: f32,
    /// No line is thinner, in points; weak connections are paler instead.
    pub least_width: f32,
    /// Connections drawn one by one at most; the strongest and the newest come first.
    pub most_curves: usize,
}

impl Format {
    pub const DESK: Self = Self {
        text: 11.0,
        name_height: 12.0,
        name_width: 66.0,
        top: 40.0,
        names: 28.0,
        bottom: 30.0,
        times: 1.0,
        least_width: 0.0,
        most_curves: 2500,
    };

    /// While one works by hand: connections without weight are there to be seen, too.
    pub const BY_HAND: Self = Self { least_width: 0.8, ..Self::DESK };

    /// Text of 20 points and lines of 2 at least.
    pub const STAGE: Self = Self {
        text: 20.0,
        name_height: 21.0,
        name_width: 96.0,
        top: 44.0,
        names: 21.0,
        bottom: 52.0,
        times: 1.6,
        least_width: 2.0,
        most_curves: 1000,
    };

    /// Two networks side by side: there is no room for the names of inputs, and the arm's name stands above those of layers.
    pub const STAGE_PAIR: Self = Self { name_height: f32::INFINITY, top: 72.0, names: 52.0, times: 1.0, ..Self::STAGE };

    /// Room for a line of text.
    pub(super) const fn line(&self) -> f32 {
        14.0 / 11.0 * self.text
    }

    /// Whether it is to be seen from the last row.
    pub(super) fn is_for_stage(&self) -> bool {
        self.text >= Self::STAGE.text
    }
}
