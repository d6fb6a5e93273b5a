//! What a request will probably take, before anything is spent.

use super::model::planned;
use super::{Pipeline, Writer};
use crate::catalog;
use crate::content::Request;
use crate::money::Money;
use crate::usage::Usage;

/// What a request will probably take. A plan, not a bound: the bound is what the job may cost.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Estimate {
    /// Who writes: `extractive` or the name of a provider.
    pub writer: String,
    /// The model, if one writes.
    pub model: Option<String>,
    /// Calls of a model.
    pub calls: usize,
    /// Tokens of all calls.
    pub usage: Usage,
    /// What they cost, in US dollars.
    pub cost_usd: Money,
}

impl Pipeline {
    /// Plans a request as if its outline had five sections.
    #[must_use]
    pub fn estimate(&self, request: &Request) -> Estimate {
        let nothing = |writer: &str| Estimate {
            writer: writer.to_owned(),
            model: None,
            calls: 0,
            usage: Usage::default(),
            cost_usd: Money::ZERO,
        };
        match &self.writer {
            Writer::Extractive => nothing("extractive"),
            Writer::Model(model) => {
                let (calls, usage) = planned(request, model.fan_out);
                let name = model.model.clone();
                let cost_usd = catalog::price(&name, usage);
                Estimate { writer: model.writer.clone(), model: Some(name), calls, usage, cost_usd }
            }
            #[cfg(test)]
            Writer::Scripted(_) => nothing("scripted"),
        }
    }
}
