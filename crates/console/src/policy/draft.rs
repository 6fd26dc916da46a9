//! The editor of a draft: its text, what the server finds in it as one types, a try by hand, and the way to a rehearsal.
//!
//! One form holds everything, so that nothing that was typed is ever lost: a refusal shows the page again with it. The
//! page works without scripts; with them the checks follow the typing.
//!
//! Invariants: only an explicit save writes; a draft that somebody else saved in between is never overwritten silently.

use crate::policy::clauses::{self, Note};
use crate::policy::{draft_title, lines};
use axum::extract::State;
use axum::http::{HeaderValue, Uri, header};
use axum::response::{IntoResponse, Redirect, Response};
use govern::draft::{Draft, DraftKind};
use govern::policy::Policy;
use kernel::{Date, Id};
use maud::{Markup, html};
use std::collections::BTreeMap;
use web_kit::fmt;
use web_kit::lang::Lang;
use web_kit::problem::{Failure, Finding, Form, Path};
use web_kit::site::Site;
use web_kit::ui::{self, Area, Page, RenderContext, State as Mark};

type Fields = Vec<(String, String)>;

/// What stands in the form.
#[derive(Debug, Clone, Default)]
struct Desk {
    text: String,
    version: i64,
    from: String,
    to: String,
    against: String,
    inputs: BTreeMap<String, String>,
}

impl Desk {
    fn read(fields: Fields) -> Result<(Self, BTreeMap<String, String>), Failure> {
        let (mut desk, mut rest) = (Self::default(), BTreeMap::new());
        for (name, value) in fields {
            match name.as_str() {
                // A browser sends line breaks as CR LF whatever the text had.
                "text" => desk.text = value.replace("\r\n", "\n"),
                "version" => {
                    desk.version =
                        value.parse().map_err(|_| Failure::invalid("version must be a whole number"))?;
                }
                "from" => desk.from = value,
                "to" => desk.to = value,
                "against" => desk.against = value,
                name => match name.strip_prefix("in.") {
                    Some(input) => {
                        desk.inputs.insert(input.to_owned(), value);
                    }
                    None => {
                        rest.insert(name.to_owned(), value);
                    }
                },
            }
        }
        Ok((desk, rest))
    }
}

/// What the checks say about a text.
struct Checks {
    policy: Option<Policy>,
    findings: Vec<Finding>,
}

impl Checks {
    fn of(site: &Site, text: &str) -> Self {
        let (policy, findings) = web_kit::view::policy::checked(site, text);
        Self { policy, findings }
    }

    /// How many errors stand before one.
    fn before(&self, finding: &Finding) -> usize {
        self.findings
            .iter()
            .filter(|f| f.is_error() && (f.line, f.column) < (finding.line, finding.column))
            .count()
    }

    /// A repair is offered only if the repaired text was checked, and the error is gone.
    fn notes(&self, site: &Site, text: &str) -> Vec<Note<'_>> {
        let better = |finding: &Finding| {
            let by = finding.instead.as_deref()?;
            let repaired = lines::replaced(text, finding.line, finding.column, by)?;
            // What is found later, because this no longer hides it, does not count against the repair.
            let after = Self::of(site, &repaired).findings;
            let gone = !after.iter().any(|f| (f.line, f.column) == (finding.line, finding.column));
            Some(
                gone && after.iter().filter(|f| f.is_error() && f.line <= finding.line).count()
                    <= self.before(finding),
            )
        };
        let offered = self.findings.iter().take(8);
        let mut notes: Vec<Note<'_>> =
            offered.map(|finding| Note { finding, repairs: better(finding).unwrap_or(false) }).collect();
        notes.extend(self.findings.iter().skip(8).map(|finding| Note { finding, repairs: false }));
        notes
    }
}

/// What stands above the editor after something was done.
enum Say {
    Nothing,
    Saved,
    Refused(Failure),
}

fn draft_id(text: &str) -> Result<Id<DraftKind>, Failure> {
    text.parse().map_err(|_| Failure::not_found("没有这份草案。", "there is no such draft"))
}

/// The text a draft was copied from.
fn base_text(draft: &Draft) -> Option<String> {
    web_kit::view::draft::base(draft)
        .and_then(|which| web_kit::view::policy::find(&which).ok())
        .map(|p| p.text.to_string())
}

/// Begins a draft as a copy of a policy and opens it.
pub async fn create(State(site): State<Site>, Form(fields): Form<Fields>) -> Result<Redirect, Failure> {
    let which = fields.iter().find(|(name, _)| name == "policy").map(|(_, value)| value.as_str());
    let draft = web_kit::view::draft::begin(&site, None, which).await?;
    Ok(Redirect::to(&format!("/console/drafts/{}", draft.id)))
}

/// The editor.
pub async fn page(
    State(site): State<Site>,
    look: RenderContext,
    Path(id): Path<String>,
    uri: Uri,
) -> Result<Page, Failure> {
    let draft = web_kit::view::draft::load(&site, draft_id(&id)?).await?;
    let parts: Vec<&str> = uri.query().unwrap_or_default().split('&').collect();
    let saved = parts.contains(&"saved");
    // The days of the rehearsal that the reader comes from.
    let day = |name: &str| {
        let found = parts.iter().find_map(|part| part.strip_prefix(name)?.strip_prefix('='));
        found.filter(|text| text.parse::<Date>().is_ok()).unwrap_or_default().to_owned()
    };
    let desk = Desk {
        text: draft.text.clone(),
        version: draft.version,
        against: web_kit::view::draft::base(&draft).unwrap_or_default(),
        from: day("from"),
        to: day("to"),
        ..Desk::default()
    };
    editor(&site, &look, &draft, desk, if saved { Say::Saved } else { Say::Nothing }, None).await
}

/// A press of one of the editor's buttons.
pub async fn submit(
    State(site): State<Site>,
    look: RenderContext,
    Path(id): Path<String>,
    Form(fields): Form<Fields>,
) -> Result<Response, Failure> {
    let id = draft_id(&id)?;
    let (mut desk, rest) = Desk::read(fields)?;
    let draft = web_kit::view::draft::load(&site, id).await?;
    if let Some(place) = rest.get("repair") {
        if let Some(repaired) = repaired(&site, &desk.text, place) {
            desk.text = repaired;
        }
        return Ok(editor(&site, &look, &draft, desk, Say::Nothing, None).await?.into_response());
    }
    let refused = |failure: Failure| {
        let status = failure.status_code();
        (status, Say::Refused(failure))
    };
    let (status, say) = match rest.get("do").map(String::as_str) {
        Some("try") => {
            let checks = Checks::of(&site, &desk.text);
            let tried = tried(&site, &look, &desk, &checks);
            return Ok(editor(&site, &look, &draft, desk, Say::Nothing, Some(tried)).await?.into_response());
        }
        Some("rehearse") => match rehearse(&site, &draft, &desk).await {
            Ok(run) => return Ok(Redirect::to(&format!("/console/rehearsals/{run}")).into_response()),
            Err(failure) => refused(failure),
        },
        other => {
            let seen = if other == Some("override") { draft.version } else { desk.version };
            match web_kit::view::draft::store(&site, id, seen, desk.text.clone()).await {
                Ok(_) => return Ok(Redirect::to(&format!("/console/drafts/{id}?saved")).into_response()),
                Err(failure) => refused(failure),
            }
        }
    };
    // What was saved on the way to a rehearsal that was then refused is at its new version.
    let now = web_kit::view::draft::load(&site, id).await?;
    if now.text == desk.text {
        desk.version = now.version;
    }
    Ok((status, editor(&site, &look, &now, desk, say, None).await?).into_response())
}

/// Saves what is on the desk, if it is not saved yet, and asks for its rehearsal.
async fn rehearse(site: &Site, draft: &Draft, desk: &Desk) -> Result<Id<kernel::id::Rehearsal>, Failure> {
    if draft.text != desk.text {
        web_kit::view::draft::store(site, draft.id, desk.version, desk.text.clone()).await?;
    }
    web_kit::view::metric::period(&desk.from, &desk.to)?;
    let against = Some(desk.against.clone()).filter(|which| !which.is_empty());
    let order = web_kit::view::rehearsal::Order {
        text: None,
        draft: Some(draft.id.to_string()),
        policy: None,
        against: against.map(|which| web_kit::view::rehearsal::Source {
            policy: Some(which),
            ..web_kit::view::rehearsal::Source::default()
        }),
        from: desk.from.clone(),
        to: desk.to.clone(),
    };
    web_kit::view::rehearsal::start(site, order).await
}

/// The text with the word at `line:column` replaced by what the checker would write.
fn repaired(site: &Site, text: &str, place: &str) -> Option<String> {
    let (line, column) = place.split_once(':')?;
    let (line, column) = (line.parse().ok()?, column.parse().ok()?);
    let checks = Checks::of(site, text);
    let finding = checks.findings.iter().find(|f| (f.line, f.column) == (line, column))?;
    lines::replaced(text, line, column, finding.instead.as_deref()?)
}

/// Deletes a draft that is still as its reader saw it.
pub async fn delete(
    State(site): State<Site>,
    Path(id): Path<String>,
    Form(fields): Form<Fields>,
) -> Result<Redirect, Failure> {
    let (desk, _) = Desk::read(fields)?;
    web_kit::view::draft::delete(&site, draft_id(&id)?, desk.version).await?;
    Ok(Redirect::to("/console/policies"))
}

/// What the checks say about the text on the desk, for the page's script: the clauses, and what stands elsewhere.
pub async fn checks(
    State(site): State<Site>,
    look: RenderContext,
    Path(id): Path<String>,
    Form(fields): Form<Fields>,
) -> Result<Response, Failure> {
    let draft = web_kit::view::draft::load(&site, draft_id(&id)?).await?;
    let (desk, _) = Desk::read(fields)?;
    let checks = Checks::of(&site, &desk.text);
    let base = base_text(&draft);
    let fragment = html! {
        (card(&site, &look, &desk, &checks, base.as_deref()))
        (gutter(&desk.text, base.as_deref(), &checks.findings, true))
        (mark(&look, &desk, &draft, &checks, true))
        (fields_of(&look, &desk, &checks, true))
    };
    let mut response = fragment.into_string().into_response();
    response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static("text/html; charset=utf-8"));
    response.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    Ok(response)
}

/// The clauses with what is wrong under each.
fn card(site: &Site, look: &RenderContext, desk: &Desk, checks: &Checks, base: Option<&str>) -> Markup {
    html! {
        div id="clauses" {
            @if let Some(policy) = &checks.policy { p.says { (clauses::sentence(look, policy)) } }
            (clauses::noted(look, &desk.text, base, &checks.notes(site, &desk.text), look.t("现行", "now")))
        }
    }
}

/// The line numbers beside the text.
fn gutter(text: &str, base: Option<&str>, findings: &[Finding], swap: bool) -> Markup {
    let marked = lines::marked(text, base);
    // A text that ends with a line break has one more line to type in.
    let count = text.split('\n').count().max(1);
    html! {
        ol id="gutter" aria-hidden="true" hx-swap-oob=[swap.then_some("true")] {
            @for no in 1..=count {
                @let changed = marked.get(no - 1).is_some_and(|line| line.mark != lines::Mark::Same);
                @let wrong = findings.iter().any(|f| f.line == no && f.is_error());
                li.chg[changed].err[wrong].wrn[!wrong && findings.iter().any(|f| f.line == no)] { (no) }
            }
        }
    }
}

/// Whether the text is saved, and what the checks say.
fn mark(look: &RenderContext, desk: &Desk, draft: &Draft, checks: &Checks, swap: bool) -> Markup {
    html! {
        span id="state" hx-swap-oob=[swap.then_some("true")] {
            @if desk.text == draft.text && desk.version == draft.version {
                (ui::state(Mark::None, look.t("已保存", "Saved")))
            } @else {
                (ui::state(Mark::Warning, look.t("有改动，没有保存", "Changed, not saved")))
            }
            " " (clauses::errors(look, &checks.findings))
        }
    }
}

/// The fields of the try by hand: one for each input that the text declares.
fn fields_of(look: &RenderContext, desk: &Desk, checks: &Checks, swap: bool) -> Markup {
    html! {
        div.fields id="fields" hx-swap-oob=[swap.then_some("true")] {
            @match &checks.policy {
                Some(policy) => {
                    @for input in clauses::inputs(look, policy) {
                        label {
                            (input.title)
                            input name=(format!("in.{}", input.name)) inputmode="decimal" autocomplete="off"
                                value=(desk.inputs.get(&input.name).cloned().unwrap_or_default());
                            small { (input.hint) }
                        }
                    }
                }
                None => {
                    p.hint { (look.t("先改掉条文里的错误，才知道它要读什么。", "Mend the text first; then it is known what it reads.")) }
                    // What was typed stays, so that it is there again when the text is mended.
                    @for (name, value) in &desk.inputs { input type="hidden" name=(format!("in.{name}")) value=(value); }
                }
            }
        }
    }
}

/// What the policy decides on the inputs of the form.
fn tried(site: &Site, look: &RenderContext, desk: &Desk, checks: &Checks) -> Markup {
    let _ = site;
    let Some(policy) = &checks.policy else {
        return html! { p { (look.t("条文还有错误，不能试。", "The text still has errors, so it cannot be tried.")) } };
    };
    let given: Vec<(String, String)> = desk
        .inputs
        .iter()
        .filter(|(_, value)| !value.trim().is_empty())
        .map(|(name, value)| (name.clone(), value.trim().to_owned()))
        .collect();
    clauses::verdict(look, policy, &given)
}

/// Which days to offer first: the last 90 on which orders were placed; after them a rule has nothing to touch.
async fn days(site: &Site) -> Result<Option<(Date, Date)>, Failure> {
    site.ask(|site, ask| {
        let extent = site.remember(ask, "draft extent", || Ok(govern::view::extent(ask)?))?;
        Ok(extent.as_ref().as_ref().map(|orders| {
            let (first, last) = (orders.first.date(&site.market.zone), orders.last.date(&site.market.zone));
            (first.max(last.saturating_sub(jiff::Span::new().days(89))), last)
        }))
    })
    .await
}

async fn editor(
    site: &Site,
    look: &RenderContext,
    draft: &Draft,
    mut desk: Desk,
    say: Say,
    tried: Option<Markup>,
) -> Result<Page, Failure> {
    if let (true, Some((from, to))) = (desk.from.is_empty() || desk.to.is_empty(), days(site).await?) {
        (desk.from, desk.to) = (from.to_string(), to.to_string());
    }
    let base = base_text(draft);
    let checks = Checks::of(site, &desk.text);
    let title = draft_title(look, checks.policy.as_ref(), &desk.text);
    let place = format!("/console/drafts/{}", draft.id);
    let body = html! {
        (ui::head(
            html! { a href="/console/policies" { (look.t("规则", "Policies")) } " / " span.mono { (draft.id) } },
            html! { (title) },
            false,
            html! {
                @if let Some(base) = web_kit::view::draft::base(draft) {
                    span { (look.t("基于 ", "based on ")) a href=(format!("/console/policies/{}", base.split('@').next().unwrap_or_default())) { (base.replace('@', " v")) } }
                }
                span { (look.t("第 ", "save ")) (draft.version) (look.t(" 次保存，", ", ")) (fmt::moment(look.lang, &site.market, draft.updated_at)) }
                (mark(look, &desk, draft, &checks, false))
            },
            html! {
                form action=(format!("{place}/delete")) method="post" {
                    input type="hidden" name="version" value=(draft.version);
                    button.btn { (look.t("删除草案", "Delete")) }
                }
            },
        ))
        @match &say {
            Say::Nothing => {},
            Say::Saved => div.banner.ok role="status" { span { (look.t("已保存。", "Saved.")) } },
            Say::Refused(failure) => div.banner role="alert" {
                span { (failure.text(look.lang)) }
                @if failure.status == 409 {
                    span.acts {
                        a.btn href=(place) { (look.t("打开新版，丢掉我的", "Open theirs, drop mine")) }
                        button.btn form="draft" name="do" value="override" { (look.t("用我的盖过去", "Overwrite with mine")) }
                    }
                }
            },
        }
        form.two.rev id="draft" action=(place) method="post" autocomplete="off" {
            input type="hidden" name="version" value=(desk.version);
            div {
                section.paper.sec.ed {
                    div.hd {
                        h2 { label for="text" { (look.t("条文（TOML)", "Text (TOML)")) } }
                        button.btn name="do" value="save" { (look.t("保存", "Save")) }
                    }
                    div.pen {
                        (gutter(&desk.text, base.as_deref(), &checks.findings, false))
                        textarea id="text" name="text" spellcheck="false" autocapitalize="off" wrap="off" maxlength="65536"
                            hx-post=(format!("{place}/checks")) hx-trigger="input changed delay:250ms" hx-target="#clauses"
                            hx-swap="outerHTML" hx-sync="this:replace"
                            // A browser drops the first line break of a textarea.
                            { "\n" (desk.text) }
                    }
                }
                section.paper.sec.try id="try" {
                    div.hd { h2 { (look.t("手工试一次：这样的店会怎样？", "Try by hand: what about such a shop?")) } }
                    (fields_of(look, &desk, &checks, false))
                    div.row { button.btn name="do" value="try" { (look.t("试一试", "Try")) } span.hint { (look.t("只算这一次，不保存，不碰店铺。", "Computed once; nothing is saved, no shop is touched.")) } }
                    @if let Some(tried) = tried { div.out role="status" { (tried) } }
                }
            }
            section.paper.ed aria-label=(look.t("检查过的条文", "The text, checked")) {
                div.hd { h2 { (look.t("预演与检查", "Rehearsal and checks")) } span.note { (look.t("边写边查", "checked as you type")) } }
                div.go {
                    div.rowx {
                        label { (look.t("从哪天", "From")) input type="date" name="from" value=(desk.from); }
                        label { (look.t("到哪天（含）", "To (included)")) input type="date" name="to" value=(desk.to); }
                    }
                    label { (look.t("与谁比", "Against"))
                        select name="against" {
                            option value="" selected[desk.against.is_empty()] { (look.t("不比", "Nothing")) }
                            @for id in web_kit::view::policy::ids() {
                                @for p in web_kit::view::policy::versions(id)? {
                                    @let which = format!("{id}@{}", p.version);
                                    option value=(which) selected[desk.against == which] { (look.t(&p.title_zh, &p.title_en)) " v" (p.version) }
                                }
                            }
                        }
                    }
                    button.btn.pri name="do" value="rehearse" { (look.t("保存并预演", "Save and rehearse")) }
                    p.hint {
                        @match look.lang {
                            Lang::Zh => "每个本地日结束时判断一次，动作期内不重复命中。草案不会碰到任何店铺。",
                            Lang::En => "Decided at the end of every local day; a shop is not hit again while the action lasts. A draft touches no shop.",
                        }
                    }
                }
                (card(site, look, &desk, &checks, base.as_deref()))
            }
        }
    };
    Ok(ui::page(look, Area::Policies, &title, body))
}
