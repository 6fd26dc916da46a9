//! product

pub(crate) mod bulk;
pub(crate) mod editor;
pub(crate) mod form;
pub(crate) mod list;
pub(crate) mod one;
pub(crate) mod sheet;
