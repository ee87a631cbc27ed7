//! A listener to server-sent events, one frame at a time.

use serde_json::Value;

use super::http::Ask;
use super::wait::at_last;

/// One event.
#[derive(Clone, Debug, PartialEq)]
pub struct Frame {
    /// `id:`, the sequence number.
    pub id: u64,
    /// `data:`, read as JSON.
    pub data: Value,
}

impl Frame {
    /// The state that it tells.
    #[must_use]
    pub fn state(&self) -> &str {
        let state = self.data.get("state").and_then(Value::as_str);
        state.unwrap_or_else(|| panic!("no state in {}", self.data))
    }
}

/// An open stream.
#[derive(Debug)]
pub struct Events {
    response: reqwest::Response,
    unread: Vec<u8>,
    /// The last `retry:`.
    pub retry: Option<u64>,
    /// How many comments, that is heartbeats, have come.
    pub comments: usize,
}

impl Events {
    /// Opens a stream.
    pub async fn open(ask: Ask) -> Self {
        let ask = ask.header("accept", "text/event-stream");
        let response = at_last("the stream opens", ask.open()).await;
        let status = response.status().as_u16();
        assert_eq!(status, 200, "the stream opens");
        let kind = response.headers().get("content-type");
        assert!(kind.is_some_and(|kind| kind.as_bytes().starts_with(b"text/event-stream")));
        Self {
            response,
            unread: Vec::new(),
            retry: None,
            comments: 0,
        }
    }

    /// The next event, or nothing if the stream has been closed.
    pub async fn next(&mut self) -> Option<Frame> {
        at_last("the next event or the end of the stream", async {
            loop {
                let block = self.block().await?;
                if let Some(frame) = self.read(&block) {
                    return Some(frame);
                }
            }
        })
        .await
    }

    /// The next event.
    pub async fn must_next(&mut self) -> Frame {
        let frame = self.next().await;
        frame.expect("another event before the stream closes")
    }

    /// Waits for an event of this state, and gives all up to it.
    pub async fn until(&mut self, state: &str) -> Vec<Frame> {
        let mut frames = Vec::new();
        while let Some(frame) = self.next().await {
            let found = frame.state() == state;
            frames.push(frame);
            if found {
                return frames;
            }
        }
        panic!("the stream closed before {state}: {frames:?}");
    }

    /// All events until the stream closes.
    pub async fn rest(&mut self) -> Vec<Frame> {
        let mut frames = Vec::new();
        while let Some(frame) = self.next().await {
            frames.push(frame);
        }
        frames
    }

    /// Waits until one more heartbeat has come.
    pub async fn heartbeat(&mut self) {
        let before = self.comments;
        at_last("a heartbeat", async {
            while self.comments == before {
                let block = self.block().await.expect("a stream that is still open");
                assert!(
                    self.read(&block).is_none(),
                    "an event instead of a heartbeat"
                );
            }
        })
        .await;
    }

    /// The text up to the next empty line.
    async fn block(&mut self) -> Option<String> {
        loop {
            let end = self.unread.windows(2).position(|pair| pair == b"\n\n");
            if let Some(end) = end {
                let block: Vec<u8> = self.unread.drain(..end + 2).collect();
                return Some(String::from_utf8(block).expect("UTF-8"));
            }
            // A broken connection is a closed stream: the worker was killed.
            let chunk = self.response.chunk().await.ok().flatten()?;
            self.unread.extend_from_slice(&chunk);
        }
    }

    fn read(&mut self, block: &str) -> Option<Frame> {
        let (mut id, mut event, mut data) = (None, None, String::new());
        for line in block.lines() {
            match line.split_once(':') {
                Some(("", _)) => self.comments += 1,
                Some(("id", value)) => id = value.trim().parse().ok(),
                Some(("event", value)) => event = Some(value.trim().to_owned()),
                Some(("data", value)) => data.push_str(value.trim()),
                Some(("retry", value)) => self.retry = value.trim().parse().ok(),
                _ => {}
            }
        }
        if data.is_empty() {
            return None;
        }
        assert_eq!(event.as_deref(), Some("status"), "{block}");
        Some(Frame {
            id: id.unwrap_or_else(|| panic!("no id in {block}")),
            data: serde_json::from_str(&data).expect("JSON"),
        })
    }
}

/// The states that frames tell, in their order.
#[must_use]
pub fn states(frames: &[Frame]) -> Vec<&str> {
    frames.iter().map(Frame::state).collect()
}
