//! The part of `/merchant/{shop}/stock/{sku}` that says how a variant without a parcel is delivered: a pool of codes, or a
//! file.

use flows::digital::{self, Delivered, LARGEST, LONGEST_NAME};
use kernel::id::Sku;
use supply::digital::{Delivery, Pool};
use supply::warehouse::MOST_UNITS;
use web_kit::prelude::*;
use web_kit::view::goods::{keep_file, keys_of_pool};

/// What is typed to add codes.
#[derive(Form)]
#[form("codes")]
struct CodesForm {
    #[field(wide, hint, lines = 6, most = 50_000)]
    codes: String,
}

/// What is typed to take codes out again.
#[derive(Form)]
#[form("withdraw")]
struct WithdrawForm {
    #[field(units, least = 1, most = MOST_UNITS)]
    units: i64,
}

/// How a variant is delivered, and the forms that change it.
pub(crate) fn section(at: &ShopPage, action: &str, delivered: &Delivered) -> Markup {
    let Delivered { good, pool: Pool { free, assigned, withdrawn } } = delivered;
    let delivery = good.as_ref().map(|good| good.delivery);
    let file = good.as_ref().and_then(|good| good.file.as_ref());
    let sent = at.fields.text("do");
    // What was typed stands in the form it was typed into.
    let typed = |form| if sent == form { at.fields.clone() } else { Fields::default() };
    let form = |word: &str, fields: Markup, press: &str, main: bool| {
        html! {
            form.paper.dk-form action=(action) method="post" autocomplete="off" {
                input type="hidden" name="key" value=(at.key());
                (fields)
                div.dk-wide.dk-row.end { button.btn.pri[main] name="do" value=(word) { (press) } }
            }
        }
    };
    ui::question(
        at.t("付款后给买家什么？", "What does the buyer get?"),
        html! { (at.t("卡密一件一个，付款后自动发；卖完自动停售。文件给每单一个下载链接，次数和天数由平台定。", "A code for each unit, given at payment; sold out, it stops selling. A file gives each order a link; how often and how long it opens is the market's.")) },
        html! {
            div.paper {
                @match (delivery, file) {
                    (Some(Delivery::Codes), _) => {
                        div.lead { b { (at.t("卡密", "Codes")) } }
                        div.foot {
                            span { (at.t("没发出 ", "Not given out ")) b { (fmt::count(*free)) } }
                            span { (at.t("已发给买家 ", "Given to buyers ")) b { (fmt::count(*assigned)) } }
                            span { (at.t("已取出 ", "Taken out ")) b { (fmt::count(*withdrawn)) } }
                        }
                    }
                    (Some(Delivery::File), Some(file)) => {
                        div.lead { b { (at.t("文件 ", "File ")) (file.name) } " " span.mut { (fmt::count(file.bytes)) (at.t(" 字节", " bytes")) } }
                    }
                    _ => { (parts::empty(at.t("还没设：买家付款后什么也收不到。加卡密，或传一个文件。", "Not said yet: a buyer would get nothing. Add codes, or a file."), html! {})) }
                }
            }
            (form("codes", CodesForm::draw(&at.look, &typed("codes"), |_| Vec::new()), at.t("加卡密", "Add codes"), true))
            @if *free > 0 {
                (form("withdraw", WithdrawForm::draw(&at.look, &typed("withdraw"), |_| Vec::new()), at.t("取出卡密", "Take codes out"), false))
            } @else {
                form.paper.dk-form action={ (action) "/file" } method="post" enctype="multipart/form-data" {
                    input type="hidden" name="key" value=(at.key());
                    div.dk-wide {
                        label for="file" { (at.pick(format!("文件，最大 {} MB", LARGEST >> 20), format!("A file of at most {} MB", LARGEST >> 20))) }
                        input.dk-file type="file" id="file" name="file" required;
                    }
                    div.dk-wide.dk-row.end { button.btn { (at.t("用这个文件交付", "Deliver this file")) } }
                }
            }
        },
    )
}

/// A press of one of the section's buttons; false if it is none of them.
pub(crate) async fn act(at: &mut ShopPage, sku: Id<Sku>, pressed: &str) -> Result<bool, Failure> {
    let shop = at.shop;
    match pressed {
        "codes" => {
            if let Some(CodesForm { codes }) = at.typed() {
                let services = at.site.services.clone();
                let keys = at.read(move |q| keys_of_pool(q, shop, sku)).await?;
                at.write("digital.add", keys, &ABOUT_CODES, move |tx, ctx| {
                    digital::add_codes(tx, ctx, services.vault(), shop, (sku, &codes)).map(drop)
                })
                .await?;
            }
        }
        "withdraw" => {
            if let Some(WithdrawForm { units }) = at.typed() {
                let keys = at.read(move |q| keys_of_pool(q, shop, sku)).await?;
                at.write("digital.withdraw", keys, &ABOUT_UNITS, move |tx, ctx| {
                    digital::withdraw_codes(tx, ctx, shop, sku, units).map(drop)
                })
                .await?;
            }
        }
        _ => return Ok(false),
    }
    Ok(true)
}

/// Beside which field a refusal of codes stands.
const ABOUT_CODES: [(&str, &str); 3] =
    [("goods.code", "codes"), ("digital.codes", "codes"), ("digital.known", "codes")];
/// Beside which field a refusal of taking codes out stands.
const ABOUT_UNITS: [(&str, &str); 2] = [("goods.lack", "units"), ("warehouse.below_reserved", "units")];

/// A variant is delivered as a file from now on.
pub(crate) async fn take_file(at: &mut ShopPage, sku: Id<Sku>) -> Result<(), Failure> {
    let shop = at.shop;
    let name: String = at.fields.text("file.name").chars().take(LONGEST_NAME).collect();
    match at.files.pop() {
        Some(bytes) => {
            let kept = keep_file(&at.site, &name, &bytes).await;
            if let Some(file) = at.came(kept, &[])? {
                at.write("digital.file", Keys::none(), &[], move |tx, _| {
                    digital::use_file(tx, shop, sku, &file).map(drop)
                })
                .await?;
            }
        }
        None => {
            let empty = digital::Error::File { most: LARGEST >> 20 };
            at.refuse(empty.into(), &[])?;
        }
    }
    Ok(())
}
