//! Small Olist folders, written by hand.

use std::path::Path;

pub const ORDERS: &str = "olist_orders_dataset.csv";
pub const ITEMS: &str = "olist_order_items_dataset.csv";
pub const SELLERS: &str = "olist_sellers_dataset.csv";
pub const PAYMENTS: &str = "olist_order_payments_dataset.csv";
pub const REVIEWS: &str = "olist_order_reviews_dataset.csv";

/// The text of every table.
#[derive(Debug, Clone)]
pub struct Folder {
    pub orders: String,
    pub items: String,
    pub sellers: String,
    pub payments: String,
    pub reviews: String,
}

impl Folder {
    /// Headers alone.
    pub fn empty() -> Self {
        Self {
            orders: "order_id,customer_id,order_status,order_purchase_timestamp,order_approved_at,order_delivered_carrier_date,order_delivered_customer_date,order_estimated_delivery_date\n".into(),
            items: "order_id,order_item_id,product_id,seller_id,shipping_limit_date,price,freight_value\n".into(),
            sellers: "seller_id,seller_zip_code_prefix,seller_city,seller_state\n".into(),
            payments: "order_id,payment_sequential,payment_type,payment_installments,payment_value\n".into(),
            reviews: "review_id,order_id,review_score,review_comment_title,review_comment_message,review_creation_date,review_answer_timestamp\n".into(),
        }
    }

    /// Two sellers, two delivered orders, one of them from both sellers; one review.
    pub fn small() -> Self {
        let mut folder = Self::empty();
        folder.seller("s1").seller("s2");
        folder.order(
            "o1",
            "delivered",
            ["2017-03-01 10:00:00", "2017-03-01 10:30:00", "2017-03-03 12:00:00", "2017-03-08 18:00:00"],
            "2017-03-20",
        );
        folder.item("o1", 1, "s1", "2017-03-05 10:30:00", "199.9", "18.14").item(
            "o1",
            2,
            "s2",
            "2017-03-06 10:30:00",
            "51.0",
            "0",
        );
        folder.order(
            "o2",
            "delivered",
            ["2017-03-02 09:00:00", "2017-03-02 09:10:00", "2017-03-04 08:00:00", "2017-03-09 08:00:00"],
            "2017-03-21",
        );
        folder.item("o2", 1, "s1", "2017-03-06 09:10:00", "51", "7.5");
        folder.payment("o1", 1, "269.04").payment("o2", 1, "58.5");
        folder.review("r1", "o1", 4, "\"Perfeita a entrega.\nRecomendo, com \"\"certeza\"\"\"", "2017-03-09");
        folder
    }

    pub fn order(
        &mut self,
        id: &str,
        status: &str,
        [placed, paid, sent, got]: [&str; 4],
        promised: &str,
    ) -> &mut Self {
        self.orders += &format!("{id},c-{id},{status},{placed},{paid},{sent},{got},{promised} 00:00:00\n");
        self
    }
    pub fn item(
        &mut self,
        order: &str,
        line: u32,
        seller: &str,
        limit: &str,
        price: &str,
        freight: &str,
    ) -> &mut Self {
        self.items += &format!("{order},{line},p1,{seller},{limit},{price},{freight}\n");
        self
    }
    pub fn seller(&mut self, id: &str) -> &mut Self {
        self.sellers += &format!("{id},13023,campinas,SP\n");
        self
    }
    pub fn payment(&mut self, order: &str, sequential: u32, amount: &str) -> &mut Self {
        self.payments += &format!("{order},{sequential},credit_card,3,{amount}\n");
        self
    }
    pub fn review(&mut self, id: &str, order: &str, score: u32, text: &str, day: &str) -> &mut Self {
        self.reviews += &format!("{id},{order},{score},,{text},{day} 00:00:00,{day} 20:00:00\n");
        self
    }

    pub fn files(&self) -> [(&'static str, &str); 5] {
        [
            (ORDERS, &self.orders),
            (ITEMS, &self.items),
            (SELLERS, &self.sellers),
            (PAYMENTS, &self.payments),
            (REVIEWS, &self.reviews),
        ]
    }

    pub fn write(&self, dir: &Path) {
        for (name, text) in self.files() {
            std::fs::write(dir.join(name), text).unwrap();
        }
    }
}

/// Compresses a file of a folder and removes the plain one; returns the new path.
pub fn pack(path: &Path) -> std::path::PathBuf {
    let packed = path.with_extension("csv.zst");
    let bytes = std::fs::read(path).unwrap();
    std::fs::write(&packed, zstd::encode_all(&bytes[..], 1).unwrap()).unwrap();
    std::fs::remove_file(path).unwrap();
    packed
}
