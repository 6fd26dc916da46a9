//! Not written yet.

pub(crate) fn run(_quick: bool) -> serde_json::Value {
    serde_json::json!({})
}
