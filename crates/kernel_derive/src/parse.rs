//! From the type with its attributes to what it refuses.

use proc_macro2::{Delimiter, TokenStream, TokenTree};
use quote::{ToTokens, format_ident, quote};
use syn::spanned::Spanned;
use syn::{Attribute, Data, DeriveInput, Error, Fields, Ident, LitStr, Result};

/// An error type.
pub(crate) struct Refusals {
    pub(crate) name: Ident,
    /// The name of its file of texts, without a folder and an ending.
    pub(crate) file: Option<String>,
    pub(crate) all: Vec<Refusal>,
}

/// One variant, or the struct.
pub(crate) struct Refusal {
    /// The pattern that binds its fields.
    pub(crate) pattern: TokenStream,
    /// The path that makes it.
    pub(crate) path: TokenStream,
    /// The type of the error that it is made from.
    pub(crate) from: Option<TokenStream>,
    /// Nothing for an error that is passed on as it is.
    pub(crate) own: Option<Own>,
}

/// What a refusal says itself.
pub(crate) struct Own {
    pub(crate) kind: TokenStream,
    pub(crate) code: String,
    /// Names and values of what its text may speak of.
    pub(crate) args: Vec<(String, TokenStream)>,
}

/// `name`, `name = tokens` or `name(tokens)`.
struct Item {
    name: Ident,
    is: Option<TokenStream>,
    of: Option<TokenStream>,
}

/// The items between commas.
fn items(tokens: TokenStream) -> Result<Vec<Item>> {
    let mut found = Vec::new();
    let mut tokens = tokens.into_iter().peekable();
    while let Some(token) = tokens.next() {
        let TokenTree::Ident(name) = token else {
            return Err(Error::new(token.span(), "expected a name"));
        };
        let mut item = Item { name, is: None, of: None };
        match tokens.next() {
            None => {}
            Some(TokenTree::Punct(p)) if p.as_char() == ',' => {}
            Some(TokenTree::Punct(p)) if p.as_char() == '=' => {
                let comma = |token: &TokenTree| matches!(token, TokenTree::Punct(p) if p.as_char() == ',');
                item.is = Some(tokens.by_ref().take_while(|token| !comma(token)).collect());
            }
            Some(TokenTree::Group(group)) if group.delimiter() == Delimiter::Parenthesis => {
                item.of = Some(group.stream());
                match tokens.next() {
                    None => {}
                    Some(TokenTree::Punct(p)) if p.as_char() == ',' => {}
                    Some(other) => return Err(Error::new(other.span(), "expected a comma")),
                }
            }
            Some(other) => return Err(Error::new(other.span(), "expected =, ( or a comma")),
        }
        found.push(item);
    }
    Ok(found)
}

fn attribute(attributes: &[Attribute]) -> Result<Vec<Item>> {
    let mut all = Vec::new();
    for attribute in attributes.iter().filter(|attribute| attribute.path().is_ident("problem")) {
        all.extend(items(attribute.meta.require_list()?.tokens.clone())?);
    }
    Ok(all)
}

fn text(item: &Item) -> Result<String> {
    let tokens = item.is.clone().ok_or_else(|| Error::new(item.name.span(), "expected = \"...\""))?;
    Ok(syn::parse2::<LitStr>(tokens)?.value())
}

/// The type with all that it refuses.
pub(crate) fn refusals(input: &DeriveInput) -> Result<Refusals> {
    if !input.generics.params.is_empty() {
        return Err(Error::new(input.generics.span(), "an error type without parameters is expected"));
    }
    let name = input.ident.clone();
    let head = attribute(&input.attrs)?;
    let find = |word: &str| head.iter().find(|item| item.name == word).map(text).transpose();
    let (code, file) = (find("code")?, find("texts")?);
    let mut all = Vec::new();
    match &input.data {
        Data::Enum(data) => {
            if let Some(item) = head.iter().find(|item| item.name != "code" && item.name != "texts") {
                return Err(Error::new(item.name.span(), "expected code = \"...\" or texts = \"...\""));
            }
            for variant in &data.variants {
                let ident = &variant.ident;
                let told = attribute(&variant.attrs)?;
                let path = quote!(Self::#ident);
                all.push(refusal(ident, path, &variant.fields, told, code.as_deref())?);
            }
        }
        Data::Struct(data) => all.push(refusal(&name, quote!(Self), &data.fields, head, None)?),
        Data::Union(_) => return Err(Error::new(name.span(), "an enum or a struct is expected")),
    }
    let module = |code: &str| code.split('.').next().unwrap_or_default().to_owned();
    let first = all.iter().find_map(|refusal| refusal.own.as_ref()).map(|own| module(&own.code));
    let file = first.map(|first| file.or_else(|| code.as_deref().map(module)).unwrap_or(first));
    Ok(Refusals { name, file, all })
}

fn refusal(
    name: &Ident,
    path: TokenStream,
    fields: &Fields,
    told: Vec<Item>,
    prefix: Option<&str>,
) -> Result<Refusal> {
    let names: Vec<Ident> = match fields {
        Fields::Named(fields) => fields.named.iter().filter_map(|field| field.ident.clone()).collect(),
        Fields::Unnamed(fields) => (0..fields.unnamed.len()).map(|at| format_ident!("_{at}")).collect(),
        Fields::Unit => Vec::new(),
    };
    let pattern = match fields {
        Fields::Named(_) => quote!(#path { #(#names),* }),
        Fields::Unnamed(_) => quote!(#path(#(#names),*)),
        Fields::Unit => path.clone(),
    };
    let (mut kind, mut code, mut listed, mut from) = (None, None, None, None);
    for item in told {
        match item.name.to_string().as_str() {
            "from" => match fields {
                Fields::Unnamed(fields) if fields.unnamed.len() == 1 => {
                    from = Some(fields.unnamed[0].ty.to_token_stream());
                }
                _ => return Err(Error::new(item.name.span(), "only what holds one error comes from it")),
            },
            "kind" => kind = item.is,
            "code" => code = Some(text(&item)?),
            "texts" => {}
            "args" => listed = Some(items(item.of.unwrap_or_default())?),
            _ if item.is.is_none() && item.of.is_none() && kind.is_none() => {
                let word = item.name;
                kind = Some(quote!(::kernel::Kind::#word));
            }
            _ => return Err(Error::new(item.name.span(), "expected a kind, from, code = or args(...)")),
        }
    }
    let Some(kind) = kind else {
        return match from {
            Some(_) if code.is_none() && listed.is_none() => Ok(Refusal { pattern, path, from, own: None }),
            _ => Err(Error::new(name.span(), "say of which kind it is: #[problem(Invalid)]")),
        };
    };
    let code = match (code, prefix) {
        (Some(code), _) if code.contains('.') => code,
        (Some(code), Some(prefix)) => format!("{prefix}.{code}"),
        (None, Some(prefix)) => format!("{prefix}.{}", snake(name)),
        (_, None) => return Err(Error::new(name.span(), "say its code: #[problem(code = \"module.word\")]")),
    };
    let args = match (listed, fields) {
        (None, Fields::Unnamed(_)) => {
            return Err(Error::new(name.span(), "name what it holds: #[problem(args(order))]"));
        }
        (None, _) => names.iter().map(|name| (name.to_string(), name.to_token_stream())).collect(),
        (Some(listed), _) => values(listed, fields, &names)?,
    };
    Ok(Refusal { pattern, path, from, own: Some(Own { kind, code, args }) })
}

/// What is listed, with its values: a name alone is a field, in a tuple the next one.
fn values(listed: Vec<Item>, fields: &Fields, names: &[Ident]) -> Result<Vec<(String, TokenStream)>> {
    let mut next = names.iter();
    let one = |item: Item| {
        let name = item.name.to_string();
        let value = match (item.is, fields) {
            (Some(value), _) => value,
            (None, Fields::Unnamed(_)) => next
                .next()
                .ok_or_else(|| Error::new(item.name.span(), "there are fewer fields"))?
                .to_token_stream(),
            (None, _) => item.name.to_token_stream(),
        };
        Ok((name, value))
    };
    listed.into_iter().map(one).collect()
}

/// `NotPositive` as `not_positive`.
fn snake(name: &Ident) -> String {
    let mut out = String::new();
    for letter in name.to_string().chars() {
        if letter.is_ascii_uppercase() && !out.is_empty() {
            out.push('_');
        }
        out.push(letter.to_ascii_lowercase());
    }
    out
}
