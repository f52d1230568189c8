//! How slowly the body of a request may arrive. Only waiting counts, not what we do with it.

use super::Failure;
use axum::body::{Body, HttpBody};
use axum::extract::Request;
use axum::http::{HeaderValue, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use futures_util::{StreamExt, stream};
use std::io;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;
use tokio::time::Instant;

/// A pause between two pieces.
const PAUSE: Duration = Duration::from_secs(20);
/// All waiting together, before any byte has earned more of it.
const PATIENCE: Duration = Duration::from_secs(20);
/// Bytes a second: slower than this uses the patience up.
const SLOWEST: u64 = 4 << 10;

#[derive(Default)]
struct Pace {
    waited: Duration,
    received: u64,
}

impl Pace {
    /// How long the next piece may take.
    fn left(&self) -> Duration {
        let earned = Duration::from_millis(self.received.saturating_mul(1_000) / SLOWEST);
        PATIENCE.saturating_add(earned).saturating_sub(self.waited).min(PAUSE)
    }

    fn count(&mut self, bytes: usize, waited: Duration) {
        self.waited = self.waited.saturating_add(waited);
        self.received = self.received.saturating_add(bytes as u64);
    }
}

/// The layer: a body that is too slow ends with an error, and the answer is 408.
pub async fn paced(request: Request, next: Next) -> Response {
    if request.body().is_end_stream() {
        return next.run(request).await;
    }
    let late = Arc::new(AtomicBool::new(false));
    let told = Arc::clone(&late);
    let (parts, body) = request.into_parts();
    let pieces = stream::try_unfold((body.into_data_stream(), Pace::default(), told), |(mut body, mut pace, told)| async move {
        let since = Instant::now();
        match tokio::time::timeout(pace.left(), body.next()).await {
            Ok(None) => Ok(None),
            Ok(Some(piece)) => {
                let piece = piece.map_err(io::Error::other)?;
                pace.count(piece.len(), since.elapsed());
                Ok(Some((piece, (body, pace, told))))
            }
            Err(_) => {
                told.store(true, Ordering::Relaxed);
                Err(io::Error::from(io::ErrorKind::TimedOut))
            }
        }
    });
    let answer = next.run(Request::from_parts(parts, Body::from_stream(pieces))).await;
    if !late.load(Ordering::Relaxed) {
        return answer;
    }
    let mut answer = Failure::Slow.into_response();
    answer.headers_mut().insert(header::CONNECTION, HeaderValue::from_static("close"));
    answer
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bytes_earn_time_and_trickling_uses_it_up() {
        let mut pace = Pace::default();
        assert_eq!(pace.left(), PATIENCE);
        for _ in 0..9 {
            pace.count(10, Duration::from_secs(2));
        }
        assert!(pace.left() < Duration::from_secs(3), "{:?} left for a trickle", pace.left());
        pace.count(10 << 20, Duration::from_secs(300));
        assert_eq!(pace.left(), PAUSE, "a slow line that moves is no fault");
    }
}
