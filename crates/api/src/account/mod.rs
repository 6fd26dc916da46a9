//! `/api/store/account`: signing up and in, and what is a member's own; and, for shops and the platform, their staff, the
//! keys of programs, and members.
//!
//! Invariants: no password is hashed on a thread that answers requests, nor inside a write; a token and a secret are
//! answered once and stored nowhere; what is personal is answered to its owner alone, masked to everybody else.

pub(crate) mod address;
pub(crate) mod application;
pub(crate) mod desk;
pub(crate) mod liking;
pub(crate) mod profile;
pub(crate) mod sign;

use axum::http::{HeaderValue, header};
use axum::middleware::map_response;
use axum::response::Response;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use web_kit::site::Site;

/// The operations.
pub fn routes() -> OpenApiRouter<Site> {
    OpenApiRouter::new()
        .routes(routes!(profile::get, sign::up, profile::close))
        .routes(routes!(sign::out))
        .routes(routes!(profile::sessions, sign::begin))
        .routes(routes!(profile::revoke))
        .routes(routes!(profile::name))
        .routes(routes!(profile::contact))
        .routes(routes!(profile::password))
        .routes(routes!(address::list, address::add))
        .routes(routes!(address::get, address::change, address::remove))
        .routes(routes!(address::make_default))
        .routes(routes!(liking::wishes))
        .routes(routes!(liking::wish, liking::unwish))
        .routes(routes!(liking::footprints, liking::wipe))
        .routes(routes!(liking::look_at, liking::forget))
        .routes(routes!(liking::follows))
        .routes(routes!(liking::follow, liking::unfollow))
        .routes(routes!(application::list, application::apply))
        .routes(routes!(application::withdraw))
        .routes(routes!(desk::accept))
        .routes(routes!(desk::shop_staff))
        .routes(routes!(desk::shop_remove))
        .routes(routes!(desk::shop_leave))
        .routes(routes!(desk::shop_invitations, desk::shop_invite))
        .routes(routes!(desk::shop_withdraw))
        .routes(routes!(desk::shop_keys, desk::shop_make_key))
        .routes(routes!(desk::shop_revoke_key))
        .routes(routes!(desk::staff))
        .routes(routes!(desk::remove))
        .routes(routes!(desk::invitations, desk::invite))
        .routes(routes!(desk::withdraw))
        .routes(routes!(desk::keys, desk::make_key))
        .routes(routes!(desk::revoke_key))
        .routes(routes!(desk::find_member))
        .routes(routes!(desk::member))
        .routes(routes!(desk::suspend))
        .routes(routes!(desk::restore))
        .routes(routes!(desk::open_shop))
        .routes(routes!(desk::accesses))
        .layer(map_response(private))
}

/// What is personal is kept by nobody between us.
async fn private(mut response: Response) -> Response {
    response.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    response
}
