//! The market's row: its zone and its currency, set before its first fact.

use crate::{Query, StoreError, Tx, log, vals};
use kernel::Market;

crate::sql! {
    GET = "select zone, currency from store_market";
    SET = "
insert into store_market (only_one, zone, currency)
values (1, $1, $2)
on conflict (only_one) do update
set zone = excluded.zone, currency = excluded.currency";
}

/// The market, if it was set.
pub fn get(q: &mut impl Query) -> Result<Option<Market>, StoreError> {
    let row = q.one(&GET, &[], |row| Ok((row.text(0)?.to_owned(), row.text(1)?.to_owned())))?;
    row.map(|(zone, currency)| {
        let unreadable = |why: String| StoreError::Unreadable(format!("the market: {why}"));
        Ok(Market {
            zone: zone.parse().map_err(|err: kernel::UnknownZone| unreadable(err.to_string()))?,
            currency: currency.parse().map_err(|err: kernel::MoneyError| unreadable(err.to_string()))?,
        })
    })
    .transpose()
}

/// Sets the market. Setting what it is already changes nothing; another one is refused once there are facts.
pub fn set(tx: &mut Tx<'_>, market: &Market) -> Result<(), StoreError> {
    let present = get(tx)?;
    if present.as_ref() == Some(market) {
        return Ok(());
    }
    if let Some(present) = present
        && tx.one(&log::ANY, &[], |_| Ok(()))?.is_some()
    {
        return Err(tx.doom(StoreError::MarketFixed { present: name(&present), wanted: name(market) }));
    }
    tx.exec(&SET, vals![market.zone.name(), market.currency.code()]).map(drop)
}

fn name(market: &Market) -> String {
    format!("{} and {}", market.zone, market.currency)
}
