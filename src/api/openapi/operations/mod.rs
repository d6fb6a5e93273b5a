//! One function for each row of the table, with what no type says: a name, a sentence, which answers there
//! are, an example of each. They stand in the order of the table, one file for what belongs together.

mod about;
mod admin;
mod audit;
mod batches;
mod blocks;
mod content;
mod jobs;
mod keys;
mod usage;
mod webhooks;

pub(in crate::api) use about::*;
pub(in crate::api) use admin::*;
pub(in crate::api) use audit::*;
pub(in crate::api) use batches::*;
pub(in crate::api) use blocks::*;
pub(in crate::api) use content::*;
pub(in crate::api) use jobs::*;
pub(in crate::api) use keys::*;
pub(in crate::api) use usage::*;
pub(in crate::api) use webhooks::*;
