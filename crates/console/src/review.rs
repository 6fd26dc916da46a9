//! `/console/goods`: what waits for a decision; one edit beside what is live, with yes and no.

use crate::tabs::goods_tabs;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use kernel::Id;
use kernel::id::{Edit, Shop};
use maud::html;
use offer::catalog::edit::Status;
use offer::catalog::{self, Content, EditView};
use people::merchant;
use serde::Deserialize;
use store::{Keys, Read};
use web_kit::admin::home::edit_mark;
use web_kit::admin::parts::{self, Field};
use web_kit::admin::product::editor::names_of;
use web_kit::admin::product::view::{self, Names};
use web_kit::admin::{done_of, words};
use web_kit::fmt;
use web_kit::form::Fields;
use web_kit::idempotency::IdempotentForm;
use web_kit::problem::{Failure, Path, Query};
use web_kit::site::Site;
use web_kit::ui::{self, Area, Page, RenderContext, State as Mark};
use web_kit::view::product::rules_of;
use web_kit::view::review::{key, key_of};

/// Edits of one page.
const PAGE: usize = 30;

#[derive(Debug, Default, Deserialize)]
pub struct Params {
    after: Option<String>,
    done: Option<String>,
    #[serde(rename = "lang")]
    _lang: Option<String>,
    #[serde(rename = "theme")]
    _theme: Option<String>,
}

/// The names of some shops, each looked up once.
pub fn shop_names(
    q: &mut Read<'_>,
    shops: impl IntoIterator<Item = Id<Shop>>,
) -> Result<Vec<(Id<Shop>, String)>, Failure> {
    let mut found: Vec<(Id<Shop>, String)> = Vec::new();
    for id in shops {
        if found.iter().any(|(known, _)| *known == id) {
            continue;
        }
        match merchant::shop(q, id) {
            Ok(shop) => found.push((id, shop.name.to_string())),
            Err(merchant::Error::NoShop(_)) => found.push((id, id.to_string())),
            Err(other) => return Err(other.into()),
        }
    }
    Ok(found)
}

/// A shop's name among some.
pub fn named(names: &[(Id<Shop>, String)], id: Id<Shop>) -> &str {
    names.iter().find(|(known, _)| *known == id).map_or("—", |(_, name)| name)
}

/// The queue.
pub async fn queue(
    State(site): State<Site>,
    look: RenderContext,
    Query(asked): Query<Params>,
) -> Result<Page, Failure> {
    let after = key(asked.after.as_deref())?;
    let (rows, names) = site
        .read(move |q| {
            let rows = catalog::review_queue(q, after, PAGE as i64 + 1)?;
            let names = shop_names(q, rows.iter().map(|row| row.shop))?;
            Ok((rows, names))
        })
        .await?;
    let shown = &rows[..rows.len().min(PAGE)];
    let next =
        shown.last().filter(|_| rows.len() > PAGE).map(|row| parts::with(&look, &[("after", &key_of(row))]));
    let now = (site.now)();
    let title = look.t("商品审核", "Review of products");
    let body = html! {
        (ui::head(html! { (look.t("商品", "Goods")) }, html! { (look.t("哪些商品等着看？", "Which products wait?")) }, false,
            html! { span { (look.t("等得最久的在上。没通过之前，线上的旧版照卖。", "Longest first. Until a yes, what is live goes on selling.")) } }, html! {}))
        (done_of(&look, asked.done.as_deref(), &[
            ("approved", "已通过，已经上线。", "Approved; it is live."),
            ("rejected", "已退回，店铺看得到原因。", "Sent back; the shop sees why."),
        ]))
        div.dk-top { (goods_tabs(&look, "/console/goods")) }
        div.paper {
            @if shown.is_empty() { (parts::empty(look.t("没有等着审的商品。", "Nothing waits."), html! {})) }
            @else {
                table.cards.dk-list {
                    thead { tr { th { (look.t("商品", "Product")) } th { (look.t("店铺", "Shop")) } th { (look.t("是什么", "What")) } th { (look.t("等了", "Waiting")) } th {} } }
                    tbody {
                        @for row in shown {
                            @let href = format!("/console/goods/reviews/{}", row.id);
                            tr {
                                td.w { a.nm href=(href) { (row.title) } }
                                td data-l=(look.t("店铺", "Shop")) { a href=(format!("/console/shops/{}", row.shop)) { (named(&names, row.shop)) } }
                                td data-l=(look.t("是什么", "What")) {
                                    (if row.base == 0 { look.t("新商品", "new product") } else { look.t("改已上架的", "changes a live one") })
                                    @if row.marked { small { (ui::state(Mark::Warning, look.t("有敏感词", "Sensitive words"))) } }
                                }
                                td.nw data-l=(look.t("等了", "Waiting")) { (fmt::duration(look.lang, now.micros() - row.submitted_at.micros())) small { (fmt::minute(look.lang, &site.market, row.submitted_at)) } }
                                td.r { a.btn.dk-sm.pri href=(href) { (look.t("审", "Review")) } }
                            }
                        }
                    }
                }
                (parts::pager(&look, after.map(|_| parts::with(&look, &[])).as_deref(), next.as_deref(), html! { (look.t("等得最久的在上", "Longest first")) }))
            }
        }
    };
    Ok(ui::page(&look, Area::Goods, title, body))
}

struct One {
    edit: EditView,
    live: Option<Content>,
    names: Names,
    shop: String,
}

fn one(q: &mut Read<'_>, id: Id<Edit>) -> Result<One, Failure> {
    let edit = catalog::edit(q, id)?;
    let live = if edit.base > 0 { Some(catalog::content(q, edit.shop, edit.product)?) } else { None };
    let names = names_of(q, &edit.content)?;
    let shop = shop_names(q, [edit.shop])?.pop().map(|(_, name)| name).unwrap_or_default();
    Ok(One { edit, live, names, shop })
}

/// One edit.
pub async fn page(
    State(site): State<Site>,
    look: RenderContext,
    Path(edit): Path<String>,
) -> Result<Page, Failure> {
    let id = web_kit::input::id::<Edit>(&edit)?;
    let found = site.read(move |q| one(q, id)).await?;
    Ok(drawn(&site, &look, &found, &Fields::default(), None))
}

fn drawn(site: &Site, look: &RenderContext, found: &One, fields: &Fields, refused: Option<&Failure>) -> Page {
    let edit = &found.edit;
    let action = format!("/console/goods/reviews/{}", edit.id);
    let key = site.form_key();
    let reasons = words::REJECTED_FOR.choices(look.lang);
    let changed = edit.changes.len();
    let title = edit.content.title.to_string();
    let body = html! {
        (ui::head(
            html! { a href="/console/goods" { (look.t("待审商品", "To review")) } " / " (if edit.base == 0 { look.t("新商品", "New product") } else { look.t("改已上架的", "Change of a live one") }) },
            html! { (title) }, false,
            html! {
                (edit_mark(look, edit.status))
                a href=(format!("/console/shops/{}", edit.shop)) { (found.shop) }
                span { (if edit.base == 0 { look.t("新商品", "new product").to_owned() } else { format!("{} {}", changed, look.t("处改动", "changes")) }) }
                @if let Some(at) = edit.submitted_at { span { (look.t("送审 ", "submitted ")) (fmt::moment(look.lang, &site.market, at)) } }
            },
            html! {},
        ))
        @if let Some(refused) = refused { (parts::refused(look, refused)) }
        (parts::refusals(look, fields, |name| if name == "note" { look.t("说明", "Note").to_owned() } else { name.to_owned() }))
        @if !edit.marks.is_empty() {
            (ui::question(look.t("有哪些要多看一眼的词？", "Which words to look at twice?"), html! { (look.t("词表是数据，每个词写着依据。", "The list is data; each word says why.")) },
                html! { div.paper { (view::words(look, &edit.marks)) } }))
        }
        (ui::question(
            if found.live.is_some() { look.t("线上的和要改成的，差在哪？", "Live against what it becomes") } else { look.t("要上架的是什么？", "What is to go live?") },
            html! { (if found.live.is_some() { look.t("有竖边的是改动。", "An edge marks what changes.") } else { "" }) },
            html! { div.paper { (view::compared(look, &found.names, found.live.as_ref(), &edit.content, &edit.marks)) } },
        ))
        @if edit.status == Status::Waiting {
            (ui::question(look.t("怎么定？", "Yes or no?"), html! { (look.t("通过马上上线，规格同时能记库存。退回要写原因，店铺照着改。", "A yes is live at once. A no needs a reason the shop can act on.")) }, html! {
                div.dk-two {
                    form.paper action=(action) method="post" {
                        div.dk-hd { h3 { (look.t("通过", "Approve")) } }
                        input type="hidden" name="key" value=(format!("{key}y"));
                        p.dk-say { (if found.live.is_some() { look.t("换下线上的旧版，旧版留在历史里。", "Replaces the live version, which stays in the history.") } else { look.t("买家马上能搜到、能买。", "Buyers find it and can buy it at once.") }) }
                        div.dk-row.pad { button.btn.pri name="do" value="approve" { (look.t("通过，上线", "Approve; go live")) } }
                    }
                    form.paper action=(action) method="post" {
                        div.dk-hd { h3 { (look.t("退回", "Send back")) } }
                        input type="hidden" name="key" value=(format!("{key}n"));
                        div.dk-form {
                            (parts::choice(look, fields, Field { name: "reason", label: look.t("原因", "Reason"), wide: true, ..Field::default() }, &reasons))
                            (parts::lines(look, fields, Field { name: "note", label: look.t("给店铺的说明", "What the shop should know"), hint: look.t("说清哪里、改成什么样", "Say where, and what it should be"), wide: true, ..Field::default() }, 3, 500))
                            div.dk-wide.dk-row.end { button.btn name="do" value="reject" { (look.t("退回", "Send back")) } }
                        }
                    }
                }
            }))
        } @else if let Some(reason) = &edit.reason {
            (ui::question(look.t("怎么定的？", "How was it decided?"), html! {}, html! { div.paper { (parts::facts(&[
                (look.t("原因", "Reason"), html! { (words::REJECTED_FOR.say(look.lang, reason)) }),
                (look.t("说明", "Note"), html! { (edit.note.as_deref().unwrap_or("—")) }),
            ])) } }))
        }
    };
    ui::page(look, Area::Goods, &title, body)
}

/// Yes or no.
pub async fn act(
    State(site): State<Site>,
    look: RenderContext,
    Path(edit): Path<String>,
    IdempotentForm { act, form }: IdempotentForm<Vec<(String, String)>>,
) -> Result<Response, Failure> {
    let id = web_kit::input::id::<Edit>(&edit)?;
    let fields = Fields::of(form);
    let rules = rules_of(&site)?;
    let written = match fields.text("do") {
        "approve" => act
            .value(&site, "catalog.approve", Keys::none(), move |tx, ctx| {
                flows::listing::approve(tx, ctx, id, &rules).map(drop)
            })
            .await
            .map(|()| "approved"),
        "reject" => {
            let (reason, note) = (fields.text("reason").to_owned(), fields.text("note").to_owned());
            act.value(&site, "catalog.reject", Keys::none(), move |tx, ctx| {
                catalog::reject(tx, ctx, id, (&reason, &note), &rules).map(drop)
            })
            .await
            .map(|()| "rejected")
        }
        _ => Err(Failure::invalid("there is no such button").zh("没有这个按钮。")),
    };
    match written {
        Ok(done) => Ok(Redirect::to(&format!("/console/goods?done={done}")).into_response()),
        Err(failure) if failure.status == 404 => Err(failure),
        Err(failure) => {
            let found = site.read(move |q| one(q, id)).await?;
            let look = RenderContext { here: format!("/console/goods/reviews/{id}"), ..look };
            let status: StatusCode = failure.status_code();
            Ok((status, drawn(&site, &look, &found, &fields, Some(&failure))).into_response())
        }
    }
}
