//! The stream of a call's events. One owner; closed when dropped.

use gloo_events::EventListener;
use wasm_bindgen::JsCast;
use web_sys::{EventSource, MessageEvent};

use crate::door::Unchecked;
use crate::event::Event;

/// An open stream. It must not be cloned: any copy that is dropped closes it.
pub struct Stream {
    source: EventSource,
    _listeners: [EventListener; 3],
}

impl Stream {
    /// Opens the stream; `tell` hears what comes out of it.
    pub fn open(url: &str, tell: impl Fn(Event) + Clone + 'static) -> Option<Self> {
        let source = EventSource::new(url).ok()?;
        let (up, down) = (tell.clone(), tell.clone());
        let watched = source.clone();
        let listeners = [
            EventListener::new(&source, "open", move |_| up(Event::StreamUp)),
            EventListener::new(&source, "status", move |event| {
                let data = event.unchecked_ref::<MessageEvent>().data().as_string();
                let Some(frame) = data.and_then(|text| Unchecked::parse(&text)) else {
                    return;
                };
                if let (Some(id), Some(told)) = (frame.text("callId"), frame.told()) {
                    tell(Event::Told(id, told));
                }
            }),
            // A browser that tries again is CONNECTING; CLOSED is for good,
            // after a 204 just as after any error.
            EventListener::new(&source, "error", move |_| {
                down(if watched.ready_state() == EventSource::CLOSED {
                    Event::StreamClosed
                } else {
                    Event::StreamDown
                });
            }),
        ];
        Some(Self {
            source,
            _listeners: listeners,
        })
    }
}

impl Drop for Stream {
    fn drop(&mut self) {
        self.source.close();
    }
}
