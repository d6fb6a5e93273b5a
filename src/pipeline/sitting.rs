//! Pieces that are made one by one and handed back, outside of any job: nothing is stored.

use std::sync::Arc;

use tokio::time::Instant;

use super::model::{Brief, Standing, Work};
use super::{Live, Pipeline, Reading, Writer};
use crate::budget::Spend;
use crate::content::{Kind, Material};
use crate::llm::client::Allowance;
use crate::money::Money;
use crate::record::Failure;

/// Makes the pieces of one text as a job does, with what calls share rendered once, but for the store.
#[derive(Clone, Debug)]
pub struct Sitting {
    pipeline: Pipeline,
    reading: Reading,
    brief: Brief,
    allowance: Allowance,
}

impl Pipeline {
    /// Begins to make pieces of a text outside of any job. All of them together may cost what the
    /// settings let a job cost.
    #[must_use]
    pub fn sit(&self, reading: Reading) -> Sitting {
        let money = match &self.writer {
            Writer::Model(model) => model.max_cost_usd,
            _ => Money::ZERO,
        };
        let calls = u32::try_from(Kind::ALL.len()).unwrap_or(u32::MAX);
        let allowance = Allowance::new(calls, Spend { money, tokens: u64::MAX });
        Sitting { pipeline: self.clone(), reading, brief: Brief::default(), allowance }
    }
}

impl Sitting {
    /// Makes one piece until then; `outline` is the finished one, absent while the outline itself is made.
    ///
    /// # Errors
    /// Why there is no valid piece, in the terms of a job.
    pub async fn make(
        &self,
        kind: Kind,
        outline: Option<Arc<Material>>,
        deadline: Instant,
    ) -> Result<Material, Failure> {
        let (reading, brief, allowance) = (self.reading.clone(), self.brief.clone(), self.allowance.clone());
        let standing = Standing::default();
        let live = Live::default();
        let work = Work { kind, outline, reading, deadline, allowance, standing, brief, live };
        self.pipeline.write(work).await.0.map(super::step::Made::into_material)
    }
}
