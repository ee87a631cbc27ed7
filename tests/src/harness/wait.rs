//! Waiting for conditions, never for time.

use std::time::Duration;

use tokio::time::Instant;

/// How long a condition may take to come true. Generous: a busy two-core
/// machine starts browsers meanwhile.
pub const PATIENCE: Duration = Duration::from_secs(20);
/// How often a condition is looked at.
const LOOK_EVERY: Duration = Duration::from_millis(20);

/// Waits until `look` finds something, and panics with `what` if it never does.
pub async fn until<T>(what: &str, mut look: impl AsyncFnMut() -> Option<T>) -> T {
    let deadline = now() + PATIENCE;
    loop {
        if let Some(found) = look().await {
            return found;
        }
        assert!(now() < deadline, "waited {PATIENCE:?} in vain: {what}");
        tokio::time::sleep(LOOK_EVERY).await;
    }
}

/// Waits for a future, and panics with `what` if it takes too long.
pub async fn at_last<T>(what: &str, future: impl Future<Output = T>) -> T {
    match tokio::time::timeout(PATIENCE, future).await {
        Ok(value) => value,
        Err(_) => panic!("waited {PATIENCE:?} in vain: {what}"),
    }
}

fn now() -> Instant {
    Instant::now()
}
