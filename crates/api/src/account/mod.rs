//! `/api/store/account`: signing up and in, and what is a member's own; and, for shops and the platform, their staff, the
//! keys of programs, and members.
//!
//! Invariants: no password is hashed on a thread that answers requests, nor inside a write; a token and a secret are
//! answered once and stored nowhere; what is personal is answered to its owner alone, masked to everybody else.

pub(crate) mod address;
pub(crate) mod desk;
pub(crate) mod liking;
pub(crate) mod profile;
pub(crate) mod sign;

use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use web_kit::site::Site;

/// The operations.
pub fn routes() -> OpenApiRouter<Site> {
    OpenApiRouter::new()
        .routes(routes!(
            crate::account::profile::get,
            crate::account::sign::up,
            crate::account::profile::close
        ))
        .routes(routes!(crate::account::sign::out))
        .routes(routes!(crate::account::profile::sessions, crate::account::sign::begin))
        .routes(routes!(crate::account::profile::revoke))
        .routes(routes!(crate::account::profile::name))
        .routes(routes!(crate::account::profile::contact))
        .routes(routes!(crate::account::profile::password))
        .routes(routes!(crate::account::address::list, crate::account::address::add))
        .routes(routes!(
            crate::account::address::get,
            crate::account::address::change,
            crate::account::address::remove
        ))
        .routes(routes!(crate::account::address::make_default))
        .routes(routes!(crate::account::liking::wishes))
        .routes(routes!(crate::account::liking::wish, crate::account::liking::unwish))
        .routes(routes!(crate::account::liking::footprints, crate::account::liking::wipe))
        .routes(routes!(crate::account::liking::look_at, crate::account::liking::forget))
        .routes(routes!(crate::account::liking::follows))
        .routes(routes!(crate::account::liking::follow, crate::account::liking::unfollow))
        .routes(routes!(crate::account::desk::accept))
        .routes(routes!(crate::account::desk::shop_staff))
        .routes(routes!(crate::account::desk::shop_remove))
        .routes(routes!(crate::account::desk::shop_leave))
        .routes(routes!(crate::account::desk::shop_invitations, crate::account::desk::shop_invite))
        .routes(routes!(crate::account::desk::shop_withdraw))
        .routes(routes!(crate::account::desk::shop_keys, crate::account::desk::shop_make_key))
        .routes(routes!(crate::account::desk::shop_revoke_key))
        .routes(routes!(crate::account::desk::staff))
        .routes(routes!(crate::account::desk::remove))
        .routes(routes!(crate::account::desk::invitations, crate::account::desk::invite))
        .routes(routes!(crate::account::desk::withdraw))
        .routes(routes!(crate::account::desk::keys, crate::account::desk::make_key))
        .routes(routes!(crate::account::desk::revoke_key))
        .routes(routes!(crate::account::desk::find_member))
        .routes(routes!(crate::account::desk::member))
        .routes(routes!(crate::account::desk::suspend))
        .routes(routes!(crate::account::desk::restore))
        .routes(routes!(crate::account::desk::open_shop))
        .routes(routes!(crate::account::desk::accesses))
}
