//! The variants of a product while they are being edited: axes such as 颜色 and 尺码, and one row for every combination.
//!
//! Invariants: a row belongs to the names of its values, not to their places, so adding or moving a value loses no price;
//! every combination has exactly one row; a product without axes has one row.

use web_kit::form::Fields;

/// The most axes of a product.
pub const MOST_AXES: usize = 3;

/// The most rows that are drawn; what a product may have is the catalog's to say.
pub const MOST_ROWS: usize = 600;

/// One axis as typed.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Axis {
    /// What varies.
    pub name: String,
    /// Its values, in order, each once.
    pub values: Vec<String>,
}

/// One row as typed.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Row {
    /// The names of its values, one for each axis.
    pub choice: Vec<String>,
    /// The SKU it is already, if it is one.
    pub sku: String,
    /// The shop's own code.
    pub code: String,
    /// What it costs.
    pub price: String,
    /// What the shop says that it should cost.
    pub list: String,
    /// The most units that one buyer may buy.
    pub limit: String,
    /// How many there are when it goes live.
    pub stock: String,
    /// Its picture.
    pub media: String,
    /// Whether this combination is not made.
    pub off: bool,
}

/// Axes and rows.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Matrix {
    /// The axes, outermost first.
    pub axes: Vec<Axis>,
    /// The rows, in the order of the combinations.
    pub rows: Vec<Row>,
}

/// Between the names of a row's values, in its hidden field.
const BETWEEN: char = '\u{1f}';

/// The values of an axis as typed into one field: apart by line breaks, commas or 、.
pub fn values(text: &str) -> Vec<String> {
    let mut found: Vec<String> = Vec::new();
    for value in text.split(['\n', ',', '，', '、']).map(str::trim).filter(|v| !v.is_empty()) {
        if !found.iter().any(|other| other == value) {
            found.push(value.to_owned());
        }
    }
    found
}

impl Matrix {
    /// Reads `axis.N.name`, `axis.N.values` and `row.N.*`.
    pub fn read(fields: &Fields) -> Self {
        let axes = (0..MOST_AXES)
            .map(|n| Axis {
                name: fields.text(&format!("axis.{n}.name")).to_owned(),
                values: values(fields.text(&format!("axis.{n}.values"))),
            })
            .filter(|axis| !axis.name.is_empty() || !axis.values.is_empty())
            .collect();
        let of = |n: usize, what: &str| fields.text(&format!("row.{n}.{what}")).to_owned();
        let rows = (0..MOST_ROWS)
            .take_while(|n| fields.under(&format!("row.{n}.")).next().is_some())
            .map(|n| Row {
                choice: split(&of(n, "choice")),
                sku: of(n, "sku"),
                code: of(n, "code"),
                price: of(n, "price"),
                list: of(n, "list"),
                limit: of(n, "limit"),
                stock: of(n, "stock"),
                media: of(n, "media"),
                off: !of(n, "off").is_empty(),
            })
            .collect();
        Self { axes, rows }.whole()
    }

    /// How many rows the axes make.
    pub fn count(&self) -> usize {
        self.axes.iter().map(|axis| axis.values.len()).fold(1usize, usize::saturating_mul)
    }

    /// The same matrix with exactly one row for every combination: those that were there keep what was typed.
    #[must_use]
    pub fn whole(mut self) -> Self {
        if self.count() > MOST_ROWS {
            self.rows.clear();
            return self;
        }
        let mut choices: Vec<Vec<String>> = vec![Vec::new()];
        for axis in &self.axes {
            choices = choices
                .into_iter()
                .flat_map(|head| {
                    axis.values.iter().map(move |value| {
                        let mut choice = head.clone();
                        choice.push(value.clone());
                        choice
                    })
                })
                .collect();
        }
        let old = std::mem::take(&mut self.rows);
        self.rows = choices
            .into_iter()
            .map(|choice| {
                let same = old.iter().find(|row| row.choice == choice);
                // A product that gets its first axis, or one more, keeps the prices of the row it came from, but not its
                // SKU and its stock: which variant that was, nobody has said.
                let near = || {
                    old.iter()
                        .find(|row| !row.choice.is_empty() && choice.starts_with(&row.choice))
                        .or_else(|| old.iter().find(|row| row.choice.is_empty() && old.len() == 1))
                };
                let kept = same.cloned().or_else(|| {
                    let blank = String::new;
                    near().map(|row| Row { sku: blank(), code: blank(), stock: blank(), ..row.clone() })
                });
                Row { choice, ..kept.unwrap_or_default() }
            })
            .collect();
        self
    }

    /// The places of a row's values in the axes.
    pub fn places(&self, row: &Row) -> Vec<usize> {
        let place = |(axis, value): (&Axis, &String)| axis.values.iter().position(|v| v == value);
        self.axes.iter().zip(&row.choice).filter_map(place).collect()
    }
}

/// A row's values in its hidden field.
pub fn join(choice: &[String]) -> String {
    choice.join(&BETWEEN.to_string())
}

fn split(text: &str) -> Vec<String> {
    if text.is_empty() { Vec::new() } else { text.split(BETWEEN).map(str::to_owned).collect() }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fields(pairs: &[(&str, &str)]) -> Fields {
        Fields::of(pairs.iter().map(|(n, v)| ((*n).to_owned(), (*v).to_owned())).collect())
    }

    #[test]
    fn a_product_without_axes_has_one_row() {
        let matrix = Matrix::read(&fields(&[("row.0.price", "12")]));
        assert_eq!(matrix.rows.len(), 1);
        assert_eq!(matrix.rows[0].price, "12");
        assert_eq!(Matrix::read(&fields(&[])).rows.len(), 1);
    }

    #[test]
    fn a_value_in_between_moves_no_price() {
        let red_m = join(&["红".to_owned(), "M".to_owned()]);
        let blue_m = join(&["蓝".to_owned(), "M".to_owned()]);
        let matrix = Matrix::read(&fields(&[
            ("axis.0.name", "颜色"),
            ("axis.0.values", "红、绿\n蓝,红"),
            ("axis.1.name", "尺码"),
            ("axis.1.values", "M"),
            ("row.0.choice", &red_m),
            ("row.0.price", "10"),
            ("row.0.sku", "sku_1"),
            ("row.1.choice", &blue_m),
            ("row.1.price", "20"),
        ]));
        let told: Vec<(&str, &str, &str)> =
            matrix.rows.iter().map(|r| (r.choice[0].as_str(), r.price.as_str(), r.sku.as_str())).collect();
        assert_eq!(told, [("红", "10", "sku_1"), ("绿", "", ""), ("蓝", "20", "")]);
        assert_eq!(matrix.places(&matrix.rows[2]), [2, 0]);
    }

    #[test]
    fn a_new_axis_keeps_prices_and_not_the_sku() {
        let matrix = Matrix::read(&fields(&[
            ("axis.0.name", "颜色"),
            ("axis.0.values", "红 , 蓝"),
            ("row.0.price", "12"),
            ("row.0.sku", "sku_1"),
        ]));
        assert_eq!(matrix.rows.len(), 2);
        assert!(matrix.rows.iter().all(|r| r.price == "12" && r.sku.is_empty()));
    }

    #[test]
    fn too_many_combinations_make_no_rows_at_all() {
        let many = (0..30).map(|n| n.to_string()).collect::<Vec<_>>().join(",");
        let matrix = Matrix::read(&fields(&[
            ("axis.0.name", "a"),
            ("axis.0.values", &many),
            ("axis.1.name", "b"),
            ("axis.1.values", &many),
        ]));
        assert_eq!(matrix.count(), 900);
        assert!(matrix.rows.is_empty());
    }
}
