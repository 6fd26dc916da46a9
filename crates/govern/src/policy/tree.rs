//! Our own typed tree of a condition, and its two lowerings: to one row, and to SQL for the lake.
//!
//! Logic is three-valued, as in SQL: null is "no data". Invariants, kept by the check that builds trees: every node has
//! one type; no whole-number result can overflow; no number is infinite, not-a-number or negative zero. They are what
//! makes the two lowerings agree on every row, and a property test compares them.

use kernel::Currency;
use std::fmt::{self, Write as _};

/// What an expression is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ty {
    /// True or false.
    Bool,
    /// A whole number.
    Int,
    /// A number.
    Number,
    /// A text.
    Text,
    /// An amount of one currency, in minor units.
    Money(Currency),
}

impl fmt::Display for Ty {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Bool => f.write_str("bool"),
            Self::Int => f.write_str("int"),
            Self::Number => f.write_str("number"),
            Self::Text => f.write_str("text"),
            Self::Money(currency) => write!(f, "money in {currency}"),
        }
    }
}

/// A value of one of the types, or no data.
#[derive(Debug, Clone, PartialEq)]
pub enum Value {
    /// No data.
    Null,
    /// True or false.
    Bool(bool),
    /// A whole number, or minor units.
    Int(i64),
    /// A number.
    Number(f64),
    /// A text.
    Text(String),
}

/// How two values are compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Cmp {
    Eq,
    Ne,
    Lt,
    Le,
    Gt,
    Ge,
}

/// How two numbers are combined.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Arith {
    Add,
    Sub,
    Mul,
    Div,
    Rem,
}

/// What an expression does.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Op {
    Const(Value),
    Input(usize),
    Not(Box<Expr>),
    Neg(Box<Expr>),
    And(Box<Expr>, Box<Expr>),
    Or(Box<Expr>, Box<Expr>),
    Compare(Cmp, Box<Expr>, Box<Expr>),
    Arith(Arith, Box<Expr>, Box<Expr>),
    If(Box<Expr>, Box<Expr>, Box<Expr>),
    /// True for null, or for everything else.
    Missing(Box<Expr>, bool),
    In(Box<Expr>, Vec<Value>),
    ToNumber(Box<Expr>),
}

/// An expression of one type.
#[derive(Debug, Clone, PartialEq)]
pub struct Expr {
    pub(crate) ty: Ty,
    pub(crate) op: Op,
}

/// A divisor that is closer to zero than this counts as zero, so that no quotient is beyond what a number holds.
pub(crate) const TINY: f64 = 1e-9;

impl Expr {
    fn is_const(&self) -> bool {
        matches!(self.op, Op::Const(_))
    }

    /// The value on one row; `row` holds a value for each input.
    pub(crate) fn eval(&self, row: &[Value]) -> Value {
        match &self.op {
            Op::Const(value) => value.clone(),
            Op::Input(i) => row[*i].clone(),
            Op::Not(a) => match a.eval(row) {
                Value::Bool(a) => Value::Bool(!a),
                _ => Value::Null,
            },
            Op::Neg(a) => match a.eval(row) {
                Value::Int(a) => Value::Int(-a),
                Value::Number(a) => Value::Number(0.0 - a),
                _ => Value::Null,
            },
            Op::And(a, b) => match (a.eval(row), b.eval(row)) {
                (Value::Bool(false), _) | (_, Value::Bool(false)) => Value::Bool(false),
                (Value::Bool(true), Value::Bool(true)) => Value::Bool(true),
                _ => Value::Null,
            },
            Op::Or(a, b) => match (a.eval(row), b.eval(row)) {
                (Value::Bool(true), _) | (_, Value::Bool(true)) => Value::Bool(true),
                (Value::Bool(false), Value::Bool(false)) => Value::Bool(false),
                _ => Value::Null,
            },
            Op::Compare(cmp, a, b) => order(&a.eval(row), &b.eval(row)).map_or(Value::Null, |order| {
                Value::Bool(match cmp {
                    Cmp::Eq => order.is_eq(),
                    Cmp::Ne => order.is_ne(),
                    Cmp::Lt => order.is_lt(),
                    Cmp::Le => order.is_le(),
                    Cmp::Gt => order.is_gt(),
                    Cmp::Ge => order.is_ge(),
                })
            }),
            Op::Arith(op, a, b) => match (a.eval(row), b.eval(row)) {
                (Value::Int(a), Value::Int(b)) => match op {
                    Arith::Add => Value::Int(a + b),
                    Arith::Sub => Value::Int(a - b),
                    Arith::Mul => Value::Int(a * b),
                    Arith::Div => a.checked_div(b).map_or(Value::Null, Value::Int),
                    Arith::Rem => a.checked_rem(b).map_or(Value::Null, Value::Int),
                },
                (Value::Number(a), Value::Number(b)) => match op {
                    Arith::Add => Value::Number(a + b),
                    Arith::Sub => Value::Number(a - b),
                    Arith::Mul => Value::Number(a * b + 0.0),
                    Arith::Div if b.abs() >= TINY => Value::Number(a / b + 0.0),
                    Arith::Div | Arith::Rem => Value::Null,
                },
                _ => Value::Null,
            },
            Op::If(c, a, b) => match c.eval(row) {
                Value::Bool(true) => a.eval(row),
                Value::Bool(false) => b.eval(row),
                _ => Value::Null,
            },
            Op::Missing(a, wanted) => Value::Bool((a.eval(row) == Value::Null) == *wanted),
            Op::In(a, list) => match a.eval(row) {
                Value::Null => Value::Null,
                a => Value::Bool(list.iter().any(|b| order(&a, b).is_some_and(std::cmp::Ordering::is_eq))),
            },
            Op::ToNumber(a) => match a.eval(row) {
                Value::Int(a) => Value::Number(a as f64),
                _ => Value::Null,
            },
        }
    }

    /// As SQL; `columns` holds a column's name for each input, and none for an input that is not known yet: it is null
    /// there, and whether it is missing is null as well, so that what comes out false would stay false.
    pub(crate) fn sql(&self, columns: &[Option<String>], out: &mut String) {
        match &self.op {
            Op::Const(value) => literal(value, self.ty, out),
            Op::Input(i) => match &columns[*i] {
                Some(column) => {
                    let _ = write!(out, "\"{column}\"");
                }
                None => literal(&Value::Null, self.ty, out),
            },
            Op::Not(a) => join(out, columns, "(not ", a, ")"),
            Op::Neg(a) if a.ty == Ty::Number => join(out, columns, "(0.0e0 - ", a, ")"),
            Op::Neg(a) => join(out, columns, "(- ", a, ")"),
            Op::And(a, b) => infix(out, columns, a, " and ", b),
            Op::Or(a, b) => infix(out, columns, a, " or ", b),
            Op::Compare(cmp @ (Cmp::Eq | Cmp::Ne), a, b) if a.is_const() != b.is_const() => {
                let open = if a.is_const() { b } else { a };
                join(out, columns, GUARD, open, " is not null then ");
                infix(out, columns, a, cmp.sql(), b);
                out.push_str(" end)");
            }
            Op::Compare(cmp, a, b) => infix(out, columns, a, cmp.sql(), b),
            Op::Arith(Arith::Div | Arith::Rem, a, b) if self.ty == Ty::Number => {
                join(out, columns, "(case when abs(", b, ") >= 1e-9 then ");
                infix(out, columns, a, " / ", b);
                out.push_str(" + 0.0e0 end)");
            }
            Op::Arith(op @ (Arith::Div | Arith::Rem), a, b) => {
                join(out, columns, "(", a, if *op == Arith::Div { " / " } else { " % " });
                join(out, columns, "nullif(", b, ", cast(0 as bigint)))");
            }
            Op::Arith(Arith::Mul, a, b) if self.ty == Ty::Number => {
                out.push('(');
                infix(out, columns, a, " * ", b);
                out.push_str(" + 0.0e0)");
            }
            Op::Arith(op, a, b) => infix(out, columns, a, op.sql(), b),
            Op::If(c, a, b) => {
                join(out, columns, "(case when ", c, "");
                join(out, columns, " then ", a, "");
                join(out, columns, " when not ", c, "");
                join(out, columns, " then ", b, " end)");
            }
            Op::Missing(a, _) if a.reads(&|i| columns[i].is_none()) => {
                literal(&Value::Null, Ty::Bool, out);
            }
            Op::Missing(a, wanted) => {
                join(out, columns, "(", a, if *wanted { " is null)" } else { " is not null)" });
            }
            Op::In(a, list) => {
                join(out, columns, GUARD, a, " is not null then ");
                join(out, columns, "", a, " in (");
                for (i, value) in list.iter().enumerate() {
                    if i > 0 {
                        out.push_str(", ");
                    }
                    literal(value, a.ty, out);
                }
                out.push_str(") end)");
            }
            Op::ToNumber(a) => join(out, columns, "cast(", a, " as double)"),
        }
    }

    /// Whether it reads an input for which `which` holds.
    pub(crate) fn reads(&self, which: &dyn Fn(usize) -> bool) -> bool {
        matches!(self.op, Op::Input(i) if which(i)) || self.parts().iter().any(|part| part.reads(which))
    }

    /// How many levels it nests; an input alone is one.
    pub(crate) fn depth(&self) -> usize {
        1 + self.parts().iter().map(|part| part.depth()).max().unwrap_or(0)
    }

    /// The expressions it is made of.
    pub(crate) fn parts(&self) -> Vec<&Expr> {
        match &self.op {
            Op::Const(_) | Op::Input(_) => vec![],
            Op::Not(a) | Op::Neg(a) | Op::Missing(a, _) | Op::In(a, _) | Op::ToNumber(a) => vec![a],
            Op::And(a, b) | Op::Or(a, b) | Op::Compare(_, a, b) | Op::Arith(_, a, b) => vec![a, b],
            Op::If(a, b, c) => vec![a, b, c],
        }
    }

    /// As a reader writes it.
    pub(crate) fn text(&self, names: &[&str]) -> String {
        let mut out = String::new();
        self.print(names, 0, &mut out);
        out
    }

    fn print(&self, names: &[&str], outer: u8, out: &mut String) {
        let level = self.level();
        if level < outer {
            out.push('(');
        }
        let mut infix = |a: &Expr, op: &str, b: &Expr| {
            a.print(names, level, out);
            out.push_str(op);
            // And and or are associative: the parser balances chains of them as it likes.
            b.print(names, if level <= 3 { level } else { level + 1 }, out);
        };
        match &self.op {
            Op::Const(value) => out.push_str(&show(value, self.ty)),
            Op::Input(i) => out.push_str(names[*i]),
            Op::Not(a) => {
                out.push('!');
                a.print(names, 8, out);
            }
            Op::Neg(a) => {
                out.push('-');
                a.print(names, 8, out);
            }
            Op::And(a, b) => infix(a, " && ", b),
            Op::Or(a, b) => infix(a, " || ", b),
            Op::Compare(cmp, a, b) => infix(a, cmp.cel(), b),
            Op::Arith(op, a, b) => infix(a, op.sql(), b),
            Op::If(c, a, b) => {
                c.print(names, 2, out);
                out.push_str(" ? ");
                a.print(names, 2, out);
                out.push_str(" : ");
                b.print(names, 1, out);
            }
            Op::Missing(a, wanted) => {
                a.print(names, level, out);
                out.push_str(if *wanted { " == null" } else { " != null" });
            }
            Op::In(a, list) => {
                a.print(names, level, out);
                let list: Vec<_> = list.iter().map(|value| show(value, a.ty)).collect();
                let _ = write!(out, " in [{}]", list.join(", "));
            }
            Op::ToNumber(a) => {
                out.push_str("double(");
                a.print(names, 0, out);
                out.push(')');
            }
        }
        if level < outer {
            out.push(')');
        }
    }

    fn level(&self) -> u8 {
        match &self.op {
            Op::If(..) => 1,
            Op::Or(..) => 2,
            Op::And(..) => 3,
            Op::Compare(..) | Op::Missing(..) | Op::In(..) => 4,
            Op::Arith(Arith::Add | Arith::Sub, ..) => 5,
            Op::Arith(..) => 6,
            Op::Not(_) | Op::Neg(_) => 7,
            Op::Const(_) | Op::Input(_) | Op::ToNumber(_) => 8,
        }
    }
}

impl Cmp {
    fn sql(self) -> &'static str {
        match self {
            Self::Eq => " = ",
            Self::Ne => " <> ",
            _ => self.cel(),
        }
    }
    fn cel(self) -> &'static str {
        match self {
            Self::Eq => " == ",
            Self::Ne => " != ",
            Self::Lt => " < ",
            Self::Le => " <= ",
            Self::Gt => " > ",
            Self::Ge => " >= ",
        }
    }
}

impl Arith {
    fn sql(self) -> &'static str {
        match self {
            Self::Add => " + ",
            Self::Sub => " - ",
            Self::Mul => " * ",
            Self::Div => " / ",
            Self::Rem => " % ",
        }
    }
}

fn order(a: &Value, b: &Value) -> Option<std::cmp::Ordering> {
    match (a, b) {
        (Value::Bool(a), Value::Bool(b)) => Some(a.cmp(b)),
        (Value::Int(a), Value::Int(b)) => Some(a.cmp(b)),
        (Value::Number(a), Value::Number(b)) => Some(a.total_cmp(b)),
        (Value::Text(a), Value::Text(b)) => Some(a.cmp(b)),
        _ => None,
    }
}

/// What the lake must not see through: it joins lists and equalities of one column as if that were never null, and says
/// that `x in (1) and x in (2)` is false where x has no data.
const GUARD: &str = "(case when ";

fn join(out: &mut String, columns: &[Option<String>], before: &str, a: &Expr, after: &str) {
    out.push_str(before);
    a.sql(columns, out);
    out.push_str(after);
}

fn infix(out: &mut String, columns: &[Option<String>], a: &Expr, op: &str, b: &Expr) {
    join(out, columns, "(", a, op);
    join(out, columns, "", b, ")");
}

fn literal(value: &Value, ty: Ty, out: &mut String) {
    let ty = match ty {
        Ty::Bool => "boolean",
        Ty::Int | Ty::Money(_) => "bigint",
        Ty::Number => "double",
        Ty::Text => "varchar",
    };
    // Everything is cast from a text, so that no literal is given a type of the lake's own choosing.
    let _ = match value {
        Value::Null => write!(out, "cast(null as {ty})"),
        Value::Bool(truth) => write!(out, "{truth}"),
        Value::Int(n) => write!(out, "cast('{n}' as {ty})"),
        Value::Number(x) => write!(out, "cast('{x:e}' as {ty})"),
        Value::Text(text) => write!(out, "cast('{}' as {ty})", text.replace('\'', "''")),
    };
}

/// A value as a policy's text has it.
pub(crate) fn show(value: &Value, ty: Ty) -> String {
    match (value, ty) {
        (Value::Null, _) => "null".to_owned(),
        (Value::Bool(truth), _) => truth.to_string(),
        (Value::Int(minor), Ty::Money(currency)) => {
            format!("money(\"{}\")", kernel::Money::new(*minor, currency).to_string().replace('−', "-"))
        }
        (Value::Int(n), _) => n.to_string(),
        (Value::Number(x), _) => format!("{x:?}"),
        (Value::Text(text), _) => format!("{text:?}"),
    }
}

/// A value in JSON: money as {minor, currency}.
pub(crate) fn json(value: &Value, ty: Ty) -> serde_json::Value {
    match (value, ty) {
        (Value::Null, _) => serde_json::Value::Null,
        (Value::Bool(truth), _) => (*truth).into(),
        (Value::Int(minor), Ty::Money(currency)) => {
            serde_json::json!({ "minor": minor, "currency": currency.code() })
        }
        (Value::Int(n), _) => (*n).into(),
        (Value::Number(x), _) => crate::metric::number(*x).into(),
        (Value::Text(text), _) => text.as_str().into(),
    }
}
