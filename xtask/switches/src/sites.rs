//! The expressions that cargo-mutants' spans are parts of, by where those spans begin.

use std::collections::HashMap;
use std::ops::Range;

use syn::spanned::Spanned;
use syn::visit::{self, Visit};
use syn::{Arm, BinOp, Expr, ExprBinary, ExprMatch, ExprStruct, ExprUnary, ImplItemFn, ItemFn, Member, Signature};

use crate::source::Source;

#[derive(Default)]
pub struct Sites {
    pub binary: HashMap<usize, Binary>,
    pub unary: HashMap<usize, Unary>,
    pub arms: HashMap<usize, MatchArm>,
    pub fields: HashMap<usize, Field>,
    pub constant_functions: Vec<ConstantFunction>,
}

/// `const fn`.
pub struct ConstantFunction {
    pub whole: Range<usize>,
    pub keyword: Range<usize>,
}

pub struct Binary {
    pub whole: Range<usize>,
    pub left: Range<usize>,
    pub operator: Range<usize>,
    pub right: Range<usize>,
    /// A `let` of a chain, which only `&&` may join.
    pub joins_let: bool,
    pub assigns: bool,
}

pub struct Unary {
    pub whole: Range<usize>,
    pub operand: Range<usize>,
}

pub struct MatchArm {
    pub whole: Range<usize>,
    pub pattern: Range<usize>,
    pub guard: Option<Range<usize>>,
    pub of: Range<usize>,
}

pub struct Field {
    /// None where it is written as `field` alone.
    pub value: Option<Range<usize>>,
    pub whole: Range<usize>,
    pub name: String,
    /// What the field comes from when it is not there.
    pub base: String,
    /// The whole expression and its base, where that is better not evaluated twice.
    pub bound: Option<(Range<usize>, Range<usize>)>,
}

/// The name of a base that is evaluated before the fields.
pub const BASE: &str = "mutant_base";

impl Sites {
    /// # Errors
    ///
    /// When the text is no Rust file.
    pub fn of(source: &Source<'_>) -> Result<Self, syn::Error> {
        let mut finder = Finder { source, sites: Self::default() };
        finder.visit_file(&syn::parse_file(source.text)?);
        Ok(finder.sites)
    }
}

struct Finder<'a> {
    source: &'a Source<'a>,
    sites: Sites,
}

impl Finder<'_> {
    fn function(&mut self, signature: &Signature, whole: &impl Spanned) {
        if let Some(keyword) = &signature.constness {
            let (whole, keyword) = (self.source.of(whole), self.source.of(keyword));
            self.sites.constant_functions.push(ConstantFunction { whole, keyword });
        }
    }

    fn arm(&mut self, arm: &Arm, of: &Range<usize>) {
        let guard = arm.guard.as_ref().map(|(_, guard)| self.source.of(guard));
        let (whole, pattern) = (self.source.of(arm), self.source.of(&arm.pat));
        self.sites.arms.insert(whole.start, MatchArm { whole, pattern, guard, of: of.clone() });
    }
}

impl<'ast> Visit<'ast> for Finder<'_> {
    fn visit_item_fn(&mut self, node: &'ast ItemFn) {
        self.function(&node.sig, node);
        visit::visit_item_fn(self, node);
    }

    fn visit_impl_item_fn(&mut self, node: &'ast ImplItemFn) {
        self.function(&node.sig, node);
        visit::visit_impl_item_fn(self, node);
    }

    fn visit_expr_binary(&mut self, node: &'ast ExprBinary) {
        let of = |part: &Expr| self.source.of(part);
        let operator = self.source.of(&node.op);
        let site = Binary {
            whole: self.source.of(node),
            left: of(&node.left),
            operator: operator.clone(),
            right: of(&node.right),
            joins_let: holds_let(&node.left) || holds_let(&node.right),
            assigns: assigns(&node.op),
        };
        self.sites.binary.insert(operator.start, site);
        visit::visit_expr_binary(self, node);
    }

    fn visit_expr_unary(&mut self, node: &'ast ExprUnary) {
        let (whole, operand) = (self.source.of(node), self.source.of(&*node.expr));
        self.sites.unary.insert(whole.start, Unary { whole, operand });
        visit::visit_expr_unary(self, node);
    }

    fn visit_expr_match(&mut self, node: &'ast ExprMatch) {
        let of = self.source.of(node);
        for arm in &node.arms {
            self.arm(arm, &of);
        }
        visit::visit_expr_match(self, node);
    }

    fn visit_expr_struct(&mut self, node: &'ast ExprStruct) {
        if let Some(base) = &node.rest {
            let path = self.source.at(&self.source.of(&node.path));
            let takes = matches!(&**base, Expr::Call(call) if !call.args.is_empty());
            let bound = takes.then(|| (self.source.of(node), self.source.of(&**base)));
            let base = match self.source.at(&self.source.of(&**base)) {
                _ if takes => BASE.to_owned(),
                "Default::default()" => format!("<{path}>::default()"),
                text => text.to_owned(),
            };
            for field in &node.fields {
                let Member::Named(name) = &field.member else { continue };
                let value = field.colon_token.as_ref().map(|_| self.source.of(&field.expr));
                let whole = self.source.of(field);
                let (name, base, bound) = (name.to_string(), base.clone(), bound.clone());
                self.sites.fields.insert(whole.start, Field { value, whole, name, base, bound });
            }
        }
        visit::visit_expr_struct(self, node);
    }
}

fn holds_let(part: &Expr) -> bool {
    match part {
        Expr::Let(_) => true,
        Expr::Binary(binary) => holds_let(&binary.left) || holds_let(&binary.right),
        _ => false,
    }
}

fn assigns(operator: &BinOp) -> bool {
    use BinOp::*;
    matches!(
        operator,
        AddAssign(_)
            | SubAssign(_)
            | MulAssign(_)
            | DivAssign(_)
            | RemAssign(_)
            | BitXorAssign(_)
            | BitAndAssign(_)
            | BitOrAssign(_)
            | ShlAssign(_)
            | ShrAssign(_)
    )
}
