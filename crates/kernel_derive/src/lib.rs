//! The derive behind `kernel::Problem`: an error type says of each of its refusals, beside the refusal, which kind and
//! code it has and what its text may speak of. Described at `kernel::Problem`.
//!
//! Invariant: what is missing or of no meaning is an error of the compiler at the place where it stands.

mod parse;
mod print;

use proc_macro::TokenStream;

/// Derives `kernel::Problem`, `Display`, `std::error::Error` and the `From` of what is passed on; see `kernel::Problem`.
#[proc_macro_derive(Problem, attributes(problem))]
pub fn problem(input: TokenStream) -> TokenStream {
    let input = syn::parse_macro_input!(input as syn::DeriveInput);
    parse::refusals(&input).map_or_else(syn::Error::into_compile_error, |read| print::impls(&read)).into()
}
