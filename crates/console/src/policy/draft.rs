//! The editor of a draft: its text, what the server finds in it as one types, a try by hand, and the way to a rehearsal.
//!
//! One form holds everything, so that nothing that was typed is ever lost: a refusal shows the page again with it. The
//! page works without scripts; with them the checks follow the typing.
//!
//! Invariants: only an explicit save writes; a draft that somebody else saved in between is never overwritten silently.

use crate::policy::clauses::{self, Note};
use crate::policy::{fields, lines, places, words};
use govern::draft::{Draft, DraftKind};
use govern::policy::Policy;
use kernel::Date;
use web_kit::prelude::*;
use web_kit::problem::Finding;
use web_kit::ui::{Area, State as Mark};
use web_kit::view::{self, rehearsal};

fn id(at: &PageContext) -> Result<Id<DraftKind>, Failure> {
    at.param("draft").parse().map_err(|_| Failure::not_found("没有这份草案。", "there is no such draft"))
}

/// The version that whoever sent the form saw.
fn seen(fields: &Fields) -> Result<i64, Failure> {
    let version = fields.raw("version").unwrap_or("0");
    version.parse().map_err(|_| Failure::invalid("version must be a whole number"))
}

/// Begins a draft as a copy of a policy and opens it.
pub async fn create(at: PageContext) -> Result<Redirect, Failure> {
    let draft = view::draft::begin(&at.site, None, at.fields.raw("policy")).await?;
    Ok(Redirect::to(&format!("/console/drafts/{}", draft.id)))
}

/// The editor.
pub async fn page(mut at: PageContext) -> Result<Page, Failure> {
    let draft = view::draft::load(&at.site, id(&at)?).await?;
    if at.fields.raw("text").is_none() {
        at.fields.set("text", &draft.text);
        at.fields.set("against", view::draft::base(&draft).unwrap_or_default());
        // The days of the rehearsal that the reader comes from.
        for name in ["from", "to"] {
            let day = at.query.text(name).parse::<Date>();
            at.fields.set(name, day.map_or(String::new(), |day| day.to_string()));
        }
    }
    // What was saved on the way to a rehearsal that was then refused is at its new version.
    if at.fields.raw("text") == Some(&draft.text) {
        at.fields.set("version", draft.version.to_string());
    }
    Desk::of(at, draft).page(None).await
}

/// A press of one of the editor's buttons.
pub async fn submit(mut at: PageContext) -> Result<Response, Failure> {
    let (id, seen) = (id(&at)?, seen(&at.fields)?);
    let draft = view::draft::load(&at.site, id).await?;
    let typed = at.fields.raw("text").unwrap_or_default().to_owned();
    // What was typed into the fields counts before anything else is done with the text.
    let (policy, _) = view::policy::checked(&at.site, &typed);
    let text = fields::applied(&typed, policy.as_ref(), &mut at.fields);
    at.fields.set("text", text.as_str());
    if !at.fields.is_good() {
        let page = Desk::of(at, draft).page(None).await?;
        return Ok((StatusCode::UNPROCESSABLE_ENTITY, page).into_response());
    }
    if let Some(place) = at.fields.raw("repair") {
        if let Some(repaired) = repaired(&at.site, &text, place) {
            at.fields.set("text", repaired);
        }
        return Ok(Desk::of(at, draft).page(None).await?.into_response());
    }
    let place = format!("/console/drafts/{id}");
    let done = match at.fields.text("do") {
        "try" => {
            let desk = Desk::of(at, draft);
            let tried = desk.tried();
            return Ok(desk.page(Some(tried)).await?.into_response());
        }
        "rehearse" => rehearse(&at, &draft, seen).await.map(|run| format!("/console/rehearsals/{run}")),
        doing => {
            let seen = if doing == "override" { draft.version } else { seen };
            view::draft::store(&at.site, id, seen, text).await.map(|_| format!("{place}?saved"))
        }
    };
    let to = done.unwrap_or_else(|failure| {
        at.refused = Some(failure);
        place
    });
    at.answer(&to, page).await
}

/// Saves what is on the desk, if it is not saved yet, and asks for its rehearsal.
async fn rehearse(at: &PageContext, draft: &Draft, seen: i64) -> Result<Id<kernel::id::Rehearsal>, Failure> {
    let text = at.fields.raw("text").unwrap_or_default();
    if draft.text != text {
        view::draft::store(&at.site, draft.id, seen, text.to_owned()).await?;
    }
    let (from, to) = (at.fields.text("from").to_owned(), at.fields.text("to").to_owned());
    view::metric::period(&from, &to)?;
    let against = Some(at.fields.text("against").to_owned()).filter(|which| !which.is_empty());
    let against = against.map(|which| rehearsal::Source { policy: Some(which), ..Default::default() });
    let draft = Some(draft.id.to_string());
    rehearsal::start(&at.site, rehearsal::Order { text: None, draft, policy: None, against, from, to }).await
}

/// The text with the word at `line:column` replaced by what the checker would write.
fn repaired(site: &Site, text: &str, place: &str) -> Option<String> {
    let (line, column) = place.split_once(':')?;
    let (line, column) = (line.parse().ok()?, column.parse().ok()?);
    let (_, findings) = view::policy::checked(site, text);
    let finding = findings.iter().find(|f| (f.line, f.column) == (line, column))?;
    lines::replaced(text, line, column, finding.instead.as_deref()?)
}

/// Deletes a draft that is still as its reader saw it.
pub async fn delete(at: PageContext) -> Result<Redirect, Failure> {
    let seen = seen(&at.fields)?;
    view::draft::delete(&at.site, id(&at)?, seen).await?;
    Ok(Redirect::to("/console/policies"))
}

/// What the checks say about the text on the desk, for the page's script: the clauses, and what stands elsewhere.
pub async fn checks(at: PageContext) -> Result<Response, Failure> {
    let draft = view::draft::load(&at.site, id(&at)?).await?;
    seen(&at.fields)?;
    let desk = Desk::of(at, draft);
    let parts = [desk.card(), desk.gutter(true), desk.mark(true), desk.inputs(true)];
    Ok(ui::fragment(html! { @for part in parts { (part) } }))
}

/// Which days to offer first: the last 90 on which orders were placed; after them a rule has nothing to touch.
async fn days(site: &Site) -> Result<Option<(Date, Date)>, Failure> {
    site.ask(|site, ask| {
        let history = report::data::history(site, ask)?;
        Ok(history.as_ref().as_ref().map(|known| {
            let last = known.full(known.last).max(known.first);
            (known.first.max(report::data::days_away(last, -89)), last)
        }))
    })
    .await
}

/// A draft, what stands in the form of its editor, and what the checks say about that.
struct Desk {
    at: PageContext,
    draft: Draft,
    /// The text the draft was copied from.
    base: Option<String>,
    text: String,
    policy: Option<Policy>,
    findings: Vec<Finding>,
}

impl Desk {
    fn of(at: PageContext, draft: Draft) -> Self {
        let base = view::draft::base(&draft).and_then(|which| view::policy::find(&which).ok());
        let base = base.map(|policy| policy.text.to_string());
        let text = at.fields.raw("text").unwrap_or_default().to_owned();
        let (policy, findings) = view::policy::checked(&at.site, &text);
        Self { at, draft, base, text, policy, findings }
    }

    /// How many errors stand before one.
    fn before(&self, finding: &Finding) -> usize {
        let before = |f: &&Finding| f.is_error() && (f.line, f.column) < (finding.line, finding.column);
        self.findings.iter().filter(before).count()
    }

    /// Whether the text is better with what the checker would write: a repair is offered only if the repaired text was
    /// checked, and the error is gone.
    fn repairs(&self, finding: &Finding) -> bool {
        let by = finding.instead.as_deref();
        let repaired = by.and_then(|by| lines::replaced(&self.text, finding.line, finding.column, by));
        let Some(repaired) = repaired else { return false };
        // What is found later, because this no longer hides it, does not count against the repair.
        let (_, after) = view::policy::checked(&self.at.site, &repaired);
        let gone = !after.iter().any(|f| (f.line, f.column) == (finding.line, finding.column));
        let left = after.iter().filter(|f| f.is_error() && f.line <= finding.line).count();
        gone && left <= self.before(finding)
    }

    /// The clauses with what is wrong under each; repairs are sought for the first few.
    fn card(&self) -> Markup {
        let look = &self.at.look;
        let notes = self.findings.iter().enumerate();
        let notes: Vec<Note<'_>> =
            notes.map(|(i, finding)| Note { finding, repairs: i < 8 && self.repairs(finding) }).collect();
        html! {
            div id="clauses" {
                @if let Some(policy) = &self.policy { p.says { (clauses::sentence(look, policy)) } }
                (clauses::noted(look, &self.text, self.base.as_deref(), &notes, look.t("现行", "now")))
            }
        }
    }

    /// The line numbers beside the text.
    fn gutter(&self, swap: bool) -> Markup {
        let marked = lines::marked(&self.text, self.base.as_deref());
        // A text that ends with a line break has one more line to type in.
        let count = self.text.split('\n').count().max(1);
        html! {
            ol id="gutter" aria-hidden="true" hx-swap-oob=[swap.then_some("true")] {
                @for no in 1..=count {
                    @let changed = marked.get(no - 1).is_some_and(|line| line.mark != lines::Mark::Same);
                    @let wrong = self.findings.iter().any(|f| f.line == no && f.is_error());
                    li.chg[changed].err[wrong].wrn[!wrong && self.findings.iter().any(|f| f.line == no)] { (no) }
                }
            }
        }
    }

    /// Whether the text is saved, and what the checks say.
    fn mark(&self, swap: bool) -> Markup {
        let look = &self.at.look;
        let saved = self.text == self.draft.text && seen(&self.at.fields).ok() == Some(self.draft.version);
        html! {
            span id="state" hx-swap-oob=[swap.then_some("true")] {
                @if saved { (ui::state(Mark::None, look.t("已保存", "Saved"))) }
                @else { (ui::state(Mark::Warning, look.t("有改动，没有保存", "Changed, not saved"))) }
                " " (clauses::errors(look, &self.findings))
            }
        }
    }

    /// The fields of the try by hand: one for each input that the text declares.
    fn inputs(&self, swap: bool) -> Markup {
        let (look, fields) = (&self.at.look, &self.at.fields);
        html! {
            div.fields id="fields" hx-swap-oob=[swap.then_some("true")] {
                @if let Some(policy) = &self.policy {
                    @for input in &policy.inputs {
                        @let name = format!("in.{}", input.name);
                        label {
                            (words::title(look, input))
                            input name=(name) inputmode="decimal" autocomplete="off" value=(fields.raw(&name).unwrap_or_default());
                            small { (clauses::hint(look, input)) }
                        }
                    }
                } @else {
                    p.hint { (look.t("先改掉条文里的错误，才知道它要读什么。", "Mend the text first; then it is known what it reads.")) }
                    // What was typed stays, so that it is there again when the text is mended.
                    @for (name, value) in fields.under("in.") { input type="hidden" name=(format!("in.{name}")) value=(value); }
                }
            }
        }
    }

    /// What the policy decides on the inputs of the form.
    fn tried(&self) -> Markup {
        let look = &self.at.look;
        let Some(policy) = &self.policy else {
            return html! { p { (look.t("条文还有错误，不能试。", "The text still has errors, so it cannot be tried.")) } };
        };
        clauses::verdict(look, policy, self.at.fields.under("in.").filter(|(_, value)| !value.is_empty()))
    }

    /// What stands above the editor after something was done.
    fn banner(&self, place: &str) -> Markup {
        let look = &self.at.look;
        let saved = self.at.query.raw("saved").is_some();
        html! {
            @if let Some(failure) = &self.at.refused {
                div.banner role="alert" {
                    span { (failure.text(look.lang)) }
                    @if failure.status == 409 {
                        span.acts {
                            a.btn href=(place) { (look.t("打开新版，丢掉我的", "Open theirs, drop mine")) }
                            button.btn form="draft" name="do" value="override" { (look.t("用我的盖过去", "Overwrite with mine")) }
                        }
                    }
                }
            } @else if !self.at.fields.is_good() {
                div.banner role="alert" { span { (look.t("没有保存，下面标出的要改。", "Not saved: what is marked below needs a change.")) } }
            } @else if saved { (web_kit::admin::parts::done(look.t("已保存。", "Saved."))) }
        }
    }

    /// Its clauses as fields, its text beside its line numbers, and a try by hand.
    fn pen(&self, place: &str, tried: Option<Markup>) -> Markup {
        let (look, fields) = (&self.at.look, &self.at.fields);
        // A text without a value that has a field is changed as a text.
        let toml = fields.text("view") == "toml" || places::places(&self.text).is_empty();
        let tab = |value: &str, on: bool| html! { input.vh type="radio" name="view" id=(format!("view-{value}")) value=(value) checked[on]; };
        html! {
            section.paper.sec.ed.two-views {
                (tab("cards", !toml)) (tab("toml", toml))
                div.hd {
                    div.views {
                        label for="view-cards" { (look.t("条文", "Clauses")) }
                        label for="view-toml" { "TOML" }
                    }
                    button.btn name="do" value="save" { (look.t("保存", "Save")) }
                }
                div.in-cards { (fields::cards(look, (&self.text, self.policy.as_ref()), fields, &self.findings)) }
                label.vh for="text" { (look.t("条文（TOML）", "Text (TOML)")) }
                div.pen.in-toml {
                    (self.gutter(false))
                    textarea id="text" name="text" spellcheck="false" autocapitalize="off" wrap="off" maxlength="65536"
                        hx-post=(format!("{place}/checks")) hx-trigger="input changed delay:250ms" hx-target="#clauses"
                        hx-swap="outerHTML" hx-sync="this:replace"
                        // A browser drops the first line break of a textarea.
                        { "\n" (self.text) }
                }
            }
            section.paper.sec.try id="try" {
                div.hd { h2 { (look.t("手工试一次：这样的店会怎样？", "Try by hand: what about such a shop?")) } }
                (self.inputs(false))
                div.row { button.btn name="do" value="try" { (look.t("试一试", "Try")) } span.hint { (look.t("只算这一次，不保存，不碰店铺。", "Computed once; nothing is saved, no shop is touched.")) } }
                @if let Some(tried) = tried { div.out role="status" { (tried) } }
            }
        }
    }

    /// What to rehearse it over, and against what.
    async fn period(&self) -> Result<Markup, Failure> {
        let (look, fields) = (&self.at.look, &self.at.fields);
        let (mut from, mut to) = (fields.text("from").to_owned(), fields.text("to").to_owned());
        if (from.is_empty() || to.is_empty())
            && let Some((first, last)) = days(&self.at.site).await?
        {
            (from, to) = (first.to_string(), last.to_string());
        }
        let against = fields.text("against");
        Ok(html! {
            div.go {
                div.rowx {
                    label { (look.t("从哪天", "From")) input type="date" name="from" value=(from); }
                    label { (look.t("到哪天（含）", "To (included)")) input type="date" name="to" value=(to); }
                }
                label { (look.t("与谁比", "Against"))
                    select name="against" {
                        option value="" selected[against.is_empty()] { (look.t("不比", "Nothing")) }
                        @for id in view::policy::ids() {
                            @for p in view::policy::versions(id)? {
                                @let which = format!("{id}@{}", p.version);
                                option value=(which) selected[against == which] { (look.t(&p.title_zh, &p.title_en)) " v" (p.version) }
                            }
                        }
                    }
                }
                button.btn.pri name="do" value="rehearse" { (look.t("保存并预演", "Save and rehearse")) }
                p.hint {
                    (look.t("每个本地日结束时判断一次，动作期内不重复命中。草案不会碰到任何店铺。", "Decided at the end of every local day; a shop is not hit again while the action lasts. A draft touches no shop."))
                }
            }
        })
    }

    async fn page(&self, tried: Option<Markup>) -> Result<Page, Failure> {
        let (at, draft, look) = (&self.at, &self.draft, &self.at.look);
        let title = words::draft_title(look, self.policy.as_ref(), &self.text);
        let place = format!("/console/drafts/{}", draft.id);
        let body = html! {
            (ui::head(
                html! { a href="/console/policies" { (look.t("规则", "Policies")) } " / " span.mono { (draft.id) } },
                html! { (title) },
                false,
                html! {
                    @if let Some(base) = view::draft::base(draft) {
                        span { (look.t("基于 ", "based on ")) a href=(format!("/console/policies/{}", base.split('@').next().unwrap_or_default())) { (base.replace('@', " v")) } }
                    }
                    span { (look.t("第 ", "save ")) (draft.version) (look.t(" 次保存，", ", ")) (fmt::moment(look.lang, &at.site.market, draft.updated_at)) }
                    (self.mark(false))
                },
                html! {
                    form action=(format!("{place}/delete")) method="post" {
                        input type="hidden" name="version" value=(draft.version);
                        button.btn { (look.t("删除草案", "Delete")) }
                    }
                },
            ))
            (self.banner(&place))
            form.two.rev id="draft" action=(place) method="post" autocomplete="off" {
                input type="hidden" name="version" value=(at.fields.text("version"));
                div { (self.pen(&place, tried)) }
                section.paper.ed aria-label=(look.t("检查过的条文", "The text, checked")) {
                    div.hd { h2 { (look.t("预演与检查", "Rehearsal and checks")) } span.note { (look.t("边写边查", "checked as you type")) } }
                    (self.period().await?)
                    (self.card())
                }
            }
        };
        Ok(ui::page(look, Area::Policies, &title, body))
    }
}
