//! What is wrong with the settings, for the person who wrote them.

use std::fmt;

/// One fault of one setting.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    /// The setting's path, or the variable or file that is at fault.
    pub setting: String,
    /// What is wrong and what is right. Never shows a secret.
    pub message: String,
}

/// Everything that is wrong with the settings; at least one fault.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Faults(Vec<Fault>);

impl Fault {
    /// Names a fault.
    #[must_use]
    pub fn new(setting: impl Into<String>, message: impl Into<String>) -> Fault {
        Fault { setting: setting.into(), message: message.into() }
    }
}

impl Faults {
    pub(super) fn one(fault: Fault) -> Faults {
        Faults(vec![fault])
    }

    pub(super) fn none_or(faults: Vec<Fault>) -> Result<(), Faults> {
        if faults.is_empty() { Ok(()) } else { Err(Faults(faults)) }
    }

    /// Gives the faults in the order in which they were found.
    #[must_use]
    pub fn list(&self) -> &[Fault] {
        &self.0
    }
}

impl fmt::Display for Faults {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "the settings have {} fault(s):", self.0.len())?;
        self.0.iter().try_for_each(|Fault { setting, message }| write!(formatter, "\n  {setting}: {message}"))
    }
}

impl std::error::Error for Faults {}
