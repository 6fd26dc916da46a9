//! `/console/mall/campaigns`: the campaigns of all shops and the stock of their pools, to be seen.

use crate::tabs::mall_tabs;
use kernel::id::{Campaign as CampaignKind, Shop};
use web_kit::prelude::*;
use web_kit::ui::{Area, State as Mark};
use web_kit::view::campaign::{Campaign, all_campaigns};

const HERE: &str = "/console/mall/campaigns";
/// Campaigns of one page.
const PAGE: usize = 50;

/// The page.
pub async fn page(at: PageContext) -> Result<Page, Failure> {
    let last: Option<(Id<CampaignKind>, Id<Shop>)> = at
        .query
        .text("after")
        .split_once('.')
        .and_then(|(id, shop)| Some((id.parse().ok()?, shop.parse().ok()?)));
    let found = at.read(move |q| Ok(all_campaigns(q, last, PAGE as i64 + 1)?)).await?;
    let rows = Rows::of(found, PAGE, |campaign| format!("{}.{}", campaign.id, campaign.shop));
    let (_, shops) = at.site.known().await?;
    let title = at.t("活动库存", "Campaign stock");
    let columns = [
        Column::wide("活动", "Campaign"),
        Column::wide("店铺", "Shop"),
        Column::text("状态", "State"),
        Column::line("结束", "Ends"),
        Column::number("在池", "In pools"),
        Column::number("已占用", "Reserved"),
        Column::number("已卖出发出", "Sold and shipped"),
    ];
    let cells = |campaign: &Campaign| {
        let shop = campaign.shop.to_string();
        let called = shops.get(&campaign.shop).map_or(shop.as_str(), |card| &card.name);
        [
            html! { (campaign.name.as_deref().map_or_else(|| campaign.id.to_string(), str::to_owned)) },
            html! { a href={ "/console/shops/" (campaign.shop) } { (called) } },
            match campaign.ended_at {
                Some(_) => ui::state(Mark::None, at.t("已结束", "Ended")),
                None => ui::state(Mark::Running, at.t("进行中", "Running")),
            },
            html! { @match campaign.ended_at.or(campaign.until) { Some(end) => (fmt::moment(at.lang(), &at.site.market, end)), None => "—" } },
            html! { (fmt::count(campaign.on_hand)) },
            html! { (fmt::count(campaign.reserved)) },
            html! { (fmt::count(campaign.sold)) },
        ]
    };
    let none = parts::empty(at.t("还没有店铺开过活动。", "No shop has opened a campaign yet."), html! {});
    let body = html! {
        (ui::head(html! { a href="/console/mall" { (at.t("商城", "Mall")) } " / " (title) }, html! { (title) }, false,
            html! { span { (at.t("各店给活动留的货；移货和结束由店铺自己做。", "What shops set aside for campaigns; moving and ending is theirs.")) } }, html! {}))
        div.dk-top { (mall_tabs(&at.look, HERE)) }
        div.paper { (rows.list(&at, columns, cells, at.t("新的在上", "Newest first"), none)) }
    };
    Ok(ui::page(&at.look, Area::Mall, title, body))
}
