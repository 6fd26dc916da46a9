//! What nearly every page of the mall names. The rest is named where it is used.

pub(crate) use crate::parts;
pub(crate) use web_kit::prelude::*;
pub(crate) use web_kit::storefront::frame::{Frame, Tab};
pub(crate) use web_kit::storefront::icons;
pub(crate) use web_kit::storefront::parts::{empty, message, thumb};
pub(crate) use web_kit::ui::State as Mark;
