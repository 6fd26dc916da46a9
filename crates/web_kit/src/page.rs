//! What a page is asked with: the site, who asks, how it is to be shown, what its address says, and the form that was
//! sent to it. A page that refuses a form is the same page with everything as it was typed.
//!
//! Invariants: none of these can be had before [`crate::operation::gate`] has asked what the page needs; a form is one
//! write however often it is sent; nothing typed is lost when it is refused.

use crate::form::{Fields, sent};
use crate::forms::Form;
use crate::idempotency::{Answers, IdempotentForm, IdempotentRequest, Refuses};
use crate::lang::Lang;
use crate::operation::Passed;
use crate::parts;
use crate::principal::Principal;
use crate::problem::Failure;
use crate::refusal::Refusal;
use crate::site::Site;
use crate::storefront::parts as mall;
use crate::ui::{Page, RenderContext};
use crate::when;
use axum::body::{Body, Bytes};
use axum::extract::{FromRequest, FromRequestParts, Multipart, RawPathParams, Request};
use axum::http::header;
use axum::http::request::Parts;
use axum::response::{IntoResponse, Redirect, Response};
use kernel::id::{Member, Shop};
use kernel::{Ctx, Entity, Id, Moment};
use maud::{Markup, html};
use serde::de::DeserializeOwned;
use std::ops::{Deref, DerefMut};
use store::{Keys, Read, Tx};

/// The most files of one form; more are left out.
const MOST_FILES: usize = 60;

/// A page that is asked for, or a form of it that was sent.
#[derive(Debug, Clone)]
pub struct PageContext {
    /// The site.
    pub site: Site,
    /// How it is to be shown.
    pub look: RenderContext,
    /// Who asks, and which write it is.
    pub act: IdempotentRequest,
    /// What the address asks for.
    pub query: Fields,
    /// What was typed into its form, with what is wrong with it.
    pub fields: Fields,
    /// The files that were sent with it.
    pub files: Vec<Bytes>,
    /// Why the form was refused, where no field is to blame.
    pub refused: Option<Failure>,
    params: Vec<(Box<str>, Box<str>)>,
}

/// A page of the member who asks.
#[derive(Debug, Clone)]
pub struct MemberPage {
    page: PageContext,
    /// Who asks.
    pub member: Id<Member>,
}

/// A page that is the same for everybody: who asks is not looked up, and is nobody here.
#[derive(Debug, Clone)]
pub struct OpenPage {
    page: PageContext,
}

/// A page of the shop of its address.
#[derive(Debug, Clone)]
pub struct ShopPage {
    page: PageContext,
    /// Which.
    pub shop: Id<Shop>,
}

impl PageContext {
    /// A text in the reader's language.
    pub fn t<'a>(&self, zh: &'a str, en: &'a str) -> &'a str {
        self.look.t(zh, en)
    }

    /// One of two things, by the reader's language.
    pub fn pick<T>(&self, zh: T, en: T) -> T {
        self.look.lang.pick(zh, en)
    }

    /// The reader's language.
    pub fn lang(&self) -> Lang {
        self.look.lang
    }

    /// The moment of the site's clock.
    pub fn now(&self) -> Moment {
        (self.site.now)()
    }

    /// A moment as readers say it: `今天 14:42`, `14:42 today`.
    pub fn moment(&self, at: Moment) -> String {
        when::moment(self.look.lang, &self.site.market, self.now(), at)
    }

    /// A deadline as readers say it: `明天 23:59 前`, `by 23:59 tomorrow`.
    pub fn by(&self, due: Moment) -> String {
        when::by(self.look.lang, &self.site.market, self.now(), due)
    }

    /// Who asks.
    pub fn who(&self) -> &Principal {
        &self.act.who
    }

    /// A key for a form: sent twice, it is one write.
    pub fn key(&self) -> String {
        self.site.form_key()
    }

    /// A part of the address as it is.
    pub fn param(&self, name: &str) -> &str {
        self.params.iter().find(|(one, _)| &**one == name).map_or("", |(_, value)| value)
    }

    /// An id of the address; one that is not of its kind leads nowhere.
    pub fn id<T: Entity>(&self, name: &str) -> Result<Id<T>, Failure> {
        crate::input::id(self.param(name))
    }

    /// Where the page of a list begins.
    pub fn after<T: Entity>(&self) -> Result<Option<Id<T>>, Failure> {
        crate::view::stock::after(Some(self.query.text("after")).filter(|text| !text.is_empty()))
    }

    /// Whether the page of a list is not its first.
    pub fn is_further(&self) -> bool {
        self.query.has("after")
    }

    /// The address of this page with some parts of its query changed.
    pub fn with(&self, changes: &[(&str, &str)]) -> String {
        parts::with(&self.look, changes)
    }

    /// Reads from one snapshot.
    pub async fn read<T: Send + 'static>(
        &self,
        f: impl FnOnce(&mut Read<'_>) -> Result<T, Failure> + Send + 'static,
    ) -> Result<T, Failure> {
        self.site.read(f).await
    }

    /// What was typed, if all of it is good; else each field says what is wrong with it.
    pub fn typed<F: Form>(&mut self) -> Option<F> {
        let market = self.site.market.clone();
        F::read(&mut self.fields, &market)
    }

    /// The fields of a form that stands on the page: as they were typed if it was sent, else as `form` fills them.
    pub fn typed_or<F: Form>(&self, form: &F) -> Fields {
        match F::FIELDS.iter().any(|spec| self.fields.raw(spec.name).is_some()) {
            true => self.fields.clone(),
            false => form.fill(&self.site.market),
        }
    }

    /// Writes once. A refusal stands on the page, beside the field that `about` names for its code; what is not there,
    /// or failed inside, is no matter of the form.
    pub async fn write<T: Answers + DeserializeOwned, E: Refuses>(
        &mut self,
        name: &'static str,
        keys: impl Into<Keys>,
        about: &[(&str, &str)],
        f: impl Fn(&mut Tx<'_>, &Ctx) -> Result<T, E> + Send + 'static,
    ) -> Result<Option<T>, Failure> {
        let came = self.act.value(&self.site, name, keys.into(), f).await;
        self.came(came, about)
    }

    /// What a command came to that is written elsewhere; its refusal stands on the page as one of
    /// [`PageContext::write`].
    pub fn came<T>(
        &mut self,
        came: Result<T, Failure>,
        about: &[(&str, &str)],
    ) -> Result<Option<T>, Failure> {
        match came {
            Ok(value) => Ok(Some(value)),
            Err(failure) => self.refuse(failure, about).map(|()| None),
        }
    }

    /// Writes once, for a button whose refusal is a page of its own.
    pub async fn once<T: Answers + DeserializeOwned, E: Refuses>(
        &self,
        name: &'static str,
        keys: impl Into<Keys>,
        f: impl Fn(&mut Tx<'_>, &Ctx) -> Result<T, E> + Send + 'static,
    ) -> Result<T, Failure> {
        self.act.value(&self.site, name, keys.into(), f).await
    }

    /// Puts a refusal on the page.
    pub fn refuse(&mut self, failure: Failure, about: &[(&str, &str)]) -> Result<(), Failure> {
        if failure.status == 404 || failure.status >= 500 {
            return Err(failure);
        }
        self.refused = self.fields.aside(failure, about);
        Ok(())
    }

    /// Whether the form was refused.
    pub fn is_refused(&self) -> bool {
        self.refused.is_some() || !self.fields.is_good()
    }

    /// Refuses a button that no form has.
    pub fn no_button<T>(&self) -> Result<T, Failure> {
        Err(Failure::invalid("there is no such button").zh("没有这个按钮。"))
    }

    /// What stands above a page: what was done, by the word in the address, or what is wrong with the form.
    pub fn banners(&self, said: &[(&str, &str, &str)]) -> Markup {
        if self.look.is_mall() {
            return self.mall_banners(said);
        }
        self.banners_with(said, &self.fields, |name| self.fields.label(self.look.lang, name))
    }

    fn mall_banners(&self, said: &[(&str, &str, &str)]) -> Markup {
        let done = said.iter().find(|(word, ..)| *word == self.query.text("done") && !self.is_refused());
        html! {
            @if let Some((_, zh, en)) = done { div role="status" { (mall::message(crate::ui::State::Kept, self.t(zh, en), "")) } }
            @if let Some(failure) = &self.refused {
                div role="alert" { (mall::message(crate::ui::State::Broken, self.t("操作没有成功", "That didn't work"), failure.text(self.lang()))) }
            } @else if !self.fields.is_good() {
                div role="alert" { (mall::message(crate::ui::State::Broken, self.t("请修改下面标出的内容", "Please check the fields marked below"), "")) }
            }
        }
    }

    /// As [`PageContext::banners`], for fields that are called otherwise.
    pub fn banners_with(
        &self,
        said: &[(&str, &str, &str)],
        fields: &Fields,
        names: impl Fn(&str) -> String,
    ) -> Markup {
        html! {
            (parts::done_of(&self.look, Some(self.query.text("done")), said))
            @if let Some(refused) = &self.refused { (parts::refused(&self.look, refused)) }
            (parts::refusals(&self.look, fields, names))
        }
    }

    /// Where a form leads that was taken; nothing if it was refused. Then the page is shown again, at `to`.
    fn left(&mut self, to: &str) -> Option<Response> {
        if !self.is_refused() {
            return Some(Redirect::to(to).into_response());
        }
        self.look.here = to.split('?').next().unwrap_or_default().to_owned();
        None
    }

    fn status(&self) -> axum::http::StatusCode {
        let refused = self.refused.as_ref().map(|failure| failure.status_code());
        refused.unwrap_or(axum::http::StatusCode::UNPROCESSABLE_ENTITY)
    }
}

/// A page as it is asked for, to which no form was sent yet.
async fn asked(parts: &mut Parts, site: &Site) -> Result<PageContext, Failure> {
    if parts.extensions.get::<Passed>().is_none() {
        return Err(Refusal::Closed.into());
    }
    let look = RenderContext { currency: Some(site.market.currency), ..RenderContext::of(parts) };
    let params = RawPathParams::from_request_parts(parts, site).await.map_err(|_| Refusal::Path)?;
    let params = params.iter().map(|(name, value)| (name.into(), value.into())).collect();
    let query = form_urlencoded::parse(parts.uri.query().unwrap_or_default().as_bytes());
    let query = Fields::of(query.into_owned().collect());
    let act = IdempotentRequest::of_read(Principal::from_request_parts(parts, site).await?);
    let (fields, files) = (Fields::default(), Vec::new());
    Ok(PageContext { site: site.clone(), look, act, query, fields, files, refused: None, params })
}

impl FromRequest<Site> for PageContext {
    type Rejection = Failure;
    async fn from_request(request: Request, site: &Site) -> Result<Self, Failure> {
        let (mut parts, body) = request.into_parts();
        let page = asked(&mut parts, site).await?;
        if parts.method.is_safe() {
            return Ok(page);
        }
        let (act, fields, files) = if is_multipart(&parts) {
            upload(parts, body, site).await?
        } else {
            let request = Request::from_parts(parts, body);
            let IdempotentForm { act, form } = IdempotentForm::from_request(request, site).await?;
            (act, Fields::of(form), Vec::new())
        };
        let mut page = Self { act, fields, files, ..page };
        page.fields.of_market(&site.market);
        Ok(page)
    }
}

fn is_multipart(parts: &Parts) -> bool {
    let kind = parts.headers.get(header::CONTENT_TYPE).and_then(|kind| kind.to_str().ok());
    kind.is_some_and(|kind| kind.trim_start().starts_with("multipart/form-data"))
}

/// A form with files in it: what else is in it makes it the write that it is.
async fn upload(
    mut parts: Parts,
    body: Body,
    site: &Site,
) -> Result<(IdempotentRequest, Fields, Vec<Bytes>), Failure> {
    let (who, uri) = (Principal::from_request_parts(&mut parts, site).await?, parts.uri.clone());
    let form = Multipart::from_request(Request::from_parts(parts, body), site).await;
    let (fields, files) = sent(form.map_err(|_| Refusal::Form)?, MOST_FILES).await?;
    let all = fields.sent.iter().map(|(name, value)| (&**name, value.trim()));
    let act = IdempotentRequest::of_form(who, fields.text("key"), uri.path(), all);
    Ok((act, fields, files))
}

impl FromRequest<Site> for MemberPage {
    type Rejection = Failure;
    async fn from_request(request: Request, site: &Site) -> Result<Self, Failure> {
        let page = PageContext::from_request(request, site).await?;
        Ok(Self { member: page.act.who.member()?, page })
    }
}

impl FromRequest<Site> for OpenPage {
    type Rejection = Failure;
    async fn from_request(mut request: Request, site: &Site) -> Result<Self, Failure> {
        request.extensions_mut().insert(Principal::nobody());
        Ok(Self { page: PageContext::from_request(request, site).await? })
    }
}

impl FromRequest<Site> for ShopPage {
    type Rejection = Failure;
    async fn from_request(request: Request, site: &Site) -> Result<Self, Failure> {
        let page = PageContext::from_request(request, site).await?;
        Ok(Self { shop: page.id("shop")?, page })
    }
}

/// Which shop a page is of.
#[derive(Debug, Clone)]
pub struct ShopFrame {
    /// Its id.
    pub shop: Id<Shop>,
    /// Its name.
    pub name: String,
    /// Whether the reader has a seat in more shops than this.
    pub many: bool,
}

impl ShopFrame {
    /// The address of one of its pages: `/orders`.
    pub fn at(&self, rest: &str) -> String {
        format!("/merchant/{}{rest}", self.shop)
    }

    /// The way from the shop to a page, above the page's title.
    pub fn crumb(&self, steps: &[(&str, &str)]) -> Markup {
        html! {
            a href=(self.at("")) { (self.name) }
            @for (href, text) in steps {
                " / "
                @if href.is_empty() { (text) } @else { a href=(self.at(href)) { (text) } }
            }
        }
    }
}

impl ShopPage {
    /// The address of one of the shop's pages: `/orders`.
    pub fn at(&self, rest: &str) -> String {
        format!("/merchant/{}{rest}", self.shop)
    }

    /// The shop's name for the frame, and what else `f` reads, from one snapshot.
    pub async fn enter<T: Send + 'static>(
        &self,
        f: impl FnOnce(&mut Read<'_>, Id<Shop>) -> Result<T, Failure> + Send + 'static,
    ) -> Result<(ShopFrame, T), Failure> {
        let (shop, many) = (self.shop, self.act.who.shops().len() > 1);
        self.read(move |q| {
            let name = people::merchant::shop(q, shop)?.name.to_string();
            Ok((ShopFrame { shop, name, many }, f(q, shop)?))
        })
        .await
    }
}

/// The answer to a form, for each kind of page.
macro_rules! answers {
    ($($page:ty),*) => {$(
        impl $page {
            /// Leads on if the form was taken (303); else shows `page` again, with what was typed and what is wrong
            /// with it. `to` is an address of that page.
            pub async fn answer(
                mut self,
                to: &str,
                page: impl AsyncFnOnce(Self) -> Result<Page, Failure>,
            ) -> Result<Response, Failure> {
                if let Some(left) = self.left(to) {
                    return Ok(left);
                }
                let status = self.status();
                Ok((status, page(self).await?).into_response())
            }
        }
    )*};
}
answers!(PageContext, MemberPage, ShopPage);

/// A page with something known of whom it is stands for the page itself.
macro_rules! derefs {
    ($($page:ty),*) => {$(
        impl Deref for $page {
            type Target = PageContext;
            fn deref(&self) -> &PageContext {
                &self.page
            }
        }
        impl DerefMut for $page {
            fn deref_mut(&mut self) -> &mut PageContext {
                &mut self.page
            }
        }
    )*};
}
derefs!(MemberPage, OpenPage, ShopPage);
