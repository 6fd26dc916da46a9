//! Buying at once: exactly what was shown is bought, and the cart stays as it is; and what a shopper changes in place.

use super::desk::scenery;
use super::people::{By_, both};
use serde_json::json;

const HOME: &str = r#"{"recipient": "张三", "phone": "13812341234", "province": "浙江省", "city": "杭州市", "street": "文三路"}"#;

/// The value of a field of a page, the first of its name.
fn field<'a>(page: &'a str, name: &str) -> &'a str {
    let at =
        page.split(&format!("name=\"{name}\" value=\"")).nth(1).unwrap_or_else(|| panic!("{name}: {page}"));
    at.split('"').next().unwrap()
}

#[test]
fn buying_now_buys_exactly_what_was_shown_and_leaves_the_cart_alone() {
    both(|world| async move {
        let own = scenery(&world).await;
        let (product, skus, _) = own.listed(&world).await;
        own.stocked(&world, &skus[0], 9).await;
        let me = By_::Cookie(world.somebody().1);
        let home = serde_json::from_str(HOME).unwrap();
        world.ask(&me, "POST", "/api/store/account/addresses", Some(&home)).await.is(201);
        // Three of the same lie in the cart already.
        let line = json!({"sku": skus[0], "quantity": 3});
        world.ask(&me, "POST", "/api/store/cart/lines", Some(&line)).await.is(200);

        let shown = world.page(&me, &format!("/product/{product}")).await.is(200).text.clone();
        assert!(
            shown.contains("action=\"/checkout\" method=\"get\"") && shown.contains("立即购买"),
            "{shown}"
        );
        let via = field(&shown, "via").to_owned();
        let page = format!("/checkout?sku={}&via={via}&quantity=2&now=1", skus[0]);
        let checkout = world.page(&me, &page).await.is(200).text.clone();
        assert_eq!(field(&checkout, "total"), "19800", "two at 99.00, not three and not five");
        assert!(!checkout.contains("name=\"skus\""), "{checkout}");
        let form = format!(
            "key=k1&now=1&sku={}&quantity=2&via={via}&address={}&total=19800",
            skus[0],
            field(&checkout, "address")
        );
        let changed = form.replace("19800", "19799").replace("k1", "k0");
        let again = world.form(&me, "/checkout", &changed).await;
        assert!(again.is(303).location().contains("now=1") && again.location().contains("quantity=2"));
        for _ in 0..2 {
            let placed = world.form(&me, "/checkout", &form).await;
            assert!(placed.is(303).location().starts_with("/pay/"), "{}", placed.text);
            assert!(
                placed.cookies().iter().any(|cookie| cookie.starts_with("sanhao_cart=3;")),
                "the cart holds three"
            );
        }
        let orders = world.ask(&me, "GET", "/api/store/orders", None).await.is(200).json();
        assert_eq!(orders["items"].as_array().unwrap().len(), 1, "placed once");
        assert_eq!(orders["items"][0]["total"]["minor"], 19_800);
        let cart = world.ask(&me, "GET", "/api/store/cart", None).await.is(200).json();
        assert_eq!((&cart["lines"][0]["quantity"], cart["lines"].as_array().unwrap().len()), (&json!(3), 1));

        // More than there is cannot be bought, and the page says so.
        let most = world.page(&me, &format!("/checkout?sku={}&quantity=8&now=1", skus[0])).await;
        assert!(most.is(200).text.contains("只剩 7 件"), "{}", most.text);
        let none = world.page(&me, &format!("/checkout?sku={}&quantity=1&now=1", skus[1])).await;
        assert!(none.is(200).text.contains("已售罄"), "{}", none.text);
    });
}

#[test]
fn a_price_of_named_lines_leaves_the_cart_alone_and_one_of_the_cart_takes_them_out() {
    both(|world| async move {
        let own = scenery(&world).await;
        let (_, skus, _) = own.listed(&world).await;
        own.stocked(&world, &skus[0], 9).await;
        let me = By_::Bearer(world.somebody().1);
        let home = serde_json::from_str(HOME).unwrap();
        let address =
            world.ask(&me, "POST", "/api/store/account/addresses", Some(&home)).await.is(201).json();
        let line = json!({"sku": skus[0], "quantity": 1});
        world.ask(&me, "POST", "/api/store/cart/lines", Some(&line)).await.is(200);
        let buy = async |body: serde_json::Value| {
            let quote = world.ask(&me, "POST", "/api/store/quotes", Some(&body)).await.is(201).json();
            let place = json!({"quote": quote["quote"]});
            world.ask(&me, "POST", "/api/store/purchases", Some(&place)).await.is(201);
            let cart = world.ask(&me, "GET", "/api/store/cart", None).await.is(200).json();
            cart["lines"].as_array().unwrap().len()
        };
        assert_eq!(buy(json!({"address": address["address"], "lines": [line]})).await, 1);
        assert_eq!(buy(json!({"address": address["address"]})).await, 0);
    });
}

#[test]
fn what_is_chosen_in_the_cart_stays_chosen_and_a_shop_is_chosen_at_once() {
    both(|world| async move {
        let own = scenery(&world).await;
        let (_, one, _) = own.listed(&world).await;
        let (_, other, _) = own.listed(&world).await;
        for sku in [&one[0], &other[0]] {
            own.stocked(&world, sku, 9).await;
        }
        let me = By_::Cookie(world.somebody().1);
        for sku in [&one[0], &other[0]] {
            let line = json!({"sku": sku, "quantity": 1});
            world.ask(&me, "POST", "/api/store/cart/lines", Some(&line)).await.is(200);
        }
        let chosen = format!("/cart?chosen=1&sku={}", one[0]);
        let page = world.page(&me, &chosen).await.is(200).text.clone();
        assert!(page.contains("aria-checked=\"false\"") && page.contains("小计（1 件）"), "{page}");
        let form = format!("key=k1&sku={}&quantity=2&back={}", one[0], chosen.replace('&', "%26"));
        assert_eq!(world.form(&me, "/cart/set", &form).await.is(303).location(), chosen);
        let page = world.page(&me, &chosen).await.is(200).text.clone();
        assert!(page.contains("小计（2 件）") && page.contains("¥198.00"), "{page}");
        let away = format!("key=k2&sku={}&quantity=1&back=//evil.example/cart?chosen=1", one[0]);
        assert_eq!(world.form(&me, "/cart/set", &away).await.is(303).location(), "/cart");

        // The shop's box chooses all of it, and then none.
        let all = world.page(&me, &format!("{chosen}&all={}", own.shop)).await;
        let all = all.is(303).location().to_owned();
        assert!(all.contains(&one[0]) && all.contains(&other[0]), "{all}");
        let page = world.page(&me, &all).await.is(200).text.clone();
        assert!(page.contains("aria-checked=\"true\""), "{page}");
        let none = world.page(&me, &format!("{all}&all={}", own.shop)).await;
        assert_eq!(none.is(303).location(), "/cart?chosen=1");
        let page = world.page(&me, "/cart?chosen=1").await.is(200).text.clone();
        assert!(page.contains("勾选要买的商品") && !page.contains("去结算"), "{page}");
    });
}

#[test]
fn a_card_of_what_is_sold_out_says_so() {
    both(|world| async move {
        let own = scenery(&world).await;
        let (_, skus, _) = own.listed(&world).await;
        let nobody = By_::Nobody;
        for path in ["/", "/c/home", "/search?q=%E9%9D%92%E7%93%B7", &format!("/shop/{}", own.shop)] {
            let page = world.page(&nobody, path).await.is(200).text.clone();
            assert!(page.contains("card off") && page.contains("已售罄"), "{path}: {page}");
        }
        own.stocked(&world, &skus[1], 1).await;
        let page = world.page(&nobody, "/c/home").await.is(200).text.clone();
        assert!(!page.contains("已售罄"), "one of its variants is left: {page}");
    });
}

#[test]
fn a_pasted_address_fills_the_form_and_regions_follow_without_scripts() {
    both(|world| async move {
        let me = By_::Cookie(world.somebody().1);
        let new = "/account/addresses/new";
        let blank = world.page(&me, new).await.is(200).text.clone();
        assert!(blank.contains("name=\"whole\"") && blank.contains("<option value=\"浙江省\">"), "{blank}");
        let whole = "%E5%BC%A0%E4%B8%89+13800000000+%E6%B5%99%E6%B1%9F%E7%9C%81%E6%9D%AD%E5%B7%9E%E5%B8%82%E8%A5%BF%E6%B9%96%E5%8C%BA%E6%96%87%E4%B8%89%E8%B7%AF+1+%E5%8F%B7";
        let filled = world.form(&me, new, &format!("key=k1&do=paste&whole={whole}")).await;
        let filled = filled.is(200).text.clone();
        for part in [
            "name=\"recipient\" value=\"张三\"",
            "value=\"13800000000\"",
            "<option value=\"浙江省\" selected>",
            "<option value=\"杭州市\" selected>",
            "<option value=\"西湖区\" selected>",
            "value=\"文三路 1 号\"",
        ] {
            assert!(filled.contains(part), "{part}: {filled}");
        }
        let all = world.ask(&me, "GET", "/api/store/account/addresses", None).await.is(200).json();
        assert_eq!(all["items"], json!([]), "nothing is kept before it is saved");
        // Another province has other cities.
        let other = "key=k2&do=regions&province=%E6%B1%9F%E8%8B%8F%E7%9C%81&city=%E6%9D%AD%E5%B7%9E%E5%B8%82";
        let other = world.form(&me, new, other).await.is(200).text.clone();
        assert!(
            other.contains("<option value=\"苏州市\">") && !other.contains("<option value=\"杭州市\""),
            "{other}"
        );
        let list = world.page(&By_::Nobody, "/account/addresses/regions").await.is(200).json();
        assert_eq!((list.as_array().unwrap().len(), &list[0][0]), (34, &json!("北京市")));
    });
}
