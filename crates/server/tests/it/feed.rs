//! The feed of facts, read by a program.

use super::people::{By_, World, both};
use people::staff::{Role, Scope};
use serde_json::Value;

/// Everything from a place on, page by page of `limit`, and where it ended.
async fn read(
    world: &World,
    by: &By_,
    mut after: Option<String>,
    limit: usize,
    kinds: &str,
) -> (Vec<Value>, String) {
    let mut all = Vec::new();
    loop {
        let from = after.map_or_else(String::new, |after| format!("&after={after}"));
        let page =
            world.ask(by, "GET", &format!("/api/platform/facts?limit={limit}{kinds}{from}"), None).await;
        let page = page.is(200).json();
        let items = page["items"].as_array().unwrap();
        assert!(items.len() <= limit);
        all.extend(items.iter().cloned());
        let next = page["next"].as_str().unwrap().to_owned();
        if page["more"] == false {
            return (all, next);
        }
        after = Some(next);
    }
}

/// The same once so many shops were opened in it: the log gives out what nothing that still runs can come before, on PostgreSQL nothing of
/// another database either.
async fn read_once(world: &World, by: &By_, after: Option<&str>, least: usize) -> (Vec<Value>, String) {
    for _ in 0..200 {
        let found = read(world, by, after.map(str::to_owned), 1_000, "").await;
        if found.0.iter().filter(|fact| fact["kind"] == "shop.opened").count() >= least {
            return found;
        }
        tokio::time::sleep(std::time::Duration::from_millis(50)).await;
    }
    panic!("the feed never told of {least} shops");
}

#[test]
fn the_feed_loses_nothing_and_gives_nothing_twice() {
    both(|world| async move {
        let by = By_::Bearer(world.seated(Scope::Platform, Role::PlatformAdmin));
        for _ in 0..5 {
            world.shop(None);
        }
        let (whole, end) = read_once(&world, &by, None, 5).await;
        // In pages of any size it is the same, nothing lost and nothing twice.
        for limit in [1, 2, 3] {
            assert_eq!(read(&world, &by, None, limit, "").await.0, whole, "{limit}");
        }
        let opened: Vec<_> = whole.iter().filter(|fact| fact["kind"] == "shop.opened").cloned().collect();
        assert_eq!(opened.len(), 5);
        assert_eq!(read(&world, &by, None, 2, "&kinds=shop.opened").await.0, opened);
        assert!(
            opened.iter().all(|fact| fact["subject"] == fact["shop"] && fact["values"]["name"].is_string())
        );
        // What comes later is found from where the last page ended, and only that.
        assert_eq!(read(&world, &by, Some(end.clone()), 10, "").await.0, Vec::<Value>::new());
        let shop = world.shop(None);
        let (later, _) = read_once(&world, &by, Some(&end), 1).await;
        assert!(later.iter().any(|fact| fact["shop"] == shop.to_string()));
        assert!(later.iter().all(|fact| !whole.contains(fact)));
        for (query, part) in [
            ("after=x", "after"),
            ("limit=0", "limit"),
            ("limit=1001", "limit"),
            ("kinds=order.eaten", "order.placed"),
            ("since=1", "since"),
        ] {
            let refused = world.ask(&by, "GET", &format!("/api/platform/facts?{query}"), None).await;
            assert!(refused.is(422).text.contains(part), "{query}: {}", refused.text);
        }
    });
}
