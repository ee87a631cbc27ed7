//! What this operator remembers: its calls, what was arranged for them, and
//! everything that it was asked.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use call::Number;

use super::Settings;
use super::camara::Bearers;
use super::china_mobile::Application;
use super::dialect::Dialect;
use super::fault::{Fault, Orders};
use super::kazoo::System;
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

#[derive(Debug)]
pub(super) struct Switchboard {
    pub(super) dialect: Dialect,
    /// Who may use it, in CAMARA's way.
    pub(super) bearers: Bearers,
    /// Who may use it, in China Mobile's way.
    pub(super) application: Application,
    /// What a Kazoo system stores, and who may use it.
    pub(super) system: System,
    pub(super) time_scale: f64,
    memory: Mutex<Memory>,
}

#[derive(Debug, Default)]
struct Memory {
    lines: Vec<Arc<Line>>,
    orders: HashMap<String, Orders>,
    /// What is arranged for tokens.
    token_orders: Orders,
    asked: Vec<Asked>,
    app_server: Option<String>,
}

impl Switchboard {
    pub(super) fn new(settings: Settings) -> Self {
        Self {
            dialect: settings.dialect,
            application: Application::default(),
            system: System::default(),
            bearers: Bearers::new(settings.scopes, settings.token_seconds, settings.client_key),
            time_scale: settings.time_scale,
            memory: Mutex::new(Memory {
                app_server: settings.app_server,
                ..Memory::default()
            }),
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

    pub(super) fn order_tokens(&self, faults: &[Fault]) {
        let mut orders = Orders::default();
        for fault in faults {
            orders.add(*fault);
        }
        self.memory().token_orders = orders;
    }

    /// What is arranged for whoever wants a token.
    pub(super) fn token_orders(&self) -> Orders {
        self.memory().token_orders.clone()
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

    /// Adds a call, also where the two are in one already.
    pub(super) fn add_to_others(&self, line: Arc<Line>) {
        self.memory().lines.push(line);
    }

    /// From now on this is the server that is notified of calls, where the
    /// dialect does not let every request name its own.
    pub(super) fn notify(&self, app_server: &str) {
        self.memory().app_server = Some(app_server.trim_end_matches('/').to_owned());
    }

    pub(super) fn app_server(&self) -> Option<String> {
        self.memory().app_server.clone()
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
