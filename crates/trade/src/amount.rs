//! Amounts in documents: `[minor, "CNY"]`, a third of their usual length, where a document has many.

/// An amount as `[minor, "CNY"]`.
pub(crate) mod money {
    use kernel::{Currency, Money};
    use serde::{Deserialize, Deserializer, Serialize, Serializer};

    pub(crate) fn serialize<S: Serializer>(money: &Money, to: S) -> Result<S::Ok, S::Error> {
        (money.minor, money.currency).serialize(to)
    }
    pub(crate) fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<Money, D::Error> {
        let (minor, currency) = <(i64, Currency)>::deserialize(from)?;
        Ok(Money::new(minor, currency))
    }
}

/// [`money`], or nothing.
pub(crate) mod maybe_money {
    use kernel::{Currency, Money};
    use serde::{Deserialize, Deserializer, Serialize, Serializer};

    pub(crate) fn serialize<S: Serializer>(money: &Option<Money>, to: S) -> Result<S::Ok, S::Error> {
        money.map(|money| (money.minor, money.currency)).serialize(to)
    }
    pub(crate) fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<Option<Money>, D::Error> {
        let pair = <Option<(i64, Currency)>>::deserialize(from)?;
        Ok(pair.map(|(minor, currency)| Money::new(minor, currency)))
    }
}
