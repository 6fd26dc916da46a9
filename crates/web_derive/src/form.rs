//! The derive of forms.

use proc_macro2::TokenStream;
use quote::quote;
use syn::spanned::Spanned;
use syn::{Data, DeriveInput, Error, Expr, Field, Fields, LitStr, Result};

pub(crate) fn expand(input: &DeriveInput) -> Result<TokenStream> {
    let Data::Struct(data) = &input.data else {
        return Err(Error::new(input.span(), "a form is a struct"));
    };
    let Fields::Named(named) = &data.fields else {
        return Err(Error::new(input.span(), "a form's fields have names"));
    };
    let name = input.attrs.iter().find(|attr| attr.path().is_ident("form"));
    let name = name.ok_or_else(|| Error::new(input.span(), "name the form: #[form(\"holiday\")]"))?;
    let name: LitStr = name.parse_args()?;
    let form_name = name.value();
    let list = format!("form_{form_name}");
    let (hints, units) = (format!("{list}_hint"), format!("{list}_unit"));
    let mut specs = Vec::new();
    let (mut idents, mut types, mut names) = (Vec::new(), Vec::new(), Vec::new());
    let (mut hinted, mut counted) = (Vec::new(), Vec::new());
    for field in &named.named {
        let Some(ident) = &field.ident else { continue };
        let text = ident.to_string();
        let mut spec = spec(field)?;
        if spec.units {
            counted.push(text.clone());
            spec.unit = format!("word-{units}-{text}");
        }
        let of_hint = if spec.hint {
            hinted.push(text.clone());
            let id = format!("word-{hints}-{text}");
            quote!(::core::option::Option::Some(#id))
        } else {
            quote!(::core::option::Option::None)
        };
        let (ty, label) = (&field.ty, format!("word-{list}-{text}"));
        let Spec { wide, least, most, lines, unit, kind, fill, .. } = spec;
        specs.push(quote! {
            ::web_kit::forms::FieldSpec {
                name: #text, label: #label, hint: #of_hint, wide: #wide,
                least: #least, most: #most, lines: #lines, unit: #unit,
                kind: #kind, fill: #fill,
                needed: <#ty as ::web_kit::forms::FormValue>::NEEDED,
                control: <#ty as ::web_kit::forms::FormValue>::control,
            }
        });
        idents.push(ident);
        types.push(&field.ty);
        names.push(text);
    }
    let (ident, at) = (&input.ident, 0usize..);
    let at: Vec<usize> = at.take(idents.len()).collect();
    let words = |list: &str, names: &[String]| {
        let all = names.iter();
        (!names.is_empty()).then(|| {
            quote! {
                ::web_kit::forms::inventory::submit! {
                    ::web_kit::forms::Words { list: #list, all: || ::std::vec![#(#all),*] }
                }
            }
        })
    };
    let (labels, hints, units) = (words(&list, &names), words(&hints, &hinted), words(&units, &counted));
    Ok(quote! {
        impl ::web_kit::forms::Form for #ident {
            const FIELDS: &'static [::web_kit::forms::FieldSpec] = &[#(#specs),*];
            fn read(fields: &mut ::web_kit::form::Fields, market: &::kernel::Market) -> ::core::option::Option<Self> {
                fields.of_market(market);
                #(let #idents = <#types as ::web_kit::forms::FormValue>::read(
                    fields, &<Self as ::web_kit::forms::Form>::FIELDS[#at], market);)*
                if !fields.is_good() {
                    return ::core::option::Option::None;
                }
                ::core::option::Option::Some(Self { #(#idents: #idents?),* })
            }
            fn fill(&self, market: &::kernel::Market) -> ::web_kit::form::Fields {
                let mut fields = ::web_kit::form::Fields::default();
                fields.of_market(market);
                #(::web_kit::forms::FormValue::fill(&self.#idents, &mut fields, #names);)*
                fields
            }
        }
        ::web_kit::forms::inventory::submit! {
            ::web_kit::forms::Declared {
                name: #form_name,
                fields: <#ident as ::web_kit::forms::Form>::FIELDS,
                again: ::web_kit::forms::again::<#ident>,
            }
        }
        #labels
        #hints
        #units
    })
}

struct Spec {
    wide: bool,
    hint: bool,
    least: TokenStream,
    most: TokenStream,
    lines: usize,
    unit: String,
    kind: String,
    fill: String,
    units: bool,
}

fn spec(field: &Field) -> Result<Spec> {
    let mut spec = Spec {
        wide: false,
        hint: false,
        least: quote!(0),
        most: quote!(1_000_000),
        lines: 1,
        unit: String::new(),
        kind: "text".to_owned(),
        fill: "off".to_owned(),
        units: false,
    };
    let bound = |value: Expr| quote!((#value) as i64);
    for attr in field.attrs.iter().filter(|attr| attr.path().is_ident("field")) {
        attr.parse_nested_meta(|meta| {
            let name = meta.path.get_ident().map(ToString::to_string).unwrap_or_default();
            match name.as_str() {
                "wide" => spec.wide = true,
                "hint" => spec.hint = true,
                "least" => spec.least = bound(meta.value()?.parse()?),
                "most" => spec.most = bound(meta.value()?.parse()?),
                "lines" => spec.lines = meta.value()?.parse::<syn::LitInt>()?.base10_parse()?,
                "units" => spec.units = true,
                "unit" => spec.unit = meta.value()?.parse::<LitStr>()?.value(),
                "kind" => spec.kind = meta.value()?.parse::<LitStr>()?.value(),
                "fill" => spec.fill = meta.value()?.parse::<LitStr>()?.value(),
                _ => {
                    return Err(meta
                        .error("a field knows wide, hint, least, most, lines, unit, units, kind and fill"));
                }
            }
            Ok(())
        })?;
    }
    Ok(spec)
}
