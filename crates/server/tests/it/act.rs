//! Writes under a key: once, however often they are sent.

use super::people::{By_, World, both, json};
use people::staff::Scope;
use serde_json::{Value, json as value};

const LIST: &str = "/api/store/account/addresses";

fn address(street: &str) -> Value {
    value!({"recipient": "张三", "phone": "13812341234", "province": "浙江省", "city": "杭州市", "street": street})
}

async fn count(world: &World, by: &By_) -> usize {
    world.ask(by, "GET", LIST, None).await.is(200).json()["items"].as_array().unwrap().len()
}

#[test]
fn the_same_key_gives_the_stored_answer_and_one_effect() {
    both(|world| async move {
        let me = By_::Bearer(world.somebody().1);
        let send = |key, body| world.send(&me, json("POST", LIST, Some(body), Some(key)));
        let (a, b) = (address("文三路"), address("武林路"));
        let first = send("k-1", &a).await;
        let again = send("k-1", &a).await;
        first.is(201);
        assert_eq!((again.status, &again.text), (first.status, &first.text));
        assert_eq!(again.headers["idempotency-replayed"], "true");
        assert!(!first.headers.contains_key("idempotency-replayed"));
        send("k-1", &b).await.refused(422, "web.key_reused");
        assert_eq!(count(&world, &me).await, 1);
        send("k-2", &a).await.is(201);
        world.ask(&me, "POST", LIST, Some(&a)).await.is(201);
        assert_eq!(count(&world, &me).await, 3, "without a key, and under another, it is another write");
    });
}

#[test]
fn many_at_once_with_one_key_have_one_effect() {
    both(|world| async move {
        let me = By_::Bearer(world.somebody().1);
        let body = address("文三路");
        let tries = (0..12).map(|_| world.send(&me, json("POST", LIST, Some(&body), Some("double-click"))));
        let mut made = std::collections::BTreeSet::new();
        for reply in join_all(tries).await {
            match reply.status.as_u16() {
                201 => {
                    made.insert(reply.text);
                }
                409 => {
                    reply.refused(409, "web.key_running");
                    assert_eq!(reply.headers["retry-after"], "1");
                }
                _ => panic!("{}", reply.text),
            }
        }
        assert_eq!(made.len(), 1, "{made:?}");
        assert_eq!(count(&world, &me).await, 1);
    });
}

/// Drives all of them at once.
async fn join_all<F: Future>(all: impl Iterator<Item = F>) -> Vec<F::Output> {
    let mut all: Vec<_> = all.map(Box::pin).collect();
    let mut done: Vec<Option<F::Output>> = all.iter().map(|_| None).collect();
    std::future::poll_fn(|cx| {
        let mut ready = true;
        for (future, out) in all.iter_mut().zip(done.iter_mut()) {
            if out.is_none() {
                match future.as_mut().poll(cx) {
                    std::task::Poll::Ready(value) => *out = Some(value),
                    std::task::Poll::Pending => ready = false,
                }
            }
        }
        if ready { std::task::Poll::Ready(()) } else { std::task::Poll::Pending }
    })
    .await;
    done.into_iter().map(Option::unwrap).collect()
}

#[test]
fn a_refused_write_is_not_stored_and_its_key_is_free() {
    both(|world| async move {
        let me = By_::Bearer(world.somebody().1);
        let wrong = address(" ");
        for _ in 0..2 {
            world.send(&me, json("POST", LIST, Some(&wrong), Some("k"))).await.refused(422, "vault.postal");
        }
        world.send(&me, json("POST", LIST, Some(&address("文三路")), Some("k"))).await.is(201);
    });
}

#[test]
fn keys_of_different_people_never_meet() {
    both(|world| async move {
        let [me, you] = [(); 2].map(|()| By_::Bearer(world.somebody().1));
        let body = address("文三路");
        let mine = world.send(&me, json("POST", LIST, Some(&body), Some("k"))).await;
        let yours = world.send(&you, json("POST", LIST, Some(&body), Some("k"))).await;
        assert_ne!(mine.is(201).text, yours.is(201).text);
        assert_eq!((count(&world, &me).await, count(&world, &you).await), (1, 1));
    });
}

#[test]
fn a_key_that_is_no_word_is_refused_and_reads_need_none() {
    both(|world| async move {
        let me = By_::Bearer(world.somebody().1);
        for key in ["a b", "x".repeat(121).as_str()] {
            let reply = world.send(&me, json("POST", LIST, Some(&address("x")), Some(key))).await;
            reply.refused(422, "web.key");
        }
        world.send(&me, json("GET", LIST, None, Some("k"))).await.is(200);
        assert_eq!(count(&world, &me).await, 0);
    });
}

#[test]
fn a_secret_is_told_once_and_stored_nowhere() {
    both(|world| async move {
        let (owner, token) = world.somebody();
        let shop = world.shop(Some(owner));
        let me = By_::Bearer(token);
        let path = format!("/api/merchant/shops/{shop}/keys");
        let body = value!({"name": "erp", "permissions": ["shop.orders"]});
        let first = world.send(&me, json("POST", &path, Some(&body), Some("k"))).await.is(201).json();
        let again = world.send(&me, json("POST", &path, Some(&body), Some("k"))).await.is(201).json();
        let secret = first["secret"].as_str().unwrap();
        assert!(secret.starts_with("shk_"));
        assert_eq!((&again["key"], &again["secret"]), (&first["key"], &Value::Null));
        let by_key = By_::Bearer(secret.to_owned());
        world.ask(&by_key, "GET", &path, None).await.refused(403, "staff.denied");
        let listed = world.ask(&me, "GET", &path, None).await.is(200).json();
        assert_eq!(listed["items"].as_array().unwrap().len(), 1);
        assert!(!listed.to_string().contains(secret));
    });
}

#[test]
fn a_form_that_is_sent_twice_is_one_write() {
    both(|world| async move {
        let token = world.somebody().1;
        let (me, api) = (By_::Cookie(token.clone()), By_::Bearer(token));
        let form = "key=form-1&recipient=%E5%BC%A0&phone=13812341234&province=a&city=b&street=c";
        for _ in 0..2 {
            let reply = world.form(&me, "/account/addresses/new", form).await;
            assert_eq!(reply.is(303).location(), "/account/addresses?done=kept");
        }
        assert_eq!(count(&world, &api).await, 1);
        let other = world.form(&me, "/account/addresses/new", &form.replace("street=c", "street=d")).await;
        assert!(other.is(422).text.contains("请求编号"), "{}", other.text);
        assert_eq!(count(&world, &api).await, 1);
    });
}

#[test]
fn an_invitation_made_twice_under_a_key_is_one() {
    both(|world| async move {
        let path = "/api/platform/invitations";
        let body = value!({"role": "platform_admin", "to": "13899999999"});
        let send = || world.send(&By_::Operator, json("POST", path, Some(&body), Some("k")));
        let (first, again) = (send().await.is(201).json(), send().await.is(201).json());
        assert_eq!(first["invitation"], again["invitation"]);
        assert_eq!((first["token"].as_str().unwrap().len(), &again["token"]), (64, &Value::Null));
        let all = world.db.read(|q| people::staff::invitations(q, &world.vault, Scope::Platform, None, 9));
        assert_eq!(all.unwrap().len(), 1);
    });
}
