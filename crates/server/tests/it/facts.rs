//! A market of which no facts are known yet: none of these tests reads a figure.

use kernel::ask::{Batch, Query};
use kernel::{Ask, AskError};
use std::sync::Arc;

struct Nothing;

impl Ask for Nothing {
    fn ask(
        &self,
        _: &Query<'_>,
        _: &mut dyn FnMut(&Batch<'_>) -> Result<(), AskError>,
    ) -> Result<(), AskError> {
        Ok(())
    }

    fn version(&self) -> u64 {
        0
    }
}

/// What the site asks.
pub(super) fn snapshot() -> Arc<dyn Ask> {
    Arc::new(Nothing)
}
