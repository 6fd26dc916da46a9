//! The market's own rules on the console's page and over the API: the same files, and who may read them.

use super::people::{By_, both};
use people::staff::{Role, Scope};

#[test]
fn the_markets_rules_stand_on_one_page_and_in_one_answer() {
    both(|world| async move {
        let page = world.page(&By_::Operator, "/console/rules/market").await.is(200).text.clone();
        for words in [
            "terms.toml",
            "下单后多久要付款",
            "15 分钟",
            "程序自带",
            "现行",
            "店铺券 + 平台券",
            "每店最多几张店铺券",
            "国家级",
        ] {
            assert!(page.contains(words), "{words}: {page}");
        }
        let linked = world.page(&By_::Operator, "/console/policies").await.is(200).text.clone();
        assert!(linked.contains("href=\"/console/rules/market\""), "{linked}");

        let path = "/api/platform/rules/market";
        let rules = world.ask(&By_::Operator, "GET", path, None).await.is(200).json();
        let files: Vec<&str> =
            rules["items"].as_array().unwrap().iter().map(|file| file["file"].as_str().unwrap()).collect();
        assert_eq!(files, flows::rules::FILES);
        let terms = &rules["items"][0];
        assert_eq!((&terms["origin"], &terms["versions"][0]["in_force"]), (&"default".into(), &true.into()));
        let values = terms["versions"][0]["values"].as_array().unwrap();
        let most = values.iter().find(|value| value["key"] == "coupons.most.shop").unwrap();
        assert_eq!(most["value"], "1 coupons");

        let (_, token) = world.somebody();
        let in_shop = By_::Bearer(world.seated(Scope::Shop(world.shop(None)), Role::ShopMoney));
        for by in [By_::Nobody, By_::Bearer(token), in_shop] {
            let refused = world.ask(&by, "GET", path, None).await;
            assert!(matches!(refused.status.as_u16(), 401 | 403), "{}", refused.status);
        }
    });
}
