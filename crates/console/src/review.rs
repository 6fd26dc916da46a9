//! `/console/goods`: what waits for a decision; one edit beside what is live, with yes and no.

use crate::tabs::goods_tabs;
use kernel::id::{Edit, Shop};
use offer::catalog::edit::{Status, Waiting};
use offer::catalog::{self, Content};
use people::merchant;
use std::collections::HashMap;
use std::collections::hash_map::Entry;
use web_kit::admin::home::edit_mark;
use web_kit::admin::parts;
use web_kit::admin::product::one::names;
use web_kit::admin::product::view;
use web_kit::admin::words::REJECTED_FOR;
use web_kit::forms::Chosen;
use web_kit::prelude::*;
use web_kit::ui::{Area, State as Mark};
use web_kit::view::product::rules_of;
use web_kit::view::review::{key, key_of};

/// Edits of one page.
const PAGE: usize = 30;

/// Why an edit is sent back.
#[derive(Form)]
#[form("rejection")]
struct RejectionForm {
    #[field(wide)]
    reason: Chosen,
    #[field(wide, hint, lines = 3, most = 500)]
    note: Option<String>,
}

/// A shop's name; its id if it has none.
pub fn shop_name(q: &mut Read<'_>, id: Id<Shop>) -> Result<String, Failure> {
    match merchant::shop(q, id) {
        Ok(shop) => Ok(shop.name.to_string()),
        Err(merchant::Error::NoShop(_)) => Ok(id.to_string()),
        Err(other) => Err(other.into()),
    }
}

/// The names of some shops, each looked up once.
pub fn shop_names(
    q: &mut Read<'_>,
    shops: impl IntoIterator<Item = Id<Shop>>,
) -> Result<HashMap<Id<Shop>, String>, Failure> {
    let mut found = HashMap::new();
    for id in shops {
        if let Entry::Vacant(name) = found.entry(id) {
            name.insert(shop_name(q, id)?);
        }
    }
    Ok(found)
}

/// The queue.
pub async fn queue(at: PageContext) -> Result<Page, Failure> {
    let after = key(at.query.raw("after"))?;
    let (rows, names) = at
        .read(move |q| {
            let rows = catalog::review_queue(q, after, PAGE as i64 + 1)?;
            let names = shop_names(q, rows.iter().map(|row| row.shop))?;
            Ok((rows, names))
        })
        .await?;
    let rows = Rows::of(rows, PAGE, key_of);
    let (look, now, title) = (&at.look, at.now(), at.t("商品审核", "Product review"));
    let columns = [
        Column::wide("商品", "Product"),
        Column::text("店铺", "Shop"),
        Column::text("类型", "Type"),
        Column::line("等了", "Waiting for"),
        Column::acts(),
    ];
    let cells = |row: &Waiting| {
        let href = format!("/console/goods/reviews/{}", row.id);
        [
            html! { a.nm href=(href) { (row.title) } },
            html! { a href={ "/console/shops/" (row.shop) } { (names.get(&row.shop).map_or("—", String::as_str)) } },
            html! {
                (if row.base == 0 { at.t("新商品", "new product") } else { at.t("修改在售商品", "edit of a live product") })
                @if row.marked { small { (ui::state(Mark::Warning, at.t("有敏感词", "Sensitive words"))) } }
            },
            html! { (fmt::duration(look.lang, now.micros() - row.submitted_at.micros())) small { (fmt::minute(look.lang, &at.site.market, row.submitted_at)) } },
            html! { a.btn.dk-sm.pri href=(href) { (at.t("审核", "Review")) } },
        ]
    };
    let none = parts::empty(at.t("没有待审的商品。", "Nothing to review."), html! {});
    let body = html! {
        (ui::head(html! { (at.t("商品", "Products")) }, html! { (at.t("待审商品", "Products to review")) }, false,
            html! { span { (at.t("等得最久的在上。没通过之前，线上的旧版照卖。", "Longest wait first. Until you approve, the live version goes on selling.")) } }, html! {}))
        (at.banners(&[
            ("approved", "已通过，已经上线。", "Approved; it is live."),
            ("rejected", "已驳回，店铺看得到原因。", "Rejected; the shop sees why."),
        ]))
        div.dk-top { (goods_tabs(look, "/console/goods")) }
        div.paper { (rows.list(&at, columns, cells, at.t("等得最久的在上", "Longest first"), none)) }
    };
    Ok(ui::page(look, Area::Goods, title, body))
}

/// One edit.
pub async fn page(at: PageContext) -> Result<Page, Failure> {
    let id = at.id::<Edit>("edit")?;
    let found = at.read(move |q| {
        let edit = catalog::edit(q, id)?;
        let live = if edit.base > 0 { Some(catalog::content(q, edit.shop, edit.product)?) } else { None };
        let (names, shop) = (names(q, &edit.content)?, shop_name(q, edit.shop)?);
        Ok((edit, live, names, shop))
    });
    let (edit, live, names, shop) = found.await?;
    let (look, key, action) = (&at.look, at.key(), format!("/console/goods/reviews/{id}"));
    let title = edit.content.title.to_string();
    let is_new = edit.base == 0;
    let changes = format!("{} {}", edit.changes.len(), at.t("处改动", "changes"));
    let either = |changed: &'static str, new: &'static str| if live.is_some() { changed } else { new };
    let body = html! {
        (ui::head(
            html! { a href="/console/goods" { (at.t("待审商品", "To review")) } " / " (if is_new { at.t("新商品", "New product") } else { at.t("修改在售商品", "Edit of a live product") }) },
            html! { (title) }, false,
            html! {
                (edit_mark(look, edit.status))
                a href={ "/console/shops/" (edit.shop) } { (shop) }
                span { (if is_new { at.t("新商品", "new product") } else { &changes }) }
                @if let Some(since) = edit.submitted_at { span { (at.t("提交于 ", "submitted ")) (fmt::moment(look.lang, &at.site.market, since)) } }
            },
            html! {},
        ))
        (at.banners(&[]))
        @if !edit.marks.is_empty() {
            (ui::question(at.t("有哪些敏感词？", "Sensitive words"), html! { (at.t("词表是数据，每个词写着依据。", "The list is data; each word says why.")) },
                html! { div.paper { (view::words(look, &edit.marks)) } }))
        }
        (ui::question(at.t("图片过得去吗？", "Are the pictures fine?"), html! { (at.t("点开看大图，左右键翻。", "Open one to see it large; arrow keys turn.")) },
            html! { div.paper { (judged(look, live.as_ref(), &edit.content)) } }))
        (ui::question(
            either(at.t("修改前后对比", "Before and after"), at.t("商品内容", "Product details")),
            html! { (either(at.t("有竖边的是改动。", "An edge marks what changes."), "")) },
            html! { div.paper { (view::compared(look, &names, live.as_ref(), &edit.content, &edit.marks)) } },
        ))
        @if edit.status == Status::Waiting {
            (ui::question(at.t("通过还是驳回？", "Approve or reject?"), html! { (at.t("通过马上上线。驳回要写原因，店铺照着改。", "Approved, it is live at once. A rejection needs a reason the shop can act on.")) }, html! {
                div.dk-two {
                    form.paper action=(action) method="post" {
                        div.dk-hd { h3 { (at.t("通过", "Approve")) } }
                        input type="hidden" name="key" value=(format!("{key}y"));
                        p.dk-say { (either(at.t("换下线上的旧版，旧版留在历史里。", "Replaces the live version, which stays in the history."), at.t("买家马上能搜到、能买。", "Buyers find it and can buy it at once."))) }
                        div.dk-row.pad { button.btn.pri name="do" value="approve" { (at.t("通过并上线", "Approve")) } }
                    }
                    form.paper action=(action) method="post" {
                        div.dk-hd { h3 { (at.t("驳回", "Reject")) } }
                        input type="hidden" name="key" value=(format!("{key}n"));
                        div.dk-form {
                            (RejectionForm::draw(look, &at.fields, |_| REJECTED_FOR.choices(look.lang)))
                            div.dk-wide.dk-row.end { button.btn name="do" value="reject" { (at.t("驳回", "Reject")) } }
                        }
                    }
                }
            }))
        } @else if let Some(reason) = &edit.reason {
            (ui::question(at.t("审核结果", "Decision"), html! {}, html! { div.paper { (parts::facts(&[
                (at.t("原因", "Reason"), html! { (REJECTED_FOR.say(look.lang, reason)) }),
                (at.t("说明", "Note"), html! { (edit.note.as_deref().unwrap_or("—")) }),
            ])) } }))
        }
    };
    Ok(ui::page(look, Area::Goods, &title, body))
}

/// The pictures of a content with what each is of: the gallery, the values of options, the variants.
fn all_pictures(look: &RenderContext, content: &Content) -> Vec<(String, String)> {
    let gallery = content.gallery.iter().enumerate().map(|(n, key)| {
        let name = if n == 0 {
            look.t("主图", "Cover").to_owned()
        } else {
            format!("{} {}", look.t("图", "Picture"), n + 1)
        };
        (key.to_string(), name)
    });
    let values = content.axes.iter().flat_map(|axis| &axis.values);
    let values = values.filter_map(|value| Some((value.media.as_ref()?.to_string(), value.name.to_string())));
    let variants = content
        .skus
        .iter()
        .filter_map(|sku| Some((sku.media.as_ref()?.to_string(), view::variant(content, sku))));
    let mut found: Vec<(String, String)> = Vec::new();
    for (key, name) in gallery.chain(values).chain(variants) {
        if !found.iter().any(|(known, _)| *known == key) {
            found.push((key, name));
        }
    }
    found
}

/// The pictures of a content, large enough to judge, beside those that are live; each opens in its full size.
fn judged(look: &RenderContext, live: Option<&Content>, next: &Content) -> Markup {
    let (was, now) = (live.map(|live| all_pictures(look, live)), all_pictures(look, next));
    let has = |all: &[(String, String)], key: &str| all.iter().any(|(known, _)| known == key);
    let side = |title: &str,
                all: &[(String, String)],
                other: Option<&[(String, String)]>,
                word: (&str, Mark)| {
        html! {
            div.dk-shots {
                h3 { (title) " " span.mut { (all.len()) } }
                @if all.is_empty() { p.dk-note { (look.t("没有图。", "No pictures.")) } }
                ol {
                    @for (key, name) in all {
                        @let differs = other.is_some_and(|other| !has(other, key));
                        li.chg[differs] {
                            a href={ "/media/" (key) } data-zoom target="_blank" {
                                img src={ "/media/" (key) } alt=(name) width="240" height="240" loading="lazy";
                            }
                            span { (name) @if differs { " " (ui::state(word.1, word.0)) } }
                        }
                    }
                }
            }
        }
    };
    html! {
        div.dk-pair.one[was.is_none()] {
            @if let Some(was) = &was { (side(look.t("线上的", "Live"), was, Some(&now), (look.t("会拿掉", "goes"), Mark::Warning))) }
            (side(if was.is_some() { look.t("改成", "Becomes") } else { look.t("要上架的", "To go live") }, &now, was.as_deref(), (look.t("新图", "new"), Mark::Running)))
        }
    }
}

/// Yes or no.
pub async fn act(mut at: PageContext) -> Result<Response, Failure> {
    let (id, rules) = (at.id::<Edit>("edit")?, rules_of(&at.site)?);
    let done = match at.fields.text("do") {
        "approve" => {
            at.write("catalog.approve", Keys::none(), &[], move |tx, ctx| {
                flows::listing::approve(tx, ctx, id, &rules).map(drop)
            })
            .await?;
            "approved"
        }
        "reject" => {
            if let Some(RejectionForm { reason, note }) = at.typed() {
                let note = note.unwrap_or_default();
                at.write("catalog.reject", Keys::none(), &[], move |tx, ctx| {
                    catalog::reject(tx, ctx, id, (&reason.0, &note), &rules).map(drop)
                })
                .await?;
            }
            "rejected"
        }
        _ => return at.no_button(),
    };
    // A refusal is shown on the edit's own page, and what was decided above the queue.
    if at.is_refused() {
        return at.answer(&format!("/console/goods/reviews/{id}"), page).await;
    }
    Ok(Redirect::to(&format!("/console/goods?done={done}")).into_response())
}
