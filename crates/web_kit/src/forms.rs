//! Forms that are declared: a struct says what its fields are, and reading, refusing, filling and drawing them follow.
//!
//! Invariants: all fields are read in one round, so that everything that is wrong is said at once, each beside its field;
//! what a field is called stands in the texts of every language.

use crate::form::{Fields, PERCENT_DECIMALS, plain};
use crate::parts::{self, Field};
use crate::storefront::parts::{self as mall, Typing};
use crate::ui::RenderContext;
use crate::words::named::{self, Word};
use kernel::{Date, Market, Money, Numerals};
use maud::{Markup, html};
use people::merchant::{self, HolidayOrders, Industry};

#[doc(hidden)]
pub use kernel::inventory;
#[doc(hidden)]
pub use texts::Words;

/// A form, declared as a struct: `#[derive(Form)]`, see `web_derive`.
pub trait Form: Sized {
    /// Its fields, in order.
    const FIELDS: &'static [FieldSpec];

    /// Reads all fields in one round: the value, or each field says what is wrong with it.
    fn read(fields: &mut Fields, market: &Market) -> Option<Self>;

    /// The fields as they stand in a form of a market that holds this.
    fn fill(&self, market: &Market) -> Fields;

    /// Its fields, with what was typed, what is wrong, and choices that are known only now.
    fn draw(
        look: &RenderContext,
        fields: &Fields,
        choices: impl Fn(&str) -> Vec<(String, String)>,
    ) -> Markup {
        html! { @for spec in Self::FIELDS { ((spec.control)(look, fields, spec, &choices(spec.name))) } }
    }

    /// Some of its fields, for a form in parts.
    fn draw_some(
        look: &RenderContext,
        fields: &Fields,
        names: &[&str],
        choices: impl Fn(&str) -> Vec<(String, String)>,
    ) -> Markup {
        html! {
            @for spec in Self::FIELDS.iter().filter(|spec| names.contains(&spec.name)) {
                ((spec.control)(look, fields, spec, &choices(spec.name)))
            }
        }
    }

    /// The whole form: it is sent to `action` under `key`, with a button.
    fn show(look: &RenderContext, fields: &Fields, action: &str, key: &str, button: &str) -> Markup {
        html! {
            form.paper.dk-form action=(action) method="post" {
                input type="hidden" name="key" value=(key);
                (Self::draw(look, fields, |_| Vec::new()))
                div.dk-wide.dk-row.end { button.btn.pri { (button) } }
            }
        }
    }
}

/// A form that is declared somewhere in the program.
#[derive(Debug)]
pub struct Declared {
    /// Its name.
    pub name: &'static str,
    /// Its fields.
    pub fields: &'static [FieldSpec],
    /// See [`again`].
    pub again: fn(&Market, &Fields) -> Again,
}

/// What a form holds that was sent, and what it holds when it is sent again unchanged, if it is taken then; or the form that was
/// refused.
pub type Again = Result<(Fields, Option<Fields>), Fields>;

kernel::inventory::collect!(Declared);

/// What a form holds that was sent, and what it holds when it is opened and sent unchanged: nothing if it is refused then.
/// What is never shown again is typed again. A form that is refused comes back.
pub fn again<F: Form>(market: &Market, sent: &Fields) -> Again {
    let mut typed = sent.clone();
    let Some(form) = F::read(&mut typed, market) else { return Err(typed) };
    let once = form.fill(market);
    let mut unchanged = once.clone();
    for (name, value) in sent.sent.iter().filter(|(name, _)| once.raw(name).is_none()) {
        unchanged.push(name.clone(), value.clone());
    }
    let twice = F::read(&mut unchanged, market).map(|form| form.fill(market));
    Ok((once, twice))
}

/// How the control of a field is drawn.
type Control = fn(&RenderContext, &Fields, &FieldSpec, &[(String, String)]) -> Markup;

/// What a form says of one of its fields.
#[derive(Debug, Clone, Copy)]
pub struct FieldSpec {
    /// Its name in the form.
    pub name: &'static str,
    /// The text that names it.
    pub label: &'static str,
    /// The text of the sentence below it.
    pub hint: Option<&'static str>,
    /// Over the whole width of the form.
    pub wide: bool,
    /// Whether it must be filled.
    pub needed: bool,
    /// The least number.
    pub least: i64,
    /// The largest number, or the most characters.
    pub most: i64,
    /// How many lines it shows.
    pub lines: usize,
    /// What stands behind a number, or the text of it.
    pub unit: &'static str,
    /// The type of its input, if it is another than its value's.
    pub kind: &'static str,
    /// What a browser may fill in by itself.
    pub fill: &'static str,
    /// How it is drawn.
    pub control: Control,
}

impl FieldSpec {
    pub(crate) fn field<'a>(&self, look: &RenderContext) -> Field<'a> {
        let text = |id| texts::word(look.lang.tag(), id).unwrap_or(id);
        Field {
            name: self.name,
            label: text(self.label),
            hint: self.hint.map_or("", text),
            needed: self.needed,
            wide: self.wide,
            form: "",
        }
    }
    fn typing<'a>(&self) -> Typing<'a> {
        Typing { kind: self.kind, fill: self.fill, most: self.most() }
    }
    /// What stands behind its number.
    fn unit(&self, look: &RenderContext) -> &'static str {
        texts::word(look.lang.tag(), self.unit).unwrap_or(self.unit)
    }
    pub(crate) fn most(&self) -> usize {
        usize::try_from(self.most).unwrap_or(usize::MAX)
    }
}

/// What can be typed into a field, or chosen in it.
pub trait FormValue: Sized {
    /// Whether a field of it must be filled.
    const NEEDED: bool = true;
    /// Reads it; nothing, and the field says why, if it cannot be.
    fn read(fields: &mut Fields, spec: &FieldSpec, market: &Market) -> Option<Self>;
    /// Puts it into a field.
    fn fill(&self, fields: &mut Fields, name: &str);
    /// Draws the field.
    fn control(
        look: &RenderContext,
        fields: &Fields,
        spec: &FieldSpec,
        choices: &[(String, String)],
    ) -> Markup;
}

/// A text, if the field holds one that fits.
fn text_of(fields: &mut Fields, spec: &FieldSpec) -> Option<String> {
    fields.labelled(spec.name, spec.label);
    let most = spec.most();
    // Counted as it is kept: a text with nothing to see is empty.
    let text = kernel::text::kept(fields.text(spec.name));
    if text.chars().count() > most {
        fields.refuse(spec.name, format!("最多 {most} 个字。"), format!("At most {most} characters."));
        return None;
    }
    Some(text).filter(|text| !text.is_empty())
}

/// What a needed field holds; an empty one is refused.
fn needed<T>(fields: &mut Fields, spec: &FieldSpec, read: Option<T>) -> Option<T> {
    if read.is_none() {
        fields.refuse(spec.name, "要填。", "Needed.");
    }
    read
}

fn text_control(look: &RenderContext, fields: &Fields, spec: &FieldSpec) -> Markup {
    if spec.lines > 1 && look.is_mall() {
        return mall::lines(look, fields, spec.field(look), (spec.lines, spec.most()));
    }
    if spec.lines > 1 {
        return parts::lines(look, fields, spec.field(look), spec.lines, spec.most());
    }
    if look.is_mall() {
        return mall::line(look, fields, spec.field(look), spec.typing());
    }
    parts::line(look, fields, spec.field(look), spec.most())
}

/// A choice as its face draws it.
fn choice(look: &RenderContext, fields: &Fields, of: Field<'_>, choices: &[(String, String)]) -> Markup {
    match look.is_mall() {
        true => mall::choice(look, fields, of, choices),
        false => parts::choice(look, fields, of, choices),
    }
}

/// A password: read as it was typed, spaces and all, and never shown again. It prints as nothing.
#[derive(Clone, PartialEq, Eq)]
pub struct Password(pub String);

impl std::fmt::Debug for Password {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Password")
    }
}

impl FormValue for Password {
    fn read(fields: &mut Fields, spec: &FieldSpec, _: &Market) -> Option<Self> {
        fields.labelled(spec.name, spec.label);
        let typed = fields.take(spec.name).filter(|typed| !typed.is_empty());
        needed(fields, spec, typed.map(Self))
    }
    fn fill(&self, _: &mut Fields, _: &str) {}
    fn control(look: &RenderContext, fields: &Fields, spec: &FieldSpec, _: &[(String, String)]) -> Markup {
        mall::line(look, fields, spec.field(look), Typing { kind: "password", ..spec.typing() })
    }
}

/// The values of fields: what reads one, what fills it, and what draws it. Each can be needed, or left empty.
macro_rules! values {
    ($($type:ty: $read:expr, $fill:expr, $control:expr;)*) => {$(
        impl FormValue for Option<$type> {
            const NEEDED: bool = false;
            fn read(fields: &mut Fields, spec: &FieldSpec, market: &Market) -> Option<Self> {
                fields.labelled(spec.name, spec.label);
                let read: fn(&mut Fields, &FieldSpec, &Market) -> Option<$type> = $read;
                Some(read(fields, spec, market))
            }
            fn fill(&self, fields: &mut Fields, name: &str) {
                let fill: fn(&$type, Numerals) -> String = $fill;
                let text = self.as_ref().map(|value| fill(value, fields.numerals())).unwrap_or_default();
                fields.set(name, text);
            }
            fn control(look: &RenderContext, fields: &Fields, spec: &FieldSpec, _: &[(String, String)]) -> Markup {
                let control: fn(&RenderContext, &Fields, &FieldSpec) -> Markup = $control;
                control(look, fields, spec)
            }
        }
        impl FormValue for $type {
            fn read(fields: &mut Fields, spec: &FieldSpec, market: &Market) -> Option<Self> {
                let read = <Option<Self> as FormValue>::read(fields, spec, market)?;
                needed(fields, spec, read)
            }
            fn fill(&self, fields: &mut Fields, name: &str) {
                let fill: fn(&$type, Numerals) -> String = $fill;
                let text = fill(self, fields.numerals());
                fields.set(name, text);
            }
            fn control(look: &RenderContext, fields: &Fields, spec: &FieldSpec, none: &[(String, String)]) -> Markup {
                <Option<Self> as FormValue>::control(look, fields, spec, none)
            }
        }
    )*};
}

values! {
    String: |fields, spec, _| text_of(fields, spec), |text, _| text.clone(), text_control;
    Box<str>: |fields, spec, _| text_of(fields, spec).map(Into::into), |text, _| text.to_string(), text_control;
    i64: |fields, spec, _| fields.whole(spec.name, spec.least, spec.most), |number, _| number.to_string(),
        |look, fields, spec| parts::number(look, fields, spec.field(look), spec.unit(look));
    Money: |fields, spec, market| fields.money(spec.name, market.currency), |money, _| plain(*money),
        |look, fields, spec| {
            let unit = look.currency.as_ref().map_or(spec.unit, |currency| currency.symbol());
            parts::number(look, fields, spec.field(look), unit)
        };
    Percent: |fields, spec, _| fields.percent(spec.name, WHOLE).map(|share| Percent(share * HUNDREDTH)), |share, numerals| numerals.write(share.0 / HUNDREDTH, PERCENT_DECIMALS),
        |look, fields, spec| parts::number(look, fields, spec.field(look), spec.unit(look));
    Date: |fields, spec, _| fields.date(spec.name), |date, _| date.to_string(),
        |look, fields, spec| parts::day(look, fields, spec.field(look));
}

impl FormValue for bool {
    const NEEDED: bool = false;
    fn read(fields: &mut Fields, spec: &FieldSpec, _: &Market) -> Option<Self> {
        Some(fields.has(spec.name))
    }
    fn fill(&self, fields: &mut Fields, name: &str) {
        fields.set(name, if *self { "1" } else { "" });
    }
    fn control(look: &RenderContext, fields: &Fields, spec: &FieldSpec, _: &[(String, String)]) -> Markup {
        parts::tick(spec.name, "1", html! { (spec.field(look).label) }, fields.has(spec.name))
    }
}

/// One of several things that are known only when the form is shown.
impl<T: kernel::Entity> FormValue for kernel::Id<T> {
    fn read(fields: &mut Fields, spec: &FieldSpec, _: &Market) -> Option<Self> {
        fields.labelled(spec.name, spec.label);
        let read = fields.text(spec.name).parse().ok();
        if read.is_none() {
            fields.refuse(spec.name, "要选一个。", "Choose one.");
        }
        read
    }
    fn fill(&self, fields: &mut Fields, name: &str) {
        fields.set(name, self.to_string());
    }
    fn control(
        look: &RenderContext,
        fields: &Fields,
        spec: &FieldSpec,
        choices: &[(String, String)],
    ) -> Markup {
        choice(look, fields, spec.field(look), choices)
    }
}

/// One of several words that are given when the form is shown; none if it was not sent.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Chosen(pub Box<str>);

impl FormValue for Chosen {
    const NEEDED: bool = false;
    fn read(fields: &mut Fields, spec: &FieldSpec, _: &Market) -> Option<Self> {
        fields.labelled(spec.name, spec.label);
        Some(Self(fields.text(spec.name).into()))
    }
    fn fill(&self, fields: &mut Fields, name: &str) {
        fields.set(name, &*self.0);
    }
    fn control(
        look: &RenderContext,
        fields: &Fields,
        spec: &FieldSpec,
        choices: &[(String, String)],
    ) -> Markup {
        choice(look, fields, spec.field(look), choices)
    }
}

/// A share in parts per million, typed in per cent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Percent(pub i64);

/// A hundredth of a per cent, in parts per million.
const HUNDREDTH: i64 = 100;

/// The whole, in hundredths of a per cent.
const WHOLE: i64 = 10_000;

/// One of the words of a type; it may be left open where the form says so.
macro_rules! choices {
    ($($type:ty: $parse:expr, $all:expr;)*) => {$(
        impl FormValue for Option<$type> {
            const NEEDED: bool = false;
            fn read(fields: &mut Fields, spec: &FieldSpec, _: &Market) -> Option<Self> {
                fields.labelled(spec.name, spec.label);
                let parse: fn(&str) -> Option<$type> = $parse;
                Some(parse(fields.text(spec.name)))
            }
            fn fill(&self, fields: &mut Fields, name: &str) {
                fields.set(name, self.as_ref().map_or("", Word::as_str));
            }
            fn control(look: &RenderContext, fields: &Fields, spec: &FieldSpec, _: &[(String, String)]) -> Markup {
                let open = (String::new(), look.t("未选择", "Not specified").to_owned());
                let all = $all.iter().map(|one| word(look, one));
                choice(look, fields, spec.field(look), &std::iter::once(open).chain(all).collect::<Vec<_>>())
            }
        }
        impl FormValue for $type {
            fn read(fields: &mut Fields, spec: &FieldSpec, market: &Market) -> Option<Self> {
                let read = <Option<Self> as FormValue>::read(fields, spec, market)?;
                if read.is_none() {
                    fields.refuse(spec.name, "要选一个。", "Choose one.");
                }
                read
            }
            fn fill(&self, fields: &mut Fields, name: &str) {
                fields.set(name, Word::as_str(self));
            }
            fn control(look: &RenderContext, fields: &Fields, spec: &FieldSpec, _: &[(String, String)]) -> Markup {
                let all: Vec<_> = $all.iter().map(|one| word(look, one)).collect();
                choice(look, fields, spec.field(look), &all)
            }
        }
    )*};
}

fn word<W: Word>(look: &RenderContext, one: &W) -> (String, String) {
    (one.as_str().to_owned(), named::of(look.lang, one).to_owned())
}

choices! {
    HolidayOrders: HolidayOrders::parse, HolidayOrders::ALL;
    Industry: Industry::parse, Industry::ALL;
    merchant::Kind: merchant::Kind::parse, merchant::Kind::ALL;
}
