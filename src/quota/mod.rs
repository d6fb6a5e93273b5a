//! How much a caller may do: the limits of the interface, by address, by key and by day.

mod config;

pub use config::Config;
