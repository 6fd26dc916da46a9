//! The site over the lake: figures, scores, rehearsals and the pages that show them, and every operation of the API with
//! everybody who may ask. Tests of the site that need no figures stand in `crates/server/tests`, with what both share.

mod api;
mod matrix;
mod merchant;
mod pages;
mod readable;
mod scores;

#[path = "../../../server/tests/it/askers.rs"]
mod askers;
#[allow(dead_code, reason = "of what both share, each uses a part")]
#[path = "../../../server/tests/it/people.rs"]
mod people;
#[allow(dead_code, reason = "of what both share, each uses a part")]
#[path = "../../../server/tests/it/site.rs"]
mod site;
#[path = "../../../server/tests/it/well_made.rs"]
mod well_made;

mod facts {
    //! The facts of every test here. The lake may not be asked from a thread that drives futures.

    use std::sync::Arc;

    /// What the site asks.
    pub(super) fn snapshot() -> Arc<dyn kernel::Ask> {
        std::thread::spawn(super::api::facts).join().unwrap()
    }
}
