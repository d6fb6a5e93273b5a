//! Bodies on their way. What a caller sends has so long from one part to the next. What a caller gets is
//! handed out in small parts, so that the connection counts as at work as long as its client has not taken
//! nearly all of it.

use std::pin::Pin;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use axum::BoxError;
use axum::body::{Body, Bytes};
use http_body::{Body as HttpBody, Frame, SizeHint};
use hyper::body::Incoming;
use tokio::time::{Instant, Sleep, sleep};

use super::seat::{InFlight, Untaken};

/// Bytes of an answer that are handed out at once.
const PART: usize = 32 * 1024;

/// The next part of a body did not come in time.
#[derive(Debug, thiserror::Error)]
#[error("the body stopped arriving")]
pub(in super::super) struct BodyStalled;

/// The body of a request, each part of it within a time.
struct Timed {
    body: Incoming,
    limit: Duration,
    timer: Option<Pin<Box<Sleep>>>,
    is_waiting: bool,
}

/// Bounds how long a body may pause; one that has ended already costs nothing.
pub(super) fn timed(body: Incoming, limit: Duration) -> Body {
    match body.is_end_stream() {
        true => Body::empty(),
        false => Body::new(Timed { body, limit, timer: None, is_waiting: false }),
    }
}

impl HttpBody for Timed {
    type Data = Bytes;
    type Error = BoxError;

    fn poll_frame(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, BoxError>>> {
        let this = self.get_mut();
        if let Poll::Ready(frame) = Pin::new(&mut this.body).poll_frame(cx) {
            this.is_waiting = false;
            return Poll::Ready(frame.map(|frame| frame.map_err(BoxError::from)));
        }
        let limit = this.limit;
        let timer = this.timer.get_or_insert_with(|| Box::pin(sleep(limit)));
        if !this.is_waiting {
            timer.as_mut().reset(Instant::now() + limit);
            this.is_waiting = true;
        }
        ready!(timer.as_mut().poll(cx));
        Poll::Ready(Some(Err(BodyStalled.into())))
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}

/// The body of an answer.
pub(super) struct Answer {
    body: Body,
    /// What of the last part that the handler gave is still to be handed out.
    rest: Bytes,
    untaken: Option<Untaken>,
    call: InFlight,
}

impl Answer {
    pub(super) fn new(body: Body, call: InFlight) -> Answer {
        Answer { body, rest: Bytes::new(), untaken: None, call }
    }

    fn hand_out(&mut self, mut data: Bytes) -> Poll<Option<Result<Frame<Bytes>, axum::Error>>> {
        if data.len() > PART {
            self.rest = data.split_off(PART);
        }
        self.untaken = Some(self.call.given());
        Poll::Ready(Some(Ok(Frame::data(data))))
    }
}

impl HttpBody for Answer {
    type Data = Bytes;
    type Error = axum::Error;

    fn poll_frame(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, axum::Error>>> {
        let this = self.get_mut();
        // Whoever asks for more has made room.
        this.untaken = None;
        let rest = std::mem::take(&mut this.rest);
        if !rest.is_empty() {
            return this.hand_out(rest);
        }
        match ready!(Pin::new(&mut this.body).poll_frame(cx)) {
            Some(Ok(frame)) => match frame.into_data() {
                Ok(data) => this.hand_out(data),
                Err(trailers) => Poll::Ready(Some(Ok(trailers))),
            },
            ended => Poll::Ready(ended),
        }
    }

    fn is_end_stream(&self) -> bool {
        self.rest.is_empty() && self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        let (mut hint, rest) = (self.body.size_hint(), u64::try_from(self.rest.len()).unwrap_or(u64::MAX));
        if let Some(upper) = hint.upper() {
            hint.set_upper(upper.saturating_add(rest));
        }
        hint.set_lower(hint.lower().saturating_add(rest));
        hint
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use http_body_util::BodyExt;

    use super::super::seat::Seat;
    use super::*;

    #[tokio::test]
    async fn a_large_answer_is_handed_out_whole_in_small_parts_and_is_at_work_until_then() {
        let seat = Arc::new(Seat::new(None, Instant::now()));
        let whole: Vec<u8> = (0..=u8::MAX).cycle().take(PART * 2 + 7).collect();
        let mut answer = Answer::new(Body::from(whole.clone()), seat.begin());
        assert_eq!(answer.size_hint().exact(), Some(65_543));
        let mut got = Vec::new();
        for (left, is_last) in [(PART + 7, false), (7, false), (0, true)] {
            let frame = answer.frame().await.unwrap().unwrap();
            got.extend_from_slice(&frame.into_data().unwrap());
            assert_eq!(answer.size_hint().exact(), Some(u64::try_from(left).unwrap()));
            assert_eq!(answer.is_end_stream(), is_last);
            assert!(seat.is_untaken() && seat.idle_since().is_none());
        }
        assert!(answer.frame().await.is_none());
        assert!(!seat.is_untaken());
        drop(answer);
        assert!(got == whole && seat.idle_since().is_some());
    }
}
