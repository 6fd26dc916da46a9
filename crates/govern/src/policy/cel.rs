//! A condition's text, parsed as CEL and checked into the typed tree. CEL itself has no types before it runs; here
//! everything that could go wrong on some row is refused when the text is read.

use super::tree::{Arith, Cmp, Expr, Op, Ty, Value};
use crate::diagnostic::nearest;
use crate::number::{MOST_INT, minor};
use cel::common::ast::{Expr as Cel, IdedExpr, LiteralValue, SourceInfo, operators as op};
use kernel::{Currency, Money};

/// An input that a condition may read.
#[derive(Debug, Clone)]
pub(crate) struct Known {
    pub name: String,
    pub ty: Ty,
    /// Whether there may be no data.
    pub nullable: bool,
}

/// Something wrong, at a byte of the condition's text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Wrong {
    pub at: usize,
    pub message: String,
    pub instead: String,
}

/// The largest number an input may hold, both ways.
pub(crate) const MOST_NUMBER: f64 = 1e18;
/// The longest SQL a condition may become.
const MOST_SQL: usize = 20_000;
/// How many levels of arithmetic, comparison and choice a condition may nest; the lake's SQL takes no more.
const MOST_DEPTH: usize = 12;
/// The stack that reading a text of no length takes, with what surrounds the parser.
const STACK: usize = 2 << 20;
/// The stack that one byte may take at the very most: the parser goes one call deeper for each operator.
const STACK_A_BYTE: usize = 32 << 10;
/// The longest condition, in bytes.
const MOST_TEXT: usize = 8_192;

/// Reads a condition, which is a truth over `inputs`.
///
/// A thread of its own has the stack for whatever somebody types; what it gives back is shallow.
pub(crate) fn condition(text: &str, inputs: &[Known]) -> Result<Expr, Vec<Wrong>> {
    std::thread::scope(|scope| {
        let stack = STACK + STACK_A_BYTE * text.len().min(MOST_TEXT);
        let reading =
            std::thread::Builder::new().stack_size(stack).spawn_scoped(scope, || read(text, inputs));
        let wrong = |message: &str| {
            vec![Wrong {
                at: 0,
                message: message.to_owned(),
                instead: "the same again in a moment".to_owned(),
            }]
        };
        match reading.map(std::thread::ScopedJoinHandle::join) {
            Ok(Ok(read)) => read,
            Ok(Err(_)) => Err(wrong("the condition could not be read")),
            Err(_) => Err(wrong("there is no memory to read the condition now")),
        }
    })
}

fn read(text: &str, inputs: &[Known]) -> Result<Expr, Vec<Wrong>> {
    let wrong = |at, message: &str, instead: &str| {
        vec![Wrong { at, message: message.to_owned(), instead: instead.to_owned() }]
    };
    if text.trim().is_empty() {
        return Err(wrong(0, "the condition is empty", "a condition such as late_ship_rate >= 0.20"));
    }
    if text.len() > MOST_TEXT {
        let message = format!("the condition is longer than {MOST_TEXT} bytes");
        return Err(wrong(0, &message, "two policies"));
    }
    let (expr, source) = cel::parser::Parser::new().parse_with_source_info(text).map_err(|errors| {
        errors
            .errors
            .iter()
            .map(|err| Wrong {
                at: offset(text, err.pos),
                message: format!("this is not CEL: {}", err.msg),
                instead: "a condition such as late_ship_rate >= 0.20 && due >= 5".to_owned(),
            })
            .collect::<Vec<_>>()
    })?;
    let mut checker = Checker { inputs, source: &source, wrong: Vec::new() };
    let checked = checker.expr(&expr);
    if let Some(checked) = &checked
        && checked.expr.ty != Ty::Bool
    {
        let message = format!("the condition is {}, not true or false", kind(checked.expr.ty));
        checker.say(&expr, message, "a comparison such as x >= 1");
    }
    match checked {
        Some(checked) if checker.wrong.is_empty() => {
            if checked.expr.depth() > MOST_DEPTH {
                let message = format!("the condition nests more than {MOST_DEPTH} levels deep");
                return Err(wrong(0, &message, "fewer operations in one another, or two policies"));
            }
            let columns: Vec<_> = inputs.iter().map(|input| Some(input.name.clone())).collect();
            let mut sql = String::new();
            checked.expr.sql(&columns, &mut sql);
            if sql.len() > MOST_SQL {
                return Err(wrong(0, "the condition nests divisions or choices too deeply", "two policies"));
            }
            Ok(checked.expr)
        }
        _ => {
            let mut wrong = checker.wrong;
            wrong.sort_by_key(|w| w.at);
            wrong.dedup();
            Err(wrong)
        }
    }
}

/// The byte of a line and a column, both from 1; the parser says (0, 0) for "somewhere".
fn offset(text: &str, (line, column): (isize, isize)) -> usize {
    let line = usize::try_from(line).unwrap_or(0);
    let column = usize::try_from(column).unwrap_or(0);
    let before: usize = text.split_inclusive('\n').take(line.saturating_sub(1)).map(str::len).sum();
    before + column.saturating_sub(1)
}

/// A checked expression and what its values can be.
struct Checked {
    expr: Expr,
    nullable: bool,
    /// Bounds of a whole number.
    low: i128,
    high: i128,
    /// Bound of the magnitude of a number.
    most: f64,
}

impl Checked {
    fn new(ty: Ty, op: Op, nullable: bool) -> Self {
        Self { expr: Expr { ty, op }, nullable, low: 0, high: 0, most: 0.0 }
    }
    fn boxed(self) -> Box<Expr> {
        Box::new(self.expr)
    }
}

struct Checker<'a> {
    inputs: &'a [Known],
    source: &'a SourceInfo,
    wrong: Vec<Wrong>,
}

impl Checker<'_> {
    fn say(&mut self, at: &IdedExpr, message: impl Into<String>, instead: impl Into<String>) {
        let at = self.start(at);
        self.wrong.push(Wrong { at, message: message.into(), instead: instead.into() });
    }

    /// Where an expression begins: that is left of its operator.
    fn start(&self, expr: &IdedExpr) -> usize {
        let own = self.source.offset_for(expr.id).map_or(usize::MAX, |(start, _)| start as usize);
        let left = match &expr.expr {
            Cel::Call(call) => match &call.target {
                Some(target) => self.start(target),
                None if call.func_name.starts_with('_') || call.func_name == op::IN => {
                    call.args.first().map_or(usize::MAX, |arg| self.start(arg))
                }
                // The parser places a call at its parenthesis.
                None if call.func_name.starts_with(|c: char| c.is_alphabetic()) => {
                    own.saturating_sub(call.func_name.len())
                }
                None => usize::MAX,
            },
            Cel::Select(select) => self.start(&select.operand),
            _ => usize::MAX,
        };
        own.min(left)
    }

    fn expr(&mut self, expr: &IdedExpr) -> Option<Checked> {
        match &expr.expr {
            Cel::Literal(literal) => self.literal(expr, literal),
            Cel::Ident(name) => self.input(expr, name),
            Cel::Call(call) => {
                if call.target.is_some() {
                    self.say(
                        expr,
                        format!("{}() is not known here", call.func_name),
                        "operators, double() and money()",
                    );
                    return None;
                }
                self.call(expr, &call.func_name, &call.args)
            }
            Cel::Select(select) => {
                let like = nearest(&select.field, self.inputs.iter().map(|i| i.name.as_str()));
                let instead = like.map_or_else(|| select.field.clone(), str::to_owned);
                self.say(expr, "an input is one plain name, without dots", instead);
                None
            }
            Cel::List(_) => {
                self.say(expr, "a list can only stand behind \"in\"", "x in [1, 2, 3]");
                None
            }
            Cel::Comprehension(_) | Cel::Map(_) | Cel::Struct(_) | Cel::Unspecified => {
                self.say(
                    expr,
                    "a condition has no maps, records or loops",
                    "comparisons of inputs, with && and ||",
                );
                None
            }
        }
    }

    fn literal(&mut self, at: &IdedExpr, literal: &LiteralValue) -> Option<Checked> {
        Some(match literal {
            LiteralValue::Boolean(truth) => {
                Checked::new(Ty::Bool, Op::Const(Value::Bool(*truth.inner())), false)
            }
            LiteralValue::Int(n) => {
                let n = *n.inner();
                let bound = i128::from(n);
                let checked = Checked::new(Ty::Int, Op::Const(Value::Int(n)), false);
                self.fits(at, Checked { low: bound, high: bound, ..checked })?
            }
            LiteralValue::Double(x) => {
                let x = *x.inner() + 0.0;
                let checked = Checked::new(Ty::Number, Op::Const(Value::Number(x)), false);
                self.fits(at, Checked { most: x.abs(), ..checked })?
            }
            LiteralValue::String(text) => {
                Checked::new(Ty::Text, Op::Const(Value::Text(text.inner().to_owned())), false)
            }
            LiteralValue::UInt(n) => {
                self.say(at, "there are no unsigned numbers here", n.inner().to_string());
                return None;
            }
            LiteralValue::Bytes(_) => {
                self.say(at, "there are no bytes here", "a text such as \"x\"");
                return None;
            }
            LiteralValue::Null => {
                self.say(at, "null can only stand beside == or !=", "x == null");
                return None;
            }
        })
    }

    fn input(&mut self, at: &IdedExpr, name: &str) -> Option<Checked> {
        if let Some(i) = self.inputs.iter().position(|input| input.name == name) {
            let Known { ty, nullable, .. } = self.inputs[i];
            let bound = i128::from(MOST_INT);
            let checked = Checked::new(ty, Op::Input(i), nullable);
            return Some(Checked { low: -bound, high: bound, most: MOST_NUMBER, ..checked });
        }
        let instead = if crate::metric::catalogue().iter().any(|m| m.name == name) {
            format!("a declaration: [inputs.{name}] with metric = \"{name}\"")
        } else if let Some(like) = nearest(name, self.inputs.iter().map(|i| i.name.as_str())) {
            like.to_owned()
        } else if let Some(like) = nearest(name, crate::metric::catalogue().iter().map(|m| m.name.as_str())) {
            format!("{like}, declared as [inputs.{like}] with metric = \"{like}\"")
        } else if self.inputs.is_empty() {
            "an input that is declared under [inputs]".to_owned()
        } else {
            format!("one of {}", self.inputs.iter().map(|i| i.name.as_str()).collect::<Vec<_>>().join(", "))
        };
        self.say(at, format!("there is no input \"{name}\""), instead);
        None
    }

    fn call(&mut self, at: &IdedExpr, name: &str, args: &[IdedExpr]) -> Option<Checked> {
        match (name, args) {
            (op::LOGICAL_AND | op::LOGICAL_OR, [a, b]) => {
                let (left, right) = (self.truth(a), self.truth(b));
                let (left, right) = (left?, right?);
                let nullable = left.nullable || right.nullable;
                let (left, right) = (left.boxed(), right.boxed());
                let op = if name == op::LOGICAL_AND { Op::And(left, right) } else { Op::Or(left, right) };
                Some(Checked::new(Ty::Bool, op, nullable))
            }
            (op::LOGICAL_NOT, [a]) => {
                let a = self.truth(a)?;
                let nullable = a.nullable;
                Some(Checked::new(Ty::Bool, Op::Not(a.boxed()), nullable))
            }
            (op::NEGATE, [a]) => {
                let checked = self.expr(a)?;
                let ty = checked.expr.ty;
                match ty {
                    Ty::Int | Ty::Money(_) | Ty::Number => {
                        let (low, high, most) = (-checked.high, -checked.low, checked.most);
                        let op = match checked.expr.op {
                            Op::Const(Value::Int(n)) => Op::Const(Value::Int(-n)),
                            Op::Const(Value::Number(x)) => Op::Const(Value::Number(0.0 - x)),
                            op => Op::Neg(Box::new(Expr { ty, op })),
                        };
                        Some(Checked { low, high, most, ..Checked::new(ty, op, checked.nullable) })
                    }
                    ty => {
                        self.say(a, format!("{} has no negative", kind(ty)), "a number, or ! for \"not\"");
                        None
                    }
                }
            }
            (op::EQUALS | op::NOT_EQUALS, [a, b]) if is_null(a) || is_null(b) => {
                let a = if is_null(b) { a } else { b };
                if is_null(a) {
                    self.say(at, "null is compared with null", "x == null");
                    return None;
                }
                let checked = self.expr(a)?;
                if !checked.nullable {
                    let always = if name == op::EQUALS { "false" } else { "true" };
                    self.say(a, format!("this is never null, so the comparison is always {always}"), always);
                    return None;
                }
                Some(Checked::new(Ty::Bool, Op::Missing(checked.boxed(), name == op::EQUALS), false))
            }
            (
                op::EQUALS | op::NOT_EQUALS | op::LESS | op::LESS_EQUALS | op::GREATER | op::GREATER_EQUALS,
                [a, b],
            ) => {
                let cmp = match name {
                    op::EQUALS => Cmp::Eq,
                    op::NOT_EQUALS => Cmp::Ne,
                    op::LESS => Cmp::Lt,
                    op::LESS_EQUALS => Cmp::Le,
                    op::GREATER => Cmp::Gt,
                    _ => Cmp::Ge,
                };
                let (left, right) = self.pair(a, b)?;
                let ordered = matches!(left.expr.ty, Ty::Int | Ty::Number | Ty::Money(_));
                if !ordered && !matches!(cmp, Cmp::Eq | Cmp::Ne) {
                    self.say(at, format!("{} has no order", kind(left.expr.ty)), "== or !=");
                    return None;
                }
                let nullable = left.nullable || right.nullable;
                Some(Checked::new(Ty::Bool, Op::Compare(cmp, left.boxed(), right.boxed()), nullable))
            }
            (op::ADD | op::SUBSTRACT | op::MULTIPLY | op::DIVIDE | op::MODULO, [a, b]) => {
                self.arithmetic(at, name, a, b)
            }
            (op::CONDITIONAL, [c, a, b]) => {
                let (c, pair) = (self.truth(c), self.pair(a, b));
                let (c, (a, b)) = (c?, pair?);
                let nullable = c.nullable || a.nullable || b.nullable;
                let (low, high, most) = (a.low.min(b.low), a.high.max(b.high), a.most.max(b.most));
                let ty = a.expr.ty;
                let checked = Checked::new(ty, Op::If(c.boxed(), a.boxed(), b.boxed()), nullable);
                Some(Checked { low, high, most, ..checked })
            }
            (op::IN, [a, list]) => self.within(a, list),
            ("double", [a]) => {
                let checked = self.expr(a)?;
                if checked.expr.ty == Ty::Number {
                    return Some(checked);
                }
                if checked.expr.ty != Ty::Int {
                    self.say(
                        a,
                        format!("double() takes a whole number, and this is {}", kind(checked.expr.ty)),
                        "an int",
                    );
                    return None;
                }
                let (nullable, most) = (checked.nullable, checked.low.abs().max(checked.high.abs()) as f64);
                let checked = Checked::new(Ty::Number, Op::ToNumber(checked.boxed()), nullable);
                Some(Checked { most, ..checked })
            }
            ("money", [a]) => {
                let Cel::Literal(LiteralValue::String(text)) = &a.expr else {
                    self.say(a, "money() takes a text", "money(\"CNY 10.00\")");
                    return None;
                };
                match money(text.inner()) {
                    Some(money) => {
                        let bound = i128::from(money.minor);
                        let op = Op::Const(Value::Int(money.minor));
                        let checked = Checked::new(Ty::Money(money.currency), op, false);
                        Some(Checked { low: bound, high: bound, ..checked })
                    }
                    None => {
                        self.say(a, format!("\"{}\" is not an amount", text.inner()), "money(\"CNY 10.00\")");
                        None
                    }
                }
            }
            ("int" | "uint" | "string", _) => {
                self.say(
                    at,
                    format!("{name}() is not known here"),
                    "double(x) to make a number of a whole number",
                );
                None
            }
            _ => {
                let name = name.trim_matches(['_', '@', '[', ']', '?']);
                self.say(at, format!("{name}() is not known here"), "operators, double() and money()");
                None
            }
        }
    }

    fn truth(&mut self, expr: &IdedExpr) -> Option<Checked> {
        let checked = self.expr(expr)?;
        if checked.expr.ty == Ty::Bool {
            return Some(checked);
        }
        let instead = match checked.expr.ty {
            Ty::Number => "a comparison such as x > 0.0",
            Ty::Text => "a comparison such as x == \"y\"",
            _ => "a comparison such as x > 0",
        };
        self.say(expr, format!("this must be true or false, and it is {}", kind(checked.expr.ty)), instead);
        None
    }

    /// Two expressions of one type.
    fn pair(&mut self, a: &IdedExpr, b: &IdedExpr) -> Option<(Checked, Checked)> {
        let (left, right) = (self.expr(a), self.expr(b));
        let (left, right) = (left?, right?);
        if left.expr.ty == right.expr.ty {
            return Some((left, right));
        }
        let message = format!("{} and {} do not mix", kind(left.expr.ty), kind(right.expr.ty));
        let (at, instead) = match (left.expr.ty, right.expr.ty) {
            (Ty::Int, Ty::Number) => unmix(a, &left, b, &right),
            (Ty::Number, Ty::Int) => unmix(b, &right, a, &left),
            (Ty::Money(currency), Ty::Int | Ty::Number) => (b, format!("money(\"{currency} 10.00\")")),
            (Ty::Int | Ty::Number, Ty::Money(currency)) => (a, format!("money(\"{currency} 10.00\")")),
            (Ty::Money(x), Ty::Money(_)) => (b, format!("an amount in {x}: amounts are never converted")),
            (ty, _) => (b, format!("{} on both sides", kind(ty))),
        };
        self.say(at, message, instead);
        None
    }

    fn arithmetic(&mut self, at: &IdedExpr, name: &str, a: &IdedExpr, b: &IdedExpr) -> Option<Checked> {
        let arith = match name {
            op::ADD => Arith::Add,
            op::SUBSTRACT => Arith::Sub,
            op::MULTIPLY => Arith::Mul,
            op::DIVIDE => Arith::Div,
            _ => Arith::Rem,
        };
        let (left, right) = self.pair(a, b)?;
        let ty = left.expr.ty;
        let sums = matches!(arith, Arith::Add | Arith::Sub);
        match ty {
            Ty::Int => {}
            Ty::Number if arith != Arith::Rem => {}
            Ty::Money(_) if sums => {}
            Ty::Number => {
                self.say(at, "numbers have no remainder", "whole numbers with %");
                return None;
            }
            ty => {
                let what =
                    if matches!(ty, Ty::Money(_)) { "amounts can only be added and subtracted" } else { "" };
                let message = if what.is_empty() {
                    format!("one cannot calculate with {}", kind(ty))
                } else {
                    what.to_owned()
                };
                self.say(at, message, "numbers, or + and - between amounts of one currency");
                return None;
            }
        }
        let nullable = left.nullable || right.nullable || matches!(arith, Arith::Div | Arith::Rem);
        let (low, high) = match arith {
            Arith::Add => (left.low + right.low, left.high + right.high),
            Arith::Sub => (left.low - right.high, left.high - right.low),
            Arith::Mul => {
                let ends = [
                    left.low.saturating_mul(right.low),
                    left.low.saturating_mul(right.high),
                    left.high.saturating_mul(right.low),
                    left.high.saturating_mul(right.high),
                ];
                (ends.iter().copied().min().unwrap_or(0), ends.iter().copied().max().unwrap_or(0))
            }
            Arith::Div | Arith::Rem => {
                let most = left.low.abs().max(left.high.abs());
                (-most, most)
            }
        };
        let most = match arith {
            Arith::Add | Arith::Sub => left.most + right.most,
            Arith::Mul => left.most * right.most,
            Arith::Div | Arith::Rem => left.most / super::tree::TINY,
        };
        let checked = Checked::new(ty, Op::Arith(arith, left.boxed(), right.boxed()), nullable);
        self.fits(at, Checked { low, high, most, ..checked })
    }

    /// Refuses what could be beyond what a whole number or a number holds.
    fn fits(&mut self, at: &IdedExpr, checked: Checked) -> Option<Checked> {
        let most = i128::from(i64::MAX);
        let fine = match checked.expr.ty {
            Ty::Int | Ty::Money(_) => checked.low >= -most && checked.high <= most,
            Ty::Number => checked.most <= 1e250,
            Ty::Bool | Ty::Text => true,
        };
        if fine {
            return Some(checked);
        }
        match checked.expr.ty {
            Ty::Number => self.say(at, "this could be beyond what a number holds", "fewer factors"),
            _ => self.say(
                at,
                "this could be beyond what a whole number holds (inputs may be up to 10^15)",
                "double(x) around the factors",
            ),
        }
        None
    }

    fn within(&mut self, a: &IdedExpr, list: &IdedExpr) -> Option<Checked> {
        let checked = self.expr(a)?;
        let Cel::List(list_expr) = &list.expr else {
            self.say(list, "behind \"in\" there must be a list", "x in [1, 2, 3]");
            return None;
        };
        let ty = checked.expr.ty;
        let mut values = Vec::new();
        for element in &list_expr.elements {
            let value = self.expr(element)?;
            match value.expr.op {
                Op::Const(constant) if value.expr.ty == ty => values.push(constant),
                _ => {
                    self.say(
                        element,
                        format!("the list must hold constants of one type, and x is {}", kind(ty)),
                        "x in [1, 2, 3]",
                    );
                    return None;
                }
            }
        }
        if values.is_empty() {
            self.say(list, "the list is empty, so nothing is in it", "x in [1, 2, 3]");
            return None;
        }
        let nullable = checked.nullable;
        Some(Checked::new(Ty::Bool, Op::In(checked.boxed(), values), nullable))
    }
}

/// What to write where a whole number meets a number.
fn unmix<'a>(
    int_at: &'a IdedExpr,
    int: &Checked,
    number_at: &'a IdedExpr,
    number: &Checked,
) -> (&'a IdedExpr, String) {
    match (&int.expr.op, &number.expr.op) {
        (Op::Const(Value::Int(n)), _) => (int_at, format!("{n}.0")),
        (_, Op::Const(Value::Number(x))) if x.fract() == 0.0 && x.abs() < 1e15 => {
            (number_at, format!("{}", *x as i64))
        }
        _ => (int_at, "double(...) around the whole number".to_owned()),
    }
}

fn is_null(expr: &IdedExpr) -> bool {
    matches!(expr.expr, Cel::Literal(LiteralValue::Null))
}

fn kind(ty: Ty) -> String {
    match ty {
        Ty::Bool => "true or false".to_owned(),
        Ty::Int => "a whole number".to_owned(),
        Ty::Number => "a number".to_owned(),
        Ty::Text => "a text".to_owned(),
        Ty::Money(currency) => format!("an amount in {currency}"),
    }
}

/// Reads `CNY 10.00`.
pub(crate) fn money(text: &str) -> Option<Money> {
    let (code, amount) = text.trim().split_once(' ')?;
    let currency: Currency = code.parse().ok()?;
    Some(Money::new(minor(amount.trim(), currency)?, currency))
}
