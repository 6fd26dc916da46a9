//! What nearly every operation and page of the faces names. The rest is named where it is used.

pub use crate::admin::frame::{ShopFrame, Tab, frame};
pub use crate::admin::parts::{self, Field};
pub use crate::context::{
    Accepted, Answer, Answered, Context, Created, Done, MemberContext, ShopContext, Written,
};
pub use crate::fmt;
pub use crate::form::Fields;
pub use crate::forms::Form;
pub use crate::idempotency::{IdempotentForm, IdempotentRequest};
pub use crate::input::{self, Items, Page as ListPage, Paging};
pub use crate::lang::{Lang, t};
pub use crate::page::{MemberPage, OpenPage, PageContext, ShopPage};
pub use crate::principal::Principal;
pub use crate::problem::{Failure, Json, Path, Query};
pub use crate::say;
pub use crate::site::Site;
pub use crate::table::{self, Column, Rows};
pub use crate::ui::{self, Page, RenderContext};
pub use crate::when;
pub use crate::words::named::{self, Word};
pub use axum::extract::State;
pub use axum::http::StatusCode;
pub use axum::response::{IntoResponse, Redirect, Response};
pub use kernel::{Id, Moment, Money};
pub use maud::{Markup, html};
pub use serde::{Deserialize, Serialize};
pub use store::{Keys, Read};
pub use web_derive::{Form, operation};
