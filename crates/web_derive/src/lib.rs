//! What the faces of the program declare once: an operation of the API, and a form.
//!
//! Invariant: what is missing or of no meaning is an error of the compiler at the place where it stands.

mod form;
mod operation;

use proc_macro::TokenStream;

/// Declares an operation of the API on the function that answers it.
///
/// `#[operation(put, "/shops/{shop}/stock/{sku}", tag = "stock", needs = "shop.stock")]` says method, address, the part
/// of the document, and what it needs (`public`, `member`, or a permission). The rest is read from the signature:
///
/// - an argument named like a part of the address is read from it: `sku: Id<Sku>`;
/// - `query: T` is the query, `body: T` the JSON body; both are described in the document;
/// - any other argument is an extractor of its own, as `at: ShopContext`;
/// - `Answer<T>`, `Written<T>`, `Created<T>`, `Accepted<T>` and `Done` as its answer say status and body.
///
/// What else stands in the brackets (`responses(...)`, `request_body(...)`, `params(...)`) goes into the document as it
/// is, in place of what was read.
#[proc_macro_attribute]
pub fn operation(args: TokenStream, item: TokenStream) -> TokenStream {
    let args = syn::parse_macro_input!(args as operation::Args);
    let item = syn::parse_macro_input!(item as syn::ItemFn);
    operation::expand(args, item).unwrap_or_else(syn::Error::into_compile_error).into()
}

/// Derives `web_kit::forms::Form` for a struct of named fields: reading all of them in one round, showing them with what
/// was typed and why it was refused, and filling them from what is there.
///
/// `#[form("holiday")]` names the form; the label of its field `from` is the text `word-form_holiday-from`. On a field
/// `#[field(...)]` says: `wide`; `hint` (the text `word-form_holiday_hint-from` below it); `least = 0` and `most = 60`
/// (of a number its bounds, of a text its characters); `lines = 4` for a text of several lines; `unit = "h"` behind a
/// number, or `units` for the text `word-form_holiday_unit-from`; in the mall `kind = "tel"` for the type of its input and
/// `fill = "name"` for what a browser may fill in. What a field is (a line, a number, a day, a choice, a tick) comes from its
/// type, by `web_kit::forms::FormValue`.
#[proc_macro_derive(Form, attributes(form, field))]
pub fn form(input: TokenStream) -> TokenStream {
    let input = syn::parse_macro_input!(input as syn::DeriveInput);
    form::expand(&input).unwrap_or_else(syn::Error::into_compile_error).into()
}
