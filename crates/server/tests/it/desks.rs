//! What shops and the platform's staff do on their pages in one go: find, preview, change many, take back, pick by name.

use super::desk::{ordered_by, scenery};
use super::people::{By_, both};
use serde_json::json;

store::sql! {
    /// Somebody changes a figure beside the program.
    MEDDLE = "
update warehouse_stock
set stocked = stocked + $1
where shelf = (select shelf from warehouse_stock order by shelf limit 1)";
}

/// The value of a field that a page holds.
fn value_of<'a>(page: &'a str, name: &str) -> &'a str {
    let at = page.find(&format!("name=\"{name}\"")).unwrap_or_else(|| panic!("no {name}: {page}"));
    let rest = &page[at..page[at..].find('>').unwrap() + at];
    rest.split_once("value=\"").map_or("", |(_, rest)| rest.split('"').next().unwrap())
}

#[test]
fn a_shop_finds_its_products_and_sees_what_is_left_of_each() {
    both(async |world| {
        let scene = scenery(&world).await;
        let (product, skus, _) = scene.listed(&world).await;
        scene.stocked(&world, &skus[0], 7).await;
        let owner = scene.owner_page();
        let list = format!("/merchant/{}/products", scene.shop);
        let mut content = scene.content();
        content["title"] = json!("竹编杯垫");
        world.ask(&scene.owner, "POST", &scene.at("/products"), Some(&content)).await.is(201);

        let all = world.page(&owner, &list).await;
        assert!(all.is(200).text.contains("青瓷手冲壶") && all.text.contains("竹编杯垫"));
        assert!(all.text.contains("<b>7</b>") && all.text.contains("1 个规格售罄"), "{}", all.text);
        for (q, finds) in
            [("青瓷", true), ("手冲", true), ("杯垫", false), ("%", false), (product.as_str(), true)]
        {
            let found = world.page(&owner, &format!("{list}?q={}", web_kit::ui::encode(q))).await;
            assert_eq!(found.is(200).text.contains(&format!("/products/{product}")), finds, "{q}");
        }
        let of_state = world.page(&owner, &format!("{list}?status=draft")).await;
        assert!(
            of_state.text.contains("竹编杯垫") && !of_state.text.contains(&format!("/products/{product}"))
        );

        // A code of the shop's own is found by its beginning, and only where it is one.
        let mut coded = scene.content();
        coded["skus"][0]["code"] = json!("Pot-600");
        let edit = world.ask(&scene.owner, "POST", &scene.at("/products"), Some(&coded)).await.is(201).json();
        let id = edit["edit"].as_str().unwrap();
        world.ask(&scene.owner, "POST", &scene.at(&format!("/edits/{id}/submit")), None).await.is(200);
        world.ask(&By_::Operator, "POST", &format!("/api/platform/reviews/{id}/approve"), None).await.is(200);
        let other = edit["product"].as_str().unwrap();
        for (q, finds) in [("pot-6", true), ("POT-600", true), ("ot-600", false), ("home.cups", false)] {
            let found = world.page(&owner, &format!("{list}?q={q}")).await;
            assert_eq!(found.is(200).text.contains(&format!("/products/{other}")), finds, "{q}");
        }
    });
}

#[test]
fn prices_of_many_are_shown_before_they_change_and_change_as_they_were_shown() {
    both(async |world| {
        let scene = scenery(&world).await;
        let (product, skus, _) = scene.listed(&world).await;
        let owner = scene.owner_page();
        let bulk = format!("/merchant/{}/products/bulk", scene.shop);
        let none = world.page(&owner, &bulk).await;
        assert_eq!(none.is(303).location(), format!("/merchant/{}/products", scene.shop));
        let ask = |rest: &str| format!("{bulk}?product={product}&op=price&see=1&{rest}");

        let wrong = world.page(&owner, &ask("how=less_percent&by=viel")).await;
        assert!(wrong.is(200).text.contains("要 0.01 到 99 的百分数"), "{}", wrong.text);
        // ¥99.00 and ¥129.00 less ten per cent.
        let seen = world.page(&owner, &ask("how=less_percent&by=10")).await.is(200).text.clone();
        for amount in ["¥99.00", "¥89.10", "¥129.00", "¥116.10", "改 2 个规格的价格"] {
            assert!(seen.contains(amount), "{amount}: {seen}");
        }
        // Above the list price, and below nothing: said, and not changed.
        let high = world.page(&owner, &ask("how=more&by=50")).await.is(200).text.clone();
        assert!(high.contains("会高于建议价") && !high.contains("改 2 个规格"), "{high}");
        let low = world.page(&owner, &ask("how=less&by=100")).await.is(200).text.clone();
        assert!(low.contains("会变成 0 或更少") && low.contains("改 1 个规格的价格"), "{low}");

        let sent = |seen: &str| {
            format!(
                "key={}&product={product}&op=price&see=1&how=less_percent&by=10&seen={}",
                value_of(seen, "key"),
                value_of(seen, "seen")
            )
        };
        // A price that changed in between is shown again, and nothing is written.
        let form = sent(&seen);
        let price = json!({"sku": skus[0], "price": {"minor": 9_800, "currency": "CNY"}, "list_price": null, "limit": null});
        let (prices, path) = (json!({"prices": [price]}), scene.at(&format!("/products/{product}/prices")));
        world.ask(&scene.owner, "PUT", &path, Some(&prices)).await.is(200);
        let stale = world.form(&owner, &bulk, &form).await;
        assert!(stale.is(409).text.contains("请再看一遍") && stale.text.contains("¥88.20"), "{}", stale.text);
        let done = world.form(&owner, &bulk, &sent(&stale.text)).await;
        assert_eq!(done.is(303).location(), format!("/merchant/{}/products?done=price&n=2", scene.shop));
        let after =
            world.ask(&scene.owner, "GET", &scene.at(&format!("/products/{product}")), None).await.json();
        let minor = |n: usize| after["live"]["skus"][n]["price"]["minor"].as_i64();
        assert_eq!((minor(0), minor(1)), (Some(8_820), Some(11_610)));

        // Another shop's product is not there.
        let (member, token) = world.somebody();
        let other = world.shop(Some(member));
        let theirs = format!("/merchant/{other}/products/bulk?product={product}&op=off");
        world.page(&By_::Cookie(token), &theirs).await.is(404);
    });
}

#[test]
fn what_goes_off_sale_comes_back_by_one_press_and_stock_is_set_for_many() {
    both(async |world| {
        let scene = scenery(&world).await;
        let (product, skus, _) = scene.listed(&world).await;
        scene.stocked(&world, &skus[0], 7).await;
        let owner = scene.owner_page();
        let bulk = format!("/merchant/{}/products/bulk", scene.shop);
        let status = async || {
            let path = scene.at(&format!("/products/{product}"));
            world.ask(&scene.owner, "GET", &path, None).await.is(200).json()["status"]
                .as_str()
                .unwrap()
                .to_owned()
        };
        let seen = world.page(&owner, &format!("{bulk}?product={product}&op=off")).await.is(200).text.clone();
        let form = format!(
            "key={}&product={product}&op=off&seen={}",
            value_of(&seen, "key"),
            value_of(&seen, "seen")
        );
        let done = world.form(&owner, &bulk, &form).await;
        let to = done.is(303).location().to_owned();
        assert_eq!(status().await, "off");
        let list = world.page(&owner, &to).await.is(200).text.clone();
        assert!(list.contains("撤销") && list.contains("name=\"undo\""), "{list}");
        let undo = format!("key={}&undo=1&op=on&product={product}", value_of(&list, "key"));
        world.form(&owner, &bulk, &undo).await.is(303);
        assert_eq!(status().await, "on");

        let ask = format!("{bulk}?product={product}&op=stock&see=1&to=25");
        let seen = world.page(&owner, &ask).await.is(200).text.clone();
        assert!(seen.contains("改 2 个规格的库存"), "{seen}");
        let form = format!(
            "key={}&product={product}&op=stock&see=1&to=25&seen={}",
            value_of(&seen, "key"),
            value_of(&seen, "seen")
        );
        world.form(&owner, &bulk, &form).await.is(303);
        for sku in &skus {
            let stock = world
                .ask(&scene.owner, "GET", &scene.at(&format!("/stock/{sku}")), None)
                .await
                .is(200)
                .json();
            assert_eq!(stock["available"], 25, "{stock}");
        }

        // Stock is on the product's page beside its price; what nobody touched is not written.
        let page = format!("/merchant/{}/products/{product}", scene.shop);
        let text = world.page(&owner, &page).await.is(200).text.clone();
        assert_eq!((value_of(&text, "stock.0"), value_of(&text, "had.0")), ("25", "25"));
        let site = value_of(&text, "warehouse");
        let form = format!(
            "key={}&do=prices&warehouse={site}&sku.0={}&price.0=88&stock.0=4&had.0=25&sku.1={}&price.1=129&stock.1=25&had.1=25",
            value_of(&text, "key"),
            skus[0],
            skus[1]
        );
        let saved = world.form(&owner, &page, &form).await;
        assert_eq!(saved.is(303).location(), format!("{page}?done=priced"));
        let stock =
            world.ask(&scene.owner, "GET", &scene.at(&format!("/stock/{}", skus[0])), None).await.json();
        assert_eq!(stock["available"], 4);
        let wrong = form
            .replace("stock.0=4", "stock.0=-3")
            .replace("price.0=88", "price.0=")
            .replace("key=", "key=x");
        let refused = world.form(&owner, &page, &wrong).await;
        assert_eq!(refused.is(422).text.matches("aria-invalid").count(), 2, "all that is wrong at once");
    });
}

#[test]
fn an_edit_is_previewed_by_the_staff_of_its_shop_alone_and_kept_from_search_engines() {
    both(async |world| {
        let scene = scenery(&world).await;
        let mut content = scene.content();
        content["title"] = json!("还没上架的茶盘");
        let made =
            world.ask(&scene.owner, "POST", &scene.at("/products"), Some(&content)).await.is(201).json();
        let (edit, product) = (made["edit"].as_str().unwrap(), made["product"].as_str().unwrap());
        let path = format!("/merchant/{}/edits/{edit}/preview", scene.shop);
        let seen = world.page(&scene.owner_page(), &path).await;
        for words in ["还没上架的茶盘", "预览：还没上线", "¥<", "云白"] {
            assert!(seen.is(200).text.contains(words), "{words}: {}", seen.text);
        }
        assert!(
            !seen.text.contains("/cart/add") && !seen.text.contains("/wishes\" method"),
            "nothing can be ordered"
        );
        assert_eq!(seen.headers["x-robots-tag"], "noindex");
        world.page(&By_::Nobody, &format!("/product/{product}")).await.is(404);

        let (_, stranger) = world.somebody();
        let (member, token) = world.somebody();
        let other = world.shop(Some(member));
        world.page(&By_::Cookie(stranger), &path).await.is(404);
        world.page(&By_::Cookie(token.clone()), &path).await.is(404);
        world.page(&By_::Cookie(token), &format!("/merchant/{other}/edits/{edit}/preview")).await.is(404);
        assert_ne!(world.page(&By_::Nobody, &path).await.status.as_u16(), 200);
    });
}

#[test]
fn a_new_variant_begins_with_the_stock_that_its_shop_typed() {
    both(async |world| {
        let scene = scenery(&world).await;
        let new = json!({"name": "一号仓"});
        world.ask(&scene.owner, "POST", &scene.at("/warehouses"), Some(&new)).await.is(201);
        let made = world
            .ask(&scene.owner, "POST", &scene.at("/products"), Some(&scene.content()))
            .await
            .is(201)
            .json();
        let edit = made["edit"].as_str().unwrap();
        let page = format!("/merchant/{}/edits/{edit}", scene.shop);
        let owner = scene.owner_page();
        let text = world.page(&owner, &page).await.is(200).text.clone();
        let mut parts = vec![("do".to_owned(), "submit".to_owned())];
        for name in ["key", "revision", "title", "fee"] {
            parts.push((name.to_owned(), value_of(&text, name).to_owned()));
        }
        let attribute = text.split("name=\"attr.").nth(1).unwrap().split('"').next().unwrap();
        let category = made["content"]["category"].as_str().unwrap();
        let fixed = [
            ("category", category.to_owned()),
            ("kind", "physical".into()),
            ("about", "手工拉坯。".into()),
            ("ship", "ship-48h".into()),
            ("axis.0.name", "颜色".into()),
            ("axis.0.values", "云白\n天青".into()),
            ("gallery", made["content"]["gallery"][0].as_str().unwrap().to_owned()),
        ];
        parts.extend(fixed.into_iter().map(|(name, value)| (name.to_owned(), value)));
        parts.push((format!("attr.{attribute}"), "clay".into()));
        for (n, (choice, stock)) in [("云白", "12"), ("天青", "")].into_iter().enumerate() {
            for (what, value) in [
                ("choice", choice),
                ("sku", made["content"]["skus"][n]["sku"].as_str().unwrap()),
                ("price", "99"),
                ("stock", stock),
            ] {
                parts.push((format!("row.{n}.{what}"), value.to_owned()));
            }
        }
        let sent = |parts: &[(String, String)]| {
            let boundary = "x-boundary";
            let fields: String = parts
                .iter()
                .map(|(name, value)| {
                    format!(
                        "--{boundary}\r\ncontent-disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n"
                    )
                })
                .collect();
            axum::http::Request::post(&page)
                .header("content-type", format!("multipart/form-data; boundary={boundary}"))
                .header("accept", "text/html")
                .header("cookie", "sanhao_lang=zh-CN")
                .body(axum::body::Body::from(format!("{fields}--{boundary}--\r\n")))
                .unwrap()
        };
        // What cannot be read and what the catalog refuses are said together.
        let mut wrong = parts.clone();
        for (name, value) in &mut wrong {
            match name.as_str() {
                "row.0.price" => *value = "teuer".into(),
                "title" | "gallery" => value.clear(),
                _ => {}
            }
        }
        let refused = world.send(&owner, sent(&wrong)).await;
        assert_eq!(refused.status.as_u16(), 422);
        let list =
            refused.text.split("<div class=\"banner dk-no\"").nth(1).unwrap().split("</ul>").next().unwrap();
        assert_eq!(list.matches("<li>").count(), 3, "title, picture and price: {list}");
        let told = world.send(&owner, sent(&parts)).await;
        assert_eq!(told.is(303).location(), format!("{page}?done=sent"));

        let sku = made["content"]["skus"][0]["sku"].as_str().unwrap();
        let path = scene.at(&format!("/stock/{sku}"));
        assert_ne!(
            world.ask(&scene.owner, "GET", &path, None).await.status.as_u16(),
            200,
            "not before it is live"
        );
        world
            .ask(&By_::Operator, "POST", &format!("/api/platform/reviews/{edit}/approve"), None)
            .await
            .is(200);
        let stock = world.ask(&scene.owner, "GET", &path, None).await.is(200).json();
        assert_eq!(stock["available"], 12, "{stock}");
        let other = made["content"]["skus"][1]["sku"].as_str().unwrap();
        let stock =
            world.ask(&scene.owner, "GET", &scene.at(&format!("/stock/{other}")), None).await.is(200).json();
        assert_eq!(stock["available"], 0, "{stock}");
    });
}

#[test]
fn a_bundle_is_made_of_variants_that_are_picked_by_their_names() {
    both(async |world| {
        let scene = scenery(&world).await;
        let (_, parts, _) = scene.listed(&world).await;
        let (_, kits, _) = scene.listed(&world).await;
        scene.stocked(&world, &parts[0], 9).await;
        let page = format!("/merchant/{}/stock/{}", scene.shop, kits[0]);
        let owner = scene.owner_page();
        let text = world.page(&owner, &page).await.is(200).text.clone();
        assert!(text.contains("青瓷手冲壶 · 天青") && text.contains(&format!("name=\"part.{}\"", parts[0])));
        assert!(!text.contains(&format!("name=\"part.{}\"", kits[0])), "not of itself");
        let key = value_of(&text, "key").to_owned();
        let wrong = format!("key={key}&do=kit&part.{}=viel&part.{}=", parts[0], parts[1]);
        let refused = world.form(&owner, &page, &wrong).await;
        assert!(refused.is(422).text.contains("value=\"viel\""), "what was typed stays: {}", refused.text);
        let right = format!("key={key}k&do=kit&part.{}=2&part.{}=", parts[0], parts[1]);
        assert_eq!(world.form(&owner, &page, &right).await.is(303).location(), format!("{page}?done=saved"));
        let text = world.page(&owner, &page).await.is(200).text.clone();
        assert!(text.contains("青瓷手冲壶 · 云白") && text.contains("还能配出 "), "{text}");
        let stock =
            world.ask(&scene.owner, "GET", &scene.at(&format!("/stock/{}", kits[0])), None).await.json();
        assert_eq!(stock["available"], 4, "nine, two each");
    });
}

#[test]
fn a_slot_of_the_home_page_picks_products_by_name() {
    both(async |world| {
        let scene = scenery(&world).await;
        let (product, ..) = scene.listed(&world).await;
        let op = By_::Operator;
        let found =
            world.form(&op, "/console/mall", "do=find&kind=products&find=青瓷").await.is(200).text.clone();
        assert!(
            found.contains("青瓷手冲壶") && found.contains(&format!("value=\"add.{product}\"")),
            "{found}"
        );
        let none = world.form(&op, "/console/mall", "do=find&kind=products&find=西瓜").await;
        assert!(none.is(200).text.contains("没找到在售的商品"));
        let added = world
            .form(&op, "/console/mall", &format!("do=add.{product}&kind=products&zh=掌柜严选&en=Picks"))
            .await;
        assert!(
            added.is(200).text.contains(&format!("name=\"product\" value=\"{product}\"")),
            "{}",
            added.text
        );
        let form = format!(
            "key={}&do=save&kind=products&sort=newest&zh=掌柜严选&en=Picks&product={product}",
            value_of(&added.text, "key")
        );
        assert_eq!(
            world.form(&op, "/console/mall", &form).await.is(303).location(),
            "/console/mall?done=saved"
        );
        let home = world.page(&By_::Nobody, "/").await;
        assert!(home.is(200).text.contains("掌柜严选") && home.text.contains(&product));
        // What was removed comes back as it was.
        let shown = world.page(&op, "/console/mall").await.is(200).text.clone();
        let form = shown.split("value=\"remove\"").next().unwrap().rsplit("<form").next().unwrap().to_owned();
        let gone = format!("key=k3&do=remove&slot={}", value_of(&form, "slot"));
        let gone = world.form(&op, "/console/mall", &gone).await;
        let notice = world.page(&op, gone.is(303).location()).await.is(200).text.clone();
        assert!(!world.page(&By_::Nobody, "/").await.text.contains("掌柜严选"));
        let undo = notice.split("<form").find(|form| form.contains("撤销")).unwrap();
        let undo = undo.split("name=\"").skip(1).filter_map(|field| {
            let (name, rest) = field.split_once('"')?;
            let value = rest.split_once("value=\"")?.1.split('"').next()?;
            (name != "key").then(|| format!("{name}={value}"))
        });
        let undo = undo.collect::<Vec<_>>().join("&");
        world.form(&op, "/console/mall", &format!("key=k4&{undo}")).await.is(303);
        let home = world.page(&By_::Nobody, "/").await;
        assert!(home.text.contains("掌柜严选") && home.text.contains(&product));
        let empty =
            world.form(&op, "/console/mall", "key=k2&do=save&kind=products&sort=newest&zh=a&en=b").await;
        assert!(empty.is(422).text.contains("至少挑一件商品"), "{}", empty.text);
        // Orders are found by the shop's name.
        let of = world.page(&op, &format!("/console/sales?shop={}", web_kit::ui::encode("没有这家"))).await;
        assert!(of.text.contains("没有叫「没有这家」的店铺"), "{}", of.text);
    });
}

#[test]
fn a_draft_is_changed_by_its_fields_and_a_refusal_stands_under_its_line() {
    both(async |world| {
        let op = By_::Operator;
        let made = world.form(&op, "/console/drafts", "policy=late-ship-cap@1").await;
        let page = made.is(303).location().to_owned();
        let shown = world.page(&op, &page).await.is(200).text.clone();
        assert_eq!((value_of(&shown, "c.condition.0"), value_of(&shown, "c.actions.0.days")), ("20", "7"));
        let text = govern::policy::shipped().iter().find(|policy| policy.id == "late-ship-cap").unwrap();
        let encoded = web_kit::ui::encode(&text.text);
        let version = value_of(&shown, "version").to_owned();
        let sent = |fields: &str| format!("version={version}&do=save&text={encoded}&{fields}");
        let wrong = sent("c.condition.0=viel&w.condition.0=20&c.actions.0.days=9&w.actions.0.days=7");
        let refused = world.form(&op, &page, &wrong).await;
        assert!(
            refused.is(422).text.contains("要一个数。") && refused.text.contains("value=\"viel\""),
            "{}",
            refused.text
        );
        let right = sent("c.condition.0=25&w.condition.0=20&c.actions.0.days=7&w.actions.0.days=7");
        assert_eq!(world.form(&op, &page, &right).await.is(303).location(), format!("{page}?saved"));
        let saved = world.page(&op, &page).await.is(200).text.clone();
        assert!(saved.contains("late_ship_rate &gt;= 0.25 &amp;&amp; due &gt;= 5"), "{saved}");
        // The checker speaks the reader's language, under the field of the line that it names.
        let bad = text.text.replace("days = 7\nparameters", "days = 0\nparameters");
        let body = format!("version=2&do=try&text={}", web_kit::ui::encode(&bad));
        let told = world.form(&op, &page, &body).await.is(200).text.clone();
        let line = 1 + bad.lines().position(|line| line == "days = 0").unwrap();
        assert!(told.contains(&format!("第 {line} 行：「days」要是 1 到 3660 的整数。")), "{told}");
    });
}

#[test]
fn a_fault_that_the_check_finds_stands_on_the_overview_until_it_is_gone() {
    both(async |world| {
        let scene = scenery(&world).await;
        let (_, skus, _) = scene.listed(&world).await;
        scene.stocked(&world, &skus[0], 5).await;
        let op = By_::Operator;
        let check = async |key: &str| {
            world.form(&op, "/console/money/check", &format!("key={key}")).await.is(303);
            world.page(&op, "/console").await.is(200).text.clone()
        };
        let banner = "账、库存、订单、支付对不上";
        assert!(!check("a").await.contains(banner), "a sound market has none");
        world.write(|tx, _| tx.exec(&MEDDLE, store::vals![1]).map(drop));
        let found = check("b").await;
        let told = found.split(banner).nth(1).unwrap_or_else(|| panic!("{found}"));
        let told = told.split("</div>").next().unwrap();
        assert!(told.starts_with("：1 处。") && told.contains("href=\"/console/money\""), "{told}");
        // Who may not see the books is not told of them.
        let (_, token) = world.somebody();
        assert!(!world.page(&By_::Cookie(token), "/console").await.text.contains(banner));
        world.write(|tx, _| tx.exec(&MEDDLE, store::vals![-1]).map(drop));
        assert!(!check("c").await.contains(banner), "and gone once it is mended");
    });
}

#[test]
fn a_note_on_an_order_names_whoever_wrote_it() {
    both(async |world| {
        let scene = scenery(&world).await;
        let (product, skus, _) = scene.listed(&world).await;
        scene.stocked(&world, &skus[0], 5).await;
        let (buyer, _) = world.somebody();
        let order = ordered_by(&world, buyer, (scene.shop, &product, &skus[0]), &[]);
        let page = format!("/merchant/{}/orders/{order}", scene.shop);
        let owner = scene.owner_page();
        world.form(&owner, &page, "key=n1&do=note&text=打包仔细些").await.is(303);
        for (by, page) in [(&owner, page), (&By_::Operator, format!("/console/sales/{order}"))] {
            let text = world.page(by, &page).await.is(200).text.clone();
            let note = text.split("打包仔细些").nth(1).unwrap().split("</li>").next().unwrap().to_owned();
            assert!(note.contains('张') && !note.contains("员工 "), "{note}");
        }
    });
}
