//! The service: it gives a line of refresh tokens to each sign-in, of which with rotation only the newest works once.

use std::fmt;
use std::str::FromStr;

pub type Account = &'static str;

pub const ACCOUNTS: [Account; 2] = ["ann", "bob"];

/// The n-th refresh token of a sign-in's line.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Token {
    pub line: usize,
    pub number: usize,
}

impl fmt::Display for Token {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}#{}", self.line, self.number)
    }
}

impl FromStr for Token {
    type Err = std::num::ParseIntError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let (line, number) = text.split_once('#').unwrap_or((text, ""));
        Ok(Self { line: line.parse()?, number: number.parse()? })
    }
}

/// What the service knows of one sign-in.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Line {
    pub account: Account,
    pub newest: usize,
    pub is_alive: bool,
    /// Nobody can promise anything for it: the service ended it by itself, or an answer got lost, on the way or by a crash
    /// before it was stored.
    pub is_excused: bool,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Service {
    pub rotates: bool,
    pub lines: Vec<Line>,
    /// A token was spent again although nothing had got lost.
    pub saw_double_spend: bool,
}

impl Service {
    pub fn new(rotates: bool) -> Self {
        Self { rotates, lines: Vec::new(), saw_double_spend: false }
    }

    pub fn sign_in(&mut self, account: Account) -> Token {
        self.lines.push(Line { account, newest: 0, is_alive: true, is_excused: false });
        Token { line: self.lines.len() - 1, number: 0 }
    }

    /// The token to go on with, or none: a verdict. There is no grace: whoever spends a token again ends the line.
    pub fn refresh(&mut self, spent: Token) -> Option<Token> {
        let line = &mut self.lines[spent.line];
        if !line.is_alive {
            return None;
        }
        if spent.number < line.newest {
            line.is_alive = false;
            self.saw_double_spend |= !line.is_excused;
            return None;
        }
        if self.rotates {
            line.newest += 1;
        }
        Some(Token { number: line.newest, ..spent })
    }

    pub fn revoke(&mut self, token: Token) {
        self.lines[token.line].is_alive = false;
    }

    pub fn excuse(&mut self, token: Token) {
        self.lines[token.line].is_excused = true;
    }
}
