//! A member's addresses.

use kernel::id::Address;
use people::member;
use people::vault::Postal;
use web_kit::prelude::*;

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

/// An address that was added.
#[derive(Serialize, utoipa::ToSchema)]
pub struct AddressMade {
    /// Its id.
    address: String,
}

/// The member's addresses.
///
/// There are at most 30: the default first, then the newest.
#[operation(get, "/store/account/addresses", tag = "account", needs = "member")]
pub async fn list(at: MemberContext) -> Answer<Items<AddressView>> {
    let (member, vault) = (at.member, at.site.vault.clone());
    at.answer(move |q| Ok(member::addresses(q, &vault, member)?.into_iter().map(AddressView::of).collect()))
        .await
}

/// One of the member's addresses.
#[operation(get, "/store/account/addresses/{address}", tag = "account", needs = "member")]
pub async fn get(at: MemberContext, address: Id<Address>) -> Answer<AddressView> {
    let (member, vault) = (at.member, at.site.vault.clone());
    at.answer(move |q| Ok(AddressView::of(member::address(q, &vault, member, address)?))).await
}

/// Adds an address; the first one is the default.
#[operation(post, "/store/account/addresses", tag = "account", needs = "member")]
pub async fn add(at: MemberContext, body: AddressBody) -> Created<AddressMade> {
    let (member, vault, postal) = (at.member, at.site.vault.clone(), body.postal());
    let home = at.site.market.country();
    at.write("address.add", member::key(member), move |tx, ctx| {
        let made = member::add_address(tx, ctx, &vault, member, &postal, home)?;
        Ok::<_, member::Error>(AddressMade { address: made.to_string() })
    })
    .await
}

/// Changes what an address says. What orders keep stays as it was.
#[operation(put, "/store/account/addresses/{address}", tag = "account", needs = "member")]
pub async fn change(at: MemberContext, address: Id<Address>, body: AddressBody) -> Done {
    let (member, vault, postal) = (at.member, at.site.vault.clone(), body.postal());
    let home = at.site.market.country();
    at.write("address.change", member::key(member), move |tx, _| {
        member::change_address(tx, &vault, member, address, &postal, home)
    })
    .await
}

/// Removes an address; if it was the default, the newest one left is.
#[operation(delete, "/store/account/addresses/{address}", tag = "account", needs = "member")]
pub async fn remove(at: MemberContext, address: Id<Address>) -> Done {
    let member = at.member;
    at.write("address.remove", member::key(member), move |tx, _| member::remove_address(tx, member, address))
        .await
}

/// Makes an address the default, and no other.
#[operation(put, "/store/account/addresses/{address}/default", tag = "account", needs = "member")]
pub async fn make_default(at: MemberContext, address: Id<Address>) -> Done {
    let member = at.member;
    at.write("address.default", member::key(member), move |tx, _| member::make_default(tx, member, address))
        .await
}
