//! `/merchant/{shop}/sheet`: products as a CSV file, out of the shop and into it as drafts.

use flows::exchange::product;
use web_kit::prelude::*;
use web_kit::view::product::rules_of;

/// The form, and what is wrong with the sheet that was sent.
pub async fn page(at: ShopPage) -> Result<Page, Failure> {
    let (place, ()) = at.enter(|_, _| Ok(())).await?;
    let title = at.t("表格", "Sheet");
    let file = format!("/api/merchant/shops/{}/products.csv", at.shop);
    let body = html! {
        (ui::head(place.crumb(&[("/products", at.t("商品", "Products")), ("", title)]), html! { (at.t("用表格上商品？", "Products from a sheet?")) }, false,
            html! { span { (at.t("一行一个规格，同一个商品的行写同一个编号。", "A row for each variant; rows of one product carry the same id.")) } },
            html! { a.btn href=(file) download { (at.t("下载现有商品", "Download what there is")) } }))
        (at.banners(&[("taken", "收下了，都是草稿：提交审核后上架。", "Taken in, as drafts: hand them in to go live.")]))
        section.paper.pad {
            form action=(place.at("/sheet")) method="post" enctype="multipart/form-data" {
                input type="hidden" name="key" value=(at.key());
                div.dk-f { label for="files" { (at.t("CSV 文件，最多 200 行", "CSV file, at most 200 rows")) } input type="file" id="files" name="files" accept=".csv,text/csv" required; }
                p.dk-note { (at.t("有一处不对就都不收，并一次说清哪行哪列、为什么。已有的商品不会被改。", "If one cell is wrong nothing is taken in, and all that is wrong is told with its line and column. Products that are here already are not changed.")) }
                div.dk-row.end { button.btn.pri { (at.t("上传", "Upload")) } }
            }
        }
    };
    Ok(frame(&at.look, &place, Tab::Goods, title, body))
}

/// Takes a sheet in.
pub async fn act(mut at: ShopPage) -> Result<Response, Failure> {
    let (shop, rules, market) = (at.shop, rules_of(&at.site)?, at.site.market.clone());
    let bytes = at.files.first().map(|file| file.to_vec()).unwrap_or_default();
    let read = product::check_own("CSV".to_owned(), bytes, &market, shop).map_err(Failure::from);
    if let Some(sheet) = at.came(read, &[])? {
        at.write("catalog.sheet", Keys::bulk(), &[], move |tx, ctx| {
            product::take_own(tx, ctx, shop, &sheet, (&market, &rules)).map(|report| report.new)
        })
        .await?;
    }
    let to = at.at("/sheet?done=taken");
    at.answer(&to, page).await
}
