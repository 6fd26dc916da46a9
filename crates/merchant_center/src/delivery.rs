//! `/merchant/{shop}/delivery`: by which ways a shop delivers besides the standard one, and a form for another.

use people::staff::Permission;
use trade::delivery::{self, DeliveryMethod, LONGEST_CODE, LONGEST_TITLE, MOST_HOURS};
use web_kit::admin::coupons::{scope, scope_code, scope_of};
use web_kit::admin::delivery::{cost, soon};
use web_kit::form::plain;
use web_kit::forms::Chosen;
use web_kit::known::Tree;
use web_kit::prelude::*;

/// What is typed to offer a way.
#[derive(Form)]
#[form("delivery_method")]
struct WayForm {
    #[field(hint, most = LONGEST_CODE)]
    code: Box<str>,
    #[field(most = LONGEST_TITLE)]
    zh: Box<str>,
    #[field(most = LONGEST_TITLE)]
    en: Box<str>,
    #[field(hint)]
    fee: Option<Money>,
    #[field(hint)]
    free_from: Option<Money>,
    #[field(hint, units, least = 1, most = MOST_HOURS)]
    within: Option<i64>,
    category: Chosen,
}

/// What the refusals of the command are about.
const ABOUT: [(&str, &str); 6] = [
    ("delivery.bad_code", "code"),
    ("delivery.bad_title", "zh"),
    ("delivery.bad_fee", "fee"),
    ("delivery.bad_free_from", "free_from"),
    ("delivery.bad_within", "within"),
    ("coupon.no_category", "category"),
];

/// The ways and the form.
pub async fn page(at: ShopPage) -> Result<Page, Failure> {
    let may = at.who().need_in(at.shop, Permission::ShopSettings).is_ok();
    let (tree, _) = at.site.known().await?;
    let (place, delivery_methods) = at.enter(|q, shop| Ok(delivery::delivery_methods(q, shop)?)).await?;
    let title = at.t("配送方式", "Delivery methods");
    let body = html! {
        (ui::head(place.crumb(&[("/settings", at.t("设置", "Settings")), ("", title)]), html! { (at.t("配送方式", "Delivery methods")) }, false,
            html! { span { (at.t("标准配送一直都在，运费按商品算。", "Standard delivery is always offered, at each product's shipping fee.")) } }, html! {}))
        (at.banners(&[
            ("saved", "已保存。新下的单可以选，下过的单不变。", "Saved. New orders may choose it; placed ones stay as they are."),
        ]))
        @if at.query.text("done") == "removed" { (removed(&at)) }
        (list(&at, &tree, &delivery_methods, may))
        @if may { (ui::question(
            at.t("新增或修改配送方式", "Add or edit a delivery method"),
            html! { (at.t("代码和已有的一样，就是修改那一种。", "Use the code of an existing method to edit it.")) },
            html! {
                form.paper.dk-form.three action=(place.at("/delivery")) method="post" {
                    input type="hidden" name="key" value=(at.key());
                    (WayForm::draw(&at.look, &at.fields, |_| parts::categories(&at.look, &tree)))
                    (parts::beside(html! { button.btn.pri name="do" value="set" { (at.t("保存", "Save")) } }))
                }
            },
        )) }
    };
    Ok(frame(&at.look, &place, Tab::Settings, title, body))
}

/// What its form asks for.
const FIELDS: [&str; 7] = ["code", "zh", "en", "fee", "free_from", "within", "category"];

/// That a way was removed, with a button that offers it again as it was.
fn removed(at: &ShopPage) -> Markup {
    parts::done_undo(
        at.t("已删除。下过的单不变。", "Removed. Orders already placed stay as they are."),
        html! { @if at.query.has("code") {
            form.dk-press action=(at.at("/delivery")) method="post" {
                input type="hidden" name="key" value=(at.key());
                @for name in FIELDS { input type="hidden" name=(name) value=(at.query.text(name)); }
                button.btn.dk-sm name="do" value="set" { (at.t("撤销", "Undo")) }
            }
        } },
    )
}

/// The address that shows that a way was removed, with what it was.
fn removed_at(at: &ShopPage, gone: Option<&DeliveryMethod>) -> String {
    let mut to = at.at("/delivery?done=removed");
    if let Some(gone) = gone {
        let text = |money: Option<Money>| money.map(plain).unwrap_or_default();
        let within = gone.within.map(|hours| hours.to_string()).unwrap_or_default();
        let category = scope_code(&gone.scope);
        let values = [
            &*gone.code,
            &gone.zh,
            &gone.en,
            &text(Some(gone.fee)),
            &text(gone.free_from),
            &within,
            category,
        ];
        for (name, value) in FIELDS.iter().zip(values) {
            to += &format!("&{name}={}", ui::encode(value));
        }
    }
    to
}

fn list(at: &ShopPage, tree: &Tree, delivery_methods: &[DeliveryMethod], may: bool) -> Markup {
    let action = at.at("/delivery");
    let columns = [
        Column::wide("方式", "Method"),
        Column::text("费用", "Cost"),
        Column::text("时效", "Delivery time"),
        Column::text("适用商品", "Products"),
        Column::acts(),
    ];
    let cells = |delivery_method: &DeliveryMethod| {
        [
            html! { b { (at.t(&delivery_method.zh, &delivery_method.en)) } },
            html! { (cost(at.lang(), delivery_method)) },
            html! { (soon(at.lang(), delivery_method)) },
            scope(&at.look, tree, &delivery_method.scope),
            html! { @if may {
                form.dk-press action=(action) method="post" {
                    input type="hidden" name="key" value=(at.key());
                    input type="hidden" name="code" value=(delivery_method.code);
                    button.btn.dk-sm name="do" value="remove" { (at.t("删除", "Remove")) }
                }
            } },
        ]
    };
    ui::question(
        at.t("已有的方式", "Current methods"),
        html! { (at.t("买家结算时为每家店选一种。", "Buyers choose one for each shop at checkout.")) },
        html! {
            div.paper {
                @if delivery_methods.is_empty() { (parts::empty(at.t("只有标准配送。", "Only standard delivery."), html! {})) }
                @else { (table::table(&at.look, columns, delivery_methods, cells)) }
            }
        },
    )
}

/// A press of a button.
pub async fn act(mut at: ShopPage) -> Result<Response, Failure> {
    let (shop, keys) = (at.shop, delivery::keys(at.shop));
    if at.fields.text("do") == "remove" {
        let code = at.fields.text("code").to_owned();
        let all = at.read(move |q| Ok(delivery::delivery_methods(q, shop)?)).await?;
        let to = removed_at(&at, all.iter().find(|one| *one.code == *code));
        at.write("delivery.remove", keys, &[], move |tx, ctx| {
            delivery::remove(tx, ctx, shop, &code).map(drop)
        })
        .await?;
        return at.answer(&to, page).await;
    }
    if let Some(WayForm { code, zh, en, fee, free_from, within, category }) = at.typed() {
        let fee = fee.unwrap_or(Money::new(0, at.site.market.currency));
        let delivery_method =
            DeliveryMethod { code, zh, en, fee, free_from, scope: scope_of(category), within };
        let most = at.site.services.terms(at.now())?.most_delivery_methods;
        at.write("delivery.set", keys, &ABOUT, move |tx, ctx| {
            flows::delivery::set(tx, ctx, shop, &delivery_method, most)
        })
        .await?;
    }
    let to = at.at("/delivery?done=saved");
    at.answer(&to, page).await
}
