//! What a page asks of the facts on the day of its address, or on the one that the market's history opens with.

use kernel::{Ask, Date};
use report::data::{self, History};
use std::sync::Arc;
use web_kit::prelude::*;

/// What was found on a day.
pub(crate) struct OnDay<T> {
    history: Arc<Option<History>>,
    /// The day.
    pub(crate) day: Date,
    /// What was asked for.
    pub(crate) found: T,
}

impl<T> OnDay<T> {
    /// The market's history up to its last fact.
    pub(crate) fn known(&self) -> Option<&History> {
        self.history.as_ref().as_ref()
    }

    /// The choice of another day for a page. `keep` are its other choices.
    pub(crate) fn picker(&self, look: &RenderContext, path: &str, keep: &[(&str, &str)]) -> Markup {
        let picker = |known| report::overview::day_picker(look, path, known, self.day, keep);
        self.known().map(picker).unwrap_or_default()
    }
}

/// Asks on the day of the address; nothing before the market's first order.
pub(crate) async fn on_day<T: Send + 'static>(
    at: &PageContext,
    f: impl FnOnce(&Site, &dyn Ask, Date) -> Result<T, Failure> + Send + 'static,
) -> Result<Option<OnDay<T>>, Failure> {
    let asked = at.query.raw("as_of").map(ToOwned::to_owned);
    let found = at.site.ask(move |site, ask| {
        let history = data::history(site, ask)?;
        let Some(known) = history.as_ref() else { return Ok(None) };
        let day = data::day_asked(known, asked.as_deref())?;
        let found = f(site, ask, day)?;
        Ok(Some(OnDay { history, day, found }))
    });
    found.await
}
