//! The market's own rules from the outside: what is listed, what a file in the folder changes, and what is refused.

use crate::folder::Folder;
use serde_json::Value;

/// The lines of a file's key.
fn said<'a>(rules: &'a Value, file: &str, key: &str) -> Vec<&'a Value> {
    rules.as_array().unwrap().iter().filter(|row| row["file"] == file && row["key"] == key).collect()
}

#[test]
fn the_rules_of_a_market_are_listed_and_a_file_of_its_own_stands_in_by_name_and_day() {
    let folder = Folder::imported();
    let rules = folder.json(&["rules"]);
    let [row] = said(&rules, "terms.toml", "times.pay_within")[..] else { panic!("{rules}") };
    assert_eq!(
        (&row["value"], &row["origin"], &row["in_force"]),
        (&"15 minutes".into(), &"default".into(), &true.into())
    );
    for file in ["terms.toml", "carriers.toml", "catalog.toml", "words.toml", "late-shipping.toml"] {
        assert!(rules.as_array().unwrap().iter().any(|row| row["file"] == file), "{file}");
    }

    let later = trade::terms::MARKET
        .replace("\"market-1\"", "\"market-2\"")
        .replace("effective_from = 2000-01-01", "effective_from = 2020-01-01")
        .replace("{ value = 15, unit = \"minutes\"", "{ value = 45, unit = \"minutes\"");
    let own = format!("{}\n{later}", trade::terms::MARKET);
    std::fs::write(folder.data().join("terms.toml"), own).unwrap();
    let late = "[[version]]\nnumber = 7\neffective_from = 2016-01-01\ngrace_hours = 12\norders = 3\n\
                reason = { zh = \"晚\", en = \"late\" }\nremedy = { zh = \"发\", en = \"ship\" }\n";
    std::fs::write(folder.data().join("late-shipping.toml"), late).unwrap();
    let rules = folder.json(&["rules"]);
    let both = said(&rules, "terms.toml", "times.pay_within");
    let of = |row: &Value| (row["version"].clone(), row["value"].clone(), row["in_force"].clone());
    assert_eq!(
        both.iter().map(|row| of(row)).collect::<Vec<_>>(),
        [
            ("market-1".into(), "15 minutes".into(), false.into()),
            ("market-2".into(), "45 minutes".into(), true.into())
        ]
    );
    assert!(both.iter().all(|row| row["origin"] == "own"));
    let [orders] = said(&rules, "late-shipping.toml", "orders")[..] else { panic!("{rules}") };
    assert_eq!((&orders["value"], &orders["origin"]), (&"3 orders".into(), &"own".into()));
    let only = folder.json(&["rules", "--file", "late-shipping.toml"]);
    assert_eq!(only.as_array().unwrap().len(), 2);
}

#[test]
fn a_file_that_cannot_be_used_stops_the_start_with_its_name_its_line_and_what_is_wrong() {
    for (file, text, what) in [
        ("terms.toml", "# ours\n\n[[term]]\n", "line 3"),
        ("carriers.toml", "[[carrier]]\ncode = 5\n", "line 2"),
        ("catalog.toml", "[[version]]\neffective_from = 2016-01-01\nreview = \"never\"\n", "line 3"),
        (
            "words.toml",
            "[[word]]\ntext = \"a\"\nclass = \"banned\"\nwhy = { zh = \"\", en = \"\" }\nsource = \"\"\nfrom = 2016-01-01\n",
            "line 1: \"a\" has no source",
        ),
        (
            "late-shipping.toml",
            "[[version]]\nnumber = 1\neffective_from = 2016-01-01\ngrace_hours = -1\norders = 1\nreason = { zh = \"\", en = \"\" }\nremedy = { zh = \"\", en = \"\" }\n",
            "line 1: grace_hours",
        ),
    ] {
        let folder = Folder::imported();
        std::fs::write(folder.data().join(file), text).unwrap();
        for args in [&["rules"][..], &["serve", "--listen", "127.0.0.1:0"]] {
            let (code, said) = folder.refused(args);
            assert_eq!(code, 2, "{file}: {said}");
            assert!(said.contains(file) && said.contains(what), "{file}: {said}");
        }
    }
    let folder = Folder::imported();
    let (code, said) = folder.refused(&["rules", "--file", "mall.toml"]);
    assert_eq!(code, 2);
    assert!(said.contains("late-shipping.toml"), "{said}");
}
