//! The two lowerings of a condition agree on every row, "no data" included: random conditions over random rows, through
//! a real lake.

use super::cel::{Known, condition};
use super::tree::{Expr, Ty, Value};
use kernel::Ask;
use kernel::ask::{Cell, Given, Query, Table};
use lake::{Bulk, Snapshot};
use proptest::prelude::*;
use std::sync::LazyLock;

struct Pond {
    ask: Snapshot,
    _dir: tempfile::TempDir,
}

static POND: LazyLock<Pond> = LazyLock::new(|| {
    let dir = tempfile::tempdir().unwrap();
    let ask = Bulk::new(dir.path()).unwrap().finish(&[]).unwrap();
    Pond { ask, _dir: dir }
});

/// Deterministic choices from a seed.
struct Dice(u64);
impl Dice {
    fn roll(&mut self, sides: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut x = self.0;
        x = (x ^ (x >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        x = (x ^ (x >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (x ^ (x >> 31)) % sides
    }
    fn pick<T: Copy>(&mut self, list: &[T]) -> T {
        list[self.roll(list.len() as u64) as usize]
    }
}

fn inputs() -> Vec<Known> {
    let known = |name: &str, ty, nullable| Known { name: name.to_owned(), ty, nullable };
    vec![
        known("rate", Ty::Number, true),
        known("hours", Ty::Number, true),
        known("due", Ty::Int, false),
        known("hits", Ty::Int, false),
        known("count", Ty::Int, true),
        known("vip", Ty::Bool, true),
        known("why", Ty::Text, true),
        known("paid", Ty::Money("CNY".parse().unwrap()), true),
    ]
}

fn write(dice: &mut Dice, ty: &str, depth: u32) -> String {
    let leaf = depth == 0;
    match ty {
        "bool" => match if leaf { dice.roll(3) } else { dice.roll(12) } {
            0 => dice.pick(&["vip", "true", "false", "!vip"]).to_owned(),
            1 | 2 if leaf => format!("due {} {}", dice.pick(&[">", "<=", "=="]), dice.roll(4)),
            1 | 2 => format!("({} && {})", write(dice, "bool", depth - 1), write(dice, "bool", depth - 1)),
            3 | 4 => format!("({} || {})", write(dice, "bool", depth - 1), write(dice, "bool", depth - 1)),
            5 => format!("!({})", write(dice, "bool", depth - 1)),
            6 => {
                let ty = dice.pick(&["int", "number", "bool"]);
                let (c, a, b) =
                    (write(dice, "bool", depth - 1), write(dice, ty, depth - 1), write(dice, ty, depth - 1));
                format!("(({c} ? {a} : {b}) == {})", write(dice, ty, depth - 1))
            }
            7 => {
                let part = write(dice, dice_type(dice.0), depth - 1);
                format!("({part}) {} null", dice.pick(&["==", "!="]))
            }
            8 if dice.roll(2) == 0 => {
                format!("{} in [{}, {}]", write(dice, "int", depth - 1), dice.roll(5), dice.roll(5))
            }
            8 => format!("count {} {}", dice.pick(&["==", "!="]), dice.roll(3)),
            9 => dice
                .pick(&[
                    "why == \"storm\"",
                    "why != \"it's\"",
                    "why in [\"storm\", \"\"]",
                    "paid >= money(\"CNY 1.50\")",
                    "paid + paid < money(\"CNY 3\")",
                    "-paid == paid",
                ])
                .to_owned(),
            10 => compare(dice, "int", depth - 1),
            _ => compare(dice, "number", depth - 1),
        },
        "int" => match if leaf { dice.roll(2) } else { dice.roll(6) } {
            0 => dice.pick(&["due", "hits", "count"]).to_owned(),
            1 => dice.pick(&["0", "1", "-1", "2", "7", "1000000"]).to_owned(),
            2 => format!("-({})", write(dice, "int", depth - 1)),
            3 => {
                let c = write(dice, "bool", depth - 1);
                format!("({c} ? {} : {})", write(dice, "int", depth - 1), write(dice, "int", depth - 1))
            }
            _ => infix(dice, "int", &["+", "-", "*", "/", "%"], depth - 1),
        },
        _ => match if leaf { dice.roll(2) } else { dice.roll(6) } {
            0 => dice.pick(&["rate", "hours"]).to_owned(),
            1 => dice.pick(&["0.0", "-0.0", "0.1", "0.2", "1.0", "-3.5", "1e17", "1e-12"]).to_owned(),
            2 => format!("double({})", write(dice, "int", depth - 1)),
            3 => format!("-({})", write(dice, "number", depth - 1)),
            _ => infix(dice, "number", &["+", "-", "*", "/"], depth - 1),
        },
    }
}

fn dice_type(seed: u64) -> &'static str {
    ["int", "number", "bool"][(seed % 3) as usize]
}

fn infix(dice: &mut Dice, ty: &str, ops: &[&'static str], depth: u32) -> String {
    let op = dice.pick(ops);
    format!("({} {op} {})", write(dice, ty, depth), write(dice, ty, depth))
}

fn compare(dice: &mut Dice, ty: &str, depth: u32) -> String {
    infix(dice, ty, &["==", "!=", "<", "<=", ">", ">="], depth)
}

fn row(dice: &mut Dice) -> Vec<Value> {
    inputs()
        .iter()
        .map(|input| {
            if input.nullable && dice.roll(4) == 0 {
                return Value::Null;
            }
            match input.ty {
                Ty::Number => Value::Number(dice.pick(&[
                    0.0,
                    0.1,
                    0.2,
                    0.30000000000000004,
                    1.0,
                    -3.5,
                    48.0,
                    1e18,
                    1e-10,
                ])),
                Ty::Int | Ty::Money(_) => Value::Int(dice.pick(&[
                    0,
                    1,
                    2,
                    5,
                    150,
                    -1,
                    1_000_000_000_000_000,
                    -1_000_000_000_000_000,
                ])),
                Ty::Bool => Value::Bool(dice.roll(2) == 1),
                Ty::Text => Value::Text(dice.pick(&["storm", "it's", "", "晚发"]).to_owned()),
            }
        })
        .collect()
}

/// What the lake says of a condition on each row, with the inputs in `hidden` not known yet.
fn ask(expr: &Expr, rows: &[Vec<Value>], hidden: &[usize]) -> Vec<Value> {
    let known = inputs();
    let columns: Vec<Option<String>> =
        known.iter().enumerate().map(|(i, k)| (!hidden.contains(&i)).then(|| k.name.clone())).collect();
    let mut sql = String::new();
    expr.sql(&columns, &mut sql);
    let sql = format!("select {sql} from reading order by \"row\"");
    let mut table = Table {
        name: "reading".to_owned(),
        columns: vec![("row".to_owned(), Given::Int((0..rows.len() as i64).map(Some).collect()))],
    };
    for (i, input) in known.iter().enumerate() {
        let values = rows.iter().map(|row| row[i].clone());
        let column = match input.ty {
            Ty::Number => {
                Given::Float(values.map(|v| if let Value::Number(x) = v { Some(x) } else { None }).collect())
            }
            Ty::Int | Ty::Money(_) => {
                Given::Int(values.map(|v| if let Value::Int(n) = v { Some(n) } else { None }).collect())
            }
            Ty::Bool => {
                Given::Bool(values.map(|v| if let Value::Bool(b) = v { Some(b) } else { None }).collect())
            }
            Ty::Text => {
                Given::Text(values.map(|v| if let Value::Text(t) = v { Some(t) } else { None }).collect())
            }
        };
        table.columns.push((input.name.clone(), column));
    }
    let mut found = Vec::new();
    POND.ask
        .ask(&Query { sql: &sql, params: &[], given: &[table] }, &mut |batch| {
            found.extend((0..batch.rows).map(|row| match batch.cell(row, 0) {
                Cell::Int(truth) => Value::Bool(truth == 1),
                Cell::Null => Value::Null,
                other => panic!("{other:?}"),
            }));
            Ok(())
        })
        .unwrap_or_else(|err| panic!("{sql}: {err}"));
    found
}

/// What once came out otherwise: lists and equalities of one input that has no data.
#[test]
fn an_input_without_data_is_neither_in_a_list_nor_out_of_it() {
    let mut dice = Dice(7);
    let rows: Vec<_> = (0..64).map(|_| row(&mut dice)).collect();
    for text in [
        "count in [4, 1] && count in [2, 2]",
        "why in [\"storm\", \"\"] && !(why in [\"storm\", \"\"])",
        "(count == 4 || count == 1) && (count == 2 || count == 0)",
        "!(count in [4, 1]) || !(count in [2])",
        "count != 1 || count != 2",
        "rate == 0.1 && rate == 0.2",
        "vip == true && vip == false",
        "paid == money(\"CNY 1.50\") && paid == money(\"CNY 0.02\")",
    ] {
        let expr = condition(text, &inputs()).unwrap();
        let here: Vec<_> = rows.iter().map(|row| expr.eval(row)).collect();
        assert!(here.contains(&Value::Null), "{text} is never without data");
        assert_eq!(here, ask(&expr, &rows, &[]), "{text}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, ..ProptestConfig::default() })]

    #[test]
    fn one_row_and_the_lake_come_to_the_same(seed: u64, depth in 1u32..5) {
        let mut dice = Dice(seed);
        let text = write(&mut dice, "bool", depth);
        // What could overflow, or is never null, is refused; that is tested elsewhere.
        let Ok(expr) = condition(&text, &inputs()) else {
            return Ok(());
        };
        let names: Vec<_> = inputs().into_iter().map(|k| k.name).collect();
        let names: Vec<&str> = names.iter().map(String::as_str).collect();
        let rows: Vec<_> = (0..24).map(|_| row(&mut dice)).collect();
        let lake = ask(&expr, &rows, &[]);
        for (row, there) in rows.iter().zip(&lake) {
            prop_assert_eq!(&expr.eval(row), there, "{} on {:?}", expr.text(&names), row);
        }
        // What is certain while an input is not known yet stays so, whatever it turns out to be.
        let veiled = ask(&expr, &rows, &[3]);
        for (row, there) in rows.iter().zip(&veiled) {
            if *there != Value::Null {
                prop_assert_eq!(&expr.eval(row), there, "{} on {:?} without hits", expr.text(&names), row);
            }
        }
        // What is printed reads back as the same condition.
        let printed = expr.text(&names);
        prop_assert_eq!(condition(&printed, &inputs()).map(|e| e.text(&names)), Ok(printed));
    }
}
