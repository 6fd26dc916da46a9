//! What may follow what, and what can be written.

use super::*;

#[test]
fn every_status_and_step_has_its_answer() {
    let mut table = String::new();
    for status in Status::ALL {
        table += &format!("{:<9}", status.as_str());
        for step in Step::ALL {
            let after = status.after(step).map_or("-", Status::as_str);
            table += &format!(" {step:?}={after}");
        }
        table.push('\n');
    }
    assert_eq!(
        table,
        "unpaid    Pay=paid Cancel=cancelled Close=closed Refund=- Readdress=unpaid Ship=- Receive=- Hold=- Clear=unpaid Correct=- Collect=- Reduce=- Remark=unpaid\n\
         paid      Pay=- Cancel=- Close=- Refund=refunded Readdress=paid Ship=shipped Receive=- Hold=- Clear=paid Correct=- Collect=- Reduce=paid Remark=paid\n\
         shipped   Pay=- Cancel=- Close=- Refund=- Readdress=- Ship=- Receive=received Hold=- Clear=- Correct=shipped Collect=shipped Reduce=- Remark=-\n\
         received  Pay=- Cancel=- Close=- Refund=- Readdress=- Ship=- Receive=- Hold=- Clear=- Correct=- Collect=- Reduce=- Remark=-\n\
         cancelled Pay=- Cancel=- Close=- Refund=- Readdress=- Ship=- Receive=- Hold=- Clear=- Correct=- Collect=- Reduce=- Remark=-\n\
         closed    Pay=- Cancel=- Close=- Refund=- Readdress=- Ship=- Receive=- Hold=- Clear=- Correct=- Collect=- Reduce=- Remark=-\n\
         refunded  Pay=- Cancel=- Close=- Refund=- Readdress=- Ship=- Receive=- Hold=- Clear=- Correct=- Collect=- Reduce=- Remark=-\n"
    );
}

#[test]
fn words_and_lines_read_back() {
    for status in Status::ALL {
        assert_eq!(Status::parse(status.as_str()), Some(status));
    }
    let id = RawId::new(Moment::from_micros(5_000), 7);
    let actors = [
        Actor::System,
        Actor::Operator,
        Actor::Outside,
        Actor::Member(Id::from_raw(id)),
        Actor::Key(Id::from_raw(id)),
    ];
    for step in Step::ALL.into_iter().map(Some).chain([None]) {
        for by in actors {
            for about in [None, Some("sf SF1 zto 73".into())] {
                let entry = Entry { step, at: Moment::from_micros(12), by, about };
                assert_eq!(Entry::read(entry.line().trim_end()), Some(entry));
            }
        }
    }
    assert_eq!(Entry::read("paid soon mbr_x"), None);
}

#[test]
fn carriers_are_words_and_numbers_are_printable() {
    let shipment = |carrier: &str, number: &str| Shipment {
        waybill: Waybill { carrier: carrier.into(), number: number.into() },
        shop_tells: true,
        standard_by: None,
        confirm_by: Moment::from_micros(2),
    };
    let now = Moment::from_micros(1);
    assert_eq!(shipment("sf_express", "SF123-中").checked(now), Ok(()));
    for carrier in ["", "SF", "a b", &"x".repeat(33)] {
        assert_eq!(shipment(carrier, "1").checked(now), Err(Error::Carrier), "{carrier}");
    }
    for number in ["", " 1", "1 2", "1\n2", &"x".repeat(65)] {
        assert_eq!(shipment("sf", number).checked(now), Err(Error::Number), "{number}");
    }
    assert_eq!(shipment("sf", "1").checked(Moment::from_micros(2)), Err(Error::Past));
}

#[test]
fn a_note_says_something_and_not_too_much() {
    assert_eq!(Note::checked(" call first\n "), Ok("call first".to_owned()));
    for bad in ["", "  ", "a\u{7}", &"x".repeat(LONGEST_NOTE + 1)] {
        assert_eq!(Note::checked(bad), Err(Error::Note));
    }
}
