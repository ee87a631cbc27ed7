//! The component: an event comes in, the model decides, the effects are carried
//! out. Everything that was started is owned here and ends with it.

use gloo_events::EventListener;
use gloo_timers::callback::{Interval, Timeout};
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{FocusOptions, HtmlElement, StorageEvent};
use yew::{Component, Context, Html, NodeRef};

use crate::ask::{Answer, Ask};
use crate::door::Unchecked;
use crate::event::{Alarm, Effect, Event, Focus};
use crate::listen::Stream;
use crate::model::Model;
use crate::page::Page;
use crate::told::Trouble;
use crate::{record, view};

/// The widget on a page.
pub struct Widget {
    model: Model,
    stream: Option<Stream>,
    alarms: Vec<(Alarm, Timeout)>,
    ticker: Option<Interval>,
    /// Where the focus goes once the panel is drawn.
    focus: Option<Focus>,
    places: Places,
    _ears: Vec<EventListener>,
}

/// The elements of the panel that the widget reaches for.
#[derive(Clone, Default, PartialEq)]
pub struct Places {
    /// The panel's root.
    pub panel: NodeRef,
    /// The number field.
    pub number: NodeRef,
    /// The hang-up button.
    pub hang_up: NodeRef,
    /// The try-again button.
    pub again: NodeRef,
}

impl Component for Widget {
    type Message = Event;
    type Properties = Page;

    fn create(ctx: &Context<Self>) -> Self {
        ctx.link().send_message(Event::Mounted);
        Self {
            model: Model::default(),
            stream: None,
            alarms: Vec::new(),
            ticker: None,
            focus: None,
            places: Places::default(),
            _ears: ears(ctx),
        }
    }

    fn update(&mut self, ctx: &Context<Self>, event: Event) -> bool {
        let mounting = matches!(event, Event::Mounted);
        let effects = self.model.step(event, js_sys::Date::now());
        for effect in effects {
            self.carry_out(ctx, effect, mounting);
        }
        self.tick(ctx);
        ctx.props().reflect(self.model.host_word(), self.model.open);
        true
    }

    fn view(&self, ctx: &Context<Self>) -> Html {
        let tell = ctx.link().callback(|event| event);
        view::panel(&self.model, &self.places, &tell, js_sys::Date::now())
    }

    fn rendered(&mut self, ctx: &Context<Self>, _first: bool) {
        if let Some(panel) = self.places.panel.cast::<HtmlElement>() {
            // Browsers without popovers have the panel in the page's own layers;
            // where it is shown already, there is nothing to do.
            let _ = panel.show_popover();
        }
        let Some(focus) = self.focus.take() else {
            return;
        };
        let target = match focus {
            Focus::Button => Some(ctx.props().button.clone()),
            Focus::Number => self.places.number.cast(),
            Focus::HangUp => self.places.hang_up.cast(),
            Focus::Again => self.places.again.cast(),
        };
        if let Some(target) = target {
            // The panel is in sight wherever the page is scrolled; the page
            // must not jump to where the browser thinks that it was.
            let still = FocusOptions::new();
            still.set_prevent_scroll(true);
            let _ = target.focus_with_options(&still);
        }
    }
}

impl Widget {
    fn carry_out(&mut self, ctx: &Context<Self>, effect: Effect, mounting: bool) {
        let page = ctx.props();
        let edge = page.edge.clone();
        let live = self.model.live().map(|live| live.call.clone());
        match effect {
            Effect::ReadButton => {
                let bridge = page.bridge.clone();
                send(ctx, edge.read_button(), move |answer| {
                    if let Ok(view) = &answer {
                        bridge.theme(&view.theme());
                    }
                    Event::ButtonRead(believe(answer, Unchecked::button))
                });
            }
            Effect::Recall => {
                if let Some(record) = record::recall(edge.button()) {
                    let show = mounting;
                    ctx.link().send_message(Event::Found { record, show });
                }
            }
            Effect::AskPage => {
                if page.allows_call() {
                    ctx.link().send_message(Event::Go { key: fresh_key() });
                }
            }
            Effect::Place { key, number } => {
                let ask = edge.place(&key, &number, page.bridge.ticket());
                send(ctx, ask, |answer| {
                    Event::Placed(key, believe(answer, Unchecked::placed))
                });
            }
            Effect::Listen if self.stream.is_none() => {
                let link = ctx.link().clone();
                let tell = move |event| link.send_message(event);
                self.stream = live.and_then(|call| Stream::open(&edge.events_url(&call), tell));
            }
            Effect::Listen => {}
            Effect::Deafen => self.stream = None,
            Effect::Read => {
                if let Some(call) = live {
                    send(ctx, edge.read_call(&call), |answer| {
                        Event::Read(call.id, believe(answer, Unchecked::told))
                    });
                }
            }
            Effect::HangUp => {
                if let Some(call) = live {
                    send(ctx, edge.hang_up(&call), |answer| {
                        Event::HungUp(call.id, answer.map(|_| ()))
                    });
                }
            }
            Effect::Keep => {
                if let Some(record) = self.model.record() {
                    record::keep(edge.button(), &record);
                }
            }
            Effect::Forget => record::forget(edge.button()),
            Effect::Wake(alarm, after_ms) => self.wake(ctx, alarm, after_ms),
            Effect::Still(alarm) => self.still(alarm),
            Effect::SayStatus(id, told) => page.say_told("ctd-status", &id, &told),
            Effect::SayEnd(id, told) => page.say_told("ctd-end", &id, &told),
            Effect::SayError(id, code) => page.say_error(id.as_deref(), &code),
            // Only opening takes the focus; whatever happens later moves it
            // only within the widget.
            Effect::Focus(focus) => {
                if page.has_focus() || focus == Focus::Number {
                    self.focus = Some(focus);
                }
            }
        }
    }

    fn wake(&mut self, ctx: &Context<Self>, alarm: Alarm, after_ms: u32) {
        self.still(alarm);
        let link = ctx.link().clone();
        let timeout = Timeout::new(after_ms, move || link.send_message(Event::Alarm(alarm)));
        self.alarms.push((alarm, timeout));
    }

    fn still(&mut self, alarm: Alarm) {
        self.alarms.retain(|(set, _)| *set != alarm);
    }

    /// The timer runs only while somebody can see it.
    fn tick(&mut self, ctx: &Context<Self>) {
        let wanted = self.model.open && self.model.talking_since().is_some();
        if !wanted {
            self.ticker = None;
        } else if self.ticker.is_none() {
            let link = ctx.link().clone();
            self.ticker = Some(Interval::new(TICK_MS, move || {
                link.send_message(Event::Tick);
            }));
        }
    }
}

/// Often enough that no second is skipped on screen.
const TICK_MS: u32 = 500;

/// Sends a request and turns its answer into an event. The reader is boxed so
/// that there is one future, not one for each kind of request.
fn send(ctx: &Context<Widget>, ask: Ask, read: impl FnOnce(Answer) -> Event + 'static) {
    let link = ctx.link().clone();
    let read: Box<dyn FnOnce(Answer) -> Event> = Box::new(read);
    wasm_bindgen_futures::spawn_local(async move { link.send_message(read(ask.send().await)) });
}

/// An answer that lacks what it must have is no answer.
fn believe<T>(answer: Answer, read: fn(&Unchecked) -> Option<T>) -> Result<T, Trouble> {
    read(&answer?).ok_or(Trouble::Network)
}

/// What the widget hears of the browser and of other tabs.
fn ears(ctx: &Context<Widget>) -> Vec<EventListener> {
    let Some(window) = web_sys::window() else {
        return vec![];
    };
    let hear = |name: &'static str, event: fn() -> Event| {
        let link = ctx.link().clone();
        EventListener::new(&window, name, move |_| link.send_message(event()))
    };
    let link = ctx.link().clone();
    let button = ctx.props().edge.button().to_owned();
    let other_tab = EventListener::new(&window, "storage", move |event| {
        let event = event.unchecked_ref::<StorageEvent>();
        if event.key() != Some(record::name(&button)) {
            return;
        }
        // A call that has no name yet is the other tab's to place.
        let record = record::recall(&button).filter(|record| record.call.is_some());
        if let Some(record) = record {
            link.send_message(Event::Found {
                record,
                show: false,
            });
        }
    });
    vec![
        hear("online", || Event::Back),
        hear("pageshow", || Event::Back),
        hear("offline", || Event::Offline),
        other_tab,
    ]
}

/// A random UUID (version 4). Not `crypto.randomUUID`, which pages without
/// https lack.
fn fresh_key() -> String {
    let mut bytes = [0_u8; 16];
    let crypto = web_sys::window().and_then(|window| window.crypto().ok());
    if let Some(crypto) = crypto {
        let _: Result<JsValue, _> = crypto
            .get_random_values_with_u8_array(&mut bytes)
            .map(JsValue::from);
    }
    let [.., version, _, variant, _, _, _, _, _, _, _] = &mut bytes;
    *version = *version & 0x0f | 0x40;
    *variant = *variant & 0x3f | 0x80;
    let mut key = String::new();
    for (at, byte) in bytes.into_iter().enumerate() {
        if matches!(at, 4 | 6 | 8 | 10) {
            key.push('-');
        }
        for half in [byte >> 4, byte & 0x0f] {
            key.extend(char::from_digit(half.into(), 16));
        }
    }
    key
}
