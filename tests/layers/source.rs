//! What a source file names, read from its tokens.

use proc_macro2::{Delimiter, TokenStream, TokenTree};

pub struct Source {
    /// Relative to the crate's `src/`, with slashes.
    pub file: String,
    tokens: TokenStream,
}

impl Source {
    pub fn new(file: &str, code: &str) -> Self {
        let tokens = code.parse().unwrap_or_else(|error| panic!("{file}: {error}"));
        Self { file: file.to_owned(), tokens }
    }

    pub fn tokens(&self) -> &TokenStream {
        &self.tokens
    }

    /// The top folder or file, if it is not the crate's root.
    pub fn module(&self) -> Option<&str> {
        let first = self.file.split('/').next()?;
        let name = first.strip_suffix(".rs").unwrap_or(first);
        (name != "lib").then_some(name)
    }

    /// The module path below the crate: `["sign_in", "driver"]`; empty for its root.
    pub fn path(&self) -> Vec<String> {
        if matches!(self.file.as_str(), "lib.rs" | "main.rs") {
            return Vec::new();
        }
        let mut path: Vec<String> = self.file.trim_end_matches(".rs").split('/').map(str::to_owned).collect();
        if path.last().is_some_and(|last| last == "mod") {
            path.pop();
        }
        path
    }

    /// Every path that is named, `use` trees opened up, `crate`, `self` and `super` resolved to a path that begins
    /// with `crate`.
    pub fn named(&self) -> Vec<Vec<String>> {
        let mut found = Vec::new();
        let mut here = vec!["crate".to_owned()];
        here.extend(self.path());
        collect(&self.tokens, &here, &mut found);
        found
    }
}

/// The files and items that not only tests compile.
pub fn production(all: Vec<Source>) -> Vec<Source> {
    let tests: Vec<Vec<String>> = all.iter().flat_map(test_modules).collect();
    all.into_iter()
        .map(|source| Source { tokens: without_tests(&source.tokens), ..source })
        .filter(|source| !tests.iter().any(|test| source.path().starts_with(test)))
        .collect()
}

fn collect(tokens: &TokenStream, here: &[String], found: &mut Vec<Vec<String>>) {
    let tokens: Vec<TokenTree> = tokens.clone().into_iter().collect();
    let mut at = 0;
    while at < tokens.len() {
        match &tokens[at] {
            TokenTree::Ident(word) if *word == "mod" => {
                let body = tokens.get(at + 2);
                if let (Some(TokenTree::Ident(name)), Some(TokenTree::Group(body))) = (tokens.get(at + 1), body) {
                    let mut inner = here.to_vec();
                    inner.push(name.to_string());
                    collect(&body.stream(), &inner, found);
                    at += 3;
                    continue;
                }
                at += 1;
            }
            // `pub(super)` says who may use an item; it uses nothing.
            TokenTree::Ident(word) if *word == "pub" => {
                at += 1;
                at += usize::from(
                    matches!(tokens.get(at), Some(TokenTree::Group(group)) if group.delimiter() == Delimiter::Parenthesis),
                );
            }
            TokenTree::Ident(_) => at = path(&tokens, at, Vec::new(), here, found),
            TokenTree::Group(group) => {
                collect(&group.stream(), here, found);
                at += 1;
            }
            _ => at += 1,
        }
    }
}

/// Reads the path that begins at `at` after `prefix`; returns where it ends.
fn path(
    tokens: &[TokenTree],
    mut at: usize,
    prefix: Vec<String>,
    here: &[String],
    found: &mut Vec<Vec<String>>,
) -> usize {
    let mut segments = prefix;
    loop {
        match tokens.get(at) {
            Some(TokenTree::Ident(word)) => segments.push(word.to_string()),
            Some(TokenTree::Group(group)) if group.delimiter() == Delimiter::Brace && !segments.is_empty() => {
                let inner: Vec<TokenTree> = group.stream().into_iter().collect();
                for branch in inner.split(|token| matches!(token, TokenTree::Punct(mark) if mark.as_char() == ',')) {
                    path(branch, 0, segments.clone(), here, found);
                }
                return at + 1;
            }
            _ => break,
        }
        at += 1;
        if !is_path_mark(tokens, at) {
            break;
        }
        at += 2;
    }
    if !segments.is_empty() {
        found.push(resolved(segments, here));
    }
    at
}

fn is_path_mark(tokens: &[TokenTree], at: usize) -> bool {
    let colon = |at: usize| matches!(tokens.get(at), Some(TokenTree::Punct(mark)) if mark.as_char() == ':');
    colon(at) && colon(at + 1)
}

fn resolved(segments: Vec<String>, here: &[String]) -> Vec<String> {
    let mut base = match segments.first().map(String::as_str) {
        Some("self" | "super") => here.to_vec(),
        _ => return segments,
    };
    let mut rest = segments.into_iter().peekable();
    while let Some(word) = rest.next_if(|word| word == "self" || word == "super") {
        if word == "super" {
            base.pop();
        }
    }
    base.extend(rest);
    base
}

/// The modules that `#[cfg(test)] mod name;` declares.
fn test_modules(source: &Source) -> Vec<Vec<String>> {
    let text = source.tokens.to_string().split_whitespace().collect::<String>();
    let text = text.replace("#[cfg(shuttle)]", ""); // said beside it where tests need that too
    let declared = text.split("#[cfg(test)]mod").skip(1).filter_map(|rest| {
        let end = rest.find([';', '{'])?;
        rest[end..].starts_with(';').then(|| rest[..end].to_owned())
    });
    declared.map(|name| [source.path(), vec![name]].concat()).collect()
}

/// The tokens without the items under `#[cfg(test)]`.
fn without_tests(tokens: &TokenStream) -> TokenStream {
    let tokens: Vec<TokenTree> = tokens.clone().into_iter().collect();
    let mut kept = Vec::new();
    let mut at = 0;
    while at < tokens.len() {
        let is_test = matches!(&tokens[at], TokenTree::Punct(mark) if mark.as_char() == '#')
            && tokens
                .get(at + 1)
                .is_some_and(|group| group.to_string().split_whitespace().collect::<String>() == "[cfg(test)]");
        if is_test {
            let ends = |token: &TokenTree| match token {
                TokenTree::Group(group) => group.delimiter() == Delimiter::Brace,
                TokenTree::Punct(mark) => mark.as_char() == ';',
                _ => false,
            };
            at += 2 + tokens[at + 2..].iter().position(ends).unwrap_or(0) + 1;
        } else {
            kept.push(tokens[at].clone());
            at += 1;
        }
    }
    kept.into_iter().collect()
}
