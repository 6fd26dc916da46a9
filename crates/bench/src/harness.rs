//! Fair comparison on a noisy machine: the two sides take turns, and the medians are compared.

/// Runs `a` and `b` in turn, `rounds` times each; returns the median of each and of the ratios a/b of the pairs.
pub(crate) fn pairs(
    rounds: usize,
    mut a: impl FnMut() -> f64,
    mut b: impl FnMut() -> f64,
) -> (f64, f64, f64) {
    let (mut of_a, mut of_b, mut ratios) = (Vec::new(), Vec::new(), Vec::new());
    for round in 0..rounds {
        // Who goes first changes, so that neither side always finds the caches the other left.
        let (x, y) = if round % 2 == 0 {
            let x = a();
            (x, b())
        } else {
            let y = b();
            (a(), y)
        };
        of_a.push(x);
        of_b.push(y);
        ratios.push(x / y);
    }
    (median(&mut of_a), median(&mut of_b), median(&mut ratios))
}

/// The middle value; the mean of the two middle ones if there are two.
pub(crate) fn median(values: &mut [f64]) -> f64 {
    values.sort_by(f64::total_cmp);
    let n = values.len();
    match n {
        0 => f64::NAN,
        _ if n % 2 == 1 => values[n / 2],
        _ => f64::midpoint(values[n / 2 - 1], values[n / 2]),
    }
}

/// The most memory this process has held so far, in MiB (Linux: VmHWM).
pub(crate) fn peak_mib() -> f64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let kib = status
        .lines()
        .find_map(|l| l.strip_prefix("VmHWM:"))
        .and_then(|l| l.trim().split(' ').next()?.parse::<f64>().ok());
    kib.unwrap_or(f64::NAN) / 1024.0
}
