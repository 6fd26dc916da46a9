//! A list on a page: its columns, its rows, what stands there when there are none, and the way to the next page.
//!
//! Invariants: on a phone a row is a card, and every value of it carries the name of its column; a page of a list is found
//! by the key of its last row, never by counting.

use crate::page::PageContext;
use crate::parts;
use crate::ui::RenderContext;
use maud::{Markup, Render, html};

/// A column: its name in both languages, and how its values stand.
#[derive(Debug, Clone, Copy)]
pub struct Column {
    zh: &'static str,
    en: &'static str,
    class: &'static str,
    named: bool,
}

impl Column {
    /// The column that says what a row is; on a phone it heads the card, without a name.
    pub const fn wide(zh: &'static str, en: &'static str) -> Self {
        Self { zh, en, class: "w", named: false }
    }
    /// A column of texts.
    pub const fn text(zh: &'static str, en: &'static str) -> Self {
        Self { zh, en, class: "", named: true }
    }
    /// A column of texts that are not broken.
    pub const fn line(zh: &'static str, en: &'static str) -> Self {
        Self { zh, en, class: "nw", named: true }
    }
    /// A column of texts that take the whole width of a card.
    pub const fn long(zh: &'static str, en: &'static str) -> Self {
        Self { zh, en, class: "w", named: true }
    }
    /// A column of numbers, or of amounts.
    pub const fn number(zh: &'static str, en: &'static str) -> Self {
        Self { zh, en, class: "r nw", named: true }
    }
    /// A column of ticks, headed by one that picks all of them and is called so; without a name it heads none.
    pub const fn pick((zh, en): (&'static str, &'static str)) -> Self {
        Self { zh, en, class: "pick", named: false }
    }
    /// What can be done with a row.
    pub const fn acts() -> Self {
        Self { zh: "", en: "", class: "r", named: false }
    }
    fn name(self, look: &RenderContext) -> &'static str {
        look.t(self.zh, self.en)
    }
}

/// The rows of one page of a list.
#[derive(Debug, Clone)]
pub struct Rows<T> {
    /// The rows.
    pub rows: Vec<T>,
    /// What the next page begins after, if there is one.
    pub next: Option<String>,
    /// The part of the address that says where a page begins.
    by: &'static str,
}

impl<T> Rows<T> {
    /// From up to `most + 1` rows: the last one only says that there are more.
    pub fn of(mut rows: Vec<T>, most: usize, key: impl Fn(&T) -> String) -> Self {
        let more = rows.len() > most;
        rows.truncate(most);
        let next = rows.last().filter(|_| more).map(key);
        Self { rows, next, by: "after" }
    }
    /// All of them, on one page.
    pub const fn all(rows: Vec<T>) -> Self {
        Self { rows, next: None, by: "after" }
    }
    /// The same list, paged by another part of the address: one of several on a page.
    #[must_use]
    pub fn by(self, by: &'static str) -> Self {
        Self { by, ..self }
    }
    /// The same rows with what else is known of each.
    pub fn named<U, E>(self, with: impl FnMut(T) -> Result<U, E>) -> Result<Rows<U>, E> {
        let Self { rows, next, by } = self;
        Ok(Rows { rows: rows.into_iter().map(with).collect::<Result<_, E>>()?, next, by })
    }
    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }
    /// The way to the first page and to the next, with a word on the order of the list; nothing if there is none of it.
    pub fn pager(&self, at: &PageContext, note: &str) -> Markup {
        let first = at.query.has(self.by).then(|| at.with(&[(self.by, "")]));
        let next = self.next.as_deref().map(|next| at.with(&[(self.by, next)]));
        if note.is_empty() && first.is_none() && next.is_none() {
            return Markup::default();
        }
        parts::pager(&at.look, first.as_deref(), next.as_deref(), html! { (note) })
    }
    /// The link to the next page of a list of the mall; with scripts it grows the list in place.
    pub fn more(&self, at: &PageContext, list: &str) -> Markup {
        html! {
            @if let Some(next) = &self.next {
                div.more { a.btn href=(at.with(&[("after", next), ("say", "")])) data-more=(list) { (at.t("查看更多", "Show more")) } }
            }
        }
    }
    /// The whole list: its table with the pager below, or `empty`.
    pub fn list<const N: usize>(
        &self,
        at: &PageContext,
        columns: [Column; N],
        cells: impl Fn(&T) -> [Markup; N],
        note: &str,
        empty: Markup,
    ) -> Markup {
        html! {
            @if self.rows.is_empty() { (empty) }
            @else {
                (table(&at.look, columns, &self.rows, cells))
                (self.pager(at, note))
            }
        }
    }
}

/// A table of rows.
pub fn table<'a, T: 'a, const N: usize>(
    look: &RenderContext,
    columns: [Column; N],
    rows: impl IntoIterator<Item = &'a T>,
    cells: impl Fn(&T) -> [Markup; N],
) -> Markup {
    html! {
        table.cards.dk-list {
            thead { tr {
                @for column in columns {
                    @let name = column.name(look);
                    @if column.class == "pick" { th.pick { @if !name.is_empty() { input type="checkbox" data-all aria-label=(name); } } }
                    @else { th.r[column.class.starts_with('r')] { (name) } }
                }
            } }
            (body(look, columns, rows, cells))
        }
    }
}

/// A table of rows that say what they are without the names of their columns, but on a phone.
pub fn bare<'a, T: 'a, const N: usize>(
    look: &RenderContext,
    columns: [Column; N],
    rows: impl IntoIterator<Item = &'a T>,
    cells: impl Fn(&T) -> [Markup; N],
) -> Markup {
    html! { table.cards.dk-list { (body(look, columns, rows, cells)) } }
}

fn body<'a, T: 'a, const N: usize>(
    look: &RenderContext,
    columns: [Column; N],
    rows: impl IntoIterator<Item = &'a T>,
    cells: impl Fn(&T) -> [Markup; N],
) -> Markup {
    html! {
        tbody {
            @for row in rows {
                tr {
                    @for (column, cell) in columns.into_iter().zip(cells(row)) {
                        td class=[Some(column.class).filter(|class| !class.is_empty())]
                            data-l=[column.named.then(|| column.name(look))] { (cell) }
                    }
                }
            }
        }
    }
}

/// A value in a row of a [`sheet`], with what its column is called.
#[derive(Debug)]
pub struct Cell<'a> {
    class: &'static str,
    name: &'a str,
    named: bool,
    value: Markup,
}

/// A value that needs no name on a phone: what a row is about, or a mark with its word.
pub fn lead<'a>(class: &'static str, name: &'a str, value: impl Render) -> Cell<'a> {
    Cell { class, name, named: false, value: value.render() }
}

/// A value that carries the name of its column on a phone.
pub fn cell<'a>(class: &'static str, name: &'a str, value: impl Render) -> Cell<'a> {
    Cell { class, name, named: true, value: value.render() }
}

/// A table whose rows say themselves what their columns are called; `r` is the class of a column of numbers.
pub fn sheet<'a, T>(
    class: &str,
    rows: impl IntoIterator<Item = T>,
    cells: impl Fn(T) -> Vec<Cell<'a>>,
) -> Markup {
    let rows: Vec<Vec<Cell<'a>>> = rows.into_iter().map(cells).collect();
    html! {
        table class=[Some(class).filter(|class| !class.is_empty())] {
            @if let Some(first) = rows.first() {
                thead { tr {
                    @for of in first { th.r[of.class.starts_with('r')] scope="col" { (of.name) } }
                } }
            }
            tbody {
                @for row in &rows {
                    tr {
                        @for Cell { class, name, named, value } in row {
                            td class=[Some(class).filter(|class| !class.is_empty())] data-l=[named.then_some(name)] { (value) }
                        }
                    }
                }
            }
        }
    }
}
