//! The attribute of an operation.

use proc_macro2::TokenStream;
use quote::{format_ident, quote};
use syn::parse::{Parse, ParseStream};
use syn::punctuated::Punctuated;
use syn::spanned::Spanned;
use syn::{
    Error, Expr, ExprLit, FnArg, GenericArgument, Ident, ItemFn, Lit, LitStr, Meta, Pat, PathArguments,
    Result, ReturnType, Token, Type,
};

pub(crate) struct Args {
    method: Ident,
    path: LitStr,
    tag: LitStr,
    needs: LitStr,
    rest: Vec<Meta>,
}

impl Parse for Args {
    fn parse(input: ParseStream<'_>) -> Result<Self> {
        let method: Ident = input.parse()?;
        input.parse::<Token![,]>()?;
        let path: LitStr = input.parse()?;
        let (mut tag, mut needs, mut rest) = (None, None, Vec::new());
        if input.parse::<Option<Token![,]>>()?.is_some() {
            for meta in Punctuated::<Meta, Token![,]>::parse_terminated(input)? {
                let name = meta.path().get_ident().map(Ident::to_string).unwrap_or_default();
                match (name.as_str(), text(&meta)) {
                    ("tag", Some(text)) => tag = Some(text),
                    ("needs", Some(text)) => needs = Some(text),
                    _ => rest.push(meta),
                }
            }
        }
        let lacks = |what| Error::new(path.span(), format!("say `{what} = \"...\"`"));
        let (tag, needs) = (tag.ok_or_else(|| lacks("tag"))?, needs.ok_or_else(|| lacks("needs"))?);
        Ok(Self { method, tag, needs, path, rest })
    }
}

fn text(meta: &Meta) -> Option<LitStr> {
    match meta {
        Meta::NameValue(named) => match &named.value {
            Expr::Lit(ExprLit { lit: Lit::Str(text), .. }) => Some(text.clone()),
            _ => None,
        },
        _ => None,
    }
}

/// The status of an answer, by what its type is called.
const ANSWERS: [(&str, u16); 5] =
    [("Answer", 200), ("Written", 200), ("Created", 201), ("Accepted", 202), ("Done", 204)];

/// What the type of an answer says: its status, and what its body is.
fn answer(output: &ReturnType) -> Option<TokenStream> {
    let ReturnType::Type(_, answer) = output else { return None };
    let Type::Path(path) = &**answer else { return None };
    let last = path.path.segments.last()?;
    let (_, status) = ANSWERS.iter().find(|(name, _)| last.ident == name)?;
    let body = match &last.arguments {
        PathArguments::AngleBracketed(of) => of.args.iter().find_map(|one| match one {
            GenericArgument::Type(body) => Some(body),
            _ => None,
        }),
        _ => None,
    };
    let body = body.map(|body| quote!(, body = #body));
    Some(quote!(responses((status = #status #body))))
}

pub(crate) fn expand(args: Args, mut item: ItemFn) -> Result<TokenStream> {
    let Args { method, path, tag, needs, rest } = args;
    let address = path.value();
    let parts: Vec<&str> = address.split(['{', '}']).skip(1).step_by(2).collect();
    let (mut of_path, mut firsts, mut body_arg) = (Vec::new(), Vec::new(), None::<FnArg>);
    let mut said = Vec::new();
    for arg in std::mem::take(&mut item.sig.inputs) {
        let FnArg::Typed(typed) = &arg else {
            return Err(Error::new(arg.span(), "an operation is a free function"));
        };
        let (pat, ty) = (&typed.pat, &typed.ty);
        let name = match &**pat {
            Pat::Ident(ident) => ident.ident.to_string(),
            _ => String::new(),
        };
        if name == "query" {
            firsts.push(syn::parse_quote!(::web_kit::problem::Query(#pat): ::web_kit::problem::Query<#ty>));
            said.push(("params", quote!(params(#ty))));
        } else if name == "body" {
            body_arg = Some(syn::parse_quote!(::web_kit::problem::Json(#pat): ::web_kit::problem::Json<#ty>));
            said.push(("request_body", quote!(request_body = #ty)));
        } else if parts.contains(&name.as_str()) {
            of_path.push((pat.clone(), ty.clone()));
        } else {
            firsts.push(arg);
        }
    }
    let function = &item.sig.ident;
    let parts_of = format_ident!("{}Path", pascal(&function.to_string()));
    let mut parts_struct = None;
    if !of_path.is_empty() {
        let (names, types): (Vec<_>, Vec<_>) = of_path.into_iter().unzip();
        let doc = format!("What `{function}` reads of its address.");
        parts_struct = Some(quote! {
            #[doc = #doc]
            #[derive(::serde::Deserialize)]
            pub struct #parts_of { #(#names: #types),* }
        });
        let arg = syn::parse_quote!(
            ::web_kit::problem::Path(#parts_of { #(#names),* }): ::web_kit::problem::Path<#parts_of>
        );
        item.sig.inputs.push(arg);
    }
    item.sig.inputs.extend(firsts);
    item.sig.inputs.extend(body_arg);
    if let Some(answer) = answer(&item.sig.output) {
        said.push(("responses", answer));
    }
    // What stands in the brackets goes before what was read.
    said.retain(|(name, _)| !rest.iter().any(|meta| meta.path().is_ident(name)));
    if !said.iter().any(|(name, _)| *name == "responses")
        && !rest.iter().any(|m| m.path().is_ident("responses"))
    {
        let what = "say `responses(...)`, or answer with Answer, Written, Created, Accepted or Done";
        return Err(Error::new(item.sig.output.span(), what));
    }
    let said = said.into_iter().map(|(_, tokens)| tokens);
    Ok(quote! {
        #parts_struct
        #[utoipa::path(#method, path = #path, tag = #tag, #(#said,)* #(#rest,)*
            extensions(("x-needs" = json!(#needs))))]
        #item
    })
}

/// `ship_many` as `ShipMany`.
fn pascal(name: &str) -> String {
    let capital = |word: &str| {
        let mut letters = word.chars();
        letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
    };
    name.split('_').map(capital).collect()
}
