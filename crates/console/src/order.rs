//! `/console/orders/{id}`: an order's promises as clocks and its facts as a timeline.

use web_kit::prelude::*;

/// The page.
pub async fn page(at: PageContext) -> Result<Page, Failure> {
    let (look, id) = (at.look.clone(), at.param("id").to_owned());
    at.site.ask(move |site, ask| report::order::page(site, ask, &look, &id, None)).await
}
