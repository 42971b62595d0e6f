//! The distinct names in a column.

/// The values of a column of names, sorted: by size if all are numbers, else as text.
#[derive(Debug, Clone, PartialEq)]
pub(in crate::data) struct Classes {
    pub names: Vec<String>,
    /// Their sizes, if all are numbers.
    numbers: Option<Vec<f64>>,
}

impl Classes {
    /// The distinct ones of these names. Numbers of equal size are one class, however they are written.
    pub(in crate::data) fn of(names: &[String]) -> Self {
        let numbers: Option<Vec<f64>> = names.iter().map(|name| number(name)).collect();
        let mut order: Vec<usize> = (0..names.len()).collect();
        match &numbers {
            Some(numbers) => {
                order.sort_by(|&one, &other| numbers[one].total_cmp(&numbers[other]));
                order.dedup_by(|one, other| numbers[*one] == numbers[*other]);
            }
            None => order.sort_by_key(|&index| &names[index]),
        }
        Self {
            names: order.iter().map(|&index| names[index].clone()).collect(),
            numbers: numbers.map(|numbers| order.iter().map(|&index| numbers[index]).collect()),
        }
    }

    /// The class that is called so.
    pub(in crate::data) fn find(&self, name: &str) -> Option<u32> {
        let place = match &self.numbers {
            Some(numbers) => {
                let wanted = number(name)?;
                numbers.iter().position(|&number| number == wanted)
            }
            None => self.names.iter().position(|other| other == name),
        };
        place.and_then(|place| u32::try_from(place).ok())
    }
}

/// The size of a label, if it is a number; both zeros are one.
fn number(name: &str) -> Option<f64> {
    name.parse::<f64>().ok().filter(|number| number.is_finite()).map(|number| number + 0.0)
}
