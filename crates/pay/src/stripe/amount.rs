//! Amounts as Stripe counts them: mostly ISO 4217's minor units, with its own exceptions.

use kernel::{Currency, Money};
use trade::payment::GatewayError;

/// How many of Stripe's units make one unit of a currency. <https://docs.stripe.com/currencies>
fn unit(currency: Currency) -> i64 {
    match currency.code() {
        "BIF" | "CLP" | "DJF" | "GNF" | "JPY" | "KMF" | "KRW" | "MGA" | "PYG" | "RWF" | "VND" | "VUV"
        | "XAF" | "XOF" | "XPF" => 1,
        "BHD" | "JOD" | "KWD" | "OMR" | "TND" => 1_000,
        _ => 100,
    }
}

/// An amount and its currency as Stripe writes them.
pub(super) fn written(amount: Money) -> Result<(i64, String), GatewayError> {
    let refused =
        |why: &str| GatewayError::Refused(format!("{amount} cannot be asked of Stripe: {why}").into());
    let (ours, theirs) = (amount.currency.unit(), unit(amount.currency));
    let minor = if theirs >= ours {
        amount.minor.checked_mul(theirs / ours).ok_or_else(|| refused("it is too large"))?
    } else if amount.minor % (ours / theirs) == 0 {
        amount.minor / (ours / theirs)
    } else {
        return Err(refused("it has smaller parts than Stripe counts"));
    };
    // Of currencies with three digits Stripe takes tens only.
    if theirs == 1_000 && minor % 10 != 0 {
        return Err(refused("its last digit must be 0"));
    }
    Ok((minor, amount.currency.code().to_ascii_lowercase()))
}

/// An amount as Stripe wrote it.
pub(super) fn read(minor: i64, currency: &str) -> Result<Money, GatewayError> {
    let unreadable = || GatewayError::Unreadable("an amount of Stripe's that cannot be read".into());
    let currency: Currency = currency.to_ascii_uppercase().parse().map_err(|_| unreadable())?;
    let (ours, theirs) = (currency.unit(), unit(currency));
    let minor = if ours >= theirs {
        minor.checked_mul(ours / theirs)
    } else {
        Some(minor / (theirs / ours)).filter(|_| minor % (theirs / ours) == 0)
    };
    minor.map(|minor| Money::new(minor, currency)).ok_or_else(unreadable)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn money(minor: i64, code: &str) -> Money {
        Money::new(minor, code.parse().unwrap())
    }

    #[test]
    fn each_currency_is_counted_as_stripe_counts_it() {
        for (amount, expected) in [
            (money(1_234, "CNY"), (1_234, "cny")),
            (money(1_234, "JPY"), (1_234, "jpy")),
            (money(1_230, "KWD"), (1_230, "kwd")),
            (money(1_200, "MGA"), (12, "mga")),
        ] {
            let (minor, currency) = written(amount).unwrap();
            assert_eq!((minor, currency.as_str()), expected);
            assert_eq!(read(minor, &currency), Ok(amount));
        }
    }

    #[test]
    fn what_stripe_cannot_count_is_refused() {
        for amount in [money(1_234, "KWD"), money(1_234, "MGA")] {
            assert!(matches!(written(amount), Err(GatewayError::Refused(_))), "{amount}");
        }
        assert!(read(1, "yen!").is_err());
        assert!(read(i64::MAX, "mga").is_err());
    }

    proptest! {
        #[test]
        fn an_amount_reads_back(minor in 0i64..1_000_000_000_000, code in "[A-Z]{3}") {
            let amount = money(minor, &code);
            if let Ok((minor, currency)) = written(amount) {
                prop_assert_eq!(read(minor, &currency), Ok(amount));
            }
        }
    }
}
