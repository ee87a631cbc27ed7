//! The Durable Object of one operator's call id, or of one pair of numbers at
//! one connection: it only knows which of our calls is meant.
//!
//! Some operators tell of a call under their own name for it, and may do so
//! before their answer to our request has told us that name. What comes too
//! early is parked here until the call is bound. Where the answer was lost for
//! good, the two sides find each other through the pair of numbers: the call
//! waits there, and so does the operator's name for it.

pub mod words;

use call::News;
use serde::{Deserialize, Serialize};
use worker::wasm_bindgen;
use worker::{DurableObject, Env, Request, Response, State, durable_object};

use crate::sql::Tables;
use crate::{clock, room};
use words::{Answer, Ask};

/// Seconds that something waits for its other half: longer than any answer is
/// under way, short enough that the next call of the same pair is not mistaken.
const WAIT_S: u64 = 120;
/// Seconds that a bound name is kept: the longest call, and some.
const BOUND_S: u64 =
    call::watch::SETUP_LIMIT_S + call::watch::LONGEST_CALL_S + call::watch::HANG_UP_LIMIT_S;
/// Events parked for one name: more than a call has.
const MOST_PARKED: usize = 16;

/// See the module.
#[durable_object]
pub struct OperatorCallRoom {
    state: State,
}

/// What the room knows.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
struct Known {
    /// Our call.
    call: Option<String>,
    /// What was told of it before it was known.
    #[serde(default)]
    news: Vec<News>,
    /// The operator's name for its recording, told before it was known.
    #[serde(default)]
    recording: Option<String>,
    /// Operator's names that wait for a call of this pair.
    names: Vec<String>,
}

impl DurableObject for OperatorCallRoom {
    fn new(state: State, _: Env) -> Self {
        Self { state }
    }

    async fn fetch(&self, mut request: Request) -> worker::Result<Response> {
        let ask: Ask = room::question(&mut request).await?;
        let tables = Tables::new(self.state.storage().sql());
        tables.run(
            "CREATE TABLE IF NOT EXISTS known (known TEXT NOT NULL)",
            vec![],
        )?;
        let row = tables.first("SELECT known FROM known", vec![])?;
        let before: Option<Known> = row
            .map(|row| Ok::<_, worker::Error>(serde_json::from_str(row.text(0)?)?))
            .transpose()?;
        let mut known = before.clone().unwrap_or_default();
        let answer = known.decide(ask);
        if before.as_ref() != Some(&known) {
            let text = serde_json::to_string(&known)?;
            let query = match before {
                Some(_) => "UPDATE known SET known = ?",
                None => "INSERT INTO known VALUES (?)",
            };
            tables.run(query, vec![text.into()])?;
            let life = if known.call.is_some() && known.names.is_empty() {
                BOUND_S
            } else {
                WAIT_S
            };
            let forget_at = clock::now().plus_seconds(life);
            self.state
                .storage()
                .set_alarm(clock::alarm_time(forget_at))
                .await?;
        }
        room::answer(&answer)
    }

    async fn alarm(&self) -> worker::Result<Response> {
        self.state.storage().delete_all().await?;
        Response::empty()
    }
}

impl Known {
    fn decide(&mut self, ask: Ask) -> Answer {
        match ask {
            Ask::Bind(call) => match &self.call {
                Some(other) if *other != call => Answer::Taken,
                _ => {
                    self.call = Some(call);
                    Answer::Parked(std::mem::take(&mut self.news), self.recording.take())
                }
            },
            Ask::Tell(news, recording) => match &self.call {
                Some(call) => Answer::Call(call.clone()),
                None => {
                    self.recording = recording.or(self.recording.take());
                    if self.news.len() < MOST_PARKED {
                        self.news.push(news);
                    }
                    Answer::Unknown
                }
            },
            Ask::AwaitName(call) => {
                self.call = Some(call);
                Answer::Names(std::mem::take(&mut self.names))
            }
            Ask::AwaitCall(name) => match &self.call {
                Some(call) => Answer::Call(call.clone()),
                None => {
                    if self.names.len() < MOST_PARKED && !self.names.contains(&name) {
                        self.names.push(name);
                    }
                    Answer::Unknown
                }
            },
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use call::Status;

    fn told(news: News) -> Ask {
        Ask::Tell(news, None)
    }

    #[test]
    fn what_comes_before_the_call_is_known_is_parked_in_order() {
        let mut room = Known::default();
        assert_eq!(
            room.decide(told(Status::CallingCaller.into())),
            Answer::Unknown
        );
        assert_eq!(
            room.decide(told(Status::CallingCallee.into())),
            Answer::Unknown
        );
        assert_eq!(
            room.decide(Ask::Bind("c1".to_owned())),
            Answer::Parked(
                vec![Status::CallingCaller.into(), Status::CallingCallee.into()],
                None
            )
        );
        assert_eq!(
            room.decide(told(Status::Connected.into())),
            Answer::Call("c1".to_owned())
        );
    }

    #[test]
    fn the_name_of_a_recording_is_parked_with_the_end() {
        let mut room = Known::default();
        room.decide(Ask::Tell(
            Status::Connected.into(),
            Some("REC-1".to_owned()),
        ));
        room.decide(told(Status::CallingCallee.into()));
        let Answer::Parked(news, recording) = room.decide(Ask::Bind("c1".to_owned())) else {
            panic!("not bound");
        };
        assert_eq!((news.len(), recording.as_deref()), (2, Some("REC-1")));
        assert_eq!(
            room.decide(Ask::Bind("c1".to_owned())),
            Answer::Parked(vec![], None)
        );
    }

    #[test]
    fn a_name_belongs_to_one_call() {
        let mut room = Known::default();
        room.decide(Ask::Bind("c1".to_owned()));
        assert_eq!(room.decide(Ask::Bind("c2".to_owned())), Answer::Taken);
        assert_eq!(
            room.decide(Ask::Bind("c1".to_owned())),
            Answer::Parked(vec![], None)
        );
    }

    #[test]
    fn a_call_and_a_name_find_each_other_whichever_comes_first() {
        let mut name_first = Known::default();
        assert_eq!(
            name_first.decide(Ask::AwaitCall("op".to_owned())),
            Answer::Unknown
        );
        assert_eq!(
            name_first.decide(Ask::AwaitName("c1".to_owned())),
            Answer::Names(vec!["op".to_owned()])
        );
        let mut call_first = Known::default();
        assert_eq!(
            call_first.decide(Ask::AwaitName("c1".to_owned())),
            Answer::Names(vec![])
        );
        assert_eq!(
            call_first.decide(Ask::AwaitCall("op".to_owned())),
            Answer::Call("c1".to_owned())
        );
    }

    #[test]
    fn nobody_fills_a_room_without_end() {
        let mut room = Known::default();
        for n in 0..100 {
            room.decide(told(Status::Connected.into()));
            room.decide(Ask::AwaitCall(n.to_string()));
        }
        assert_eq!(
            (room.news.len(), room.names.len()),
            (MOST_PARKED, MOST_PARKED)
        );
    }
}
