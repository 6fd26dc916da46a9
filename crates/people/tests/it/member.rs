//! Signing up and in, sessions, leaving, lists.

use crate::{SECOND, answer, at, contact, join, rules, sign_in, told, vault, write};
use kernel::{Id, Kind, Problem, RawId, id};
use people::member::{
    self as m, Change, Cost, Device, Ended, Error, Hashed, Rules, SignIn, SignUp, Signed, Status, Step, Token,
};
use people::vault::{Field, Vault};
use std::sync::Barrier;
use store::Db;
use testkit::db::on_both;

const WHO: &str = "13812341234";
const PASSWORD: &str = "correct horse";

fn opened(db: &Db, vault: &Vault, seconds: i64) -> (Id<id::Login>, Token) {
    match sign_in(db, vault, seconds, WHO, PASSWORD).unwrap() {
        (SignIn::Open(session), answer) => (session.id, answer.token().clone()),
        (wrong, _) => panic!("{wrong:?}"),
    }
}

fn signed_in(db: &Db, token: &Token, seconds: i64) -> Result<Signed, Error> {
    db.read(|q| m::signed_in(q, &rules(), token, at(seconds)))
}

#[test]
fn of_many_who_sign_up_with_one_phone_number_at_once_one_does() {
    on_both(|db| {
        let db: &Db = db;
        let vault = vault(db);
        let start = Barrier::new(8);
        let came: Vec<_> = std::thread::scope(|scope| {
            let all: Vec<_> = (0..8)
                .map(|i| {
                    let (vault, start) = (&vault, &start);
                    // The same number, written in two ways.
                    let who = if i % 2 == 0 { WHO } else { "+86 138-1234-1234" };
                    scope.spawn(move || {
                        start.wait();
                        join(db, vault, who, PASSWORD)
                    })
                })
                .collect();
            all.into_iter().map(|thread| thread.join().unwrap()).collect()
        });
        let refused: Vec<_> = came.iter().filter_map(|one| one.as_ref().err()).collect();
        assert_eq!(refused, vec![&Error::Taken("phone"); 7]);
        assert_eq!(told(db), ["member.joined"]);
    });
}

#[test]
fn a_sign_up_that_is_refused_leaves_nothing() {
    on_both(|db| {
        let vault = vault(db);
        join(db, &vault, WHO, PASSWORD).unwrap();
        // The e-mail address was free; the phone number was not.
        let password = Hashed::new(&rules(), PASSWORD).unwrap();
        let contacts = vec![contact("a@example.com"), contact(WHO)];
        let cmd = SignUp { contacts, name: None, password };
        let refuse = |cmd: SignUp| {
            let vault = vault.clone();
            write(db, 1, move |tx, ctx| m::sign_up(tx, ctx, &vault, &cmd)).unwrap_err()
        };
        assert_eq!(refuse(cmd.clone()), Error::Taken("phone"));
        assert_eq!(refuse(SignUp { contacts: Vec::new(), ..cmd.clone() }), Error::NoContact);
        let named = SignUp { name: Some("\n".into()), contacts: vec![contact("b@c.de")], ..cmd };
        assert_eq!(refuse(named), Error::Name { most: 60 });
        assert_eq!(join(db, &vault, "x@y.zz", "short").unwrap_err().code(), "member.password");
        join(db, &vault, "a@example.com", PASSWORD).unwrap();
        assert_eq!(told(db), ["member.joined"; 2]);
    });
}

#[test]
fn whoever_signed_up_signs_in_and_sees_the_own_profile() {
    on_both(|db| {
        let vault = vault(db);
        let member = join(db, &vault, WHO, PASSWORD).unwrap();
        let (session, token) = opened(db, &vault, 1);
        assert_eq!(signed_in(db, &token, 2).unwrap(), Signed { member, session, due: false, seated: false });
        let profile = db.read(|q| m::profile(q, &vault, member)).unwrap();
        assert_eq!(profile.phone.as_deref(), Some("+8613812341234"));
        let shown = db.read(|q| m::shown_profile(q, &vault, member)).unwrap();
        assert_eq!((shown.phone.as_deref(), shown.name.as_deref()), (Some("138****1234"), Some("张*")));
        assert!(!format!("{profile:?}").contains("13812341234"));
        assert_eq!(signed_in(db, &Token::read(&"0".repeat(64)).unwrap(), 2), Err(Error::NotSignedIn));
        assert_eq!(Error::NotSignedIn.kind(), Kind::Unauthenticated);
        assert_eq!(told(db), ["member.joined", "login.opened"]);
    });
}

#[test]
fn an_unknown_name_is_answered_and_locked_like_a_wrong_password() {
    on_both(|db| {
        let vault = vault(db);
        join(db, &vault, WHO, PASSWORD).unwrap();
        let seen = [(WHO, "wrong password"), ("13999999999", PASSWORD)].map(|(who, password)| {
            (0..12)
                .map(|i| match sign_in(db, &vault, i, who, password) {
                    Ok((SignIn::Wrong { until }, _)) => Ok(until),
                    Ok((open, _)) => panic!("{open:?}"),
                    Err(err) => Err(err),
                })
                .collect::<Vec<_>>()
        });
        assert_eq!(seen[0], seen[1]);
        assert_eq!(seen[0][..5], vec![Ok(None); 5]);
        assert_eq!(seen[0][5], Ok(Some(at(35))));
        assert_eq!(seen[0][6], Err(Error::Locked { until: at(35) }));
        // While it is locked the right password opens nothing; then it does, and failures are forgotten.
        let locked = sign_in(db, &vault, 34, WHO, PASSWORD).unwrap_err();
        assert_eq!((locked.kind(), locked), (Kind::TooMany, Error::Locked { until: at(35) }));
        opened(db, &vault, 35);
        let again = sign_in(db, &vault, 36, WHO, "wrong password").unwrap().0;
        assert_eq!(again, SignIn::Wrong { until: None });
    });
}

#[test]
fn many_guesses_at_once_get_no_more_tries_than_one_after_the_other() {
    on_both(|db| {
        let vault = vault(db);
        join(db, &vault, WHO, PASSWORD).unwrap();
        // All have read before any of them writes; the last one even knows the password.
        let mut answers: Vec<_> =
            (0..9).map(|_| answer(db, &vault, &rules(), 1, WHO, "wrong password").unwrap()).collect();
        answers.push(answer(db, &vault, &rules(), 1, WHO, PASSWORD).unwrap());
        let came: Vec<_> = answers
            .into_iter()
            .map(|answer| write(db, 1, move |tx, ctx| m::sign_in(tx, ctx, &rules(), &answer, Device::Phone)))
            .collect();
        let locked = Err(Error::Locked { until: at(31) });
        assert_eq!(came[..5], vec![Ok(SignIn::Wrong { until: None }); 5]);
        assert_eq!(came[5], Ok(SignIn::Wrong { until: Some(at(31)) }));
        assert_eq!(came[6..], vec![locked; 4]);
    });
}

#[test]
fn of_two_revocations_one_is_told_that_the_session_is_closed() {
    on_both(|db| {
        let db: &Db = db;
        let vault = vault(db);
        let member = join(db, &vault, WHO, PASSWORD).unwrap();
        let (session, token) = opened(db, &vault, 1);
        let start = Barrier::new(2);
        let came: Vec<_> = std::thread::scope(|scope| {
            let two = [Ended::Revoked, Ended::SignOut].map(|why| {
                let start = &start;
                scope.spawn(move || {
                    start.wait();
                    write(db, 2, move |tx, ctx| m::revoke(tx, ctx, member, session, why))
                })
            });
            two.into_iter().map(|thread| thread.join().unwrap()).collect()
        });
        assert_eq!(came.iter().filter(|one| **one == Ok(())).count(), 1);
        assert_eq!(came.iter().filter(|one| **one == Err(Error::NoSession(session))).count(), 1);
        assert_eq!(signed_in(db, &token, 2), Err(Error::NotSignedIn));
        // Who signs out of a session that is over has what was asked for.
        write(db, 2, move |tx, ctx| m::sign_out(tx, ctx, member, session)).unwrap();
        assert_eq!(told(db).iter().filter(|kind| *kind == "login.closed").count(), 1);
        let (session, token) = opened(db, &vault, 3);
        write(db, 4, move |tx, ctx| m::sign_out(tx, ctx, member, session)).unwrap();
        assert_eq!(signed_in(db, &token, 5), Err(Error::NotSignedIn));
    });
}

#[test]
fn a_session_slides_while_it_is_used_ends_when_it_is_not_and_is_its_members_alone() {
    on_both(|db| {
        let vault = vault(db);
        let member = join(db, &vault, WHO, PASSWORD).unwrap();
        let other = join(db, &vault, "a@example.com", PASSWORD).unwrap();
        let (session, token) = opened(db, &vault, 0);
        let idle = rules().idle / SECOND;
        let used = signed_in(db, &token, idle - 1).unwrap();
        assert!(used.due);
        write(db, idle - 1, move |tx, ctx| m::touch(tx, ctx, &rules(), &used)).unwrap();
        assert!(!signed_in(db, &token, idle).unwrap().due);
        let err = write(db, idle, move |tx, ctx| m::revoke(tx, ctx, other, session, Ended::Revoked));
        assert_eq!(err, Err(Error::NoSession(session)));
        assert!(signed_in(db, &token, 2 * idle - 2).is_ok());
        assert_eq!(signed_in(db, &token, 2 * idle - 1), Err(Error::NotSignedIn));
        // A use that comes too late wakes nothing.
        write(db, 2 * idle, move |tx, ctx| m::touch(tx, ctx, &rules(), &used)).unwrap();
        assert_eq!(signed_in(db, &token, 2 * idle), Err(Error::NotSignedIn));
        assert_eq!(db.read(|q| m::sessions(q, member, None, at(2 * idle), 9)).unwrap(), []);
        let swept = write(db, 0, move |tx, _| m::sweep(tx, &rules(), at(9 * idle), 100)).unwrap();
        assert_eq!(swept, 1);
    });
}

#[test]
fn sessions_are_listed_in_pages_and_the_oldest_makes_room() {
    on_both(|db| {
        let vault = vault(db);
        let member = join(db, &vault, WHO, PASSWORD).unwrap();
        let most = rules().most_sessions;
        let all: Vec<_> = (0..=most).map(|i| opened(db, &vault, i).0).collect();
        let newest: Vec<_> = all.iter().rev().copied().take(most as usize).collect();
        let (mut listed, mut after) = (Vec::new(), None);
        loop {
            let page = db.read(|q| m::sessions(q, member, after, at(50), 7)).unwrap();
            let Some(last) = page.last() else { break };
            after = Some(last.id);
            listed.extend(page.into_iter().map(|session| session.id));
        }
        assert_eq!(listed, newest);
        let keep = newest[3];
        let closed =
            write(db, 60, move |tx, ctx| m::close_sessions(tx, ctx, member, Some(keep), Ended::Revoked));
        assert_eq!(closed, Ok(most as u64 - 1));
    });
}

#[test]
fn a_changed_password_signs_the_others_out_and_an_old_answer_is_worth_nothing() {
    on_both(|db| {
        let vault = vault(db);
        let member = join(db, &vault, WHO, PASSWORD).unwrap();
        let (mine, my_token) = opened(db, &vault, 1);
        let (_, other_token) = opened(db, &vault, 2);
        let stale = answer(db, &vault, &rules(), 3, WHO, PASSWORD).unwrap();
        let change = |old: &str| {
            let challenge = db.read(|q| m::challenge_of(q, &vault, &rules(), member, at(3))).unwrap();
            let answer = challenge.answer(&rules(), old).unwrap();
            let new = Hashed::new(&rules(), "battery staple").unwrap();
            write(db, 3, move |tx, ctx| m::change_password(tx, ctx, &rules(), &answer, &new, Some(mine)))
        };
        assert_eq!(change("wrong password"), Ok(Change::Wrong { until: None }));
        assert_eq!(change(PASSWORD), Ok(Change::Done(1)));
        assert!(signed_in(db, &my_token, 4).is_ok());
        assert_eq!(signed_in(db, &other_token, 4), Err(Error::NotSignedIn));
        let late = write(db, 4, move |tx, ctx| m::sign_in(tx, ctx, &rules(), &stale, Device::Phone));
        assert_eq!(late, Err(Error::Moved));
        assert!(matches!(sign_in(db, &vault, 5, WHO, PASSWORD).unwrap().0, SignIn::Wrong { .. }));
        assert!(matches!(sign_in(db, &vault, 6, WHO, "battery staple").unwrap().0, SignIn::Open(_)));
    });
}

#[test]
fn a_hash_of_another_cost_is_renewed_when_its_owner_signs_in() {
    on_both(|db| {
        let vault = vault(db);
        join(db, &vault, WHO, PASSWORD).unwrap();
        let dearer = Rules { cost: Cost { memory_kib: 32, passes: 2, lanes: 1 }, ..rules() };
        for renewed in [true, false] {
            let answer = answer(db, &vault, &dearer, 1, WHO, PASSWORD).unwrap();
            assert_eq!(format!("{answer:?}").contains("memory_kib: 32"), renewed);
            let came = write(db, 1, move |tx, ctx| m::sign_in(tx, ctx, &dearer, &answer, Device::Tablet));
            assert!(matches!(came, Ok(SignIn::Open(_))), "{came:?}");
        }
    });
}

#[test]
fn whoever_is_suspended_is_out_until_restored_and_of_whoever_leaves_nothing_personal_stays() {
    on_both(|db| {
        let vault = vault(db);
        let member = join(db, &vault, WHO, PASSWORD).unwrap();
        let (_, token) = opened(db, &vault, 1);
        let step = |step| write(db, 2, move |tx, ctx| m::change_status(tx, ctx, member, step));
        assert_eq!(step(Step::Restore), Err(Error::WrongStatus(Status::Active)));
        assert_eq!(step(Step::Suspend), Ok(Status::Suspended));
        assert_eq!(signed_in(db, &token, 3), Err(Error::NotSignedIn));
        let out = sign_in(db, &vault, 3, WHO, PASSWORD).unwrap_err();
        assert_eq!((out.kind(), out), (Kind::Forbidden, Error::NotActive(Status::Suspended)));
        // A wrong password does not learn that.
        assert!(matches!(sign_in(db, &vault, 3, WHO, "wrong password").unwrap().0, SignIn::Wrong { .. }));
        assert_eq!(step(Step::Restore), Ok(Status::Active));
        assert_eq!(signed_in(db, &token, 4), Err(Error::NotSignedIn));
        opened(db, &vault, 4);
        assert_eq!(step(Step::Close), Ok(Status::Closed));
        assert_eq!(step(Step::Close), Err(Error::WrongStatus(Status::Closed)));
        assert!(matches!(sign_in(db, &vault, 5, WHO, PASSWORD).unwrap().0, SignIn::Wrong { .. }));
        let left = db.read(|q| m::profile(q, &vault, member)).unwrap();
        assert_eq!((left.phone, left.name, left.status), (None, None, Status::Closed));
        assert_eq!(db.read(|q| people::vault::shown(q, &vault, member.raw(), Field::Phone)).unwrap(), None);
        let again = join(db, &vault, WHO, PASSWORD).unwrap();
        assert_ne!(again, member, "the number is free for a new account");
    });
}

#[test]
fn a_contact_that_is_given_up_is_free_and_one_that_is_taken_is_refused() {
    on_both(|db| {
        let vault = vault(db);
        let member = join(db, &vault, WHO, PASSWORD).unwrap();
        join(db, &vault, "13500000000", PASSWORD).unwrap();
        let set = |to: &str| {
            let (vault, to) = (vault.clone(), contact(to));
            write(db, 1, move |tx, _| m::set_contact(tx, &vault, member, &to))
        };
        assert_eq!(set("13500000000"), Err(Error::Taken("phone")));
        assert_eq!(set(WHO), Ok(()));
        assert_eq!(set("13600000000"), Ok(()));
        assert_eq!(set("me@example.com"), Ok(()));
        for (who, open) in [(WHO, false), ("13600000000", true), ("me@example.com", true)] {
            let came = sign_in(db, &vault, 2, who, PASSWORD).unwrap().0;
            assert_eq!(matches!(came, SignIn::Open(_)), open, "{who}");
        }
        join(db, &vault, WHO, PASSWORD).unwrap();
    });
}

#[test]
fn footprints_are_the_newest_looks_of_one_member_and_can_be_wiped() {
    on_both(|db| {
        let me: Id<id::Member> = Id::from_raw(RawId([1; 16]));
        let you: Id<id::Member> = Id::from_raw(RawId([2; 16]));
        let product = |n: i64| -> Id<id::Product> { Id::from_raw(RawId([n as u8; 16])) };
        let look =
            |who, n: i64, at| write(db, at, move |tx, ctx| m::look_at(tx, ctx, who, product(n))).unwrap();
        for n in 0..m::MOST_FOOTPRINTS + 5 {
            look(me, n, n);
        }
        look(me, 7, 900);
        look(you, 7, 901);
        let seen = |who| -> Vec<_> {
            let all = db.read(|q| m::footprints(q, who, None, 500)).unwrap();
            all.iter().map(|one| one.product).collect()
        };
        let mine = seen(me);
        assert_eq!(mine.len() as i64, m::MOST_FOOTPRINTS);
        assert_eq!(mine[..3], [7, 204, 203].map(product), "the newest look first, and each product once");
        assert!(!mine.contains(&product(4)), "the oldest gave way");
        db.read(|q| {
            let first = m::footprints(q, me, None, 2)?;
            let second = m::footprints(q, me, Some(first[1].at), 2)?;
            assert_eq!(second.iter().map(|one| one.product).collect::<Vec<_>>(), [203, 202].map(product));
            let (wished, looked) = m::stance(q, me, product(7))?;
            assert_eq!((wished, looked), (false, Some(first[0])));
            assert!(!first[0].is_old(first[0].at) && first[0].is_old(first[0].at.plus_hours(1)));
            assert_eq!(m::stance(q, me, product(4))?, (false, None));
            Ok::<_, Error>(())
        })
        .unwrap();
        write(db, 902, move |tx, _| m::forget_footprints(tx, me, Some(product(7)))).unwrap();
        assert_eq!(seen(me)[0], product(204));
        write(db, 903, move |tx, _| m::forget_footprints(tx, me, None)).unwrap();
        assert_eq!((seen(me), seen(you)), (vec![], vec![product(7)]));
        assert_eq!(told(db), Vec::<String>::new(), "nobody is told what somebody looked at");
    });
}

#[test]
fn follows_and_wishes_are_once_each_and_listed_from_both_sides() {
    on_both(|db| {
        let me: Id<id::Member> = Id::from_raw(RawId([1; 16]));
        let you: Id<id::Member> = Id::from_raw(RawId([2; 16]));
        let shop = |n| -> Id<id::Shop> { Id::from_raw(RawId([n; 16])) };
        let product = |n| -> Id<id::Product> { Id::from_raw(RawId([n; 16])) };
        for n in 0..5u8 {
            let followed = write(db, n.into(), move |tx, ctx| m::follow(tx, ctx, me, shop(n)));
            assert_eq!(followed, Ok(true));
            let wished = write(db, n.into(), move |tx, ctx| m::wish(tx, ctx, me, shop(n % 2), product(n)));
            assert_eq!(wished, Ok(true));
        }
        assert_eq!(write(db, 6, move |tx, ctx| m::follow(tx, ctx, me, shop(1))), Ok(false));
        assert_eq!(write(db, 6, move |tx, ctx| m::follow(tx, ctx, you, shop(1))), Ok(true));
        assert_eq!(write(db, 6, move |tx, ctx| m::wish(tx, ctx, me, shop(1), product(1))), Ok(false));
        db.read(|q| {
            let page = m::follows(q, me, None, 3)?;
            assert_eq!(page.iter().map(|f| f.shop).collect::<Vec<_>>(), [shop(4), shop(3), shop(2)]);
            let page = m::follows(q, me, Some(page[2].id), 3)?;
            assert_eq!(page.iter().map(|f| f.shop).collect::<Vec<_>>(), [shop(1), shop(0)]);
            let fans = m::followers(q, shop(1), None, 9)?;
            assert_eq!(fans.iter().map(|f| f.member).collect::<Vec<_>>(), [you, me]);
            let page = m::wishes(q, me, None, 2)?;
            assert_eq!(page.iter().map(|w| w.product).collect::<Vec<_>>(), [product(4), product(3)]);
            assert!(m::is_following(q, me, shop(4))? && !m::is_following(q, you, shop(4))?);
            assert!(m::stance(q, me, product(4))?.0 && !m::stance(q, you, product(4))?.0);
            let wished = m::wishers(q, shop(0), None, 9)?;
            assert_eq!(wished.iter().map(|w| w.product).collect::<Vec<_>>(), [4, 2, 0].map(product));
            Ok::<_, Error>(())
        })
        .unwrap();
        assert_eq!(write(db, 7, move |tx, ctx| m::unfollow(tx, ctx, me, shop(1))), Ok(true));
        assert_eq!(write(db, 7, move |tx, ctx| m::unfollow(tx, ctx, me, shop(1))), Ok(false));
        assert_eq!(write(db, 7, move |tx, ctx| m::unwish(tx, ctx, me, product(1))), Ok(true));
        assert_eq!(write(db, 7, move |tx, ctx| m::unwish(tx, ctx, me, product(1))), Ok(false));
        assert_eq!(db.read(|q| m::followers(q, shop(1), None, 9)).unwrap().len(), 1);
        // Beginning again is another fact.
        assert_eq!(write(db, 8, move |tx, ctx| m::follow(tx, ctx, me, shop(1))), Ok(true));
        let began = told(db).iter().filter(|kind| *kind == "follow.began").count();
        assert_eq!(began, 7);
    });
}

#[test]
fn every_statement_is_prepared_on_this_engine() {
    on_both(|db| {
        let prepared = store::prepare_all(db).unwrap();
        assert!(prepared > 60, "{prepared}");
    });
}

#[test]
fn a_password_asked_for_again_counts_its_failures_like_a_sign_in() {
    on_both(|db| {
        let vault = vault(db);
        let member = join(db, &vault, "13812341234", PASSWORD).unwrap();
        let rules = Rules { free_failures: 1, ..rules() };
        let prove = |seconds, password: &str| {
            let asked = db.read(|q| m::challenge_of(q, &vault, &rules, member, at(seconds)))?;
            let answer = asked.answer(&rules, password)?;
            write(db, seconds, move |tx, ctx| m::prove(tx, ctx, &rules, &answer))
        };
        assert_eq!(prove(1, PASSWORD), Ok(m::Proof::Given(member)));
        assert_eq!(prove(2, "wrong horse"), Ok(m::Proof::Wrong { until: None }));
        let Ok(m::Proof::Wrong { until: Some(until) }) = prove(3, "wrong horse") else { panic!() };
        assert_eq!(prove(4, PASSWORD), Err(Error::Locked { until }));
    });
}
