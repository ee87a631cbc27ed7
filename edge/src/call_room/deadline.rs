//! What a call's room has to do, and when.

/// What a room has to do at a certain time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Deadline {
    /// Look whether the call has gone quiet.
    Watch = 1,
    /// Play the sandbox's next step.
    Script = 2,
    /// Report the end to the account's room.
    Report = 3,
    /// Forget the call.
    Forget = 4,
    /// Tell a sink what it has not taken.
    Deliver = 5,
}

impl Deadline {
    /// All of them, in the order in which they are done.
    pub const ALL: [Self; 5] = [
        Self::Watch,
        Self::Script,
        Self::Report,
        Self::Deliver,
        Self::Forget,
    ];

    /// By how many seconds an alarm may be late for it. A report that was lost
    /// on the way is in no hurry: whoever is refused because of the call that
    /// is still counted has it looked at. So no alarm is set for it alone.
    #[must_use]
    pub fn leeway_s(self) -> u64 {
        match self {
            Self::Report => 300,
            _ => 0,
        }
    }
}
