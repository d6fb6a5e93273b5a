//! The one integration binary.
#![cfg(test)]

mod answer;
mod answer_damage;
mod answer_formulas;
mod api_access;
mod api_bad_input;
mod api_batches;
mod api_events;
mod api_job_commands;
mod api_jobs;
mod api_layers;
mod api_models;
mod api_webhooks;
mod architecture;
mod chaos;
mod cli_generate;
mod cli_serve;
mod docs;
mod instances;
mod job_faults;
mod job_secrets;
mod jobs;
mod llm_client;
mod llm_client_faults;
mod llm_client_money;
mod llm_client_secrets;
mod llm_simulator;
mod packages;
mod restart;
mod settings;
mod store_contract;
mod store_model;
mod store_sqlite;
mod support;
mod tidy;
mod webhook_reference;
