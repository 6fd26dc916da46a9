//! A member's addresses.

use crate::account::profile::private;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use kernel::Id;
use kernel::id::Address;
use people::member;
use people::vault::Postal;
use serde::{Deserialize, Serialize};
use web_kit::idempotency::IdempotentRequest;
use web_kit::principal::Principal;
use web_kit::problem::{Failure, Json, Path};
use web_kit::site::Site;

/// What an address says.
#[derive(Debug, Clone, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct AddressBody {
    /// Who receives.
    pub(crate) recipient: String,
    /// The recipient's phone number.
    pub(crate) phone: String,
    /// Province.
    pub(crate) province: String,
    /// City.
    pub(crate) city: String,
    /// District, if there is one.
    #[serde(default)]
    pub(crate) district: String,
    /// Street, house and room.
    pub(crate) street: String,
    /// Postcode, if known.
    #[serde(default)]
    pub(crate) postcode: String,
}

impl AddressBody {
    pub(crate) fn postal(self) -> Postal {
        let Self { recipient, phone, province, city, district, street, postcode } = self;
        Postal { recipient, phone, province, city, district, street, postcode }
    }
    fn of(postal: Postal) -> Self {
        let Postal { recipient, phone, province, city, district, street, postcode } = postal;
        Self { recipient, phone, province, city, district, street, postcode }
    }
}

/// An address of the member who asks.
#[derive(Serialize, utoipa::ToSchema)]
pub struct AddressView {
    /// Its id.
    address: String,
    /// Whether it is taken unless another is named.
    is_default: bool,
    #[serde(flatten)]
    postal: AddressBody,
}

impl AddressView {
    fn of(view: member::AddressView) -> Self {
        Self {
            address: view.id.to_string(),
            is_default: view.is_default,
            postal: AddressBody::of(view.postal),
        }
    }
}

/// All of a member's addresses: there are at most 30.
#[derive(Serialize, utoipa::ToSchema)]
pub struct AddressList {
    /// The default first, then the newest.
    items: Vec<AddressView>,
}

/// An address that was added.
#[derive(Serialize, utoipa::ToSchema)]
pub struct AddressMade {
    /// Its id.
    address: String,
}

/// The member's addresses.
#[utoipa::path(get, path = "/store/account/addresses", tag = "account", extensions(("x-needs" = json!("member"))),
    responses((status = 200, body = AddressList)))]
pub async fn list(State(site): State<Site>, who: Principal) -> Result<Response, Failure> {
    let (member, vault) = (who.member()?, site.vault.clone());
    let all = site.read(move |q| Ok(member::addresses(q, &vault, member)?)).await?;
    Ok(private(&AddressList { items: all.into_iter().map(AddressView::of).collect() }))
}

/// One of the member's addresses.
#[utoipa::path(get, path = "/store/account/addresses/{address}", tag = "account", extensions(("x-needs" = json!("member"))),
    responses((status = 200, body = AddressView)))]
pub async fn get(
    State(site): State<Site>,
    who: Principal,
    Path(address): Path<Id<Address>>,
) -> Result<Response, Failure> {
    let (member, vault) = (who.member()?, site.vault.clone());
    let one = site.read(move |q| Ok(member::address(q, &vault, member, address)?)).await?;
    Ok(private(&AddressView::of(one)))
}

/// Adds an address; the first one is the default.
#[utoipa::path(post, path = "/store/account/addresses", tag = "account", extensions(("x-needs" = json!("member"))),
    request_body = AddressBody, responses((status = 201, body = AddressMade)))]
pub async fn add(
    State(site): State<Site>,
    act: IdempotentRequest,
    Json(body): Json<AddressBody>,
) -> Result<Response, Failure> {
    let (member, vault, postal) = (act.who.member()?, site.vault.clone(), body.postal());
    act.json(&site, "address.add", member::key(member).into(), StatusCode::CREATED, move |tx, ctx| {
        let made = member::add_address(tx, ctx, &vault, member, &postal)?;
        Ok::<_, member::Error>(AddressMade { address: made.to_string() })
    })
    .await
}

/// Changes what an address says. What orders keep stays as it was.
#[utoipa::path(put, path = "/store/account/addresses/{address}", tag = "account", extensions(("x-needs" = json!("member"))),
    request_body = AddressBody,
    responses((status = 204, description = "Changed")))]
pub async fn change(
    State(site): State<Site>,
    act: IdempotentRequest,
    Path(address): Path<Id<Address>>,
    Json(body): Json<AddressBody>,
) -> Result<Response, Failure> {
    let (member, vault, postal) = (act.who.member()?, site.vault.clone(), body.postal());
    act.json(&site, "address.change", member::key(member).into(), StatusCode::NO_CONTENT, move |tx, _| {
        member::change_address(tx, &vault, member, address, &postal)
    })
    .await
}

/// Removes an address; if it was the default, the newest one left is.
#[utoipa::path(delete, path = "/store/account/addresses/{address}", tag = "account", extensions(("x-needs" = json!("member"))),
    responses((status = 204, description = "Removed")))]
pub async fn remove(
    State(site): State<Site>,
    act: IdempotentRequest,
    Path(address): Path<Id<Address>>,
) -> Result<Response, Failure> {
    let member = act.who.member()?;
    act.json(&site, "address.remove", member::key(member).into(), StatusCode::NO_CONTENT, move |tx, _| {
        member::remove_address(tx, member, address)
    })
    .await
}

/// Makes an address the default, and no other.
#[utoipa::path(put, path = "/store/account/addresses/{address}/default", tag = "account", extensions(("x-needs" = json!("member"))),
    responses((status = 204, description = "Done")))]
pub async fn make_default(
    State(site): State<Site>,
    act: IdempotentRequest,
    Path(address): Path<Id<Address>>,
) -> Result<Response, Failure> {
    let member = act.who.member()?;
    act.json(&site, "address.default", member::key(member).into(), StatusCode::NO_CONTENT, move |tx, _| {
        member::make_default(tx, member, address)
    })
    .await
}
