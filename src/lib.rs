//! AI Content Factory: turns a text into checked teaching material.
//!
//! The modules in reading order, lowest rank first; a module names only modules of a lower rank,
//! and a test holds that.

pub mod clock;
pub mod id;
pub mod money;
pub mod setting;
pub mod telemetry;
pub mod usage;

pub mod answer;
pub mod catalog;
pub mod content;
pub mod language;
pub mod lease;
pub mod limit;
pub mod redis;
pub mod secret;
pub mod source;
pub mod store;

pub mod audit;
pub mod auth;
pub mod budget;
pub mod export;
pub mod extractive;
pub mod llm;
pub mod notify;
pub mod prompts;
pub mod quality;
pub mod quota;
pub mod record;

pub mod pipeline;

pub mod jobs;

pub mod api;

pub mod config;

pub mod app;

pub mod cli;
