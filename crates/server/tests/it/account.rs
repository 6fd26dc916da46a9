//! Signing up, in and out; what is a member's own; the operator's ticket; who is sent to sign in.

use super::people::{By_, PASSWORD, World, both};
use super::site;
use axum::body::Body;
use axum::http::{Request, header};
use people::staff::{Role, Scope};
use serde_json::json;
use store::{Db, Source};

const ME: &str = "/api/store/account";

fn one() -> (tempfile::TempDir, World) {
    let dir = tempfile::tempdir().unwrap();
    let db = Db::open(&Source::Dir(dir.path().to_owned())).unwrap();
    let world = World::of(&db);
    (dir, world)
}

#[test]
fn whoever_signs_up_is_signed_in_by_token_and_by_a_cookie_no_script_reads() {
    both(|world| async move {
        let new = json!({"contact": "138 0000 0001", "password": PASSWORD, "name": "张三"});
        let reply = world.ask(&By_::Nobody, "POST", ME, Some(&new)).await;
        let token = reply.is(201).json()["token"].as_str().unwrap().to_owned();
        let cookies = reply.cookies();
        let [cookie, device] = cookies[..] else { panic!("{cookies:?}") };
        assert!(device.starts_with("sanhao_device=") && device.contains("HttpOnly"), "{device}");
        for part in
            [&*format!("sanhao_session={token};"), "Path=/", "HttpOnly", "SameSite=Lax", "Max-Age=2592000"]
        {
            assert!(cookie.contains(part), "{cookie}");
        }
        assert!(!cookie.contains("Secure"), "{cookie}");
        for by in [By_::Bearer(token.clone()), By_::Cookie(token)] {
            let own = world.ask(&by, "GET", ME, None).await.is(200).json();
            assert_eq!((&own["name"], &own["phone"]), (&json!("张三"), &json!("+8613800000001")));
        }
        world.ask(&By_::Nobody, "POST", ME, Some(&new)).await.refused(409, "member.taken");
        world.ask(&By_::Nobody, "GET", ME, None).await.refused(401, "web.sign_in");
    });
}

#[test]
fn a_wrong_password_is_401_and_too_many_are_429_whether_or_not_the_name_is_known() {
    both(|world| async move {
        let known = world.phone();
        world.join(&known);
        for contact in [known.as_str(), "13977777777"] {
            let body = json!({"contact": contact, "password": "wrong horse"});
            for _ in 0..5 {
                let path = "/api/store/account/sessions";
                world.ask(&By_::Nobody, "POST", path, Some(&body)).await.refused(401, "member.wrong");
            }
            let path = "/api/store/account/sessions";
            let last = world.ask(&By_::Nobody, "POST", path, Some(&body)).await;
            last.refused(429, "member.locked");
            assert!(last.headers.contains_key(header::RETRY_AFTER));
            let right = json!({"contact": contact, "password": PASSWORD});
            world.ask(&By_::Nobody, "POST", path, Some(&right)).await.refused(429, "member.locked");
        }
    });
}

#[test]
fn a_session_that_ended_opens_nothing_in_the_header_and_is_nobody_in_the_cookie() {
    both(|world| async move {
        let token = world.somebody().1;
        let me = By_::Bearer(token.clone());
        let out = world.ask(&me, "DELETE", "/api/store/account/session", None).await;
        assert!(out.is(204).cookies()[0].starts_with("sanhao_session=;"));
        world.ask(&me, "GET", ME, None).await.refused(401, "member.not_signed_in");
        world.ask(&By_::Cookie(token), "GET", ME, None).await.refused(401, "web.sign_in");
        for bad in ["x", "shk_x", &"a".repeat(64), &format!("shk_{}", "a".repeat(64))] {
            let reply = world.ask(&By_::Bearer(bad.to_owned()), "GET", ME, None).await;
            assert_eq!(reply.status, 401, "{bad}");
            let challenge = reply.headers[header::WWW_AUTHENTICATE].to_str().unwrap();
            assert!(challenge.starts_with("Bearer realm=\"sanhao\""), "{challenge}");
        }
        let basic = Request::get(ME).header("authorization", "Basic eDp5").body(Body::empty()).unwrap();
        world.send(&By_::Nobody, basic).await.refused(401, "web.credentials");
    });
}

#[test]
fn who_is_not_signed_in_learns_which_operation_gives_a_token() {
    both(|world| async move {
        let ended = By_::Bearer("a".repeat(64));
        for (by, error) in [(By_::Nobody, None), (ended, Some("error=\"invalid_token\""))] {
            let reply = world.ask(&by, "GET", ME, None).await;
            reply.is(401);
            let detail = reply.json()["detail"].as_str().unwrap().to_owned();
            let operation = "POST /api/store/account/sessions (store_sessions_begin)";
            assert!(detail.contains(operation) && detail.contains("Authorization: Bearer"), "{detail}");
            let challenge = reply.headers[header::WWW_AUTHENTICATE].to_str().unwrap();
            assert_eq!(challenge.contains("error="), error.is_some(), "{challenge}");
            assert!(error.is_none_or(|error| challenge.contains(error)), "{challenge}");
        }
        let document = world.ask(&By_::Nobody, "GET", "/api/openapi.json", None).await.is(200).json();
        let begin = &document["paths"]["/api/store/account/sessions"]["post"]["operationId"];
        assert_eq!(begin, "store_sessions_begin");
    });
}

#[test]
fn another_device_is_signed_out_by_its_session_and_all_others_by_a_new_password() {
    both(|world| async move {
        let phone = world.phone();
        world.join(&phone);
        let [a, b, c] = [(); 3].map(|()| By_::Bearer(world.session(&phone)));
        let path = "/api/store/account/sessions";
        let all = world.ask(&a, "GET", path, None).await.is(200).json();
        let sessions = all["items"].as_array().unwrap();
        assert_eq!(sessions.iter().map(|s| s["current"] == true).filter(|current| *current).count(), 1);
        assert_eq!(sessions.len(), 3);
        let other = world.ask(&b, "GET", path, None).await.json();
        let b_is = other["items"].as_array().unwrap().iter().find(|s| s["current"] == true).unwrap().clone();
        let one = format!("{path}/{}", b_is["session"].as_str().unwrap());
        world.ask(&a, "DELETE", &one, None).await.is(204);
        world.ask(&a, "DELETE", &one, None).await.refused(404, "member.no_session");
        world.ask(&b, "GET", ME, None).await.refused(401, "member.not_signed_in");
        let (stranger, password) = (By_::Bearer(world.somebody().1), "/api/store/account/password");
        let of_a = world.ask(&a, "GET", path, None).await.json()["items"][0]["session"].clone();
        let theirs = format!("{path}/{}", of_a.as_str().unwrap());
        world.ask(&stranger, "DELETE", &theirs, None).await.refused(404, "member.no_session");

        let change = |old: &str, new: &str| json!({"old": old, "new": new});
        let wrong = change("wrong horse", "battery staple");
        world.ask(&a, "PUT", password, Some(&wrong)).await.refused(403, "member.wrong");
        world
            .ask(&a, "PUT", password, Some(&change(PASSWORD, "short")))
            .await
            .refused(422, "member.password");
        world.ask(&a, "PUT", password, Some(&change(PASSWORD, "battery staple"))).await.is(204);
        world.ask(&c, "GET", ME, None).await.refused(401, "member.not_signed_in");
        world.ask(&a, "GET", ME, None).await.is(200);
    });
}

#[test]
fn a_contact_changes_with_the_password_alone_and_somebody_elses_is_taken() {
    both(|world| async move {
        let taken = world.phone();
        world.join(&taken);
        let me = By_::Bearer(world.somebody().1);
        let path = "/api/store/account/contact";
        let set = |contact: &str, password: &str| json!({"contact": contact, "password": password});
        let wrong = set("13911112222", "wrong horse");
        world.ask(&me, "PUT", path, Some(&wrong)).await.refused(403, "member.wrong");
        world.ask(&me, "PUT", path, Some(&set(&taken, PASSWORD))).await.refused(409, "member.taken");
        world.ask(&me, "PUT", path, Some(&set("x@example.com", PASSWORD))).await.is(204);
        assert_eq!(world.ask(&me, "GET", ME, None).await.json()["email"], "x@example.com");
        let by_mail = json!({"contact": "X@Example.com", "password": PASSWORD});
        world.ask(&By_::Nobody, "POST", "/api/store/account/sessions", Some(&by_mail)).await.is(201);
    });
}

#[test]
fn whoever_closes_an_account_leaves_nothing_but_not_while_they_work_somewhere() {
    both(|world| async move {
        let (owner, token) = world.somebody();
        world.shop(Some(owner));
        let close = json!({"password": PASSWORD});
        let busy = By_::Bearer(token);
        world.ask(&busy, "DELETE", ME, Some(&close)).await.refused(409, "member.seated");
        let me = By_::Bearer(world.somebody().1);
        let wrong = json!({"password": "wrong horse"});
        world.ask(&me, "DELETE", ME, Some(&wrong)).await.refused(403, "member.wrong");
        world.ask(&me, "DELETE", ME, Some(&close)).await.is(204);
        world.ask(&me, "GET", ME, None).await.refused(401, "member.not_signed_in");
    });
}

#[test]
fn addresses_wishes_and_follows_are_their_owners_alone() {
    both(|world| async move {
        let [me, you] = [(); 2].map(|()| By_::Bearer(world.somebody().1));
        let list = "/api/store/account/addresses";
        let body = json!({"recipient": "张三", "phone": "13812341234", "province": "浙江省", "city": "杭州市", "district": "", "street": "文三路",
            "postcode": ""});
        let made = world.ask(&me, "POST", list, Some(&body)).await.is(201).json();
        let one = format!("{list}/{}", made["address"].as_str().unwrap());
        let own = world.ask(&me, "GET", &one, None).await.is(200).json();
        assert_eq!((&own["street"], &own["is_default"]), (&json!("文三路"), &json!(true)));
        for (method, path, body) in [
            ("GET", one.clone(), None),
            ("PUT", one.clone(), Some(&body)),
            ("DELETE", one.clone(), None),
            ("PUT", format!("{one}/default"), None),
        ] {
            world.ask(&you, method, &path, body).await.refused(404, "member.no_address");
        }
        world.ask(&me, "DELETE", &one, None).await.is(204);
        let shop = world.shop(None);
        let follow = format!("/api/store/account/follows/{shop}");
        world.ask(&me, "PUT", &follow, None).await.is(204);
        world.ask(&me, "PUT", &follow, None).await.is(204);
        let follows = world.ask(&me, "GET", "/api/store/account/follows", None).await.json();
        assert_eq!(follows["items"].as_array().unwrap().len(), 1);
        let yours = world.ask(&you, "GET", "/api/store/account/follows", None).await.json();
        assert_eq!(yours["items"], json!([]));
        world.ask(&me, "DELETE", &follow, None).await.is(204);
        let nowhere = format!("/api/store/account/follows/shp_{}", "0".repeat(26));
        world.ask(&me, "PUT", &nowhere, None).await.refused(404, "shop.not_found");
        let nothing = format!("/api/store/account/wishes/prd_{}", "0".repeat(26));
        assert_eq!(world.ask(&me, "PUT", &nothing, None).await.status, 404);
        world.ask(&me, "DELETE", &nothing, None).await.is(204);
    });
}

#[test]
fn an_invitation_is_taken_by_its_receiver_and_the_role_works_at_once() {
    both(|world| async move {
        let (owner, token) = world.somebody();
        let (shop, me) = (world.shop(Some(owner)), By_::Bearer(token));
        let phone = world.phone();
        world.join(&phone);
        let (clerk, thief) = (By_::Bearer(world.session(&phone)), By_::Bearer(world.somebody().1));
        let staff = format!("/api/merchant/shops/{shop}/staff");
        world.ask(&clerk, "GET", &staff, None).await.refused(404, "staff.stranger");
        let invite = json!({"role": "shop_orders", "to": phone});
        let path = format!("/api/merchant/shops/{shop}/invitations");
        let made = world.ask(&me, "POST", &path, Some(&invite)).await.is(201).json();
        let accept = json!({"token": made["token"]});
        let take = "/api/store/account/invitations";
        world.ask(&thief, "POST", take, Some(&accept)).await.refused(404, "staff.no_invitation");
        world.ask(&clerk, "POST", take, Some(&accept)).await.is(204);
        world.ask(&clerk, "POST", take, Some(&accept)).await.refused(409, "staff.answered");
        world.ask(&clerk, "GET", &staff, None).await.refused(403, "staff.denied");
        let seats = world.ask(&me, "GET", &staff, None).await.is(200).json();
        let seats = seats["items"].as_array().unwrap();
        assert_eq!(seats.iter().map(|seat| seat["name"] == "张*").filter(|masked| *masked).count(), 2);
        let clerks = seats.iter().find(|seat| seat["role"] == "shop_orders").unwrap();
        let seat = format!("{staff}/{}", clerks["seat"].as_str().unwrap());
        world.ask(&me, "DELETE", &seat, None).await.is(204);
        world.ask(&clerk, "GET", &staff, None).await.refused(404, "staff.stranger");
    });
}

#[test]
fn a_suspended_member_is_out_at_once_and_the_platform_sees_them_masked() {
    both(|world| async move {
        let phone = world.phone();
        let member = world.join(&phone);
        let me = By_::Bearer(world.session(&phone));
        let find = json!({"contact": phone});
        let found = world.ask(&By_::Operator, "POST", "/api/platform/members/find", Some(&find)).await;
        let found = found.is(200).json();
        assert_eq!((&found["member"], &found["name"]), (&json!(member.to_string()), &json!("张*")));
        assert!(!found.to_string().contains(&phone));
        let path = format!("/api/platform/members/{member}");
        world.ask(&By_::Operator, "POST", &format!("{path}/suspend"), None).await.is(204);
        world.ask(&me, "GET", ME, None).await.refused(401, "member.not_signed_in");
        world
            .ask(&By_::Operator, "POST", &format!("{path}/suspend"), None)
            .await
            .refused(409, "member.wrong_status");
        world.ask(&By_::Operator, "POST", &format!("{path}/restore"), None).await.is(204);
        assert_eq!(world.ask(&By_::Operator, "GET", &path, None).await.json()["status"], "active");
        let nobody = json!({"contact": "13900000000"});
        let none = world.ask(&By_::Operator, "POST", "/api/platform/members/find", Some(&nobody)).await;
        none.refused(404, "member.not_found");
    });
}

#[test]
fn the_operators_ticket_opens_the_platform_and_neither_shops_nor_personal_data() {
    both(|world| async move {
        let ticket = site::merchant_key().ticket(site::now().plus_days(1));
        let enter = world.page(&By_::Nobody, &format!("/console?ticket={ticket}")).await;
        assert_eq!(enter.is(303).location(), "/console");
        let cookie = enter.cookies()[0].to_owned();
        for part in [&*format!("sanhao_operator={ticket};"), "HttpOnly", "SameSite=Lax", "Max-Age=86400"] {
            assert!(cookie.contains(part), "{cookie}");
        }
        world.page(&By_::Operator, "/console/metrics").await.is(200);
        world.ask(&By_::Operator, "GET", "/api/platform/accesses", None).await.refused(403, "staff.denied");
        world.ask(&By_::Operator, "GET", ME, None).await.refused(401, "web.sign_in");
        let shop = world.shop(None);
        let path = format!("/api/merchant/shops/{shop}/staff");
        world.ask(&By_::Operator, "GET", &path, None).await.refused(401, "web.sign_in");
        for forged in ["x", &ticket[1..], &site::merchant_key().ticket(site::now())] {
            let reply = world.page(&By_::Nobody, &format!("/console?ticket={forged}")).await;
            reply.is(401);
            assert!(reply.cookies().is_empty() && reply.text.contains("入场链接"), "{}", reply.text);
        }
    });
}

#[test]
fn pages_send_who_is_not_signed_in_to_sign_in_and_back_and_never_elsewhere() {
    both(|world| async move {
        for (path, back) in [
            ("/account", "/sign-in?back=%2Faccount"),
            ("/account/addresses?x=1", "/sign-in?back=%2Faccount%2Faddresses%3Fx%3D1"),
            ("/console", "/sign-in?back=%2Fconsole"),
            ("/console/shops", "/sign-in?back=%2Fconsole%2Fshops"),
        ] {
            assert_eq!(world.page(&By_::Nobody, path).await.is(303).location(), back);
        }
        let fetched = Request::get("/account").header("hx-request", "true").body(Body::empty()).unwrap();
        let fetched = world.send(&By_::Nobody, fetched).await;
        assert_eq!(fetched.is(401).headers["hx-redirect"], "/sign-in?back=%2Faccount");
        let phone = world.phone();
        world.join(&phone);
        for (back, to) in [
            ("%2Faccount%2Faddresses", "/account/addresses"),
            ("https%3A%2F%2Fevil.example", "/"),
            ("%2F%2Fevil.example", "/"),
            ("%2F%5Cevil.example", "/"),
            ("", "/"),
        ] {
            let form = format!("contact={phone}&password=correct+horse&back={back}");
            let reply = world.form(&By_::Nobody, "/sign-in", &form).await;
            assert_eq!(reply.is(303).location(), to, "{back}");
            assert!(reply.cookies()[0].starts_with("sanhao_session="));
        }
        let form = format!("contact={phone}&password=wrong+horse&back=%2Fcart");
        let again = world.form(&By_::Nobody, "/sign-in", &form).await;
        assert!(again.is(401).text.contains("账号或密码不对"), "{}", again.text);
        assert!(again.text.contains(&phone) && again.text.contains("value=\"/cart\""));
        assert!(!again.text.contains("wrong horse"));
    });
}

#[test]
fn the_console_is_for_the_platforms_staff_and_its_writes_for_who_may_rule() {
    both(|world| async move {
        let consumer = By_::Cookie(world.somebody().1);
        let refused = world.page(&consumer, "/console/metrics").await;
        assert!(refused.is(403).text.contains("看平台数据"), "{}", refused.text);
        world.seated(Scope::Platform, Role::PlatformAdmin);
        let clerk = By_::Cookie(world.seated(Scope::Platform, Role::PlatformOrders));
        world.page(&clerk, "/console/metrics").await.is(200);
        let draft = world.form(&clerk, "/console/drafts", "text=x").await;
        assert!(matches!(draft.status.as_u16(), 403 | 404), "{}", draft.status);
        world
            .ask(&clerk, "POST", "/api/platform/drafts", Some(&json!({"text": "x"})))
            .await
            .refused(403, "staff.denied");
        world.page(&clerk, "/console/staff").await.is(403);
        world.page(&clerk, "/console/accesses").await.is(403);
        let auditor = By_::Cookie(world.seated(Scope::Platform, Role::PlatformAudit));
        world.page(&auditor, "/console/accesses").await.is(200);
    });
}

#[test]
fn behind_a_proxy_cookies_travel_by_https_alone_and_its_name_is_answered() {
    let dir = tempfile::tempdir().unwrap();
    let db = Db::open(&Source::Dir(dir.path().to_owned())).unwrap();
    let world = World::with(&db, |app| web_kit::App {
        origin: web_kit::origin::Origin::read("https://mall.example"),
        ..app
    });
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(async {
        let new = json!({"contact": world.phone(), "password": PASSWORD}).to_string();
        let request = |host: &str, origin: &str| {
            Request::post(ME)
                .header("content-type", "application/json")
                .header("host", host)
                .header("origin", origin)
                .body(Body::from(new.clone()))
                .unwrap()
        };
        let evil = world.send(&By_::Nobody, request("mall.example", "https://evil.example")).await;
        evil.refused(403, "web.cross_site");
        let foreign = world.send(&By_::Nobody, request("evil.example", "https://evil.example")).await;
        foreign.refused(403, "web.foreign_host");
        let fine = world.send(&By_::Nobody, request("mall.example", "https://mall.example")).await;
        assert!(fine.is(201).cookies()[0].contains("; Secure;"), "{:?}", fine.cookies());
    });
}

#[test]
fn a_request_of_a_session_without_seats_costs_one_statement_more_than_none() {
    let (_dir, world) = one();
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(async {
        let (owner, seated) = world.somebody();
        world.shop(Some(owner));
        let plain = world.somebody().1;
        let mut costs = Vec::new();
        for by in [By_::Nobody, By_::Cookie(plain), By_::Cookie(seated)] {
            let path = "/sign-in?back=%2Fconsole";
            world.page(&by, path).await.is(200);
            let before = world.db.statements();
            world.page(&by, path).await.is(200);
            costs.push(world.db.statements() - before);
        }
        assert_eq!(costs, [0, 1, 2]);
    });
}
