//! The component: an event comes in, the model decides, the effects are carried
//! out. Whatever is started is the browser's (`browser.js`) and ends with it.

use web_sys::{Element, HtmlElement};
use yew::{Component, Context, Html, NodeRef};

use crate::countries;
use crate::event::{Effect, Event, Focus};
use crate::model::Model;
use crate::page::Page;
use crate::{record, view};

/// Often enough that no second is skipped on screen.
const TICK_MS: u32 = 500;
/// Often enough to notice that the machine has slept.
const AWAKE_MS: u32 = 5_000;

/// The widget on a page.
pub struct Widget {
    model: Model,
    /// Where the focus goes once the panel is drawn.
    focus: Option<Focus>,
    /// A captcha is wanted once the panel is drawn.
    captcha: bool,
    places: Places,
}

/// The elements of the panel that the widget reaches for.
#[derive(Clone, Default, PartialEq)]
pub struct Places {
    /// The panel's root.
    pub panel: NodeRef,
    /// The number field.
    pub number: NodeRef,
    /// The list of countries.
    pub country: NodeRef,
    /// The tick below the terms.
    pub consent: NodeRef,
    /// Where the captcha goes.
    pub captcha: NodeRef,
    /// The button that places the call.
    pub submit: NodeRef,
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
            focus: None,
            captcha: false,
            places: Places::default(),
        }
    }

    fn update(&mut self, ctx: &Context<Self>, event: Event) -> bool {
        let page = ctx.props();
        // A page may give its token at any time before the click.
        self.model.facts = page.facts();
        let mounting = matches!(event, Event::Mounted);
        for effect in self.model.step(event, js_sys::Date::now()) {
            self.carry_out(ctx, effect, mounting);
        }
        page.bridge.browser().tick(self.rhythm());
        page.reflect(self.model.host_word(), self.model.open);
        true
    }

    fn view(&self, ctx: &Context<Self>) -> Html {
        let tell = ctx.link().callback(|event| event);
        let tongue = ctx.props().bridge.tongue();
        let said = view::Said {
            model: &self.model,
            tongue: &tongue,
        };
        view::panel(&said, &self.places, &tell, js_sys::Date::now())
    }

    fn rendered(&mut self, ctx: &Context<Self>, _first: bool) {
        let bridge = &ctx.props().bridge;
        let browser = bridge.browser();
        if let Some(panel) = self.places.panel.cast::<Element>() {
            browser.show(&panel);
        }
        if let Some(select) = self.places.country.cast::<Element>() {
            let button = self.model.button.as_ref();
            let allow = button.map(|button| button.allow.clone());
            let deny = button.map(|button| button.deny.clone());
            bridge.tongue().countries(
                &select,
                countries::TABLE,
                self.model.home(),
                allow.unwrap_or_default(),
                deny.unwrap_or_default(),
            );
        }
        if std::mem::take(&mut self.captcha)
            && let Some(place) = self.places.captcha.cast::<Element>()
        {
            browser.solve(&bridge.captcha(&place));
        }
        if let Some(focus) = self.focus.take()
            && let Some(target) = self.target(ctx, focus)
        {
            browser.focus(&target);
        }
    }
}

impl Widget {
    fn target(&self, ctx: &Context<Self>, focus: Focus) -> Option<HtmlElement> {
        match focus {
            Focus::Button => Some(ctx.props().button.clone()),
            // Where there is no field, there is the button below it, or none.
            Focus::Number => self
                .places
                .number
                .cast()
                .or_else(|| self.places.submit.cast())
                .or_else(|| self.places.again.cast())
                .or_else(|| self.places.panel.cast()),
            Focus::Consent => self.places.consent.cast(),
            Focus::HangUp => self.places.hang_up.cast(),
            Focus::Again => self.places.again.cast(),
        }
    }

    fn carry_out(&mut self, ctx: &Context<Self>, effect: Effect, mounting: bool) {
        let page = ctx.props();
        let (edge, bridge) = (&page.edge, &page.bridge);
        let browser = bridge.browser();
        let live = self.model.live().map(|live| &live.call);
        match effect {
            Effect::ReadButton { fresh } => edge.read_button(bridge, fresh),
            Effect::Recall => {
                if let Some(record) = record::recall(&browser, edge.button()) {
                    let show = mounting;
                    ctx.link().send_message(Event::Found { record, show });
                }
            }
            Effect::AskPage => page.ask(),
            Effect::Place { key, wanted } => edge.place(bridge, &self.model, &key, wanted),
            Effect::Captcha => self.captcha = true,
            Effect::Listen => {
                if let Some(call) = live {
                    browser.listen(&edge.events_url(call));
                }
            }
            Effect::Deafen => browser.deafen(),
            Effect::Read => {
                if let Some(call) = live {
                    edge.read_call(bridge, call);
                }
            }
            Effect::HangUp => {
                if let Some(call) = live {
                    edge.hang_up(bridge, call);
                }
            }
            Effect::Keep => record::keep(&browser, edge.button(), self.model.record().as_ref()),
            Effect::Forget => record::keep(&browser, edge.button(), None),
            Effect::Remember(number) => record::keep_number(&browser, number),
            Effect::Wake(alarm, after_ms) => browser.wake(alarm as u8, after_ms),
            Effect::Still(alarm) => browser.still(alarm as u8),
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

    /// The clock ticks while somebody can see it.
    fn rhythm(&self) -> u32 {
        if self.model.open && self.model.talking_since().is_some() {
            TICK_MS
        } else if self.model.is_calling() {
            AWAKE_MS
        } else {
            0
        }
    }
}
