//! Carriers and numbers: chosen from one list, checked beside their field, corrected, and seen by the buyer.

use super::desk::Sale;
use super::people::{By_, both};
use serde_json::json;

#[test]
fn a_number_is_checked_beside_its_field_kept_tidy_and_corrected_before_the_carrier_confirms() {
    both(|world| async move {
        let sale = Sale::begin(&world).await;
        let (own, buyer) = (&sale.shop, &sale.buyer);
        let id = sale.ordered(&world);
        let list = world.ask(&By_::Nobody, "GET", "/api/store/carriers", None).await.is(200).json();
        let codes: Vec<&str> =
            list["items"].as_array().unwrap().iter().map(|one| one["code"].as_str().unwrap()).collect();
        assert_eq!(codes, ["sf", "zto", "yto", "sto", "yunda", "jt", "ems", "jd", "db", "other"]);

        let page = format!("/merchant/{}/orders/{id}", own.shop);
        let seen = world.page(&own.owner, &page).await.is(200).text.clone();
        assert!(seen.contains("德邦快递") && !seen.contains("Correios"), "{seen}");
        let wrong = world.form(&own.owner, &page, "key=a&do=ship&carrier=sf&number=YT123").await;
        let text = &wrong.is(422).text;
        assert!(text.contains("YT123 不是顺丰速运的运单号") && text.contains("id=\"f-number\""), "{text}");
        let many = format!("order={id}&carrier.{id}=sf&number.{id}=YT123");
        let many = world.form(&own.owner, &format!("/merchant/{}/ship", own.shop), &many).await;
        assert!(many.is(422).text.contains("dk-cellno"), "beside its field: {}", many.text);
        world.form(&own.owner, &page, "key=b&do=ship&carrier=sf&number=sf+1234+5678+90123").await.is(303);
        let path = own.at(&format!("/orders/{id}"));
        let row = world.ask(&own.owner, "GET", &path, None).await.is(200).json();
        assert_eq!(
            (&row["number"], &row["picked_up_by"], &row["confirmed_at"]),
            (&json!("SF1234567890123"), &json!("shop"), &json!(null))
        );
        let seen = world.page(&own.owner, &page).await.is(200).text.clone();
        assert!(
            seen.contains("店铺标记发出") && seen.contains("店铺说的") && seen.contains("修改物流"),
            "{seen}"
        );

        // Corrected by form and by the API; the buyer sees the carrier by name and the number as it is now.
        let same = "key=c&do=correct&carrier=sf&number=SF1234567890123";
        assert!(world.form(&own.owner, &page, same).await.is(422).text.contains("没有变"));
        let other = "key=d&do=correct&carrier=zto&number=7312+3456789012";
        assert!(world.form(&own.owner, &page, other).await.is(303).location().ends_with("done=corrected"));
        let body = json!({"carrier": "yto", "number": "yt1234567890123"});
        let shipment = format!("{path}/shipment");
        world.ask(&own.owner, "PUT", &shipment, Some(&body)).await.is(200);
        let detail = world.ask(&own.owner, "GET", &path, None).await.is(200).json();
        let steps = detail["steps"].as_array().unwrap();
        let last = steps.last().unwrap();
        assert_eq!(last["step"], json!("corrected"));
        assert_eq!(last["was"], json!({"carrier": "zto", "number": "73123456789012"}));
        assert_eq!(last["is"], json!({"carrier": "yto", "number": "YT1234567890123"}));
        let theirs = world.ask(buyer, "GET", &format!("/api/store/orders/{id}"), None).await.is(200).json();
        assert_eq!(
            (&theirs["number"], &theirs["carrier_name"]["zh"], &theirs["picked_up_by"]),
            (&json!("YT1234567890123"), &json!("圆通速递"), &json!("shop"))
        );
        let mine = world.page(buyer, &format!("/orders/{id}")).await.is(200).text.clone();
        assert!(mine.contains("YT1234567890123") && mine.contains("店铺改了运单号"), "{mine}");

        // The carrier's word closes it.
        let at = theirs["picked_up_at"].as_str().unwrap();
        let told = json!({"carrier": "yto", "number": "YT1234567890123", "at": at});
        let door = format!("/api/platform/sales/{id}/pickup");
        world.ask(&own.owner, "POST", &door, Some(&told)).await.refused(403, "staff.denied");
        world.ask(&By_::Operator, "POST", &door, Some(&told)).await.is(200);
        world
            .ask(&own.owner, "PUT", &shipment, Some(&json!({"carrier": "sf", "number": "SF1234567890123"})))
            .await
            .refused(409, "order.confirmed");
        let seen = world.page(&own.owner, &page).await.is(200).text.clone();
        assert!(!seen.contains("修改物流") && seen.contains("承运商确认揽收"), "{seen}");
    });
}
