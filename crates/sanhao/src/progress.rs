//! A progress bar on stderr; nothing where stderr is not a terminal.

use indicatif::{ProgressBar, ProgressStyle};
use std::sync::Mutex;

/// Shows one bar, which starts anew with each step.
pub(crate) struct Bar {
    bar: ProgressBar,
    step: Mutex<&'static str>,
}

impl Bar {
    pub(crate) fn new() -> Self {
        let bar = ProgressBar::new(0);
        let style = ProgressStyle::with_template("{msg:<24} {wide_bar} {human_pos}/{human_len} {eta}")
            .unwrap_or_else(|_| ProgressStyle::default_bar());
        bar.set_style(style);
        Self { bar, step: Mutex::new("") }
    }
}

impl kernel::Progress for Bar {
    fn at(&self, what: &'static str, done: u64, total: u64) {
        if let Ok(mut step) = self.step.lock()
            && *step != what
        {
            *step = what;
            self.bar.reset();
            self.bar.set_message(what);
        }
        if total > 0 {
            self.bar.set_length(total);
        }
        self.bar.set_position(done);
    }
}

impl Drop for Bar {
    fn drop(&mut self) {
        self.bar.finish_and_clear();
    }
}
