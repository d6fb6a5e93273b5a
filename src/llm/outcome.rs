//! What came of one attempt, its class, and what is to be done about a class.
//!
//! An outcome holds no words of a vendor's error message: those may repeat the prompt. It holds
//! codes ([`Reason`]), and the answer's text where there is one, which Debug output leaves out.

use std::fmt;
use std::time::Duration;

use crate::usage::Usage;

/// One attempt, finished in whatever way.
#[derive(Debug)]
pub struct Attempt {
    /// What came of it.
    pub outcome: Outcome,
    /// Tokens as the vendor reported them once the answer had ended; `None` if it reported none then, or
    /// absurd ones. What a stream reports on its way is no bill.
    pub usage: Option<Usage>,
    /// Tokens of the prompt that the vendor wrote to its cache, as far as it says so.
    pub written_tokens: u64,
    /// Whether the vendor reported a usage that cannot be, which was thrown away.
    pub is_usage_absurd: bool,
    /// Whether the vendor may have begun to work, and so may bill it.
    pub sent: Sent,
    /// Whether nothing but the way of asking was refused, so that the next attempt asks another way.
    pub is_lesson: bool,
    /// Time from the sending to the first piece of the answer's text.
    pub first_token_after: Option<Duration>,
}

/// Says whether a request may have reached the vendor, and may be billed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sent {
    /// Surely not: nothing can be billed.
    NotSent,
    /// It did, and was answered with an error that the vendor says it does not bill
    /// ([`crate::catalog::unbilled`]).
    Unbilled,
    /// Perhaps or surely: what no usage is reported for may be billed.
    Sent,
}

/// What came of an attempt.
#[derive(Clone, PartialEq)]
pub enum Outcome {
    /// The model says that it finished.
    Complete {
        /// The answer.
        text: String,
    },
    /// The answer breaks off: the token limit, or a stream that closed without a finish reason.
    Truncated {
        /// What came.
        text: String,
        /// What ended it.
        reason: Reason,
    },
    /// A filter of the vendor's stopped the prompt or the answer.
    Blocked {
        /// Which of the two.
        side: BlockedSide,
        /// The filter's name for it.
        reason: Reason,
    },
    /// The model itself declined.
    Refused {
        /// The vendor's name for it.
        reason: Reason,
    },
    /// Too many requests or tokens for the account.
    RateLimited {
        /// Which of its quotas is used up.
        scope: QuotaScope,
        /// How long the vendor asks to wait.
        retry_after: Option<Duration>,
    },
    /// The vendor has no room for anybody.
    Overloaded {
        /// How long the vendor asks to wait.
        retry_after: Option<Duration>,
    },
    /// A fault that may be gone at the next attempt: 5xx, a broken connection.
    Transient {
        /// What it was.
        fault: Fault,
        /// How long the vendor asks to wait.
        retry_after: Option<Duration>,
    },
    /// A wait ran out.
    TimedOut {
        /// Which one.
        stage: TimedOutStage,
    },
    /// The vendor does not take the request: 400, 404, 413.
    BadRequest {
        /// What it was.
        fault: Fault,
    },
    /// The vendor does not take the key.
    Authentication {
        /// What it was.
        fault: Fault,
    },
    /// What came is no answer: no JSON, a web page, nothing, too much.
    Malformed {
        /// What it was.
        fault: Fault,
    },
}

/// Says what a filter stopped.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BlockedSide {
    /// The prompt; no answer was written.
    Prompt,
    /// The answer.
    Output,
}

/// Says which quota of the account is used up.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum QuotaScope {
    /// One that fills up again within a minute or so.
    PerMinute,
    /// One that fills up again tomorrow.
    PerDay,
    /// One that somebody has to pay for.
    Exhausted,
    /// The vendor does not say.
    Unknown,
}

/// Says which wait ran out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TimedOutStage {
    /// Connecting.
    Connect,
    /// Waiting for the first byte of the answer.
    FirstByte,
    /// A pause within the answer.
    Idle,
    /// The attempt as a whole.
    Attempt,
}

/// A code that a vendor gave for what happened: letters, digits, `_`, `-` and `.`, at most 48.
/// Anything else becomes `unrecognised`, so that it can be logged without showing a text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reason(String);

/// What went wrong, in codes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    /// The HTTP status, where one came.
    pub status: Option<u16>,
    /// The vendor's or our own code for it.
    pub reason: Reason,
}

/// The kinds of outcome; the `outcome` label in metrics.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Class {
    /// See [`Outcome::Complete`].
    Complete,
    /// See [`Outcome::Truncated`].
    Truncated,
    /// A prompt that was blocked.
    BlockedPrompt,
    /// An answer that was blocked.
    BlockedOutput,
    /// Either, for content that no vendor may be asked for.
    Prohibited,
    /// See [`Outcome::Refused`].
    Refused,
    /// A quota that fills up again soon, or may.
    RateLimited,
    /// A quota that does not fill up again today.
    QuotaExhausted,
    /// See [`Outcome::Overloaded`].
    Overloaded,
    /// See [`Outcome::Transient`].
    Transient,
    /// See [`Outcome::TimedOut`]; also an answer that was under way when its time was over.
    TimedOut,
    /// See [`Outcome::BadRequest`].
    BadRequest,
    /// See [`Outcome::Authentication`].
    Authentication,
    /// See [`Outcome::Malformed`].
    Malformed,
}

/// What is to be done about an outcome.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reaction {
    /// Read the answer.
    Accept,
    /// Try the same again after a pause, while the budget lasts.
    Retry,
    /// Try the same again, once.
    RetryOnce,
    /// Ask again for less, or for the rest.
    ReAsk,
    /// Ask the next provider of the chain, or fail where there is none.
    FallBack,
    /// Give up: nobody else may be asked either.
    Fail,
}

/// Our code for an answer that was not waited for any longer.
const LATE: &str = "timed_out";

impl Attempt {
    /// Ends an attempt that sent nothing.
    #[must_use]
    pub fn not_sent(outcome: Outcome) -> Attempt {
        Attempt::without_usage(outcome, Sent::NotSent)
    }

    /// Ends an attempt that reported no usage.
    #[must_use]
    pub fn without_usage(outcome: Outcome, sent: Sent) -> Attempt {
        Attempt {
            outcome,
            usage: None,
            written_tokens: 0,
            is_usage_absurd: false,
            sent,
            is_lesson: false,
            first_token_after: None,
        }
    }
}

impl Outcome {
    /// Says that a text was not waited for any longer; what had come of it may be of use.
    pub(super) fn late(text: String) -> Outcome {
        Outcome::Truncated { text, reason: Reason::new(LATE) }
    }

    /// Returns the kind of this outcome.
    #[must_use]
    pub fn class(&self) -> Class {
        match self {
            Outcome::Complete { .. } => Class::Complete,
            Outcome::Truncated { reason, .. } if reason.as_str() == LATE => Class::TimedOut,
            Outcome::Truncated { .. } => Class::Truncated,
            Outcome::Blocked { reason, .. } if reason.is_prohibited() => Class::Prohibited,
            Outcome::Blocked { side: BlockedSide::Prompt, .. } => Class::BlockedPrompt,
            Outcome::Blocked { side: BlockedSide::Output, .. } => Class::BlockedOutput,
            Outcome::Refused { .. } => Class::Refused,
            Outcome::RateLimited { scope: QuotaScope::PerMinute | QuotaScope::Unknown, .. } => {
                Class::RateLimited
            }
            Outcome::RateLimited { scope: QuotaScope::PerDay | QuotaScope::Exhausted, .. } => {
                Class::QuotaExhausted
            }
            Outcome::Overloaded { .. } => Class::Overloaded,
            Outcome::Transient { .. } => Class::Transient,
            Outcome::TimedOut { .. } => Class::TimedOut,
            Outcome::BadRequest { .. } => Class::BadRequest,
            Outcome::Authentication { .. } => Class::Authentication,
            Outcome::Malformed { .. } => Class::Malformed,
        }
    }

    /// Returns how long the vendor asks to wait before the next attempt.
    #[must_use]
    pub fn retry_after(&self) -> Option<Duration> {
        match self {
            Outcome::RateLimited { retry_after, .. }
            | Outcome::Overloaded { retry_after }
            | Outcome::Transient { retry_after, .. } => *retry_after,
            _ => None,
        }
    }
}

impl Class {
    /// All classes.
    pub const ALL: [Class; 14] = [
        Class::Complete,
        Class::Truncated,
        Class::BlockedPrompt,
        Class::BlockedOutput,
        Class::Prohibited,
        Class::Refused,
        Class::RateLimited,
        Class::QuotaExhausted,
        Class::Overloaded,
        Class::Transient,
        Class::TimedOut,
        Class::BadRequest,
        Class::Authentication,
        Class::Malformed,
    ];

    /// Returns the metrics label.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Class::Complete => "complete",
            Class::Truncated => "truncated",
            Class::BlockedPrompt => "blocked_prompt",
            Class::BlockedOutput => "blocked_output",
            Class::Prohibited => "prohibited",
            Class::Refused => "refused",
            Class::RateLimited => "rate_limited",
            Class::QuotaExhausted => "quota_exhausted",
            Class::Overloaded => "overloaded",
            Class::Transient => "transient",
            Class::TimedOut => "timed_out",
            Class::BadRequest => "bad_request",
            Class::Authentication => "authentication",
            Class::Malformed => "malformed",
        }
    }

    /// Says what is to be done. A filter's verdict is never retried, only asked of another vendor;
    /// what another attempt of the same kind would meet again goes straight to the next provider.
    #[must_use]
    pub const fn reaction(self) -> Reaction {
        match self {
            Class::Complete => Reaction::Accept,
            Class::Truncated => Reaction::ReAsk,
            Class::RateLimited | Class::Overloaded | Class::Transient | Class::TimedOut => Reaction::Retry,
            Class::Malformed => Reaction::RetryOnce,
            Class::BlockedPrompt | Class::BlockedOutput | Class::Refused => Reaction::FallBack,
            Class::QuotaExhausted | Class::BadRequest | Class::Authentication => Reaction::FallBack,
            Class::Prohibited => Reaction::Fail,
        }
    }
}

impl Reason {
    const MAX_BYTES: usize = 48;

    /// Takes a code from a vendor.
    #[must_use]
    pub fn new(code: &str) -> Reason {
        let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-' | b'.');
        let fits = !code.is_empty() && code.len() <= Reason::MAX_BYTES && code.bytes().all(is_plain);
        Reason(if fits { code } else { "unrecognised" }.to_owned())
    }

    /// Returns the code.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    fn is_prohibited(&self) -> bool {
        self.0 == "PROHIBITED_CONTENT"
    }
}

impl Fault {
    /// Says what went wrong before or without an HTTP status.
    #[must_use]
    pub fn new(code: &str) -> Fault {
        Fault { status: None, reason: Reason::new(code) }
    }

    /// Says what went wrong with that HTTP status.
    #[must_use]
    pub fn with_status(status: u16, code: &str) -> Fault {
        Fault { status: Some(status), reason: Reason::new(code) }
    }
}

impl fmt::Display for Reason {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}

impl fmt::Debug for Outcome {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut out = formatter.debug_struct(self.class().as_str());
        match self {
            Outcome::Complete { text } => out.field("bytes", &text.len()),
            Outcome::Truncated { text, reason } => out.field("bytes", &text.len()).field("reason", reason),
            Outcome::Blocked { reason, .. } | Outcome::Refused { reason } => out.field("reason", reason),
            Outcome::RateLimited { scope, retry_after } => {
                out.field("scope", scope).field("retry_after", retry_after)
            }
            Outcome::Overloaded { retry_after } => out.field("retry_after", retry_after),
            Outcome::Transient { fault, retry_after } => {
                out.field("fault", fault).field("retry_after", retry_after)
            }
            Outcome::TimedOut { stage } => out.field("stage", stage),
            Outcome::BadRequest { fault }
            | Outcome::Authentication { fault }
            | Outcome::Malformed { fault } => out.field("fault", fault),
        };
        out.finish()
    }
}
