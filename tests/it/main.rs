//! The one integration binary.

#[cfg(test)]
mod store_contract;
#[cfg(test)]
mod store_model;
#[cfg(test)]
mod store_sqlite;
