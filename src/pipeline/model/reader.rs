//! Reads one answer as JSON: none that is longer than the tokens asked for can be, and a long one not on a thread
//! that others wait for. What a text is worth as JSON is `answer`'s to say.

use std::sync::Arc;

use crate::answer::{self, Limits, Reading, Schema};
use crate::pipeline::cpu::{Broken, Cpu};

/// Bytes up to which an answer is read where it came in: about a millisecond, 30 if it is hostile.
const SHORT_ANSWER: usize = 64 << 10;
/// Bytes that a token of an answer may have, on average: English has four to five, indentation more.
const BYTES_A_TOKEN: usize = 8;

/// Reads the answer of a call that may have had so many tokens.
///
/// # Errors
/// If reading it panicked, or the process is going down.
pub(super) async fn read(
    cpu: &Cpu,
    text: String,
    schema: Option<Arc<Schema>>,
    most_tokens: u32,
) -> Result<Reading, Broken> {
    let limits = limits(most_tokens);
    if text.len().min(limits.max_bytes) <= SHORT_ANSWER {
        return Ok(answer::read(&text, schema.as_deref(), &limits));
    }
    cpu.run(move || answer::read(&text, schema.as_deref(), &limits)).await
}

/// Bounds what is read by the tokens that were asked for; few tokens may stand among much reasoning.
fn limits(most_tokens: u32) -> Limits {
    let limits = Limits::default();
    let tokens = usize::try_from(most_tokens).unwrap_or(usize::MAX);
    let bytes = tokens.saturating_mul(BYTES_A_TOKEN).max(SHORT_ANSWER);
    Limits { max_bytes: bytes.min(limits.max_bytes), ..limits }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::answer::{Outcome, Reason};

    /// Writes an answer of about so many bytes.
    fn answer_of(bytes: usize) -> String {
        format!("```json\n{{\"a\": \"{}\"}}\n```", "word ".repeat(bytes / 5))
    }

    #[tokio::test]
    async fn a_long_answer_is_read_while_others_go_on_and_a_short_one_at_once() {
        let cpu = Cpu::new(1);
        let mut short = Box::pin(read(&cpu, answer_of(60_000), None, 32_000));
        assert!(futures_util::poll!(&mut short).is_ready());
        let mut long = Box::pin(read(&cpu, answer_of(200_000), None, 32_000));
        assert!(futures_util::poll!(&mut long).is_pending());
        assert!(matches!(long.await.unwrap().outcome, Outcome::Whole(_)));
    }

    #[tokio::test]
    async fn an_answer_longer_than_its_tokens_can_be_is_not_read() {
        let cpu = Cpu::new(1);
        let outcome = |tokens| read(&cpu, answer_of(100_000), None, tokens);
        assert_eq!(outcome(1000).await.unwrap().outcome, Outcome::None(Reason::TooLong));
        assert!(matches!(outcome(16_000).await.unwrap().outcome, Outcome::Whole(_)));
        assert_eq!(limits(u32::MAX).max_bytes, Limits::default().max_bytes);
        assert_eq!(limits(1).max_bytes, SHORT_ANSWER);
    }
}
