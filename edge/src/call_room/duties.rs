//! What a call's room does when a deadline is due. Whatever is slow is started
//! and not awaited: one slow answer would delay everything behind it.

use std::rc::Rc;
use std::time::Duration;

use call::sandbox::Script;
use call::watch::Action;
use call::{Millis, News, Recording};

use worker::Delay;

use super::Room;
use super::course::{Change, Course};
use super::deadline::Deadline;
use super::store::Store;
use crate::account_room::words::{Ask, Ended};
use crate::config::Settings;
use crate::operator::{self, Asked, Outcome, Want};
use crate::{clock, room, settings};

/// How long an end that was found out by asking waits for the event that tells
/// it with its reason: an operator's answer often lacks it.
const EVENT_GRACE: Duration = Duration::from_secs(2);
/// Seconds until an old call is looked at again that somebody is still to be
/// told of.
const FORGET_LATER_S: u64 = 3_600;
/// Seconds until something that went wrong on our side is tried again.
pub const AGAIN_AFTER_S: u64 = 10;

impl Room {
    pub(super) async fn do_what_is_due(self: Rc<Self>) -> worker::Result<()> {
        let (store, now) = (self.store(), clock::now());
        let Some(mut course) = store.load()? else {
            return Ok(());
        };
        for duty in store.due(now)? {
            match duty {
                Deadline::Watch => self.look_after(&store, &mut course, now)?,
                Deadline::Script => self.play(&store, &mut course, now)?,
                Deadline::Report => {
                    // Each pause as long as all before it, so that a room that
                    // is down for a day is not asked ten thousand times.
                    let pause = now.seconds_since(course.log.last().at).max(AGAIN_AFTER_S);
                    store.set(Deadline::Report, now.plus_seconds(pause))?;
                    self.report(&course);
                }
                Deadline::Deliver => self.retry_sinks(&store, &course, now)?,
                Deadline::Forget if self.is_owing(&store, &course)? => {
                    // What is still to be told is in here alone.
                    store.set(Deadline::Forget, now.plus_seconds(FORGET_LATER_S))?;
                }
                Deadline::Forget => return self.forget().await,
            }
        }
        self.arm(&store).await
    }

    /// Looks whether the call has gone quiet, and does what that asks for.
    fn look_after(
        self: &Rc<Self>,
        store: &Store,
        course: &mut Course,
        now: Millis,
    ) -> worker::Result<()> {
        let Some((action, next)) = self.look(course, now)? else {
            return Ok(());
        };
        store.set(Deadline::Watch, next)?;
        match action {
            Action::Wait => Ok(()),
            Action::Ask => {
                let room = self.clone();
                let course = course.clone();
                self.state.wait_until(async move {
                    if let Err(error) = room.ask_operator(&course).await {
                        worker::console_error!("asking the operator: {error}");
                    }
                });
                Ok(())
            }
            Action::Conclude(status) => {
                let change = course.conclude(status, now);
                self.commit(store, course, &change, now)
            }
        }
    }

    pub(super) fn look(
        &self,
        course: &Course,
        now: Millis,
    ) -> worker::Result<Option<(Action, Millis)>> {
        let settings = self.settings()?;
        let connection = settings.connection(&course.call.connection);
        let can_ask = connection.is_some_and(|it| it.operator().habits().can_ask);
        Ok(course.look(can_ask, settings.silence_s, now))
    }

    /// Asks the operator what became of the call, and applies the answer to
    /// whatever the call has become in the meantime.
    async fn ask_operator(self: Rc<Self>, asked: &Course) -> worker::Result<()> {
        let settings = self.settings()?;
        let (Some(connection), Some(operator_call)) = (
            settings.connection(&asked.call.connection),
            &asked.call.operator_call,
        ) else {
            return Ok(());
        };
        let want = Want::Ask(Asked {
            operator_call: operator_call.clone(),
            opened_at: asked.call.opened_at,
        });
        let outcome = operator::run::ask(connection, &want).await;
        if tells_an_end(&outcome) {
            // The answer may have overtaken the event, which knows the reason.
            Delay::from(EVENT_GRACE).await;
        }
        let (store, now) = (self.store(), clock::now());
        let Some(mut course) = store.load()? else {
            return Ok(());
        };
        let change = match outcome {
            Outcome::Is(news) => course.found_out(operator_call, news, now),
            Outcome::Gone => course.gone(now),
            // Nothing learnt; the watch asks again.
            _ => Change::default(),
        };
        self.commit(&store, &course, &change, now)?;
        self.arm(&store).await
    }

    /// Plays the sandbox's next step.
    fn play(
        self: &Rc<Self>,
        store: &Store,
        course: &mut Course,
        now: Millis,
    ) -> worker::Result<()> {
        let step = self
            .script(course)?
            .and_then(|script| script.after(course.log.state()));
        let (Some(step), Some(name)) = (step, course.call.operator_call.clone()) else {
            return Ok(());
        };
        let talked = course.log.was_connected();
        let recording = if talked {
            Recording::Success
        } else {
            Recording::NoRecord
        };
        let status = step.status.with_recording(Some(recording));
        let change = course.tell(&name, News::Is(status), now);
        self.commit(store, course, &change, now)
    }

    /// Sets the deadline of the sandbox's next step.
    pub(super) fn play_next(
        &self,
        store: &Store,
        course: &Course,
        now: Millis,
    ) -> worker::Result<()> {
        let Some(script) = self.script(course)? else {
            return Ok(());
        };
        if course.call.operator_call.is_none() {
            return Ok(());
        }
        if let Some(step) = script.after(course.log.state()) {
            let pause = scaled(step.after_ms, self.settings()?.sandbox_time_scale);
            store.set(Deadline::Script, Millis(now.0 + pause))?;
        }
        Ok(())
    }

    /// The script of a call at the sandbox; `None` at a real operator.
    fn script(&self, course: &Course) -> worker::Result<Option<Script>> {
        let settings = self.settings()?;
        let parties = &course.call.parties;
        let connection = settings.connection(&course.call.connection);
        Ok(connection.and_then(|it| it.script(parties.caller.digits(), parties.callee.digits())))
    }

    /// The call has ended: what is left is to report it, and one day to forget it.
    pub(super) fn ended(
        self: &Rc<Self>,
        store: &Store,
        course: &Course,
        now: Millis,
    ) -> worker::Result<()> {
        store.set_only(Deadline::Report, now.plus_seconds(AGAIN_AFTER_S))?;
        self.report(course);
        Ok(())
    }

    /// Reports the end to the account's room. The deadline stands until it answers.
    fn report(self: &Rc<Self>, course: &Course) {
        let (room, last) = (self.clone(), course.log.last());
        let account = course.call.account;
        let ended = Ended {
            key: course.call.key.clone(),
            call_id: course.call.id.clone(),
            status: last.status,
            at: last.at,
        };
        self.state.wait_until(async move {
            let reported = async {
                let stub = room::account_room(&room.env, account)?;
                room::ask(&stub, &Ask::Ended(ended)).await?;
                let store = room.store();
                let forget_at = last.at.plus_seconds(room.settings()?.retention_s);
                store.set_only(Deadline::Forget, forget_at)?;
                room.arm(&store).await
            };
            if let Err(error) = reported.await {
                worker::console_error!("reporting the end of a call: {error}");
            }
        });
    }

    async fn forget(&self) -> worker::Result<()> {
        for socket in self.state.get_websockets() {
            let _ = socket.close(Some(super::NORMAL), Some("forgotten"));
        }
        // It is an alarm that has come to this, and no other is set.
        self.state.storage().delete_all().await
    }

    pub(super) fn settings(&self) -> worker::Result<Rc<Settings>> {
        settings(&self.env).map_err(|error| error.to_string().into())
    }
}

fn tells_an_end(outcome: &Outcome) -> bool {
    match outcome {
        Outcome::Is(News::Is(status)) => status.state().is_end(),
        Outcome::Is(News::Ended { .. }) | Outcome::Gone => true,
        _ => false,
    }
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    clippy::cast_precision_loss,
    reason = "pauses of at most an hour by a positive factor"
)]
fn scaled(pause_ms: u64, factor: f64) -> u64 {
    (pause_ms as f64 * factor).ceil() as u64
}
