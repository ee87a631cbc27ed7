//! What was measured, and what it comes to.

use std::time::Duration;

use crate::Outcome;
use crate::tap::Exchange;

/// One click: the worker's own time before and after the operator's.
pub struct Click {
    /// From the visitor's request to the operator's receipt of the order.
    pub there: Duration,
    /// From the operator's answer to the visitor's.
    pub back: Duration,
}

/// What one turn of one worker came to.
pub struct Turn {
    pub clicks: Vec<Click>,
    /// From each webhook to the frame that tells of it.
    pub relays: Vec<Duration>,
}

/// All turns of one worker that count.
#[derive(Default)]
pub struct Figures {
    pub rounds: Vec<Turn>,
}

/// One of the things measured.
pub struct Measure {
    pub name: &'static str,
    of: fn(&Turn) -> Vec<Duration>,
}

/// Everything that is measured, in the table's order.
pub const MEASURES: [Measure; 4] = [
    Measure {
        name: "click -> operator has the order",
        of: |turn| turn.clicks.iter().map(|click| click.there).collect(),
    },
    Measure {
        name: "operator's answer -> visitor has it",
        of: |turn| turn.clicks.iter().map(|click| click.back).collect(),
    },
    Measure {
        name: "both: the worker's own part of a click",
        of: |turn| turn.clicks.iter().map(|c| c.there + c.back).collect(),
    },
    Measure {
        name: "webhook -> frame at the page",
        of: |turn| turn.relays.clone(),
    },
];

/// Sorted samples in milliseconds.
pub struct Samples(Vec<f64>);

impl Click {
    /// The click and what was asked of the operator meanwhile. A warm worker
    /// asks once: its tokens and set-up are there.
    pub fn new(visit: &Exchange, asked: &[Exchange]) -> Outcome<Self> {
        let (Some(first), Some(last)) = (asked.first(), asked.last()) else {
            return Err("the operator was not asked for a call".to_owned());
        };
        Ok(Self {
            there: first.asked.saturating_duration_since(visit.asked),
            // What lies between two exchanges is the worker's own time too.
            back: asked
                .iter()
                .zip(asked.iter().skip(1))
                .map(|(one, next)| next.asked.saturating_duration_since(one.answered))
                .sum::<Duration>()
                + visit.answered.saturating_duration_since(last.answered),
        })
    }
}

impl Measure {
    /// All rounds together.
    pub fn all(&self, figures: &Figures) -> Samples {
        Samples::new(figures.rounds.iter().flat_map(self.of))
    }

    /// The median of each round.
    pub fn medians(&self, figures: &Figures) -> Vec<f64> {
        let median = |turn: &Turn| Samples::new((self.of)(turn)).median();
        figures.rounds.iter().map(median).collect()
    }
}

impl Samples {
    pub fn new(samples: impl IntoIterator<Item = Duration>) -> Self {
        let millis = samples.into_iter().map(|sample| sample.as_secs_f64() * 1e3);
        Self::of(millis)
    }

    pub fn of(values: impl IntoIterator<Item = f64>) -> Self {
        let mut values: Vec<f64> = values.into_iter().collect();
        values.sort_by(f64::total_cmp);
        Self(values)
    }

    pub fn count(&self) -> usize {
        self.0.len()
    }

    /// The middle one, or the mean of the two in the middle.
    pub fn median(&self) -> f64 {
        let half = self.0.len() / 2;
        let lower = half - usize::from(self.0.len().is_multiple_of(2) && half > 0);
        (self.at(lower) + self.at(half)) / 2.0
    }

    pub fn least(&self) -> f64 {
        self.at(0)
    }

    pub fn greatest(&self) -> f64 {
        self.at(self.0.len().saturating_sub(1))
    }

    /// The sample that one in a hundred exceeds.
    pub fn p99(&self) -> f64 {
        let above = self.0.len() / 100;
        self.at(self.0.len().saturating_sub(above + 1))
    }

    fn at(&self, place: usize) -> f64 {
        self.0.get(place).copied().unwrap_or(f64::NAN)
    }
}
