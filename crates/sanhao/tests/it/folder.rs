//! A small Olist folder written by hand, and the program run on it.

use std::path::{Path, PathBuf};
use std::process::{Command, Output};

/// A temporary folder with `olist/` (the CSV files) and `data/` (the market).
pub(crate) struct Folder {
    dir: tempfile::TempDir,
}

const ORDERS: &str = "\
order_id,customer_id,order_status,order_purchase_timestamp,order_approved_at,order_delivered_carrier_date,order_delivered_customer_date,order_estimated_delivery_date
o1,c1,delivered,2018-03-01 10:00:00,2018-03-01 11:00:00,2018-03-02 11:00:00,2018-03-06 09:00:00,2018-03-10 00:00:00
o2,c2,delivered,2018-03-02 10:00:00,2018-03-02 12:00:00,2018-03-09 12:00:00,2018-03-20 09:00:00,2018-03-12 00:00:00
o3,c3,canceled,2018-03-03 10:00:00,2018-03-03 10:30:00,,,2018-03-14 00:00:00
o4,c4,delivered,2018-03-04 10:00:00,2018-03-04 10:00:00,2018-03-04 18:00:00,2018-03-08 10:00:00,2018-03-15 00:00:00
o5,c5,shipped,2018-03-05 10:00:00,,,,2018-03-16 00:00:00
o6,c6,invoiced,2018-03-06 10:00:00,2018-03-06 11:00:00,,,2018-03-17 00:00:00
";

const ITEMS: &str = "\
order_id,order_item_id,product_id,seller_id,shipping_limit_date,price,freight_value
o1,1,p1,s1,2018-03-05 10:00:00,100.00,10.50
o1,2,p2,s2,2018-03-05 10:00:00,20,1.5
o2,1,p1,s1,2018-03-06 10:00:00,50.00,5.00
o3,1,p1,s1,2018-03-07 10:00:00,30.00,3.00
o4,1,p1,s1,2018-03-07 12:00:00,30.00,3.00
o4,2,p1,s1,2018-03-08 10:00:00,30.00,3.00
o5,1,p1,s1,2018-03-09 10:00:00,10.00,1.00
";

const SELLERS: &str = "\
seller_id,seller_zip_code_prefix,seller_city,seller_state
s1,01001,sao paulo,SP
s2,13023,campinas,SP
";

const PAYMENTS: &str = "\
order_id,payment_sequential,payment_type,payment_installments,payment_value
o1,1,credit_card,2,132.00
gone,1,boleto,1,10.00
";

const REVIEWS: &str = "\
review_id,order_id,review_score,review_comment_title,review_comment_message,review_creation_date,review_answer_timestamp
r1,o1,5,,\"muito bom,
recomendo\",2018-03-07 00:00:00,2018-03-08 10:00:00
r2,o2,1,,,2018-03-21 00:00:00,2018-03-22 10:00:00
";

impl Folder {
    /// The files as they should be.
    pub(crate) fn new() -> Self {
        let folder = Self { dir: tempfile::tempdir().unwrap() };
        std::fs::create_dir(folder.olist()).unwrap();
        for (name, text) in [
            ("orders", ORDERS),
            ("order_items", ITEMS),
            ("sellers", SELLERS),
            ("order_payments", PAYMENTS),
            ("order_reviews", REVIEWS),
        ] {
            folder.write(name, text);
        }
        folder
    }

    /// With a market imported from them.
    pub(crate) fn imported() -> Self {
        let folder = Self::new();
        let run = folder.import();
        assert_eq!(run.status.code(), Some(0), "{}", String::from_utf8_lossy(&run.stderr));
        folder
    }

    pub(crate) fn olist(&self) -> PathBuf {
        self.dir.path().join("olist")
    }

    pub(crate) fn data(&self) -> PathBuf {
        self.dir.path().join("data")
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.dir.path().join(name)
    }

    /// Replaces one CSV file.
    pub(crate) fn write(&self, name: &str, text: &str) {
        std::fs::write(self.olist().join(format!("olist_{name}_dataset.csv")), text).unwrap();
    }

    /// The text of one CSV file with a part of it replaced.
    pub(crate) fn edit(&self, name: &str, from: &str, to: &str) {
        let path = self.olist().join(format!("olist_{name}_dataset.csv"));
        let text = std::fs::read_to_string(&path).unwrap();
        assert!(text.contains(from), "{from} is not in {name}");
        std::fs::write(path, text.replacen(from, to, 1)).unwrap();
    }

    pub(crate) fn import(&self) -> Output {
        self.run(&["import", "olist", self.olist().to_str().unwrap(), "--format", "json"])
    }

    /// The program on this folder's market.
    pub(crate) fn run(&self, args: &[&str]) -> Output {
        sanhao(&self.data()).args(args).output().unwrap()
    }

    /// What it prints with `--format json`, read.
    pub(crate) fn json(&self, args: &[&str]) -> serde_json::Value {
        let out = self.run(&[args, &["--format", "json"]].concat());
        assert_eq!(out.status.code(), Some(0), "{args:?}: {}", String::from_utf8_lossy(&out.stderr));
        serde_json::from_slice(&out.stdout)
            .unwrap_or_else(|err| panic!("{args:?}: {err}: {}", String::from_utf8_lossy(&out.stdout)))
    }

    /// A refusal: its exit code and what it says.
    pub(crate) fn refused(&self, args: &[&str]) -> (i32, String) {
        let out = self.run(args);
        assert!(out.stdout.is_empty(), "{args:?} printed {}", String::from_utf8_lossy(&out.stdout));
        (out.status.code().unwrap(), String::from_utf8(out.stderr).unwrap())
    }
}

/// The program, not yet told what to do.
pub(crate) fn sanhao(data: &Path) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_sanhao"));
    command.env_remove("SANHAO_DATABASE").env_remove("SANHAO_DATA").arg("--data").arg(data);
    command
}
