//! Which paths a source file names: in `use`, in code, in types and in macro calls, with `super`
//! and `self` followed to the crate's root. What is compiled for tests only does not count.

use std::fmt;

use proc_macro2::{TokenStream, TokenTree};
use syn::spanned::Spanned;
use syn::visit::{self, Visit};
use syn::{Attribute, Item, UseTree};

/// A path that a file names.
pub(crate) struct Name {
    segments: Vec<String>,
    pub(crate) line: usize,
    pub(crate) is_async: bool,
}

impl Name {
    /// Gives the module of ours that the path begins with.
    pub(crate) fn own_module(&self) -> Option<&str> {
        let ours = ["crate", "content_factory"].contains(&self.segments.first()?.as_str());
        ours.then(|| self.segments.get(1).map(String::as_str)).flatten()
    }

    pub(crate) fn begins_with(&self, path: &str) -> bool {
        let mut segments = self.segments.iter();
        path.split("::").all(|part| segments.next().is_some_and(|segment| segment == part))
    }
}

impl fmt::Display for Name {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(if self.is_async { "async" } else { "" })?;
        formatter.write_str(&self.segments.join("::"))
    }
}

/// Lists the paths that a file names outside of tests.
pub(crate) fn names_in(path: &str, text: &str) -> Vec<Name> {
    if is_test_file(path) {
        return Vec::new();
    }
    let file = syn::parse_file(text).unwrap_or_else(|error| panic!("{path}: {error}"));
    let mut finder = Finder { module: module_path(path), names: Vec::new() };
    finder.visit_file(&file);
    finder.names
}

/// A method that a file calls.
pub(crate) struct Call {
    pub(crate) method: String,
    pub(crate) line: usize,
}

/// Lists the methods that a file calls outside of tests, also within the arguments of macros.
pub(crate) fn calls_in(path: &str, text: &str) -> Vec<Call> {
    if is_test_file(path) {
        return Vec::new();
    }
    let file = syn::parse_file(text).unwrap_or_else(|error| panic!("{path}: {error}"));
    let mut finder = CallFinder { calls: Vec::new() };
    finder.visit_file(&file);
    finder.calls
}

struct CallFinder {
    calls: Vec<Call>,
}

impl CallFinder {
    fn found(&mut self, method: &proc_macro2::Ident) {
        self.calls.push(Call { method: method.to_string(), line: method.span().start().line });
    }

    /// Looks for a dot, a word and round brackets.
    fn tokens(&mut self, tokens: TokenStream) {
        let tokens: Vec<TokenTree> = tokens.into_iter().collect();
        for triple in tokens.windows(3) {
            if let [TokenTree::Punct(dot), TokenTree::Ident(method), TokenTree::Group(arguments)] = triple
                && dot.as_char() == '.'
                && arguments.delimiter() == proc_macro2::Delimiter::Parenthesis
            {
                self.found(method);
            }
        }
        for token in tokens {
            if let TokenTree::Group(group) = token {
                self.tokens(group.stream());
            }
        }
    }
}

impl<'ast> Visit<'ast> for CallFinder {
    fn visit_item(&mut self, item: &'ast Item) {
        if !is_for_tests(attributes(item)) {
            visit::visit_item(self, item);
        }
    }

    fn visit_expr_method_call(&mut self, call: &'ast syn::ExprMethodCall) {
        self.found(&call.method);
        visit::visit_expr_method_call(self, call);
    }

    fn visit_macro(&mut self, call: &'ast syn::Macro) {
        self.tokens(call.tokens.clone());
    }
}

fn is_test_file(path: &str) -> bool {
    path.ends_with("/tests.rs") || path.ends_with("_tests.rs") || path.contains("/tests/")
}

/// Gives the path of a file's module, the crate left out.
fn module_path(path: &str) -> Vec<String> {
    let inner = path.trim_start_matches("src/").trim_end_matches(".rs");
    let parts = inner.split('/').filter(|part| *part != "mod" && *part != "lib");
    parts.map(str::to_owned).collect()
}

struct Finder {
    module: Vec<String>,
    names: Vec<Name>,
}

impl Finder {
    fn found(&mut self, segments: Vec<String>, line: usize) {
        if let Some(segments) = self.absolute(segments) {
            self.names.push(Name { segments, line, is_async: false });
        }
    }

    fn waits(&mut self, line: usize) {
        self.names.push(Name { segments: Vec::new(), line, is_async: true });
    }

    /// Follows `super` and `self`; a path that stays within its own module is of no interest.
    fn absolute(&self, segments: Vec<String>) -> Option<Vec<String>> {
        let ups = segments.iter().take_while(|segment| *segment == "super").count();
        let after_self = usize::from(segments.first().is_some_and(|segment| segment == "self"));
        if ups == 0 && after_self == 0 {
            return Some(segments);
        }
        let kept = self.module.len().checked_sub(ups)?;
        let rest = segments.into_iter().skip(ups + after_self);
        let base = std::iter::once("crate".to_owned()).chain(self.module.iter().take(kept).cloned());
        Some(base.chain(rest).collect())
    }

    fn use_tree(&mut self, tree: &UseTree, before: &[String]) {
        match tree {
            UseTree::Path(path) => self.use_tree(&path.tree, &[before, &[path.ident.to_string()]].concat()),
            UseTree::Group(group) => group.items.iter().for_each(|tree| self.use_tree(tree, before)),
            UseTree::Name(name) => self.used(before, name.ident.to_string(), name.span()),
            UseTree::Rename(rename) => self.used(before, rename.ident.to_string(), rename.span()),
            UseTree::Glob(glob) => self.found(before.to_vec(), glob.span().start().line),
        }
    }

    fn used(&mut self, before: &[String], name: String, span: proc_macro2::Span) {
        let last = if name == "self" && !before.is_empty() { Vec::new() } else { vec![name] };
        self.found([before.to_vec(), last].concat(), span.start().line);
    }

    /// The arguments of a macro are no syntax tree: looks for words joined by `::`.
    fn tokens(&mut self, tokens: TokenStream) {
        let (mut path, mut colons): (Vec<String>, usize) = (Vec::new(), 0);
        let mut line = 0;
        for token in tokens {
            match token {
                TokenTree::Ident(ident) => {
                    if colons != 2 && !path.is_empty() {
                        self.found(std::mem::take(&mut path), line);
                    }
                    line = ident.span().start().line;
                    path.push(ident.to_string());
                    colons = 0;
                }
                TokenTree::Punct(punct) if punct.as_char() == ':' => colons += 1,
                TokenTree::Group(group) => self.tokens(group.stream()),
                TokenTree::Punct(_) | TokenTree::Literal(_) => colons = 0,
            }
        }
        if path.len() > 1 {
            self.found(path, line);
        }
    }
}

fn is_for_tests(attributes: &[Attribute]) -> bool {
    attributes.iter().any(|attribute| {
        let list = attribute.meta.require_list();
        attribute.path().is_ident("cfg") && list.is_ok_and(|list| list.tokens.to_string() == "test")
    })
}

fn attributes(item: &Item) -> &[Attribute] {
    match item {
        Item::Mod(item) => &item.attrs,
        Item::Use(item) => &item.attrs,
        Item::Fn(item) => &item.attrs,
        Item::Impl(item) => &item.attrs,
        Item::Struct(item) => &item.attrs,
        _ => &[],
    }
}

impl<'ast> Visit<'ast> for Finder {
    fn visit_item(&mut self, item: &'ast Item) {
        if !is_for_tests(attributes(item)) {
            visit::visit_item(self, item);
        }
    }

    fn visit_item_mod(&mut self, item: &'ast syn::ItemMod) {
        self.module.push(item.ident.to_string());
        visit::visit_item_mod(self, item);
        self.module.pop();
    }

    fn visit_item_use(&mut self, item: &'ast syn::ItemUse) {
        self.use_tree(&item.tree, &[]);
    }

    fn visit_path(&mut self, path: &'ast syn::Path) {
        let segments: Vec<String> = path.segments.iter().map(|segment| segment.ident.to_string()).collect();
        if segments.len() > 1 {
            self.found(segments, path.span().start().line);
        }
        visit::visit_path(self, path);
    }

    fn visit_macro(&mut self, call: &'ast syn::Macro) {
        self.tokens(call.tokens.clone());
        visit::visit_macro(self, call);
    }

    fn visit_signature(&mut self, signature: &'ast syn::Signature) {
        if signature.asyncness.is_some() {
            self.waits(signature.span().start().line);
        }
        visit::visit_signature(self, signature);
    }

    fn visit_expr_async(&mut self, block: &'ast syn::ExprAsync) {
        self.waits(block.span().start().line);
        visit::visit_expr_async(self, block);
    }
}
