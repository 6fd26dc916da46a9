//! Permits: proof that a gate stood open. What a shop may lose (a privilege) is declared beside the command that it
//! guards; that command takes a `&Permit<P>`, and only the gate (`govern::gate::permit`) makes one. So a gate cannot be
//! forgotten: the call would not compile.
//!
//! Invariants: a permit says whose it is, so that nobody acts under another's; it is neither copied nor kept, it lives
//! as long as the transaction that asked for it. `tidy` refuses a permit that is made anywhere else, and a privilege
//! that no command takes.

use crate::{Entity, Id};
use std::marker::PhantomData;

/// What a gate opens or closes, as data.
#[derive(Debug, PartialEq, Eq)]
pub struct PrivilegeSpec {
    /// Its stable name.
    pub code: &'static str,
    /// What it is, one sentence.
    pub meaning: &'static str,
    /// What one may do with it, in Chinese: goes into "现在不能...".
    pub zh: &'static str,
    /// What one may do with it, in English: goes into "may not ... now".
    pub en: &'static str,
    /// The prefix of the ids of those who have it: `shp` for shops.
    pub subject: &'static str,
    /// How its gate stands where nobody has said anything.
    pub is_open: bool,
}

/// A privilege that some linked crate declares (see [`privileges!`](crate::privileges)).
pub struct Declared(pub &'static PrivilegeSpec);
inventory::collect!(Declared);

/// Every privilege of this program, by code.
pub fn all() -> Vec<&'static PrivilegeSpec> {
    let mut specs: Vec<_> = inventory::iter::<Declared>.into_iter().map(|d| d.0).collect();
    specs.sort_by_key(|spec| spec.code);
    specs
}

/// The privilege of a code.
pub fn named(code: &str) -> Option<&'static PrivilegeSpec> {
    inventory::iter::<Declared>.into_iter().map(|d| d.0).find(|spec| spec.code == code)
}

/// A privilege as a type.
pub trait Privilege {
    /// Who has it.
    type Subject: Entity;
    /// As data.
    const SPEC: &'static PrivilegeSpec;
}

/// Leave to use a privilege once, for one subject.
#[derive(Debug)]
pub struct Permit<P: Privilege> {
    subject: Id<P::Subject>,
    of: PhantomData<fn() -> P>,
}

impl<P: Privilege> Permit<P> {
    /// What the gate gives when it stands open. Nobody else calls this, tests of guarded commands aside.
    pub const fn by_gate(subject: Id<P::Subject>) -> Self {
        Self { subject, of: PhantomData }
    }
    /// Whose it is.
    pub const fn subject(&self) -> Id<P::Subject> {
        self.subject
    }
}

/// Declares privileges: a type each, what it is called, and its place in the registry.
///
/// ```text
/// kernel::privileges! {
///     /// A shop puts products on sale.
///     PutOnSale "put_on_sale" of Shop { zh: "上架商品", en: "put products on sale", open: true }
/// }
/// ```
#[macro_export]
macro_rules! privileges {
    ($(
        $(#[doc = $doc:literal])+
        $name:ident $code:literal of $subject:ident { zh: $zh:literal, en: $en:literal, open: $open:literal }
    )*) => {$(
        $(#[doc = $doc])+
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        pub struct $name;
        impl $crate::Privilege for $name {
            type Subject = $crate::id::$subject;
            const SPEC: &'static $crate::permit::PrivilegeSpec = &$crate::permit::PrivilegeSpec {
                code: $code,
                meaning: concat!($($doc),+),
                zh: $zh,
                en: $en,
                subject: <$crate::id::$subject as $crate::Entity>::PREFIX,
                is_open: $open,
            };
        }
        $crate::inventory::submit! { $crate::permit::Declared(<$name as $crate::Privilege>::SPEC) }
    )*};
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Moment, RawId};

    privileges! {
        /// A test is run.
        RunTest "run_test" of Shop { zh: "跑测试", en: "run tests", open: false }
    }

    #[test]
    fn a_privilege_is_found_by_its_code_and_a_permit_says_whose_it_is() {
        assert_eq!(named("run_test"), Some(RunTest::SPEC));
        assert_eq!(named("no_such"), None);
        assert!(all().contains(&RunTest::SPEC));
        assert_eq!((RunTest::SPEC.subject, RunTest::SPEC.is_open), ("shp", false));
        let shop = Id::from_raw(RawId::new(Moment::from_micros(1), 7));
        assert_eq!(Permit::<RunTest>::by_gate(shop).subject(), shop);
    }
}
