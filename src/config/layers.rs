//! How values come together: defaults, file, environment, the later before the earlier. Each value
//! is tried alone first, so that every wrong one is reported with its origin, not only the first.

use std::io;
use std::path::Path;

use serde::Deserialize;
use toml::{Table, Value};

use super::{Config, DEFAULT_TOML, Fault, Faults, environment};

/// A settings file larger than this is a mistake.
const MAX_FILE_BYTES: u64 = 1024 * 1024;

/// The settings while they are put together.
pub(super) struct Settings {
    defaults: Table,
    merged: Table,
    faults: Vec<Fault>,
}

impl Settings {
    pub(super) fn defaults() -> Settings {
        let mut faults = Vec::new();
        let parsed = toml::from_str::<Config>(DEFAULT_TOML).map_err(|error| error.to_string());
        let defaults = parsed.and_then(|config| Table::try_from(config).map_err(|error| error.to_string()));
        let defaults = defaults.unwrap_or_else(|message| {
            faults.push(Fault::new("built-in defaults", message));
            Table::new()
        });
        Settings { merged: defaults.clone(), defaults, faults }
    }

    pub(super) fn add_file(&mut self, file: &Path) {
        let name = file.display().to_string();
        let table = read(file).map_err(|error| error.to_string());
        match table.and_then(|text| text.parse::<Table>().map_err(|error| error.message().to_owned())) {
            Err(message) => self.faults.push(Fault::new(name, message)),
            Ok(table) => {
                for (path, value) in leaves(table) {
                    self.set(&path, value, &name);
                }
            }
        }
    }

    pub(super) fn add_environment(&mut self, variables: &[(String, String)]) {
        for (path, text, variable) in environment::settings(variables) {
            let parts: Vec<String> = path.split('.').map(str::to_owned).collect();
            match like(find(&self.defaults, &parts), text) {
                Ok(value) => self.set(&parts, value, &variable),
                Err(message) => self.faults.push(Fault::new(variable, message)),
            }
        }
    }

    pub(super) fn finish(self) -> Result<Config, Faults> {
        let config = Config::deserialize(self.merged)
            .map_err(|error| Faults::one(Fault::new("settings", error.message())))?;
        let mut faults = self.faults;
        if let Err(more) = config.check() {
            faults.extend(more.list().iter().cloned());
        }
        Faults::none_or(faults).map(|()| config)
    }

    /// Takes a value over, if the settings are readable with it alone.
    fn set(&mut self, path: &[String], value: Value, origin: &str) {
        let mut alone = self.defaults.clone();
        insert(&mut alone, path, value.clone());
        match Config::deserialize(alone) {
            Ok(_) => insert(&mut self.merged, path, value),
            Err(error) => {
                let name = path.join(".");
                // The reader's message quotes the value.
                let message =
                    if name.ends_with("_key") || name.ends_with("_token") || name.starts_with("secrets.") {
                        "must be a text"
                    } else {
                        error.message()
                    };
                self.faults.push(Fault::new(name, format!("{} ({origin})", message.trim_end())));
            }
        }
    }
}

fn read(file: &Path) -> io::Result<String> {
    if std::fs::metadata(file)?.len() > MAX_FILE_BYTES {
        return Err(io::Error::other("is larger than a settings file can be"));
    }
    std::fs::read_to_string(file)
}

/// Lists the values of a table with their paths. A section without values counts as a value, so
/// that one which nobody knows is found.
fn leaves(table: Table) -> Vec<(Vec<String>, Value)> {
    let mut pending: Vec<(Vec<String>, Value)> =
        table.into_iter().map(|(name, value)| (vec![name], value)).collect();
    let mut found = Vec::new();
    while let Some((path, value)) = pending.pop() {
        match value {
            Value::Table(section) if !section.is_empty() => {
                let inner =
                    section.into_iter().map(|(name, value)| ([path.clone(), vec![name]].concat(), value));
                pending.extend(inner);
            }
            value => found.push((path, value)),
        }
    }
    found.sort_by(|(one, _), (other, _)| one.cmp(other));
    found
}

fn find<'a>(table: &'a Table, path: &[String]) -> Option<&'a Value> {
    let (first, rest) = path.split_first()?;
    let value = table.get(first)?;
    if rest.is_empty() { Some(value) } else { find(value.as_table()?, rest) }
}

fn insert(table: &mut Table, path: &[String], value: Value) {
    let Some((first, rest)) = path.split_first() else { return };
    if rest.is_empty() {
        // An empty section changes nothing, unless nobody knows it.
        if !(table.contains_key(first) && value.as_table().is_some_and(Table::is_empty)) {
            table.insert(first.clone(), value);
        }
        return;
    }
    let section = table.entry(first.clone()).or_insert_with(|| Value::Table(Table::new()));
    match section {
        Value::Table(section) => insert(section, rest, value),
        other => *other = value,
    }
}

/// Reads the text of a variable as a value of the kind that the default has.
fn like(default: Option<&Value>, text: String) -> Result<Value, String> {
    match default {
        None => Err("is no setting".to_owned()),
        Some(Value::Table(_)) => Err("is a section, not a setting".to_owned()),
        Some(Value::Integer(_)) => {
            text.trim().parse().map(Value::Integer).map_err(|_| "must be a whole number".to_owned())
        }
        Some(Value::Float(_)) => {
            text.trim().parse().map(Value::Float).map_err(|_| "must be a number".to_owned())
        }
        Some(Value::Boolean(_)) => {
            text.trim().parse().map(Value::Boolean).map_err(|_| "must be true or false".to_owned())
        }
        Some(Value::Array(_)) => {
            let items = text.split(',').map(str::trim).filter(|item| !item.is_empty());
            Ok(Value::Array(items.map(|item| Value::String(item.to_owned())).collect()))
        }
        Some(Value::String(_) | Value::Datetime(_)) => Ok(Value::String(text)),
    }
}
