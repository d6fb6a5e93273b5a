//! The habits that no lint knows, as tests. Each rule takes a text, so that it is shown to fail.

use syn::spanned::Spanned;
use syn::visit::{self, Visit};

use crate::support::sources::{SourceFile, files};

const MAX_FILE_LINES: usize = 500;
const MAX_FUNCTION_LINES: usize = 80;
/// Names that say nothing about what is inside.
const GRAB_BAGS: [&str; 12] = [
    "util", "utils", "helper", "helpers", "common", "core", "types", "manager", "service", "misc", "shared",
    "base",
];

fn faults_of_size(file: &SourceFile) -> Vec<String> {
    let lines = file.text.lines().count();
    let long = lines > MAX_FILE_LINES;
    long.then(|| format!("{} has {lines} lines, at most {MAX_FILE_LINES}", file.path)).into_iter().collect()
}

fn faults_of_functions(file: &SourceFile) -> Vec<String> {
    let mut finder = Functions { path: &file.path, faults: Vec::new() };
    finder.visit_file(&syn::parse_file(&file.text).unwrap());
    finder.faults
}

struct Functions<'a> {
    path: &'a str,
    faults: Vec<String>,
}

impl Functions<'_> {
    fn measure(&mut self, name: &syn::Ident, span: proc_macro2::Span) {
        let lines = span.end().line - span.start().line + 1;
        if lines > MAX_FUNCTION_LINES {
            self.faults
                .push(format!("{}: `{name}` has {lines} lines, at most {MAX_FUNCTION_LINES}", self.path));
        }
    }
}

impl<'ast> Visit<'ast> for Functions<'_> {
    fn visit_item_fn(&mut self, item: &'ast syn::ItemFn) {
        self.measure(&item.sig.ident, item.block.span());
        visit::visit_item_fn(self, item);
    }

    fn visit_impl_item_fn(&mut self, item: &'ast syn::ImplItemFn) {
        self.measure(&item.sig.ident, item.block.span());
        visit::visit_impl_item_fn(self, item);
    }
}

fn faults_of_names(file: &SourceFile) -> Vec<String> {
    let parts = file.path.split('/').map(|part| part.trim_end_matches(".rs"));
    parts
        .filter(|part| GRAB_BAGS.contains(part))
        .map(|part| format!("{}: `{part}` says nothing", file.path))
        .collect()
}

/// What is left to do stands in an issue, and the line names it.
fn faults_of_leftovers(file: &SourceFile) -> Vec<String> {
    let leftover = |line: &&str| {
        let marked = [concat!("TO", "DO"), concat!("FIX", "ME"), concat!("XX", "X")]
            .iter()
            .any(|mark| line.contains(mark));
        marked && !line.contains('#')
    };
    file.text.lines().filter(leftover).map(|line| format!("{}: {}", file.path, line.trim())).collect()
}

fn faults_of_heads(file: &SourceFile) -> Vec<String> {
    let headed = file.text.starts_with("//! ");
    (!headed)
        .then(|| format!("{} does not begin with //! and what it is for", file.path))
        .into_iter()
        .collect()
}

fn faults_of_macros(file: &SourceFile) -> Vec<String> {
    let defines = |line: &&str| line.trim_start().starts_with(concat!("macro_", "rules!"));
    file.text.lines().filter(defines).map(|_| format!("{} defines a macro", file.path)).collect()
}

/// The project runs anywhere, so it names no folder of one machine.
fn faults_of_places(file: &SourceFile) -> Vec<String> {
    let places =
        [concat!("/wo", "rk/"), concat!("/ho", "me/"), concat!("/ro", "ot/"), concat!("/Us", "ers/")];
    let named = |line: &&str| places.iter().any(|place| line.contains(place));
    file.text.lines().filter(named).map(|line| format!("{}: {}", file.path, line.trim())).collect()
}

fn check(folders: &[&str], endings: &[&str], rule: fn(&SourceFile) -> Vec<String>) {
    let faults: Vec<String> = files(folders, endings).iter().flat_map(rule).collect();
    assert!(faults.is_empty(), "\n{}", faults.join("\n"));
}

fn sample(path: &str, text: &str) -> SourceFile {
    SourceFile { path: path.to_owned(), text: text.to_owned() }
}

const CODE: [&str; 3] = ["src", "tests", "benches"];

#[test]
fn files_and_functions_are_short_enough_to_read() {
    check(&CODE, &[".rs"], faults_of_size);
    check(&CODE, &[".rs"], faults_of_functions);
    assert!(faults_of_size(&sample("a.rs", &"\n".repeat(500))).is_empty());
    assert_eq!(faults_of_size(&sample("a.rs", &"\n".repeat(501))).len(), 1);
    let function = |lines: usize| format!("struct S; impl S {{ fn long() {{{}}} }}", "\n".repeat(lines - 1));
    assert!(faults_of_functions(&sample("a.rs", &function(80))).is_empty());
    assert_eq!(faults_of_functions(&sample("a.rs", &function(81))).len(), 1);
}

#[test]
fn no_module_is_a_grab_bag() {
    check(&["src"], &[".rs"], faults_of_names);
    assert_eq!(faults_of_names(&sample("src/utils/text.rs", "")).len(), 1);
    assert_eq!(faults_of_names(&sample("src/jobs/helpers.rs", "")).len(), 1);
}

#[test]
fn what_is_left_to_do_names_its_issue() {
    check(&["src", "tests", "benches", "scripts"], &[""], faults_of_leftovers);
    assert_eq!(faults_of_leftovers(&sample("a.rs", concat!("// TO", "DO: later"))).len(), 1);
    assert!(faults_of_leftovers(&sample("a.rs", concat!("// TO", "DO(#12): later"))).is_empty());
}

#[test]
fn every_file_says_what_it_is_for() {
    check(&CODE, &[".rs"], faults_of_heads);
    assert_eq!(faults_of_heads(&sample("a.rs", "use std::fmt;")).len(), 1);
}

#[test]
fn nothing_defines_macros() {
    check(&CODE, &[".rs"], faults_of_macros);
    assert_eq!(faults_of_macros(&sample("a.rs", concat!("    macro_", "rules! f { () => {} }"))).len(), 1);
}

#[test]
fn nothing_names_a_folder_of_one_machine() {
    let everything = [
        "src",
        "tests",
        "benches",
        "docs",
        "scripts",
        "examples",
        "README.md",
        "Cargo.toml",
        ".github",
        ".ci",
    ];
    check(&everything, &[""], faults_of_places);
    assert_eq!(faults_of_places(&sample("a.md", concat!("see /ho", "me/ada/notes"))).len(), 1);
}

/// Names packages of a lock file that would bring a second TLS stack.
fn foreign_tls(lock: &str) -> Vec<&str> {
    let names = lock.lines().filter_map(|line| line.strip_prefix("name = \"")?.strip_suffix('"'));
    names.filter(|name| ["openssl", "openssl-sys", "native-tls"].contains(name)).collect()
}

#[test]
fn there_is_one_tls_stack() {
    let lock = std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/Cargo.lock")).unwrap();
    assert!(lock.contains("name = \"rustls\""));
    assert_eq!(foreign_tls(&lock), [""; 0]);
    assert_eq!(foreign_tls("[[package]]\nname = \"openssl-sys\"\n"), ["openssl-sys"]);
}
