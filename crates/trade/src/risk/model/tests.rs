//! Figures against bounds.

use super::*;
use kernel::RawId;

const HOUR: i64 = 3_600_000_000;
const DAY: i64 = 24 * HOUR;
const NOW: Moment = Moment::from_micros(1_795_400_000_000_000);

fn sku(n: u128) -> Id<Sku> {
    Id::from_raw(RawId::new(NOW, n))
}

fn rule(sign: Sign, most: i64, hours: i64, action: Action) -> Rule {
    let new_for = (sign == Sign::Units).then_some(7 * DAY);
    Rule { sign, most, within: hours * HOUR, new_for, action }
}

/// Purchases that one sign found, so many hours before.
fn seen(by: Sign, hours: &[i64]) -> Vec<Seen> {
    let one =
        |ago: &i64| Seen { by, placed_at: NOW.plus_micros(-ago * HOUR), unpaid: false, units: Vec::new() };
    hours.iter().map(one).collect()
}

fn new(units: &[(Id<Sku>, i64)]) -> New<'_> {
    New { joined_at: NOW.plus_micros(-30 * DAY), units, now: NOW }
}

fn reason(sign: Sign, figure: i64, most: i64, hours: i64) -> Reason {
    Reason { sign, figure, most, within: hours * HOUR }
}

#[test]
fn a_bound_is_kept_up_to_itself_and_broken_above() {
    for sign in [Sign::Member, Sign::Phone, Sign::Address, Sign::Device] {
        let rules = Rules::new(vec![rule(sign, 3, 2, Action::Hold)]);
        for (hours, figure) in [
            (&[][..], 1),
            (&[0, 1], 3),
            (&[0, 1, 1], 4),
            // At the edge of the window it counts, beyond it does not.
            (&[0, 1, 2], 4),
            (&[0, 1, 3], 3),
        ] {
            let want =
                if figure <= 3 { Verdict::Pass } else { Verdict::Hold(vec![reason(sign, figure, 3, 2)]) };
            assert_eq!(rules.judge(&seen(sign, hours), &new(&[])), want, "{sign:?} {hours:?}");
        }
        // What another sign found does not count.
        let other = if sign == Sign::Phone { Sign::Address } else { Sign::Phone };
        assert_eq!(rules.judge(&seen(other, &[0, 0, 0, 0]), &new(&[])), Verdict::Pass);
    }
}

#[test]
fn what_waits_for_its_payment_is_counted_apart() {
    let rules = Rules::new(vec![rule(Sign::Unpaid, 2, 24, Action::Refuse)]);
    let mut before = seen(Sign::Member, &[0, 1, 2, 3]);
    assert_eq!(rules.judge(&before, &new(&[])), Verdict::Pass);
    before[0].unpaid = true;
    assert_eq!(rules.judge(&before, &new(&[])), Verdict::Pass);
    before[3].unpaid = true;
    assert_eq!(rules.judge(&before, &new(&[])), Verdict::Refuse(reason(Sign::Unpaid, 3, 2, 24)));
}

#[test]
fn units_of_one_thing_add_up_over_purchases_while_the_account_is_new() {
    let rules = Rules::new(vec![rule(Sign::Units, 5, 24, Action::Hold)]);
    fn young(units: &[(Id<Sku>, i64)]) -> New<'_> {
        New { joined_at: NOW.plus_micros(-DAY), ..new(units) }
    }
    let mut before = seen(Sign::Member, &[1, 2]);
    before[0].units = vec![(sku(1), 2), (sku(2), 9)];
    before[1].units = vec![(sku(1), 2)];
    for (units, want) in [
        (&[(sku(1), 1)][..], Verdict::Pass),
        // What was too much earlier is no reason to stop something else.
        (&[(sku(3), 5)], Verdict::Pass),
        (&[(sku(1), 2)], Verdict::Hold(vec![reason(Sign::Units, 6, 5, 24)])),
        (&[(sku(3), 1), (sku(1), 1), (sku(1), 1)], Verdict::Hold(vec![reason(Sign::Units, 6, 5, 24)])),
        (&[(sku(3), i64::MAX), (sku(3), 1)], Verdict::Hold(vec![reason(Sign::Units, i64::MAX, 5, 24)])),
    ] {
        assert_eq!(rules.judge(&before, &young(units)), want, "{units:?}");
        assert_eq!(rules.judge(&before, &new(units)), Verdict::Pass, "the account is not new: {units:?}");
    }
    assert_eq!(rules.kept(&young(&[(sku(1), 1)])), [(sku(1), 1)]);
    assert_eq!(rules.kept(&new(&[(sku(1), 1)])), []);
    // On the day it turns seven days old it is not new any more.
    let turned = New { joined_at: NOW.plus_micros(-7 * DAY), ..new(&[]) };
    assert!(!rules.reach(&turned).units);
}

#[test]
fn a_refusal_goes_before_all_holds_and_the_higher_bound_before_the_lower() {
    let rules = Rules::new(vec![
        rule(Sign::Member, 1, 1, Action::Hold),
        rule(Sign::Member, 2, 24, Action::Hold),
        rule(Sign::Address, 1, 24, Action::Hold),
        rule(Sign::Member, 4, 24, Action::Refuse),
    ]);
    let mut before = seen(Sign::Member, &[0, 2]);
    before.extend(seen(Sign::Address, &[5]));
    let both = vec![reason(Sign::Member, 3, 2, 24), reason(Sign::Address, 2, 1, 24)];
    assert_eq!(rules.judge(&before, &new(&[])), Verdict::Hold(both));
    before.extend(seen(Sign::Member, &[3, 4]));
    assert_eq!(rules.judge(&before, &new(&[])), Verdict::Refuse(reason(Sign::Member, 5, 4, 24)));
}

#[test]
fn one_looks_no_further_back_than_a_rule_asks() {
    let rules = Rules::new(vec![
        rule(Sign::Member, 9, 1, Action::Hold),
        rule(Sign::Unpaid, 9, 3, Action::Hold),
        rule(Sign::Units, 9, 48, Action::Hold),
        rule(Sign::Phone, 9, 24, Action::Hold),
    ]);
    let ago = |hours: i64| Some(NOW.plus_micros(-hours * HOUR));
    let old = Reach { member: ago(3), phone: ago(24), ..Reach::default() };
    assert_eq!(rules.reach(&new(&[])), old);
    let young = New { joined_at: NOW, ..new(&[]) };
    assert_eq!(rules.reach(&young), Reach { member: ago(48), units: true, ..old });
}

#[test]
fn words_read_back_and_an_account_is_as_old_as_its_id() {
    for sign in Sign::ALL {
        assert_eq!(Sign::parse(sign.as_str()), Some(sign));
        assert_eq!(serde_json::to_string(&sign).unwrap(), format!("\"{}\"", sign.as_str()));
    }
    for action in Action::ALL {
        assert_eq!(Action::parse(action.as_str()), Some(action));
    }
    assert_eq!(joined(Id::from_raw(RawId::new(NOW, u128::MAX))), NOW);
}
