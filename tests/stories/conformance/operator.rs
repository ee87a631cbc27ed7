//! What the suite has to know of an operator, and the list of its fixtures.

use std::sync::Arc;

use call::Number;
use stories::harness::events::Frame;
use stories::harness::visitor::Placed;
use stories::harness::wait::until;
use stories::lab::{Delivery, Fault, Lab, Line};

use crate::course::whole_story;
use crate::world::{Account, World, contact, world};

/// The states of a call that comes about.
pub const WHOLE: [&str; 5] = [
    "initiating",
    "callingCaller",
    "callingCallee",
    "connected",
    "disconnected",
];
/// A number that chooses no script.
pub const BY_HAND: &str = "0150";

/// An operator with what is its own.
pub struct Operator {
    /// The account whose calls it places.
    pub account: Account,
    /// Whether this is how an event is answered that is taken, in its own way.
    pub takes: fn(&Delivery) -> bool,
}

impl Operator {
    /// The operator's own side.
    pub fn lab(&self, world: &'static World) -> &'static Lab {
        world.lab_of(self.account)
    }

    /// A contact whose calls suffer from these.
    pub async fn contact(&self, ending: &str, faults: &[Fault]) -> (&'static World, Number) {
        let (world, contact) = (world().await, contact(ending));
        for fault in faults {
            self.lab(world).fault(&contact, *fault);
        }
        (world, contact)
    }

    /// A call that does what the story tells it to, and the operator's side of it.
    pub async fn call_by_hand(&self, faults: &[Fault]) -> (&'static World, Placed, Arc<Line>) {
        let (world, contact) = self.contact(BY_HAND, faults).await;
        self.lab(world).by_hand(&contact);
        let button = self.account.button();
        let call = world.visitor().place(&button, &contact).await;
        let line = self.lab(world).call_of(&contact);
        (world, call, line.expect("the operator knows of the call"))
    }

    /// Plays the whole of a script with these faults, and gives all that was told.
    pub async fn play(&self, ending: &str, faults: &[Fault]) -> (Arc<Line>, Vec<Frame>) {
        let (world, contact) = self.contact(ending, faults).await;
        let visitor = world.visitor();
        let call = visitor.place(&self.account.button(), &contact).await;
        let frames = whole_story(&visitor, &call).await;
        let lab = self.lab(world);
        assert_eq!(lab.placed(&contact), 1, "one call");
        (lab.call_of(&contact).expect("a call"), frames)
    }

    /// Waits until this many events of a call were answered, and sees that
    /// each was taken.
    pub async fn until_taken(&self, line: &Line, number: usize) {
        until(&format!("{number} events are answered"), async || {
            let all = line.deliveries();
            let about_it = all.iter().filter(|d| d.state.is_some());
            (about_it.count() >= number).then_some(())
        })
        .await;
        for delivery in line.deliveries() {
            assert!((self.takes)(&delivery), "{delivery:?}");
        }
    }
}

/// All fixtures for one operator, each a test of its own. `can_ask`: also those
/// of an operator that can be asked what became of a call; `can_ask_for_the_end`:
/// of one that can only say whether it is over. Elsewhere a call of which
/// nothing more is heard is ended by the time limits of `call::watch`.
macro_rules! conformance {
    (@ $name:ident, $operator:expr, $($more:tt)*) => {
        mod $name {
            use super::{Account, Operator, courses, events, hanging_up, placing, stories};

            const OPERATOR: Operator = $operator;

            stories! {
                courses: answered caller_busy caller_no_answer caller_abandon caller_failure
                    callee_busy callee_no_answer callee_failure;
                hanging_up: hang_up hang_up_before_the_answer hang_up_while_it_rings
                    hang_up_refused;
                events: forged unknown_status early repeated reordered after_the_end
                    number_for_text event_lost;
                placing: slow refused unreadable answer_lost nothing_heard
                    rings_after_all again_after_a_doubt dials_the_right_two;
                $($more)*
            }
        }
    };
    ($name:ident, $operator:expr) => {
        conformance! { @ $name, $operator, }
    };
    ($name:ident, $operator:expr, can_ask_for_the_end) => {
        conformance! { @ $name, $operator,
            events: end_lost;
            hanging_up: hang_up_never_confirmed;
        }
    };
    ($name:ident, $operator:expr, can_ask) => {
        conformance! { @ $name, $operator,
            events: end_lost all_lost;
            hanging_up: hang_up_never_confirmed;
        }
    };
}

macro_rules! stories {
    ($($chapter:ident: $($story:ident)+;)+) => {$($(
        #[tokio::test]
        async fn $story() {
            $chapter::$story(&OPERATOR).await;
        }
    )+)+};
}

pub(crate) use {conformance, stories};
