//! Texts of one language, in files of Fluent: a text for each id, with places for named values.
//!
//! Of Fluent this reads what our texts are made of: values by name, strings in quotes, and choices by a value
//! (`{ $n -> [1] one thing *[other] { $n } things }`). Functions, attributes and terms are not ours; a test of the texts
//! refuses them.
//!
//! Invariants: amounts and numbers look in a text as they do elsewhere; nothing is put around a value; a text that is not
//! there is its id, never an empty line.

use crate::Value;
use fluent_syntax::ast::{Entry, Expression, InlineExpression, Pattern, PatternElement, VariantKey};
use std::borrow::Cow;
use std::collections::HashMap;
use std::fmt;

/// Values by their names.
type Args = [(&'static str, Value)];

/// The texts of a language.
pub struct Texts(HashMap<&'static str, Pattern<&'static str>>);

impl Texts {
    /// Reads files. What cannot be read in them is left out: the tests of the texts say so.
    pub fn new(files: impl IntoIterator<Item = &'static str>) -> Self {
        let mut texts = HashMap::new();
        for file in files {
            let read = fluent_syntax::parser::parse_runtime(file).unwrap_or_else(|(partly, _)| partly);
            texts.extend(read.body.into_iter().filter_map(|entry| match entry {
                Entry::Message(message) => Some((message.id.name, message.value?)),
                _ => None,
            }));
        }
        Self(texts)
    }

    /// The text under a code or an id with its values; nothing if there is none. One without places is not copied.
    pub fn say(&self, code: &str, args: &Args) -> Option<Cow<'static, str>> {
        let text = self.0.get(code.replace('.', "-").as_str())?;
        if let [PatternElement::TextElement { value }] = text.elements[..] {
            return Some(Cow::Borrowed(value));
        }
        let mut said = String::new();
        put(&mut said, text, args).ok()?;
        Some(Cow::Owned(said))
    }

    /// Writes the text under a code; the code itself if there is none.
    pub fn write(&self, f: &mut fmt::Formatter<'_>, code: &str, args: &Args) -> fmt::Result {
        f.write_str(&self.say(code, args).unwrap_or(code.into()))
    }
}

fn put(said: &mut String, text: &Pattern<&'static str>, args: &Args) -> fmt::Result {
    text.elements.iter().try_for_each(|element| match element {
        PatternElement::TextElement { value } => {
            said.push_str(value);
            Ok(())
        }
        PatternElement::Placeable { expression: Expression::Inline(one) } => put_one(said, one, args),
        PatternElement::Placeable { expression: Expression::Select { selector, variants } } => {
            let mut by = String::new();
            put_one(&mut by, selector, args)?;
            let fits = |key: &VariantKey<&str>| match key {
                VariantKey::Identifier { name } => *name == by,
                VariantKey::NumberLiteral { value } => *value == by,
            };
            let chosen = variants.iter().find(|variant| fits(&variant.key));
            let chosen = chosen.or_else(|| variants.iter().find(|variant| variant.default));
            chosen.map_or(Ok(()), |chosen| put(said, &chosen.value, args))
        }
    })
}

fn put_one(said: &mut String, one: &InlineExpression<&'static str>, args: &Args) -> fmt::Result {
    use fmt::Write;
    match one {
        InlineExpression::StringLiteral { value } | InlineExpression::NumberLiteral { value } => {
            said.write_str(value)
        }
        InlineExpression::VariableReference { id } => match args.iter().find(|(name, _)| *name == id.name) {
            Some((_, Value::Number(number))) => write!(said, "{number}"),
            Some((_, Value::Money(money))) => write!(said, "{money}"),
            Some((_, Value::Text(text))) => said.write_str(text),
            None => write!(said, "${}", id.name),
        },
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Currency, Money};

    #[test]
    fn a_text_speaks_of_its_values_as_they_are() {
        let texts = Texts::new([
            "cart-full = { $most } of { $what } at { $price }\ncart-bare = as it is",
            "n-of = { $n ->\n    [1] one thing\n   *[other] { $n }{\" \"}things\n }, all told",
        ]);
        let args = [
            ("most", Value::Number(1_234_567)),
            ("what", Value::Text("“x”".into())),
            ("price", Value::Money(Money::new(1_050, Currency::CNY))),
        ];
        assert_eq!(texts.say("cart.full", &args).unwrap(), "1234567 of “x” at CNY 10.50");
        assert_eq!(texts.say("n.of", &[("n", Value::Number(1))]).unwrap(), "one thing, all told");
        assert_eq!(texts.say("n.of", &[("n", Value::Number(-7))]).unwrap(), "-7 things, all told");
        assert!(matches!(texts.say("cart.bare", &args), Some(Cow::Borrowed("as it is"))));
        assert_eq!(texts.say("cart.none", &[]), None);
    }
}
