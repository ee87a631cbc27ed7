//! What this operator remembers: its calls, what was arranged for them, and
//! everything that it was asked.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use call::Number;

use super::Settings;
use super::bearer::Bearers;
use super::fault::Orders;
use super::line::Line;

/// One request and what it was answered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Asked {
    /// The method.
    pub method: String,
    /// The path.
    pub path: String,
    /// The `x-correlator` that came with it.
    pub correlator: Option<String>,
    /// Its body.
    pub body: String,
    /// The status of the answer; none while it is not given, or never was.
    pub status: Option<u16>,
}

impl Asked {
    /// Whether it asks for a call that involves this number.
    #[must_use]
    pub fn places(&self, number: &Number) -> bool {
        let quoted = format!("\"{}\"", number.e164());
        self.method == "POST" && self.path.ends_with("/calls") && self.body.contains(&quoted)
    }
}

#[derive(Debug)]
pub(super) struct Switchboard {
    pub(super) bearers: Bearers,
    pub(super) time_scale: f64,
    memory: Mutex<Memory>,
}

#[derive(Debug, Default)]
struct Memory {
    lines: Vec<Arc<Line>>,
    orders: HashMap<String, Orders>,
    asked: Vec<Asked>,
}

impl Switchboard {
    pub(super) fn new(settings: Settings) -> Self {
        Self {
            bearers: Bearers::new(settings.scopes, settings.token_seconds),
            time_scale: settings.time_scale,
            memory: Mutex::default(),
        }
    }

    pub(super) fn order(&self, number: &Number, change: impl FnOnce(&mut Orders)) {
        let mut memory = self.memory();
        change(memory.orders.entry(number.e164().to_owned()).or_default());
    }

    /// What is arranged for a call between the two.
    pub(super) fn orders(&self, caller: &Number, callee: &Number) -> Orders {
        let memory = self.memory();
        let of = |number: &Number| {
            memory
                .orders
                .get(number.e164())
                .cloned()
                .unwrap_or_default()
        };
        of(caller).and(of(callee))
    }

    /// Adds a call unless the two are in one already.
    pub(super) fn add(&self, line: Arc<Line>) -> Result<(), Arc<Line>> {
        let mut memory = self.memory();
        let taken = memory
            .lines
            .iter()
            .any(|other| other.occupies(line.caller(), line.callee()));
        if taken {
            return Err(line);
        }
        memory.lines.push(line);
        Ok(())
    }

    pub(super) fn lines(&self) -> Vec<Arc<Line>> {
        self.memory().lines.clone()
    }

    pub(super) fn find(&self, id: &str) -> Option<Arc<Line>> {
        self.memory()
            .lines
            .iter()
            .find(|line| line.id() == id)
            .cloned()
    }

    /// Notes a request; the number under which its answer is noted later.
    pub(super) fn note(&self, asked: Asked) -> usize {
        let mut memory = self.memory();
        memory.asked.push(asked);
        memory.asked.len() - 1
    }

    pub(super) fn note_answer(&self, number: usize, status: u16) {
        if let Some(asked) = self.memory().asked.get_mut(number) {
            asked.status = Some(status);
        }
    }

    pub(super) fn asked(&self) -> Vec<Asked> {
        self.memory().asked.clone()
    }

    fn memory(&self) -> MutexGuard<'_, Memory> {
        self.memory.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
