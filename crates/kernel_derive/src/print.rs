//! From what a type refuses to its code.

use crate::parse::{Own, Refusals};
use proc_macro2::TokenStream;
use quote::quote;

/// The implementations, and the entry in the list of all refusals.
pub(crate) fn impls(read: &Refusals) -> TokenStream {
    let name = &read.name;
    let arms = |own: &dyn Fn(&Own) -> TokenStream, passed_on: &TokenStream| -> TokenStream {
        let arms = read.all.iter().map(|refusal| {
            let (pattern, told) = (&refusal.pattern, refusal.own.as_ref().map_or(passed_on.clone(), own));
            quote!(#pattern => #told,)
        });
        quote!(match self { #(#arms)* })
    };
    let kind = arms(
        &|own| {
            let kind = &own.kind;
            quote!(#kind)
        },
        &quote!(::kernel::Problem::kind(_0)),
    );
    let code = arms(
        &|own| {
            let code = &own.code;
            quote!(#code)
        },
        &quote!(::kernel::Problem::code(_0)),
    );
    let args = arms(
        &|own| {
            let args =
                own.args.iter().map(|(name, value)| quote!((#name, ::kernel::ToValue::to_value(&(#value)))));
            quote!(::std::vec![#(#args),*])
        },
        &quote!(::kernel::Problem::args(_0)),
    );
    let own = quote!(TEXTS.write(f, ::kernel::Problem::code(self), &::kernel::Problem::args(self)));
    let display = arms(&|_| own.clone(), &quote!(::std::fmt::Display::fmt(_0, f)));
    let sources = read.all.iter().map(|refusal| {
        let pattern = &refusal.pattern;
        let source = match (&refusal.from, &refusal.own) {
            (None, _) => quote!(::std::option::Option::None),
            (Some(_), None) => quote!(::std::error::Error::source(_0)),
            (Some(_), Some(_)) => quote!(::std::option::Option::Some(_0)),
        };
        quote!(#pattern => #source,)
    });
    let froms = read.all.iter().filter_map(|refusal| {
        let (from, path) = (refusal.from.as_ref()?, &refusal.path);
        Some(quote! {
            impl ::std::convert::From<#from> for #name {
                fn from(err: #from) -> Self {
                    #path(err)
                }
            }
        })
    });
    let texts = read.file.as_ref().map(|file| {
        let path = format!("/../../texts/en/{file}.ftl");
        let all = read.all.iter().filter_map(|refusal| {
            let own = refusal.own.as_ref()?;
            let (code, args) = (&own.code, own.args.iter().map(|(name, _)| name));
            Some(quote!(::kernel::Refusal { code: #code, args: &[#(#args),*] }))
        });
        quote! {
            static TEXTS: ::std::sync::LazyLock<::kernel::Texts> = ::std::sync::LazyLock::new(|| {
                ::kernel::Texts::new([include_str!(concat!(env!("CARGO_MANIFEST_DIR"), #path))])
            });
            ::kernel::inventory::submit! { ::kernel::Refusals(&[#(#all),*]) }
        }
    });
    quote! {
        #[allow(unused_variables)]
        const _: () = {
            #texts
            impl ::kernel::Problem for #name {
                fn kind(&self) -> ::kernel::Kind {
                    #kind
                }
                fn code(&self) -> &'static str {
                    #code
                }
                fn args(&self) -> ::std::vec::Vec<(&'static str, ::kernel::Value)> {
                    #args
                }
            }
            impl ::std::fmt::Display for #name {
                fn fmt(&self, f: &mut ::std::fmt::Formatter<'_>) -> ::std::fmt::Result {
                    #display
                }
            }
            impl ::std::error::Error for #name {
                fn source(&self) -> ::std::option::Option<&(dyn ::std::error::Error + 'static)> {
                    match self { #(#sources)* }
                }
            }
        };
        #(#froms)*
    }
}
