//! `/console/orders/{id}`: an order's promises as clocks and its facts as a timeline.

use axum::extract::State;
use web_kit::problem::{Failure, Path};
use web_kit::site::Site;
use web_kit::ui::{self, RenderContext};

pub async fn page(
    State(site): State<Site>,
    look: RenderContext,
    Path(id): Path<String>,
) -> Result<ui::Page, Failure> {
    site.ask(move |site, ask| report::order::page(site, ask, &look, &id, None)).await
}
