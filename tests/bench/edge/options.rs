//! The command line.

use stories::lab::Dialect;

use crate::Outcome;
use crate::rooms::Medium;

/// How much is measured.
pub struct Options {
    /// The operators' dialects.
    pub dialects: Vec<Dialect>,
    /// Rounds that count; each worker has one turn in each.
    pub rounds: usize,
    /// Rounds before, which do not count: code is compiled, caches fill.
    pub warm_up: usize,
    /// Calls of one turn, all open at once.
    pub calls: usize,
    /// Webhooks per second, over all calls of a turn together.
    pub rate: u32,
    /// Where the rooms are kept.
    pub rooms: Medium,
}

const USAGE: &str = "\
options: --dialect NAME (all), --rounds N (5), --calls N per turn (100), --rate N webhooks per second (50),
--rooms memory|disk (memory where there is /dev/shm)";
/// Fewer rounds are no comparison on a machine that does other things too.
const ROUNDS: usize = 5;
/// The first round compiles, the second has what the first compiled.
const WARM_UP: usize = 2;
const CALLS: usize = 100;
const RATE: u32 = 50;

impl Options {
    /// Reads the words of the command line.
    pub fn read(words: &[String]) -> Outcome<Self> {
        let mut options = Self {
            dialects: Dialect::ALL.to_vec(),
            rounds: ROUNDS,
            warm_up: WARM_UP,
            calls: CALLS,
            rate: RATE,
            rooms: Medium::best(),
        };
        // Cargo's own word.
        let mut words = words.iter().filter(|word| *word != "--bench");
        while let Some(name) = words.next() {
            let value = words.next().ok_or(USAGE)?;
            match name.as_str() {
                "--dialect" => options.dialects = vec![Dialect::parse(value).ok_or(USAGE)?],
                "--rounds" => options.rounds = positive(value)?,
                "--rooms" => options.rooms = Medium::parse(value).ok_or(USAGE)?,
                "--calls" => options.calls = positive(value)?,
                "--rate" => options.rate = positive(value)?,
                _ => return Err(USAGE.to_owned()),
            }
        }
        Ok(options)
    }

    /// What a round is called, counted from 0 with those that do not count.
    pub fn name_of(&self, round: usize) -> String {
        match (round + 1).checked_sub(self.warm_up).filter(|n| *n > 0) {
            Some(number) => format!("round {number} of {}", self.rounds),
            None => "warming up".to_owned(),
        }
    }
}

fn positive<N: std::str::FromStr + Default + PartialEq>(text: &str) -> Outcome<N> {
    let number = text.parse().ok().filter(|number| *number != N::default());
    number.ok_or_else(|| USAGE.to_owned())
}
