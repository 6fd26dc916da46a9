//! A shop's products: the list, one product with its live version and its history, and the editor of what comes next.

pub(super) mod editor;
mod form;
pub(super) mod list;
pub(super) mod one;
pub(super) mod view;
