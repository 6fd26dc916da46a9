//! What risk control is told of a purchase: its traces, made with the market's key, and what is bought.

use super::CheckoutServices;
use super::error::Error;
use kernel::id::{Member, Sku};
use kernel::{Id, Moment};
use people::vault::{Postal, Trace, Vault};
use store::Query;
use trade::order;
use trade::price::Priced;
use trade::risk::{self, Checked, New, Rules, Traces};

/// Holds a purchase against the rules of the terms that it is placed under. Terms without rules look at nothing.
pub(super) fn check(
    q: &mut impl Query,
    services: &CheckoutServices,
    rules: Option<&Rules>,
    (member, now): (Id<Member>, Moment),
    (priced, postal, device): (&Priced, Option<&Postal>, Option<&str>),
) -> Result<Checked, Error> {
    let Some(rules) = rules else { return Ok(Checked::default()) };
    let traces = traces(services.vault(), postal, device);
    let lines = priced.shops.iter().flat_map(|shop| &shop.lines);
    let units: Vec<(Id<Sku>, i64)> = lines.map(|line| (line.sku, line.quantity)).collect();
    let new = New { joined_at: risk::joined(member), units: &units, now };
    let seen = order::before(q, member, &traces, &rules.reach(&new))?;
    Ok(risk::check(rules, traces, &seen, &new)?)
}

fn traces(vault: &Vault, postal: Option<&Postal>, device: Option<&str>) -> Traces {
    Traces {
        phone: postal.map(|postal| vault.trace(Trace::Phone, &postal.phone)),
        address: postal.map(|postal| vault.trace(Trace::Place, &postal.place())),
        device: device.map(|device| vault.trace(Trace::Device, device)),
    }
}
