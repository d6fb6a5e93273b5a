//! Reads a body as it comes: capped in bytes, bounded in every wait, as a whole or as the events of
//! a stream (`text/event-stream`).

use std::ops::Range;
use std::time::Duration;

use reqwest::Response;
use tokio::time::{Instant, timeout_at};

use super::{AttemptLimits, TimedOutStage};

/// How long the end of a stream is waited for once the answer is whole. A connection that is read
/// to its end can be used again; one that is not costs a handshake.
const END: Duration = Duration::from_millis(100);
/// How long the usage is waited for once the answer is whole.
const TRAILER: Duration = Duration::from_secs(2);

/// Says why no more of a body can be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Broken {
    TimedOut(TimedOutStage),
    Connection,
    TooLarge,
    NoText,
}

/// A body on its way.
pub(super) struct Body {
    response: Response,
    deadline: Instant,
    first_byte: Option<Instant>,
    idle: Duration,
    left_bytes: usize,
}

impl Body {
    /// Reads the body of `response`: its first byte until then, no pause longer than the limits
    /// say, nothing after their deadline, no more bytes than `cap`.
    pub(super) fn new(response: Response, limits: &AttemptLimits, first_byte: Instant, cap: usize) -> Body {
        Body {
            response,
            deadline: limits.deadline,
            first_byte: Some(first_byte),
            idle: limits.idle,
            left_bytes: cap,
        }
    }

    async fn next(&mut self) -> Result<Option<impl AsRef<[u8]> + use<>>, Broken> {
        let (pause, stage) = match self.first_byte {
            Some(first_byte) => (first_byte, TimedOutStage::FirstByte),
            None => (Instant::now().checked_add(self.idle).unwrap_or(self.deadline), TimedOutStage::Idle),
        };
        let stage = if pause < self.deadline { stage } else { TimedOutStage::Attempt };
        let chunk = timeout_at(pause.min(self.deadline), self.response.chunk()).await;
        let chunk = chunk.map_err(|_| Broken::TimedOut(stage))?.map_err(|_| Broken::Connection)?;
        if let Some(bytes) = &chunk {
            self.first_byte = None;
            self.left_bytes = self.left_bytes.checked_sub(bytes.len()).ok_or(Broken::TooLarge)?;
        }
        Ok(chunk)
    }

    /// Reads the body to its end.
    pub(super) async fn all(&mut self) -> Result<Vec<u8>, Broken> {
        let mut all = Vec::new();
        while let Some(bytes) = self.next().await? {
            all.extend_from_slice(bytes.as_ref());
        }
        Ok(all)
    }
}

/// The events of a stream.
pub(super) struct Events {
    body: Body,
    unread: Vec<u8>,
    /// How much of `unread` was given out already.
    read: usize,
    /// How much of `unread` is known to hold no line end.
    searched: usize,
    is_at_end: bool,
    /// The data of the event that is being read.
    data: String,
}

impl Events {
    /// Reads the events of a body.
    pub(super) fn new(body: Body) -> Events {
        Events { body, unread: Vec::new(), read: 0, searched: 0, is_at_end: false, data: String::new() }
    }

    /// Returns the data of the next event that has any; `None` at the end. An event that the end
    /// of the stream cuts short is none.
    pub(super) async fn next(&mut self) -> Result<Option<&str>, Broken> {
        self.data.clear();
        let mut has_data = false;
        while let Some(line) = self.line().await? {
            let line = self.unread.get(line).unwrap_or_default();
            let line = std::str::from_utf8(line).map_err(|_| Broken::NoText)?;
            let line = line.strip_suffix('\r').unwrap_or(line);
            if line.is_empty() && has_data {
                return Ok(Some(&self.data));
            }
            if let Some(more) = line.strip_prefix("data:") {
                if has_data {
                    self.data.push('\n');
                }
                self.data.push_str(more.strip_prefix(' ').unwrap_or(more));
                has_data = true;
            }
        }
        Ok(None)
    }

    /// Waits from now on no longer than a trailer takes.
    pub(super) fn expect_end(&mut self) {
        let soon = Instant::now().checked_add(TRAILER);
        self.body.deadline = soon.map_or(self.body.deadline, |soon| soon.min(self.body.deadline));
    }

    /// Reads what may be left of the stream, so that its connection can be used again.
    pub(super) async fn drain(&mut self) {
        let soon = Instant::now().checked_add(END);
        self.body.deadline = soon.map_or(self.body.deadline, |soon| soon.min(self.body.deadline));
        while let Ok(Some(_)) = self.body.next().await {}
    }

    /// Finds the next line: where it stands in what is unread, without its end.
    async fn line(&mut self) -> Result<Option<Range<usize>>, Broken> {
        loop {
            let unsearched = self.unread.get(self.searched..).unwrap_or_default();
            if let Some(length) = unsearched.iter().position(|byte| *byte == b'\n') {
                let end = self.searched.saturating_add(length);
                let line = self.read..end;
                self.read = end.saturating_add(1);
                self.searched = self.read;
                return Ok(Some(line));
            }
            if self.is_at_end {
                return Ok(None);
            }
            self.unread.drain(..self.read);
            self.read = 0;
            self.searched = self.unread.len();
            match self.body.next().await? {
                Some(bytes) => self.unread.extend_from_slice(bytes.as_ref()),
                None => self.is_at_end = true,
            }
        }
    }
}
