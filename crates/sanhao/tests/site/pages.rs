//! The pages: every address in both languages with the right numbers, every refusal as a page, and nothing a browser
//! should not trust.

use super::well_made::well_made;
use axum::Router;
use axum::body::{Body, to_bytes};
use axum::http::{HeaderMap, Request, StatusCode};
use kernel::fact::{Fact, Minor};
use kernel::{Currency, Id, Market, Moment, RawId, Record};
use std::collections::HashSet;
use std::sync::{Arc, OnceLock};
use tower::ServiceExt;
use web_kit::merchant::Key;

/// The end of the first day of the history, in hours from its beginning.
pub(super) const DAY: i64 = 24;

fn market() -> Market {
    Market { zone: "Asia/Shanghai".parse().unwrap(), currency: Currency::CNY }
}

/// So many hours after 2026-03-01 00:00 in the market's zone.
pub(super) fn at(hours: i64) -> Moment {
    Moment::day_start("2026-03-01".parse().unwrap(), &market().zone).unwrap().plus_hours(hours)
}

pub(super) fn id<T>(name: &str) -> Id<T> {
    Id::from_raw(RawId::of_external(at(0), "test", &[name]))
}

/// One order of a shop, told as its facts: placed at `hours`, picked up and delivered so many hours later.
fn order(
    facts: &mut Vec<Record>,
    shop: &str,
    name: &str,
    hours: i64,
    picked: Option<i64>,
    delivered: Option<i64>,
    score: Option<i64>,
) {
    let shop = Some(id(shop));
    let (placed_at, ship_by, deliver_by) = (at(hours), at(hours + 48), at(hours + 120));
    facts.push(
        trade::order::fact::Placed {
            at: placed_at,
            shop,
            order: id(name),
            purchase: id(name),
            external_id: name.into(),
            lines: 1,
            goods: Minor(128_000),
            freight: Minor(400),
            gmv: Minor(128_400),
            ship_by,
            deliver_by,
            excluded: None,
            rules: None,
        }
        .record(),
    );
    facts.push(
        trade::order::fact::Paid {
            at: at(hours + 1),
            shop,
            order: id(name),
            placed_at,
            excluded: None,
            rules: None,
            pickup_from: None,
            pass_pickup_by: None,
            insured: None,
        }
        .record(),
    );
    let picked_up_at = picked.map(|h| at(hours + h));
    if let Some(told) = picked_up_at {
        facts.push(
            supply::logistics::fact::PickedUp {
                at: told,
                shop,
                order: id(name),
                placed_at,
                paid_at: Some(at(hours + 1)),
                ship_by,
                cancelled_at: None,
                excluded: None,
                rules: None,
                pickup_from: None,
                standard_by: None,
                pass_pickup_by: None,
                by: None,
            }
            .record(),
        );
    }
    if let Some(h) = delivered {
        facts.push(
            supply::logistics::fact::Delivered {
                at: at(hours + h),
                shop,
                order: id(name),
                placed_at,
                picked_up_at,
                deliver_by,
                cancelled_at: None,
                excluded: None,
                rules: None,
                paid_at: None,
                standard_by: None,
                next_day_by: None,
                claimed_at: None,
                claimed: None,
                found_at: None,
                install: None,
                remote: None,
            }
            .record(),
        );
    }
    if let Some(score) = score {
        facts.push(
            aftercare::care::fact::Created {
                at: at(hours + 150),
                shop,
                review: id(name),
                order_id: id(name),
                score,
                excluded: None,
                rules: None,
            }
            .record(),
        );
    }
}

/// Two shops: the first ships one of four orders 26 h 10 min late (24 h and more), the second keeps everything.
fn facts() -> Vec<Record> {
    let mut facts = Vec::new();
    for (shop, name) in [("S-1", "青屿<器物>"), ("S-2", "Plain & Good")] {
        facts.push(
            people::merchant::fact::Opened {
                at: at(-24 * 30),
                shop: Some(id(shop)),
                subject: id(shop),
                external_id: shop.into(),
                name: name.into(),
                industry: None,
                kind: None,
            }
            .record(),
        );
    }
    order(&mut facts, "S-1", "A-1", 10, Some(20), Some(100), Some(5));
    order(&mut facts, "S-1", "A-2", 34, Some(74), Some(110), Some(1));
    order(&mut facts, "S-1", "A-3", 58, Some(30), Some(90), None);
    order(&mut facts, "S-1", "A-4", 82, Some(30), Some(90), None);
    for i in 0..6 {
        order(&mut facts, "S-2", &format!("B-{i}"), 10 + 12 * i, Some(10), Some(60), Some(4));
    }
    // The last order of the history, twelve days on, so that every promise above has come due.
    order(&mut facts, "S-2", "B-9", 12 * DAY + 9, None, None, None);
    facts
}

pub(super) struct Site {
    _dir: tempfile::TempDir,
    router: Router,
    now: Moment,
}

fn site(records: &[Record]) -> Site {
    site_at(records, at(20 * DAY))
}

fn site_at(records: &[Record], now: Moment) -> Site {
    let dir = tempfile::tempdir().unwrap();
    let mut bulk = lake::Bulk::new(&dir.path().join("lake")).unwrap();
    for record in records {
        bulk.push(record).unwrap();
    }
    let snapshot: Arc<dyn kernel::Ask> = Arc::new(bulk.finish(govern::relations()).unwrap());
    let db = store::Db::open(&store::Source::Dir(dir.path().join("db"))).unwrap();
    let app = web_kit::App {
        vault: Arc::new(super::site::vault(&db)),
        services: super::site::services(market(), super::site::vault(&db)),
        blobs: super::site::blobs(&db),
        waits: web_kit::waits::Waits::default(),
        member_rules: people::member::Rules::default(),
        origin: None,
        db,
        market: market(),
        snapshot: Arc::new(move || Ok(snapshot.clone())),
        now: Arc::new(move || now),
        merchant_key: web_kit::merchant::Key::of([5; 32]),
    };
    Site { router: server::router(app), _dir: dir, now }
}

pub(super) fn full() -> &'static Site {
    static SITE: OnceLock<Site> = OnceLock::new();
    SITE.get_or_init(|| std::thread::spawn(|| site(&facts())).join().unwrap())
}

pub(super) struct Answer {
    pub(super) status: StatusCode,
    pub(super) headers: HeaderMap,
    pub(super) text: String,
}

impl Site {
    /// Sends a request from the operator.
    pub(super) async fn send(&self, mut request: Request<Body>) -> Answer {
        let ticket = Key::of([5; 32]).ticket(self.now.plus_hours(24));
        let cookie = format!("{}={ticket}", web_kit::principal::OPERATOR);
        request.headers_mut().append("cookie", cookie.parse().unwrap());
        let response = self.router.clone().oneshot(request).await.unwrap();
        let (status, headers) = (response.status(), response.headers().clone());
        let bytes = to_bytes(response.into_body(), 16 << 20).await.unwrap();
        Answer { status, headers, text: String::from_utf8_lossy(&bytes).into_owned() }
    }
    async fn get(&self, path: &str, lang: &str) -> Answer {
        let request =
            Request::get(path).header("cookie", format!("sanhao_lang={lang}")).header("accept", "text/html");
        self.send(request.body(Body::empty()).unwrap()).await
    }
    /// A page that must be there and be well made.
    pub(super) async fn page(&self, path: &str, lang: &str) -> String {
        let answer = self.get(path, lang).await;
        assert_eq!(answer.status, StatusCode::OK, "{path}: {}", answer.text);
        well_made(path, &answer.text, lang);
        answer.text
    }
}

fn shop() -> String {
    id::<kernel::id::Shop>("S-1").to_string()
}

#[tokio::test]
async fn every_page_is_there_in_both_languages_and_well_made() {
    let order = id::<kernel::id::Order>("A-2").to_string();
    let shop = shop();
    let addresses = [
        "/console".to_owned(),
        "/console?metric=rating_mean&as_of=2026-03-12".to_owned(),
        "/console?metric=orders_paid".to_owned(),
        "/console?metric=mean_pickup_hours".to_owned(),
        "/console/shops".to_owned(),
        "/console/shops?sort=late_ship_rate&dir=up".to_owned(),
        "/console/shops?sort=name&q=plain".to_owned(),
        "/console/shops?q=nobody".to_owned(),
        format!("/console/shops/{shop}"),
        "/console/shops/S-1?metric=orders_paid&days=365".to_owned(),
        format!("/console/shops/{shop}/metrics/late_ship_rate"),
        format!("/console/shops/{shop}/metrics/mean_pickup_hours?as_of=2026-03-09"),
        format!("/console/orders/{order}"),
        "/console/orders/B-9".to_owned(),
        "/console/metrics".to_owned(),
        "/console/metrics/late_ship_rate".to_owned(),
        "/console/metrics/orders_paid?as_of=2026-03-05".to_owned(),
        "/console/search".to_owned(),
        "/console/search?q=zzz".to_owned(),
        format!("/console/shops/{shop}?card=sanhao@3&days=90"),
        format!("/console/shops/{shop}?card=douyin-2026@1&as_of=2026-03-09"),
        format!("/console/shops/{shop}/what-if?as_of=2026-03-12&product_rating.num=20&product_rating.den=4"),
        format!("/console/shops/{shop}/what-if?as_of=2026-03-12&product_rating.num=99"),
        format!("/console/shops/{shop}/what-if?weather.num=1"),
        format!("/console/shops/{shop}/metrics/late_ship_rate?window=90"),
        "/console/scorecards".to_owned(),
        "/console/scorecards/sanhao@3".to_owned(),
        "/console/scorecards/sanhao".to_owned(),
        "/console/scorecards/douyin-2026@1".to_owned(),
        "/console/scorecards/small-market".to_owned(),
        "/console/scorecards/sanhao?left=1&right=3".to_owned(),
        "/console/scorecards/sanhao?left=sanhao@2&right=small-market@1".to_owned(),
        "/console/scorecards/sanhao/compare?left=1&right=3&as_of=2026-03-12".to_owned(),
        "/console/scorecards/sanhao/compare".to_owned(),
    ];
    for address in &addresses {
        for lang in ["zh-CN", "en"] {
            full().page(address, lang).await;
        }
    }
}

#[tokio::test]
async fn a_shops_numbers_stand_next_to_what_made_them() {
    let page = full().page(&format!("/console/shops/{}?as_of=2026-03-12", shop()), "zh-CN").await;
    assert!(page.contains("青屿&lt;器物&gt;"), "names are escaped");
    for part in ["25.00<small>%</small>", "1 ÷ 4", "应发订单", "3.00<small>分</small>", "6 ÷ 2", "商家体验分"]
    {
        assert!(page.contains(part), "{part}");
    }
    let page = full()
        .page(&format!("/console/shops/{}/metrics/late_ship_rate?as_of=2026-03-12", shop()), "en")
        .await;
    for part in ["Late-ship rate of", "25.00%", "in numerator", "denominator only", ">A-2<", ">A-4<"] {
        assert!(page.contains(part), "{part}");
    }
    assert_eq!(page.matches("in numerator").count(), 1);
}

#[tokio::test]
async fn a_page_knows_only_what_its_day_knew() {
    // A-2 fell due on 4 March at 10:00: a day before, nothing was late.
    let page = full()
        .page(&format!("/console/shops/{}/metrics/late_ship_rate?as_of=2026-03-03", shop()), "en")
        .await;
    assert!(page.contains("0.00%") && !page.contains("in numerator"));
    let page = full()
        .page(&format!("/console/shops/{}/metrics/late_ship_rate?as_of=2026-03-04", shop()), "en")
        .await;
    assert!(page.contains("in numerator"), "due and not told picked up");
}

#[tokio::test]
async fn an_order_shows_how_late_it_was() {
    let page = full().page("/console/orders/A-2", "zh-CN").await;
    for part in ["已超时", "晚 26 小时", "准时", "早 10 小时", "¥1,284.00", "parcel.picked_up", "买家评价"]
    {
        assert!(page.contains(part), "{part}");
    }
    let page = full().page("/console/orders/A-2", "en").await;
    for part in ["late by 26 h", "early by 10 h", "CNY 1,284.00", "5 Mar, 12:00"] {
        assert!(page.contains(part), "{part}");
    }
    let page = full().page("/console/orders/B-9", "zh-CN").await;
    assert!(page.contains("已超时"), "the market trades: eight days on its promises are broken");
    // Of a history that ended long ago nothing is told after its end.
    let ended = std::thread::spawn(|| site_at(&facts(), at(200 * DAY))).join().unwrap();
    let page = ended.page("/console/orders/B-9", "zh-CN").await;
    assert!(page.contains("还剩"), "its promises still run where the facts end");
}

#[tokio::test]
async fn the_record_holds_every_order_of_the_history_and_they_are_found_by_shop_number_and_day() {
    let site = full();
    let page = site.page("/console/orders", "en").await;
    assert!(page.contains("11</b> orders, read-only"), "as many as the overview counts");
    let shown = |page: &str| {
        let names = ["A-1", "A-2", "A-3", "A-4", "B-0", "B-1", "B-2", "B-3", "B-4", "B-5", "B-9"];
        names.into_iter().filter(|name| page.contains(&format!(">{name}</a>"))).collect::<Vec<_>>().join(" ")
    };
    assert_eq!(shown(&page), "A-1 A-2 A-3 A-4 B-0 B-1 B-2 B-3 B-4 B-5 B-9");
    let cases = [
        ("shop=S-1", "A-1 A-2 A-3 A-4"),
        ("shop=Plain+%26+Good&until=2026-03-01", "B-0 B-1"),
        ("shop=nobody", ""),
        ("number=A-2", "A-2"),
        ("from=2026-03-10", "B-9"),
        ("from=2026-03-10&shop=S-1", ""),
    ];
    for (query, names) in cases {
        let page = site.page(&format!("/console/orders?{query}"), "zh-CN").await;
        assert_eq!(shown(&page), names, "{query}");
    }
    let page = site.page("/console/orders?number=B-9", "zh-CN").await;
    assert!(page.contains("待发货"), "paid and not picked up");
    for bad in ["after=x", "from=soon"] {
        let status = site.get(&format!("/console/orders?{bad}"), "zh-CN").await.status;
        assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY, "{bad}");
    }
    // The next page begins where this one ends.
    let page = site.page(&format!("/console/orders?after={}-A-3", at(58).micros()), "zh-CN").await;
    assert_eq!(shown(&page), "A-1 A-2 B-0 B-1 B-2 B-3", "B-4 was placed at the same time and comes before");
}

#[tokio::test]
async fn no_number_judges_the_future() {
    // At 07:36 of a day, with one order of that morning and one that has to be picked up by 18:00.
    let site = std::thread::spawn(|| {
        let mut facts = facts();
        order(&mut facts, "S-1", "C-1", 20 * DAY - 30, None, None, None);
        order(&mut facts, "S-1", "C-2", 20 * DAY + 5, None, None, None);
        site_at(&facts, at(20 * DAY + 7).plus_micros(36 * 60_000_000))
    });
    let site = site.join().unwrap();
    // The pages open with yesterday, which is whole; without a new order they would as well.
    let page = site.page("/console", "zh-CN").await;
    assert!(page.contains(r#"name="as_of" value="2026-03-20""#), "the last full day");
    assert!(page.contains("看今天到现在"), "and the way to today");
    let quiet = std::thread::spawn(|| site_at(&facts(), at(20 * DAY + 7))).join().unwrap();
    assert!(
        quiet.page("/console", "zh-CN").await.contains(r#"value="2026-03-20""#),
        "no order stops the clock"
    );
    // Today is known up to now: what is due tonight is not missed, the running day is said to run and compared with none.
    let detail = format!("/console/shops/{}/metrics/late_ship_rate?as_of=2026-03-21&window=1", shop());
    assert!(!site.page(&detail, "en").await.contains("in numerator"), "due at 18:00 and not late at 07:36");
    let evening = std::thread::spawn(|| {
        let mut facts = facts();
        order(&mut facts, "S-1", "C-1", 20 * DAY - 30, None, None, None);
        site_at(&facts, at(20 * DAY + 19))
    });
    assert!(evening.join().unwrap().page(&detail, "en").await.contains("in numerator"), "late at 19:00");
    let today = site.page("/console?as_of=2026-03-21", "zh-CN").await;
    assert!(today.contains("今天还没过完") && today.contains(r#""running":true"#), "drawn so far");
    let shop = site.page(&format!("/console/shops/{}?as_of=2026-03-21", shop()), "zh-CN").await;
    assert!(shop.contains("07:36") && !shop.contains("2026-03-21 24:00"), "up to now, not to midnight");
    // Tomorrow is refused, by page and API.
    let tomorrow = site.get("/console?as_of=2026-03-22", "zh-CN").await;
    assert_eq!(tomorrow.status, StatusCode::UNPROCESSABLE_ENTITY, "{}", tomorrow.text);
    let answers = [
        ("2026-03-21", StatusCode::OK, r#""external_id":"S-1","metric":"late_ship_rate","numerator":1,"#),
        ("2026-03-22", StatusCode::UNPROCESSABLE_ENTITY, "up to now, 2026-03-21T07:36:00+08:00"),
    ];
    for (as_of, status, part) in answers {
        let uri = format!("/api/platform/metrics/readings?metric=late_ship_rate&as_of={as_of}");
        let answer = site.send(Request::get(uri).body(Body::empty()).unwrap()).await;
        assert_eq!(answer.status, status, "{}", answer.text);
        assert!(answer.text.contains(part), "{}", answer.text);
    }
}

#[tokio::test]
async fn the_overview_counts_the_market() {
    let page = full().page("/console?as_of=2026-03-12", "zh-CN").await;
    // Ten orders came due by then, one of them late.
    for part in ["10.00%", "11 个店铺订单", "Asia/Shanghai", "order.placed", "1 ÷ 4"] {
        assert!(page.contains(part), "{part}");
    }
}

#[tokio::test]
async fn the_source_of_a_metric_is_shown_as_it_runs() {
    let page = full().page("/console/metrics/late_ship_rate", "en").await;
    assert!(
        page.contains("governance/metrics/late_ship_rate.sql")
            && page.contains("order_placed")
            && page.contains("at &lt;= ship_by")
    );
}

#[tokio::test]
async fn what_is_not_there_is_a_page_that_says_so() {
    for (path, zh, en) in [
        ("/console/shops/S-404", "没有店铺「S-404」", "there is no shop"),
        ("/console/shops/shp_x/metrics/late_ship_rate", "没有店铺", "there is no shop"),
        ("/console/shops/S-1/metrics/weather", "没有指标「weather」", "there is no metric"),
        ("/console/metrics/weather", "没有指标", "there is no metric"),
        ("/console/scorecards/moon", "没有评分卡「moon」", "there is no scorecard"),
        ("/console/scorecards/sanhao?left=1&right=9", "没有评分卡「sanhao@9」", "there is no scorecard"),
        ("/console/shops/S-1?card=moon", "没有评分卡「moon」", "there is no scorecard"),
        ("/console/orders/nothing", "没有订单「nothing」", "there is no shop order"),
        ("/nowhere", "这个地址下没有页面", "There is no page at this address"),
    ] {
        for (lang, words) in [("zh-CN", zh), ("en", en)] {
            let answer = full().get(path, lang).await;
            assert_eq!(answer.status, StatusCode::NOT_FOUND, "{path}");
            well_made(path, &answer.text, lang);
            assert!(answer.text.contains(words), "{path}: {}", answer.text);
        }
    }
}

#[tokio::test]
async fn what_cannot_be_read_is_refused_with_what_to_write() {
    for (path, words) in [
        ("/console?as_of=2026-02-30", "不是日期"),
        ("/console?as_of=yesterday", "2018-04-30"),
        ("/console?as_of=1999-01-01", "请选 2026-03-01 到"),
        ("/console?metric=weather", "weather"),
        ("/console/shops?dir=sideways", "up 和 down"),
        ("/console/shops?after=x", "翻页位置"),
        ("/console/shops/S-1?days=7", "30、90、180、365"),
        ("/console/shops/S-1/metrics/late_ship_rate?page=0", "页码"),
        ("/console/shops/S-1?as_of=%3Cb%3E", "&lt;b&gt;"),
        ("/console/shops/S-1/metrics/late_ship_rate?window=0", "窗口是 1 到 3660 天"),
        ("/console/scorecards/sanhao?left=1", "left 和 right"),
        ("/console/scorecards/sanhao/compare?page=x", "页码"),
    ] {
        let answer = full().get(path, "zh-CN").await;
        assert!(answer.status.is_client_error(), "{path}: {}", answer.status);
        well_made(path, &answer.text, "zh-CN");
        assert!(answer.text.contains(words), "{path}: {}", answer.text);
    }
}

#[tokio::test]
async fn a_market_without_facts_says_how_to_begin() {
    let site = std::thread::spawn(|| site(&[])).join().unwrap();
    for lang in ["zh-CN", "en"] {
        for path in ["/console", "/console/shops"] {
            assert!(site.page(path, lang).await.contains("sanhao --data DIR import olist PATH"));
        }
        assert!(
            site.page("/console/metrics", lang).await.contains("late_ship_rate"),
            "definitions need no facts"
        );
        site.page("/console/metrics/late_ship_rate", lang).await;
    }
}

#[tokio::test]
async fn shops_are_paged_by_key_without_gaps_or_repeats() {
    let records: Vec<Record> = (0..95)
        .flat_map(|i| {
            let name = format!("P-{i:03}");
            let mut facts = vec![
                people::merchant::fact::Opened {
                    at: at(0),
                    shop: Some(id(&name)),
                    subject: id(&name),
                    external_id: name.as_str().into(),
                    name: name.as_str().into(),
                    industry: None,
                    kind: None,
                }
                .record(),
            ];
            order(
                &mut facts,
                &name,
                &format!("O-{i}"),
                i % 40,
                Some(if i % 3 == 0 { 60 } else { 20 }),
                None,
                None,
            );
            facts
        })
        .collect();
    let site = std::thread::spawn(move || site(&records)).join().unwrap();
    for sort in ["late_ship_rate&dir=down", "name&dir=up", "rating_mean&dir=up", "orders_paid&dir=down"] {
        let (mut path, mut seen, mut pages) = (format!("/console/shops?sort={sort}"), Vec::new(), 0);
        loop {
            let page = site.page(&path, "en").await;
            pages += 1;
            seen.extend(
                page.split("<span class=\"ext mono\">")
                    .skip(1)
                    .map(|p| p.split('<').next().unwrap().to_owned()),
            );
            seen.extend(
                page.split("class=\"nm\" href=")
                    .skip(1)
                    .map(|p| p.split('>').nth(1).unwrap().split('<').next().unwrap().to_owned()),
            );
            match page.split("rel=\"next\" href=\"").nth(1) {
                Some(rest) => path = rest.split('"').next().unwrap().replace("&amp;", "&"),
                None => break,
            }
        }
        assert_eq!(pages, 3, "{sort}");
        assert_eq!(seen.len(), 95, "{sort}");
        assert_eq!(seen.iter().collect::<HashSet<_>>().len(), 95, "{sort}");
    }
}

#[tokio::test]
async fn a_search_with_one_answer_goes_there() {
    let answer = full().get("/console/search?q=A-2", "en").await;
    assert_eq!(answer.status, StatusCode::SEE_OTHER);
    assert_eq!(answer.headers["location"], format!("/console/orders/{}", id::<kernel::id::Order>("A-2")));
    let answer = full().get("/console/search?q=plain", "en").await;
    assert_eq!(answer.headers["location"], format!("/console/shops/{}", id::<kernel::id::Shop>("S-2")));
    assert!(full().page("/console/search?q=s-", "en").await.contains("2 found"));
}

#[tokio::test]
async fn language_and_theme_are_kept_and_the_way_back_stays_here() {
    let post = |body: &'static str| {
        Request::post("/preferences")
            .header("content-type", "application/x-www-form-urlencoded")
            .body(Body::from(body))
            .unwrap()
    };
    let answer = full().send(post("lang=en&back=%2Fconsole%2Fshops%3Fsort%3Dname%26lang%3Dzh")).await;
    assert_eq!(answer.status, StatusCode::SEE_OTHER);
    assert_eq!(answer.headers["location"], "/console/shops?sort=name");
    assert!(
        answer.headers["set-cookie"]
            .to_str()
            .unwrap()
            .starts_with("sanhao_lang=en; Path=/; Max-Age=31536000")
    );
    for away in ["back=https%3A%2F%2Fevil.example", "back=%2F%2Fevil.example", "back=%2F%5Cevil.example"] {
        let answer = full().send(post(away)).await;
        assert_eq!(answer.headers["location"], "/", "{away}");
    }
    let request = Request::get("/").header("cookie", "sanhao_theme=dark").body(Body::empty()).unwrap();
    assert!(full().send(request).await.text.contains("data-theme=\"sanhao-dark\""));
    let request = Request::get("/").body(Body::empty()).unwrap();
    let page = full().send(request).await.text;
    assert!(page.contains("<html lang=\"zh-CN\">"), "Chinese first, and the system's theme");
}

#[tokio::test]
async fn every_answer_tells_a_browser_to_trust_nothing_else() {
    for path in ["/", "/console", "/nowhere", "/favicon.svg", "/api/platform/market", "/assets/none"] {
        let answer = full().get(path, "en").await;
        let header =
            |name: &str| answer.headers.get(name).and_then(|v| v.to_str().ok()).unwrap_or("").to_owned();
        let policy = header("content-security-policy");
        assert!(
            policy.contains("script-src 'self'")
                && policy.contains("default-src 'none'")
                && !policy.contains("unsafe"),
            "{path}: {policy}"
        );
        assert_eq!(header("x-content-type-options"), "nosniff", "{path}");
        assert_eq!(header("x-frame-options"), "DENY", "{path}");
        assert_eq!(header("referrer-policy"), "same-origin", "{path}");
    }
}

#[tokio::test]
async fn assets_are_kept_for_good_and_sent_compressed() {
    let page = full().page("/console", "en").await;
    for (marker, mime) in
        [("<link rel=\"stylesheet\" href=\"", "text/css"), ("<script src=\"", "text/javascript")]
    {
        let path = page.split(marker).nth(1).unwrap().split('"').next().unwrap();
        let answer = full().get(path, "en").await;
        assert_eq!(answer.status, StatusCode::OK);
        assert!(answer.headers["content-type"].to_str().unwrap().starts_with(mime));
        assert!(answer.headers["cache-control"].to_str().unwrap().contains("immutable"));
        let etag = answer.headers["etag"].clone();
        let request = Request::get(path).header("if-none-match", etag).body(Body::empty()).unwrap();
        assert_eq!(full().send(request).await.status, StatusCode::NOT_MODIFIED);
        let request = Request::get(path).header("accept-encoding", "gzip, br").body(Body::empty()).unwrap();
        let small = full().send(request).await;
        assert_eq!(small.headers["content-encoding"], "gzip");
        assert!(small.text.len() < answer.text.len());
    }
}
