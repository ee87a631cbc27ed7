//! One round: the workers take turns, click by click, and then with the
//! webhooks of all their calls, state by state, while a client listens to each.

use std::sync::Arc;
use std::time::Duration;

use call::{Number, Reason, State};
use stories::harness::events::{Events, Frame};
use stories::harness::visitor::{Placed, Visitor, key};
use stories::harness::wait::until;
use stories::lab::{Dialect, Lab, Line};
use tokio::time::MissedTickBehavior;

use crate::Outcome;
use crate::figures::{Click, Figures, Turn};
use crate::hearing::hear;
use crate::options::Options;
use crate::side::Side;
use crate::subscription::Subscription;
use crate::tap::exchanges;

/// What an operator tells of a call that comes about.
pub const TOLD: [State; 4] = [
    State::CallingCaller,
    State::CallingCallee,
    State::Connected,
    State::Disconnected,
];
/// How long the two of them talked, as the operator says.
pub const TALKED_SECONDS: u32 = 12;
/// The first contact's number, without what surrounds it.
const FIRST_CONTACT: u32 = 1_000_000;

/// A call with both of its ends and somebody who listens.
pub struct Live {
    pub placed: Placed,
    pub line: Arc<Line>,
    pub events: Events,
    /// What the listener was told at once.
    pub first: Frame,
}

/// What goes on from round to round.
pub struct Course<'a> {
    lab: &'a Lab,
    told: Subscription<'a>,
    calls: usize,
    pause: Duration,
    next_contact: u32,
}

/// What one worker has done so far in this round.
struct Doing<'a> {
    side: &'a Side,
    visitor: Visitor,
    clicks: Vec<Click>,
    live: Vec<Live>,
}

impl<'a> Course<'a> {
    pub async fn new(lab: &'a Lab, dialect: Dialect, options: &Options) -> Outcome<Self> {
        Ok(Self {
            lab,
            told: Subscription::open(lab, dialect).await?,
            calls: options.calls,
            pause: Duration::from_secs(1) / options.rate,
            next_contact: FIRST_CONTACT,
        })
    }

    /// Lets the workers place calls and pass on what becomes of them.
    pub async fn round(&mut self, sides: &[(Side, Figures)]) -> Outcome<Vec<Turn>> {
        let mut all: Vec<Doing<'_>> = sides.iter().map(|(side, _)| Doing::new(side)).collect();
        for doing in &mut all {
            // An object that nobody asked for ten seconds has been put away, and
            // connections have been closed: the first click does not count.
            self.click(doing).await?;
        }
        for _ in 0..self.calls {
            for doing in &mut all {
                let (click, placed, line) = self.click(doing).await?;
                doing.clicks.push(click);
                let mut events = doing.visitor.listen(&placed).await;
                let first = events.must_next().await;
                doing.live.push(Live {
                    placed,
                    line,
                    events,
                    first,
                });
            }
        }
        for doing in &all {
            doing.side.front.take();
            doing.side.hooks.take();
        }
        for state in TOLD {
            for doing in &all {
                self.tell(doing, state).await?;
            }
        }
        let mut turns = Vec::new();
        for Doing {
            side, clicks, live, ..
        } in all
        {
            let relays = hear(side, live).await;
            let relays = relays.map_err(|error| side.complain(&error))?;
            turns.push(Turn { clicks, relays });
        }
        Ok(turns)
    }

    /// One click, with what was on the wires meanwhile.
    async fn click(&mut self, doing: &Doing<'_>) -> Outcome<(Click, Placed, Arc<Line>)> {
        let clicked = self.try_click(doing.side, &doing.visitor).await;
        clicked.map_err(|error| doing.side.complain(&error))
    }

    async fn try_click(
        &mut self,
        side: &Side,
        visitor: &Visitor,
    ) -> Outcome<(Click, Placed, Arc<Line>)> {
        let contact = self.contact()?;
        self.lab.by_hand(&contact);
        self.told.point_to(&side.hooks.url()).await?;
        side.front.take();
        side.out.take();
        let click = visitor.dial(&Side::button(), &key(), &contact);
        let answer = click.send().await;
        if answer.status != 201 {
            return Err(format!("a click got {}: {}", answer.status, answer.body));
        }
        let placed = Placed::read(&answer);
        let line = self.lab.call_of(&contact);
        let line = line.ok_or("the operator knows of no call")?;
        let visit = exchanges(&side.front.take());
        let visit = visit
            .into_iter()
            .find(|exchange| exchange.request.starts_with(b"POST /buttons/"))
            .ok_or("the click was not on the wire")?;
        let asked = exchanges(&side.out.take());
        Ok((Click::new(&visit, &asked)?, placed, line))
    }

    /// A number that nobody has called yet, and that chooses no script.
    fn contact(&mut self) -> Outcome<Number> {
        self.next_contact += 1;
        let text = format!("+4930{}0150", self.next_contact);
        Number::parse(&text).map_err(|error| error.to_string())
    }

    /// Has the operator tell this of all calls of one worker, and waits until
    /// every webhook has its answer.
    async fn tell(&mut self, doing: &Doing<'_>, state: State) -> Outcome {
        self.told.point_to(&doing.side.hooks.url()).await?;
        let mut tick = tokio::time::interval(self.pause);
        tick.set_missed_tick_behavior(MissedTickBehavior::Delay);
        for Live { line, .. } in &doing.live {
            tick.tick().await;
            match state {
                State::Disconnected => line.end(Reason::HangUp, TALKED_SECONDS),
                state => line.tell(state),
            }
        }
        for Live { line, .. } in &doing.live {
            until("the operator has an answer to its webhook", async || {
                let deliveries = line.deliveries();
                let answered = deliveries.iter().any(|told| told.state == Some(state));
                answered.then_some(())
            })
            .await;
        }
        Ok(())
    }
}

impl<'a> Doing<'a> {
    fn new(side: &'a Side) -> Self {
        Self {
            side,
            visitor: side.visitor(),
            clicks: Vec::new(),
            live: Vec::new(),
        }
    }
}
