//! Roles, permissions and the table between them; invitations. No clock, no database.

use kernel::id::{Invitation as InvitationKind, Member, Seat as SeatKind, Shop};
use kernel::{Id, Moment};

/// Whose side a permission or a role is on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Area {
    /// A member's own things.
    Consumer,
    /// A shop's things.
    Shop,
    /// The platform's things, and those of all shops.
    Platform,
}

macro_rules! words {
    ($(#[$doc:meta])* $name:ident { $($(#[$vdoc:meta])* $variant:ident $area:ident $word:literal,)* }) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum $name { $($(#[$vdoc])* $variant,)* }
        impl $name {
            /// Every one.
            pub const ALL: &'static [Self] = &[$(Self::$variant),*];
            /// Its word in the store, in facts and in answers.
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $word,)* }
            }
            /// Whose side it is on.
            pub const fn area(self) -> Area {
                match self { $(Self::$variant => Area::$area,)* }
            }
            /// Reads its word.
            pub fn parse(word: &str) -> Option<Self> {
                Self::ALL.iter().copied().find(|one| one.as_str() == word)
            }
        }
    };
}

words! {
    /// One thing that somebody may or may not do.
    Permission {
        /// Buy, and see and change one's own account, addresses, orders and lists.
        Buy Consumer "buy",
        /// See the shop's figures, scores and settings.
        ShopView Shop "shop.view",
        /// Change the shop's settings.
        ShopSettings Shop "shop.settings",
        /// Create and change products and their prices.
        ShopGoods Shop "shop.goods",
        /// Count, receive and move stock.
        ShopStock Shop "shop.stock",
        /// See the shop's orders, note and ship them.
        ShopOrders Shop "shop.orders",
        /// See a recipient in the clear to ship a parcel; each look is recorded.
        ShopReveal Shop "shop.reveal",
        /// Decide requests for money back, answer reviews and conversations.
        ShopCare Shop "shop.care",
        /// See balances, bills and settlements; withdraw.
        ShopMoney Shop "shop.money",
        /// Invite and remove staff.
        ShopStaff Shop "shop.staff",
        /// See the platform's figures and all shops.
        PlatformView Platform "platform.view",
        /// Categories, attributes and the review of products.
        PlatformCatalog Platform "platform.catalog",
        /// The orders of all shops.
        PlatformOrders Platform "platform.orders",
        /// Decide about orders that wait for a person: let them go on, or call them off.
        PlatformRisk Platform "platform.risk",
        /// Disputes, complaints and tickets.
        PlatformCare Platform "platform.care",
        /// The ledger, settlements and payouts.
        PlatformMoney Platform "platform.money",
        /// Policies, scorecards, cases and appeals.
        PlatformRules Platform "platform.rules",
        /// Suspend and restore members and shops; decide applications to open one.
        PlatformMembers Platform "platform.members",
        /// See personal data in the clear; each look is recorded.
        PlatformReveal Platform "platform.reveal",
        /// Read the records of looks at personal data.
        PlatformAudit Platform "platform.audit",
        /// Invite and remove the platform's staff.
        PlatformStaff Platform "platform.staff",
    }
}

words! {
    /// What a seat, or being a member, allows.
    Role {
        /// Every active member, without a seat.
        Consumer Consumer "consumer",
        /// Owns the shop.
        ShopOwner Shop "shop_owner",
        /// Keeps the shop's products and stock.
        ShopGoods Shop "shop_goods",
        /// Ships the shop's orders.
        ShopOrders Shop "shop_orders",
        /// Serves the shop's buyers.
        ShopCare Shop "shop_care",
        /// Keeps the shop's accounts.
        ShopMoney Shop "shop_money",
        /// Runs the platform's staff.
        PlatformAdmin Platform "platform_admin",
        /// Keeps categories and reviews products.
        PlatformCatalog Platform "platform_catalog",
        /// Looks after orders.
        PlatformOrders Platform "platform_orders",
        /// Decides disputes.
        PlatformCare Platform "platform_care",
        /// Keeps the platform's accounts.
        PlatformMoney Platform "platform_money",
        /// Governs: policies, cases, appeals.
        PlatformRules Platform "platform_rules",
        /// Watches over personal data.
        PlatformAudit Platform "platform_audit",
    }
}

impl Role {
    /// The table: what a role allows. What is not named is refused.
    pub const fn permissions(self) -> &'static [Permission] {
        use Permission as P;
        match self {
            Self::Consumer => &[P::Buy],
            Self::ShopOwner => &[
                P::ShopView,
                P::ShopSettings,
                P::ShopGoods,
                P::ShopStock,
                P::ShopOrders,
                P::ShopReveal,
                P::ShopCare,
                P::ShopMoney,
                P::ShopStaff,
            ],
            Self::ShopGoods => &[P::ShopView, P::ShopGoods, P::ShopStock],
            Self::ShopOrders => &[P::ShopView, P::ShopStock, P::ShopOrders, P::ShopReveal],
            Self::ShopCare => &[P::ShopView, P::ShopOrders, P::ShopCare],
            Self::ShopMoney => &[P::ShopView, P::ShopMoney],
            // All but looking at personal data, and at who looked: who gives seats does not watch them.
            Self::PlatformAdmin => &[
                P::PlatformView,
                P::PlatformCatalog,
                P::PlatformOrders,
                P::PlatformRisk,
                P::PlatformCare,
                P::PlatformMoney,
                P::PlatformRules,
                P::PlatformMembers,
                P::PlatformStaff,
            ],
            Self::PlatformCatalog => &[P::PlatformView, P::PlatformCatalog],
            Self::PlatformOrders => &[P::PlatformView, P::PlatformOrders, P::PlatformRisk],
            Self::PlatformCare => &[P::PlatformView, P::PlatformOrders, P::PlatformCare, P::PlatformReveal],
            Self::PlatformMoney => &[P::PlatformView, P::PlatformMoney],
            Self::PlatformRules => &[P::PlatformView, P::PlatformRules, P::PlatformMembers],
            Self::PlatformAudit => &[P::PlatformView, P::PlatformAudit],
        }
    }

    /// Whether the role allows it.
    pub fn allows(self, permission: Permission) -> bool {
        self.permissions().contains(&permission)
    }

    /// Whether a place must always have somebody of this role.
    pub const fn keeps(self) -> bool {
        matches!(self, Self::ShopOwner | Self::PlatformAdmin)
    }

    /// What giving it needs.
    pub const fn needed_to_give(self) -> Permission {
        match self.area() {
            Area::Consumer | Area::Shop => Permission::ShopStaff,
            Area::Platform => Permission::PlatformStaff,
        }
    }

    /// Whether whoever has `own` seats may give this role: staff is theirs to choose, and the role allows nothing they may
    /// not do. The administrators alone give the two roles that see, or watch who sees, personal data; they cannot give
    /// them to themselves, since nobody has two seats in one place.
    pub fn may_be_given_by(self, own: Self) -> bool {
        let staff = match self.area() {
            Area::Consumer => return false,
            Area::Shop => Permission::ShopStaff,
            Area::Platform => Permission::PlatformStaff,
        };
        let held = |permission: &Permission| {
            own.allows(*permission)
                || (own == Self::PlatformAdmin
                    && matches!(permission, Permission::PlatformReveal | Permission::PlatformAudit))
        };
        own.allows(staff) && self.permissions().iter().all(held)
    }
}

/// Where a seat is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Scope {
    /// In a shop.
    Shop(Id<Shop>),
    /// In the platform.
    Platform,
}

impl Scope {
    /// Whose side it is on.
    pub const fn area(self) -> Area {
        match self {
            Self::Shop(_) => Area::Shop,
            Self::Platform => Area::Platform,
        }
    }
    /// The role of who runs it.
    pub const fn keeper(self) -> Role {
        match self {
            Self::Shop(_) => Role::ShopOwner,
            Self::Platform => Role::PlatformAdmin,
        }
    }
    /// The shop, if it is one.
    pub const fn shop(self) -> Option<Id<Shop>> {
        match self {
            Self::Shop(shop) => Some(shop),
            Self::Platform => None,
        }
    }
}

/// Who does something about staff or keys.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum By {
    /// Whoever operates the platform on its machine: may give every role, and none to look at personal data.
    Operator,
    /// A member, as far as its own seat allows.
    Member(Id<Member>),
}

impl By {
    /// The member, if it is one.
    pub const fn member(self) -> Option<Id<Member>> {
        match self {
            Self::Operator => None,
            Self::Member(member) => Some(member),
        }
    }
}

impl From<Id<Member>> for By {
    fn from(member: Id<Member>) -> Self {
        Self::Member(member)
    }
}

/// One place among the staff.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Seat {
    /// Its id.
    pub id: Id<SeatKind>,
    /// Where.
    pub scope: Scope,
    /// Who has it.
    pub member: Id<Member>,
    /// What it allows.
    pub role: Role,
    /// Since when.
    pub since: Moment,
}

/// A member and every seat it has: all that a question of permission needs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Standing {
    /// Who.
    pub member: Id<Member>,
    /// Where, and as what.
    pub seats: Vec<Seat>,
}

/// Why somebody may not.
#[derive(Debug, Clone, Copy, PartialEq, Eq, kernel::Problem)]
#[problem(code = "staff")]
pub enum Denied {
    /// They have no seat there: to them the place is not there either.
    #[problem(NotFound)]
    Stranger,
    /// Their seat there does not allow it.
    #[problem(Forbidden, code = "denied", args(permission = _0.as_str()))]
    Lacks(Permission),
}

impl Standing {
    /// Whether the member may do something in a place. A consumer's permission is a place nobody has: [`may_own`].
    ///
    /// [`may_own`]: Self::may_own
    pub fn may(&self, permission: Permission, scope: Scope) -> Result<(), Denied> {
        let role = self.role_in(scope).ok_or(Denied::Stranger)?;
        let fits = permission.area() == scope.area() && role.area() == scope.area();
        if fits && role.allows(permission) { Ok(()) } else { Err(Denied::Lacks(permission)) }
    }

    /// Whether the member may do something with what is `of` somebody: only with their own.
    pub fn may_own(&self, permission: Permission, of: Id<Member>) -> Result<(), Denied> {
        if of != self.member {
            return Err(Denied::Stranger);
        }
        if Role::Consumer.allows(permission) { Ok(()) } else { Err(Denied::Lacks(permission)) }
    }

    /// The role a member has in a place, if it has a seat there.
    pub fn role_in(&self, scope: Scope) -> Option<Role> {
        self.seats.iter().find(|seat| seat.scope == scope).map(|seat| seat.role)
    }

    /// Whether the member may give a role in a place, or take it away.
    pub fn may_give(&self, role: Role, scope: Scope) -> Result<(), Denied> {
        let staff = match scope {
            Scope::Shop(_) => Permission::ShopStaff,
            Scope::Platform => Permission::PlatformStaff,
        };
        self.may(staff, scope)?;
        let given =
            role.area() == scope.area() && self.role_in(scope).is_some_and(|own| role.may_be_given_by(own));
        if given { Ok(()) } else { Err(Denied::Lacks(staff)) }
    }
}

/// Where an invitation is in its life.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sent {
    /// It waits for an answer.
    Open,
    /// It was taken.
    Accepted,
    /// Whoever sent it took it back.
    Withdrawn,
}

/// What can happen to an invitation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum InvitationStep {
    /// Somebody takes it.
    Accept,
    /// It is taken back.
    Withdraw,
}

impl Sent {
    /// Every state.
    pub const ALL: [Self; 3] = [Self::Open, Self::Accepted, Self::Withdrawn];

    /// The whole life of an invitation. When its time is over it stays open and opens nothing.
    pub const fn after(self, step: InvitationStep) -> Option<Self> {
        match (self, step) {
            (Self::Open, InvitationStep::Accept) => Some(Self::Accepted),
            (Self::Open, InvitationStep::Withdraw) => Some(Self::Withdrawn),
            (Self::Accepted | Self::Withdrawn, InvitationStep::Accept | InvitationStep::Withdraw) => None,
        }
    }

    /// Its word in the store.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Accepted => "accepted",
            Self::Withdrawn => "withdrawn",
        }
    }

    /// Reads its word.
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.as_str() == word)
    }
}

/// An invitation to a seat. To whom it was sent is in the vault, under its id.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Invitation {
    /// Its id.
    pub id: Id<InvitationKind>,
    /// Where.
    pub scope: Scope,
    /// As what.
    pub role: Role,
    /// Who sent it.
    pub by: By,
    /// Where it is in its life.
    pub state: Sent,
    /// When its time is over.
    pub until: Moment,
}

#[cfg(test)]
mod tests {
    use super::*;
    use kernel::RawId;
    use std::fmt::Write as _;

    fn id<T>(n: u8) -> Id<T> {
        Id::from_raw(RawId([n; 16]))
    }

    fn standing(role: Role, scope: Scope) -> Standing {
        let member = id(1);
        let seat = Seat { id: id(2), scope, member, role, since: Moment::from_micros(0) };
        Standing { member, seats: vec![seat] }
    }

    /// One line for each permission, one column for each role, in their order.
    #[test]
    fn the_matrix_of_roles_and_permissions() {
        let mut table = String::new();
        for permission in Permission::ALL {
            let cells = Role::ALL.iter().map(|role| if role.allows(*permission) { 'x' } else { '.' });
            let _ = writeln!(table, "{:18}{}", permission.as_str(), cells.collect::<String>());
        }
        // C Shop: O g o c m  Platform: A c o c m r a
        let expected = "\
buy               x............
shop.view         .xxxxx.......
shop.settings     .x...........
shop.goods        .xx..........
shop.stock        .xxx.........
shop.orders       .x.xx........
shop.reveal       .x.x.........
shop.care         .x..x........
shop.money        .x...x.......
shop.staff        .x...........
platform.view     ......xxxxxxx
platform.catalog  ......xx.....
platform.orders   ......x.xx...
platform.risk     ......x.x....
platform.care     ......x..x...
platform.money    ......x...x..
platform.rules    ......x....x.
platform.members  ......x....x.
platform.reveal   .........x...
platform.audit    ............x
platform.staff    ......x......
";
        assert_eq!(table, expected);
    }

    #[test]
    fn no_role_crosses_its_area_and_every_permission_is_somebodys() {
        for role in Role::ALL {
            assert!(role.permissions().iter().all(|permission| permission.area() == role.area()), "{role:?}");
            assert_eq!(Role::parse(role.as_str()), Some(*role));
        }
        for permission in Permission::ALL {
            assert!(Role::ALL.iter().any(|role| role.allows(*permission)), "{permission:?}");
            assert_eq!(Permission::parse(permission.as_str()), Some(*permission));
        }
        assert_eq!((Role::parse("root"), Permission::parse("*")), (None, None));
    }

    #[test]
    fn a_seat_allows_its_row_in_its_place_and_nothing_elsewhere() {
        for role in Role::ALL.iter().copied().filter(|role| role.area() != Area::Consumer) {
            let (mine, others) = match role.area() {
                Area::Shop => (Scope::Shop(id(7)), [Scope::Shop(id(8)), Scope::Platform]),
                Area::Platform | Area::Consumer => {
                    (Scope::Platform, [Scope::Shop(id(7)), Scope::Shop(id(8))])
                }
            };
            let standing = standing(role, mine);
            for permission in Permission::ALL.iter().copied() {
                let expected = if role.allows(permission) { Ok(()) } else { Err(Denied::Lacks(permission)) };
                assert_eq!(standing.may(permission, mine), expected, "{role:?} {permission:?}");
                for other in others {
                    assert_eq!(standing.may(permission, other), Err(Denied::Stranger));
                }
            }
        }
    }

    #[test]
    fn a_seat_of_the_wrong_area_allows_nothing() {
        let odd = standing(Role::PlatformAdmin, Scope::Shop(id(7)));
        for permission in Permission::ALL {
            assert!(odd.may(*permission, Scope::Shop(id(7))).is_err(), "{permission:?}");
        }
    }

    #[test]
    fn a_member_without_a_seat_may_only_see_to_what_is_its_own() {
        let me = Standing { member: id(1), seats: Vec::new() };
        assert_eq!(me.may_own(Permission::Buy, id(1)), Ok(()));
        assert_eq!(me.may_own(Permission::Buy, id(9)), Err(Denied::Stranger));
        for permission in Permission::ALL.iter().copied().filter(|p| *p != Permission::Buy) {
            assert_eq!(me.may_own(permission, id(1)), Err(Denied::Lacks(permission)));
            for scope in [Scope::Shop(id(7)), Scope::Platform] {
                assert_eq!(me.may(permission, scope), Err(Denied::Stranger));
            }
        }
    }

    #[test]
    fn who_may_give_which_role() {
        for own in Role::ALL.iter().copied() {
            let gives: Vec<Role> =
                Role::ALL.iter().copied().filter(|role| role.may_be_given_by(own)).collect();
            let expected: Vec<Role> = match own {
                Role::ShopOwner | Role::PlatformAdmin => {
                    Role::ALL.iter().copied().filter(|role| role.area() == own.area()).collect()
                }
                _ => Vec::new(),
            };
            assert_eq!(gives, expected, "{own:?}");
        }
        let owner = standing(Role::ShopOwner, Scope::Shop(id(7)));
        let staff = Denied::Lacks(Permission::ShopStaff);
        assert_eq!(owner.may_give(Role::ShopCare, Scope::Shop(id(7))), Ok(()));
        assert_eq!(owner.may_give(Role::ShopCare, Scope::Shop(id(8))), Err(Denied::Stranger));
        assert_eq!(owner.may_give(Role::PlatformAdmin, Scope::Shop(id(7))), Err(staff));
        assert_eq!(owner.may_give(Role::PlatformAdmin, Scope::Platform), Err(Denied::Stranger));
    }

    #[test]
    fn the_life_of_an_invitation() {
        use InvitationStep::{Accept, Withdraw};
        let table = Sent::ALL.map(|state| [state.after(Accept), state.after(Withdraw)]);
        let none = [None, None];
        assert_eq!(table, [[Some(Sent::Accepted), Some(Sent::Withdrawn)], none, none]);
        assert!(Sent::ALL.into_iter().all(|state| Sent::parse(state.as_str()) == Some(state)));
    }
}
