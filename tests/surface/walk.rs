//! The declarations of a Swift or Kotlin source that are public. No compiler: it knows as much of the languages as the two
//! facades use.

use super::Surface;
use super::tokens::tokens;

#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Language {
    Swift,
    Kotlin,
}

const MODIFIERS: [&str; 26] = [
    "public",
    "open",
    "internal",
    "private",
    "fileprivate",
    "protected",
    "static",
    "final",
    "mutating",
    "nonisolated",
    "indirect",
    "convenience",
    "override",
    "lazy",
    "weak",
    "unowned",
    "sealed",
    "data",
    "enum",
    "abstract",
    "suspend",
    "inline",
    "operator",
    "const",
    "companion",
    "lateinit",
];
const HIDDEN: [&str; 4] = ["internal", "private", "fileprivate", "protected"];
/// What every value has, and what only the generator calls.
const OF_EVERY_VALUE: [&str; 13] = [
    "toString",
    "equals",
    "hashCode",
    "description",
    "debugDescription",
    "customMirror",
    "hash",
    "message",
    "destroy",
    "errorDescription",
    "ErrorHandler",
    "Companion",
    "lift",
];

/// Where the walk is.
enum Scope {
    /// In a type that is public, by its path.
    Type { path: String, kind: Kind },
    /// In a body or in something hidden.
    Other,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    /// Its members are public unless they say otherwise, as in Kotlin and in Swift's protocols.
    Open,
    /// Its members say that they are public.
    Closed,
    /// A Swift enum, whose cases are as public as it is.
    Cases,
    /// A Kotlin enum, which begins with its constants.
    Constants,
}

pub fn public(source: &str, language: Language) -> Surface {
    let tokens = tokens(source);
    let mut walk = Walk { tokens: &tokens, at: 0, language, scopes: Vec::new(), found: Surface::new() };
    while walk.at < tokens.len() {
        walk.step();
    }
    walk.found
}

struct Walk<'a> {
    tokens: &'a [String],
    at: usize,
    language: Language,
    scopes: Vec<Scope>,
    found: Surface,
}

impl Walk<'_> {
    fn step(&mut self) {
        let token = self.token(0).to_owned();
        self.at += 1;
        match token.as_str() {
            "{" => self.scopes.push(Scope::Other),
            "}" => {
                self.scopes.pop();
            }
            "(" => self.skip(")"),
            _ if matches!(self.scopes.last(), Some(Scope::Other)) => {}
            // `.self`, `X::class`, and arguments named like a keyword are no declarations.
            _ if self.at >= 2 && matches!(self.before(2), "." | ":") && token != "case" => {}
            "class" | "struct" | "protocol" | "interface" | "object" | "actor" => self.type_named(&token),
            "enum" if self.language == Language::Swift => self.type_named(&token),
            "extension" if self.language == Language::Swift => self.extension(),
            "func" | "fun" | "var" | "val" | "let" => self.member(),
            "typealias" => self.alias(),
            "subscript" if self.language == Language::Swift => self.subscript(),
            "case" if self.kind() == Some(Kind::Cases) => self.case(),
            _ => {}
        }
    }

    fn token(&self, ahead: usize) -> &str {
        self.tokens.get(self.at + ahead).map_or("", String::as_str)
    }

    fn before(&self, back: usize) -> &str {
        self.at.checked_sub(back).map_or("", |at| self.tokens[at].as_str())
    }

    fn take(&mut self) -> String {
        self.at += 1;
        self.before(1).to_owned()
    }

    /// Goes behind the sign that ends what has begun.
    fn skip(&mut self, end: &str) {
        let begin = if end == ")" { "(" } else { "<" };
        let mut depth = 1;
        while depth > 0 && self.at < self.tokens.len() {
            match self.take() {
                sign if sign == end => depth -= 1,
                sign if sign == begin => depth += 1,
                _ => {}
            }
        }
    }

    fn kind(&self) -> Option<Kind> {
        match self.scopes.last() {
            Some(Scope::Type { kind, .. }) => Some(*kind),
            _ => None,
        }
    }

    /// Before the name's keyword, which stands before `self.at`.
    fn modifiers(&self, keyword: usize) -> Vec<&str> {
        let before = self.tokens[..keyword].iter().rev();
        before.map(String::as_str).take_while(|token| MODIFIERS.contains(token)).collect()
    }

    fn is_public(&self, keyword: usize) -> bool {
        let modifiers = self.modifiers(keyword);
        if modifiers.iter().any(|modifier| HIDDEN.contains(modifier)) {
            return false;
        }
        let said = modifiers.iter().any(|modifier| matches!(*modifier, "public" | "open"));
        let in_open = self.language == Language::Kotlin || self.kind() == Some(Kind::Open);
        said || in_open
    }

    fn path(&self, name: &str) -> String {
        match self.scopes.last() {
            Some(Scope::Type { path, .. }) => format!("{path}.{name}"),
            _ => name.to_owned(),
        }
    }

    /// Kotlin calls it `get`.
    fn subscript(&mut self) {
        if self.is_public(self.at - 1) {
            let path = self.path("get");
            self.found.insert(path);
        }
    }

    /// Behind `class` and its like: the name, Kotlin's properties, the supertypes, and the scope if it has one.
    fn type_named(&mut self, keyword: &str) {
        let at = self.at - 1;
        let is_companion = self.modifiers(at).contains(&"companion");
        let is_enum = keyword == "enum" || self.modifiers(at).contains(&"enum");
        // Swift's `class func`, and Kotlin's `object : X { … }` and `companion object`.
        let is_named = self.token(0).starts_with(|first: char| first.is_alphabetic()) && self.token(0) != "func";
        if !is_named && !is_companion {
            return;
        }
        let name = if is_named { self.take() } else { String::new() };
        let is_public = self.is_public(at) && !OF_EVERY_VALUE.contains(&name.as_str());
        let path = if is_companion { self.path("").trim_end_matches('.').to_owned() } else { self.path(&name) };
        if is_public && !is_companion {
            self.found.insert(path.clone());
        }
        let kind = match (self.language, keyword) {
            (Language::Swift, "enum") => Kind::Cases,
            (Language::Swift, "protocol") => Kind::Open,
            (Language::Swift, _) => Kind::Closed,
            (Language::Kotlin, _) if is_enum => Kind::Constants,
            (Language::Kotlin, _) => Kind::Open,
        };
        self.header(is_public.then_some((path, kind)));
    }

    fn extension(&mut self) {
        let mut path = self.take();
        while self.token(0) == "." {
            self.at += 1;
            path = format!("{path}.{}", self.take());
        }
        self.header(Some((path, Kind::Closed)));
    }

    /// Up to the scope, or to what comes next if there is none.
    fn header(&mut self, of: Option<(String, Kind)>) {
        let mut is_first = true;
        while self.at < self.tokens.len() {
            match self.token(0) {
                "(" => {
                    self.at += 1;
                    match &of {
                        Some((path, _)) if is_first && self.language == Language::Kotlin => {
                            let path = path.clone();
                            self.properties(&path);
                        }
                        _ => self.skip(")"),
                    }
                    is_first = false;
                }
                "{" => {
                    self.at += 1;
                    let constants = matches!(of, Some((_, Kind::Constants)));
                    self.scopes.push(of.map_or(Scope::Other, |(path, kind)| Scope::Type { path, kind }));
                    if constants {
                        self.constants();
                    }
                    return;
                }
                "}" | "fun" | "val" | "var" | "class" | "interface" | "object" | "@" if !self.ends_constructor() => {
                    return;
                }
                next if MODIFIERS.contains(&next) && !self.ends_constructor() => return,
                _ => self.at += 1,
            }
        }
    }

    /// Whether modifiers and annotations belong to `private constructor(`.
    fn ends_constructor(&self) -> bool {
        self.tokens[self.at..].iter().take(3).any(|token| token == "constructor")
    }

    /// The properties that a Kotlin constructor declares, up to its end.
    fn properties(&mut self, path: &str) {
        let mut depth = 1;
        while depth > 0 && self.at < self.tokens.len() {
            match self.take().as_str() {
                "(" => depth += 1,
                ")" => depth -= 1,
                "val" | "var" if depth == 1 => {
                    let is_public = self.is_public(self.at - 1);
                    let name = self.take();
                    if is_public {
                        self.found.insert(format!("{path}.{name}"));
                    }
                }
                _ => {}
            }
        }
    }

    /// The constants of a Kotlin enum.
    fn constants(&mut self) {
        while self.at < self.tokens.len() {
            match self.token(0) {
                "}" | ";" => return,
                "," => self.at += 1,
                _ => {
                    let name = self.take();
                    let path = self.path(&name);
                    self.found.insert(path);
                }
            }
        }
    }

    fn member(&mut self) {
        let keyword = self.at - 1;
        let is_public = self.is_public(keyword);
        if self.token(0) == "<" {
            self.at += 1;
            self.skip(">");
        }
        let mut path = self.take();
        // Kotlin's extensions name what they extend.
        while self.language == Language::Kotlin && self.token(0) == "." {
            self.at += 1;
            path = format!("{path}.{}", self.take());
        }
        let path = path.replace(".Companion.", ".");
        let name = path.rsplit('.').next().unwrap_or_default();
        let is_a_name = name.starts_with(|first: char| first.is_alphabetic());
        if is_public && is_a_name && !OF_EVERY_VALUE.contains(&name) {
            let path = self.path(&path);
            self.found.insert(path);
        }
    }

    fn alias(&mut self) {
        let keyword = self.at - 1;
        let is_public = self.is_public(keyword);
        let name = self.take();
        if is_public {
            let path = self.path(&name);
            self.found.insert(path);
        }
    }

    /// A Swift case, and the labels of what it carries.
    fn case(&mut self) {
        loop {
            let name = self.take();
            let path = self.path(&name);
            self.found.insert(path.clone());
            if self.token(0) == "(" {
                self.at += 1;
                let mut depth = 1;
                while depth > 0 && self.at < self.tokens.len() {
                    let is_label = depth == 1 && matches!(self.before(1), "(" | ",") && self.token(1) == ":";
                    match self.take().as_str() {
                        "(" | "[" => depth += 1,
                        ")" | "]" => depth -= 1,
                        label if is_label && label != "_" => {
                            self.found.insert(format!("{path}.{label}"));
                        }
                        _ => {}
                    }
                }
            }
            if self.token(0) != "," {
                return;
            }
            self.at += 1;
        }
    }
}

#[test]
fn what_is_public_in_swift() {
    let text = "public struct A: B { public let c: Int; let d: Int; public init(e: Int) {}\n public func f(g: Int) { let h = 1 } }
        public enum I { case j(k: Int, [L: M]), n\n var o: Int { switch self { case .p: 1 } } }
        enum Q { case r }\n extension S.T { public static var u: Int { 1 } }\n public protocol V { func w() }";
    let found: Vec<String> = public(text, Language::Swift).into_iter().collect();
    assert_eq!(found, ["A", "A.c", "A.f", "I", "I.j", "I.j.k", "I.n", "S.T.u", "V", "V.w"]);
}

#[test]
fn what_is_public_in_kotlin() {
    let text =
        "public class A private constructor(public val b: Int, private val c: Int) : D(b), E { val f: Int get() = 1
        fun g(h: Int = run { 1 }) { val i = 1 } internal fun j() {} override fun toString() = \"\"
        companion object { fun k() = 1 } }
        sealed class L { data class M(val n: Int) : L() object O : L() }
        enum class P { Q, R; }\n internal class S { val t = 1 }\n public fun L.u(): Int = 1\n interface V : W";
    let found: Vec<String> = public(text, Language::Kotlin).into_iter().collect();
    assert_eq!(found, ["A", "A.b", "A.f", "A.g", "A.k", "L", "L.M", "L.M.n", "L.O", "L.u", "P", "P.Q", "P.R", "V"]);
}
