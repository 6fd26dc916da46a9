//! `/merchant/{shop}/campaigns`: campaigns of the shop's own, and the stock that is set aside for each.

use flows::promotion;
use kernel::Date;
use kernel::id::{Campaign as CampaignKind, Sku, Warehouse};
use supply::warehouse::{self, Campaign, MOST_UNITS, keys_of_pool};
use web_kit::prelude::*;
use web_kit::ui::State as Mark;
use web_kit::view::campaign::{PoolView, named_pools};
use web_kit::view::stock::{StockRow, rows, sku_name};

/// Campaigns of one page.
const PAGE: usize = 30;
/// Warehouses and SKUs that are offered in the form; the rest is in the API.
const OFFERED: i64 = 100;

/// What is typed to open a campaign.
#[derive(Form)]
#[form("campaign")]
struct CampaignForm {
    #[field(most = 60)]
    name: String,
    last: Date,
}

/// What is typed to move units into a pool, or out of it.
#[derive(Form)]
#[form("pool")]
struct PoolForm {
    sku: Id<Sku>,
    warehouse: Id<Warehouse>,
    #[field(hint, units, least = -MOST_UNITS, most = MOST_UNITS)]
    quantity: i64,
}

fn state(at: &ShopPage, campaign: &Campaign) -> Markup {
    match campaign.ended_at {
        Some(_) => ui::state(Mark::None, at.t("已结束", "Ended")),
        None => ui::state(Mark::Running, at.t("进行中", "Running")),
    }
}

fn name(at: &ShopPage, campaign: &Campaign) -> String {
    campaign
        .name
        .as_deref()
        .map_or_else(|| format!("{} {}", at.t("活动", "Campaign"), campaign.id), str::to_owned)
}

/// The list.
pub async fn list(at: ShopPage) -> Result<Page, Failure> {
    let last = at.after::<CampaignKind>()?;
    let (place, found) =
        at.enter(move |q, shop| Ok(warehouse::campaigns(q, shop, last, PAGE as i64 + 1)?)).await?;
    let rows = Rows::of(found, PAGE, |campaign| campaign.id.to_string());
    let title = at.t("活动库存", "Campaign stock");
    let columns = [
        Column::wide("活动", "Campaign"),
        Column::text("状态", "State"),
        Column::line("结束", "Ends"),
        Column::number("在池", "In pools"),
        Column::number("已占用", "Reserved"),
        Column::number("已卖出发出", "Sold and shipped"),
        Column::acts(),
    ];
    let cells = |campaign: &Campaign| {
        let href = at.at(&format!("/campaigns/{}", campaign.id));
        let end = campaign.ended_at.or(campaign.until);
        [
            html! { a.nm href=(href) { (name(&at, campaign)) } },
            state(&at, campaign),
            html! { @match end { Some(end) => (fmt::moment(at.lang(), &at.site.market, end)), None => "—" } },
            html! { (fmt::count(campaign.on_hand)) },
            html! { (fmt::count(campaign.reserved)) },
            html! { (fmt::count(campaign.sold)) },
            html! { a.btn.dk-sm href=(href) { (at.t("看货", "Its stock")) } },
        ]
    };
    let none = parts::empty(
        at.t("还没有活动。开一个，再把货放进去。", "No campaign yet. Open one and move stock into it."),
        html! {},
    );
    let body = html! {
        (ui::head(
            place.crumb(&[("/stock", at.t("库存", "Stock")), ("", title)]),
            html! { (at.t("给活动留了多少货？", "How much is set aside for campaigns?")) },
            false,
            html! { span { (at.t("活动里卖的只从活动池出，别处卖不到；结束后没卖的回到货架。", "What is sold in a campaign comes from its pool alone; what is left returns to the shelf.")) } },
            html! {},
        ))
        (at.banners(&[("ended", "活动已结束，没被占用的货回到了货架。", "Ended: what nobody reserved is back on the shelf.")]))
        div.paper { (rows.list(&at, columns, cells, at.t("新的在上", "Newest first"), none)) }
        (ui::question(
            at.t("开一个活动", "Open a campaign"),
            html! { (at.t("到最后一天结束时自动收尾。", "It ends by itself at the end of its last day.")) },
            CampaignForm::show(&at.look, &at.fields, &at.at("/campaigns"), &at.key(), at.t("开活动", "Open it")),
        ))
    };
    Ok(frame(&at.look, &place, Tab::Stock, title, body))
}

/// Opens one.
pub async fn open(mut at: ShopPage) -> Result<Response, Failure> {
    let shop = at.shop;
    let mut to = at.at("/campaigns");
    if let Some(CampaignForm { name, last }) = at.typed() {
        let until = last.tomorrow().ok().and_then(|day| Moment::day_start(day, &at.site.market.zone));
        match until {
            None => at.fields.refuse("last", "没有这一天。", "There is no such day."),
            Some(until) => {
                let about = [("warehouse.campaign_past", "last"), ("warehouse.no_name", "name")];
                let opened = at
                    .write("campaign.open", Keys::none(), &about, move |tx, ctx| {
                        promotion::open(tx, ctx, shop, &name, until).map(|campaign| campaign.id.to_string())
                    })
                    .await?;
                if let Some(id) = opened {
                    to = at.at(&format!("/campaigns/{id}"));
                }
            }
        }
    }
    at.answer(&to, list).await
}

/// One campaign.
pub async fn one(at: ShopPage) -> Result<Page, Failure> {
    let id = at.id::<CampaignKind>("campaign")?;
    let (place, (campaign, pools, sites, stock)) = at
        .enter(move |q, shop| {
            let campaign = warehouse::one_campaign(q, shop, id)?;
            let pools = named_pools(q, shop, id)?;
            let sites = warehouse::warehouses(q, shop, None, OFFERED)?;
            Ok((campaign, pools, sites, rows(q, shop, false, None, OFFERED as usize)?))
        })
        .await?;
    let title = name(&at, &campaign);
    let runs = campaign.ended_at.is_none();
    let action = at.at(&format!("/campaigns/{id}"));
    let site =
        |id: &str| sites.iter().find(|site| site.id.to_string() == id).map_or("—", |site| &site.name);
    let columns = [
        Column::wide("规格", "Variant"),
        Column::text("仓库", "Warehouse"),
        Column::number("在池", "In the pool"),
        Column::number("已占用", "Reserved"),
        Column::number("可售", "Available"),
        Column::number("已卖出发出", "Sold and shipped"),
        Column::wide("活动链接", "Its link"),
    ];
    let cells = |pool: &PoolView| {
        [
            parts::item(
                pool.name.media.as_deref(),
                html! { a.nm href=(place.at(&format!("/stock/{}", pool.sku))) { (sku_name(&at.look, &pool.name, &pool.sku)) } },
            ),
            html! { (site(&pool.warehouse)) },
            html! { (fmt::count(pool.on_hand)) },
            html! { (fmt::count(pool.reserved)) },
            html! { b { (fmt::count(pool.available)) } },
            html! { (fmt::count(pool.sold)) },
            html! {
                @match &pool.name.product {
                    Some(product) if runs => a href={ "/product/" (product) "?sku=" (pool.sku) "&campaign=" (id) } { (at.t("买家从这里买", "Buyers buy here")) },
                    _ => "—",
                }
            },
        ]
    };
    let choices = |name: &str| -> Vec<(String, String)> {
        let plain = |row: &&StockRow| !row.is_kit;
        match name {
            "sku" => stock
                .iter()
                .filter(plain)
                .map(|row| (row.sku.clone(), sku_name(&at.look, &row.name, &row.sku)))
                .collect(),
            "warehouse" => sites.iter().map(|site| (site.id.to_string(), site.name.to_string())).collect(),
            _ => Vec::new(),
        }
    };
    let none = parts::empty(at.t("池里还没有货。", "Nothing is in its pools yet."), html! {});
    let body = html! {
        (ui::head(
            place.crumb(&[("/stock", at.t("库存", "Stock")), ("/campaigns", at.t("活动库存", "Campaign stock")), ("", &title)]),
            html! { (title) },
            false,
            html! {
                (state(&at, &campaign))
                @if let Some(until) = campaign.ended_at.or(campaign.until) { span { (if runs { at.t("到 ", "until ") } else { at.t("结束于 ", "ended ") }) (fmt::moment(at.lang(), &at.site.market, until)) } }
            },
            html! {},
        ))
        (at.banners(&[("moved", "货已移好。", "Moved.")]))
        div.paper {
            @if pools.is_empty() { (none) } @else { (table::table(&at.look, columns, &pools, cells)) }
        }
        @if runs {
            (ui::question(
                at.t("移货", "Move stock"),
                html! { (at.t("正数从货架进活动池，负数回货架；只动没被占用的。", "Positive: from the shelf into the pool; negative: back. Only what is not reserved.")) },
                html! {
                    form.paper.dk-form.four action=(action) method="post" {
                        input type="hidden" name="key" value=(at.key());
                        (PoolForm::draw(&at.look, &at.fields, choices))
                        (parts::beside(html! { button.btn.pri name="do" value="move" { (at.t("移货", "Move")) } }))
                    }
                },
            ))
            (ui::question(
                at.t("提前结束", "End it now"),
                html! { (at.t("没被占用的货马上回货架，活动链接不再能买；不能恢复。", "What is not reserved returns to the shelf, and its links sell nothing more. It cannot be undone.")) },
                html! { div.paper { div.dk-row.pad { (parts::press(&action, &at.key(), &[("do", "end")], at.t("结束活动", "End the campaign"), "btn")) } } },
            ))
        }
    };
    Ok(frame(&at.look, &place, Tab::Stock, &title, body))
}

/// Moves units, or ends it.
pub async fn act(mut at: ShopPage) -> Result<Response, Failure> {
    let (shop, id) = (at.shop, at.id::<CampaignKind>("campaign")?);
    match at.fields.text("do") {
        "end" => {
            let keys = at.read(move |q| Ok(warehouse::keys_to_end(q, shop, id)?)).await?;
            at.write("campaign.end", keys, &[], move |tx, ctx| promotion::end(tx, ctx, shop, id).map(drop))
                .await?;
            let to = at.at("/campaigns?done=ended");
            at.answer(&to, one).await
        }
        "move" => {
            if let Some(PoolForm { sku, warehouse, quantity }) = at.typed() {
                let about = [("warehouse.short", "quantity"), ("warehouse.quantity", "quantity")];
                at.write("campaign.stock", keys_of_pool(sku, warehouse, id), &about, move |tx, ctx| {
                    promotion::move_units(tx, ctx, shop, id, (sku, warehouse, quantity)).map(drop)
                })
                .await?;
            }
            let to = at.at(&format!("/campaigns/{id}?done=moved"));
            at.answer(&to, one).await
        }
        _ => at.no_button(),
    }
}
