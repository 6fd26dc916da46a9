//! The shipped scorecards, and the rules of the arithmetic.

use super::*;

fn given(card: &str, inputs: &[(&str, &str)]) -> Given {
    let inputs: Vec<_> = inputs.iter().map(|(k, v)| ((*k).to_owned(), (*v).to_owned())).collect();
    eval(find(card).unwrap(), &inputs).unwrap()
}

#[test]
fn the_shipped_scorecards_load_without_a_word() {
    let wrong: Vec<String> = problems().iter().map(|p| p.diagnostic.at(&p.file)).collect();
    assert_eq!(wrong, Vec::<String>::new());
    let names: Vec<String> = shipped().iter().map(Scorecard::name).collect();
    assert_eq!(
        names,
        [
            "douyin-2026@1",
            "douyin-2026@2",
            "douyin-2026@3",
            "sanhao@1",
            "sanhao@2",
            "sanhao@3",
            "small-market@1"
        ]
    );
}

#[test]
fn the_published_example_comes_to_82_and_its_stars_to_4_6() {
    let inputs =
        [("product", "69"), ("logistics", "99"), ("service", "85"), ("bonus", "2"), ("deduction", "0")];
    for card in ["default", "sanhao", "sanhao@3", "douyin-2026"] {
        let given = given(card, &inputs);
        assert_eq!(
            (given.score, given.stars, given.raw),
            (Some(82), Some(4.6), Points::parse("82.5")),
            "{card}"
        );
        assert!(given.trace.len() >= 6 && given.partial.is_none());
    }
}

#[test]
fn every_shown_score_has_the_stars_of_the_published_table() {
    let card = find("default").unwrap();
    for score in 0..=100 {
        let want = match score {
            0..=50 => 30,
            51..=60 => 30 + (score - 50),
            _ => 40 + (score - 60 + 3) / 4,
        };
        assert_eq!(card.stars_of(score), Some(want), "{score}");
    }
}

#[test]
fn a_dimension_without_data_is_left_out_and_said_to_be() {
    let found = given("default", &[("product", "80"), ("logistics", "95")]);
    assert_eq!((found.raw, found.partial.as_deref()), (Some(Points::whole(85)), Some("partial: P, L")));
    let none = given("default", &[]);
    assert_eq!((none.score, none.stars), (None, None));
}

#[test]
fn indicators_by_hand_make_their_dimension() {
    let found =
        given("default", &[("product_rating", "100"), ("quality_return_rate", "50"), ("logistics", "95")]);
    assert_eq!(found.raw, Some(Points::parse("95").unwrap()));
}

#[test]
fn what_a_scorecard_does_not_read_is_refused_with_what_it_does() {
    let card = find("default").unwrap();
    for (name, text, part) in [
        ("produkt", "69", "product"),
        ("product", "101", "from 0 to 100"),
        ("product", "sixty", "from 0 to 100"),
        ("product", "1e2", "from 0 to 100"),
        ("bonus", "-1", "from 0 to 100"),
        ("valid_orders", "many", "int"),
    ] {
        let err = eval(card, &[(name.to_owned(), text.to_owned())]).unwrap_err().to_string();
        assert!(err.contains(part), "{err}");
    }
    let twice = [("product".to_owned(), "1".to_owned()), ("product".to_owned(), "2".to_owned())];
    assert!(eval(card, &twice).unwrap_err().to_string().contains("twice"));
    assert!(find("sanhao@9").unwrap_err().to_string().contains("sanhao@3"));
}
