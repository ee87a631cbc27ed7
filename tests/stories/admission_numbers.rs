//! Which numbers a visitor may have called.

use serde_json::json;

use crate::admission::{Shop, number};
use crate::world::contact;

const DENIED: &str = "NUMBER_NOT_ALLOWED";

#[tokio::test]
async fn a_button_for_north_america_is_not_for_the_caribbean() {
    let rules = json!({"countries": {"allow": ["US", "CA"]}});
    let shop = Shop::open(&json!({}), &rules).await;
    for foreign in [
        "+18765550150",
        "+12845550150",
        "+442071830150",
        "+4930120150",
    ] {
        let foreign = number(foreign);
        shop.refused(shop.dial(&foreign), &foreign, 422, DENIED)
            .await;
    }
    for own in ["+14165550150", "+12125550150"] {
        shop.admitted(shop.dial(&number(own)), &number(own)).await;
    }
    assert_eq!(
        shop.shown().await["countries"],
        json!({"allow": ["US", "CA"]})
    );
}

#[tokio::test]
async fn satellite_and_premium_numbers_are_called_only_where_the_account_says_so() {
    let plain = Shop::open(&json!({}), &json!({})).await;
    let fleet = Shop::open(&json!({"countries": {"special": ["+8816"]}}), &json!({})).await;
    let ship = number("+881612340150");
    for costly in [
        "+881612340150",
        "+8835100150",
        "+449011230150",
        "+12129760150",
        "+490137770150",
    ] {
        let costly = number(&costly.replace("+490", "+49"));
        plain
            .refused(plain.dial(&costly), &costly, 422, DENIED)
            .await;
    }
    fleet.admitted(fleet.dial(&ship), &ship).await;
    let other = number("+870773110150");
    fleet.refused(fleet.dial(&other), &other, 422, DENIED).await;
}

#[tokio::test]
async fn who_asked_never_to_be_called_is_not_called() {
    let (listed, near) = (contact("0150"), contact("0150"));
    let rules = json!({"do_not_call": [listed.e164(), "+4319*"]});
    let shop = Shop::open(&rules, &json!({})).await;
    let vienna = number("+43190120150");
    for never in [&listed, &vienna] {
        shop.refused(shop.dial(never), never, 422, DENIED).await;
    }
    shop.admitted(shop.dial(&near), &near).await;
}

#[tokio::test]
async fn a_whitelist_is_searched_as_kazoo_searches_it() {
    let rules = json!({"whitelist": ["^\\+4930\\d+0150$", "^\\+1202"]});
    let shop = Shop::open(&json!({}), &rules).await;
    let (berlin, other) = (contact("0150"), contact("0151"));
    shop.admitted(shop.dial(&berlin), &berlin).await;
    shop.refused(shop.dial(&other), &other, 422, DENIED).await;
}

#[tokio::test]
async fn nobody_is_called_by_themselves() {
    let shop = Shop::open(&json!({}), &json!({})).await;
    let own = number(crate::world::EXTENSION);
    shop.refused(shop.dial(&own), &own, 422, "SAME_CALLER_CALLEE")
        .await;
}

#[tokio::test]
async fn rules_that_cannot_be_kept_are_not_stored() {
    let shop = Shop::open(&json!({}), &json!({})).await;
    let nested = "(((a{99}){99}){99})";
    for (path, rules) in [
        ("whitelist.1", json!({"whitelist": ["^\\+49", "("]})),
        ("whitelist.0", json!({"whitelist": [nested]})),
        ("whitelist.0", json!({"whitelist": ["(?=\\+49)"]})),
        ("whitelist", json!({"whitelist": vec!["1"; 51]})),
        (
            "countries.deny.0",
            json!({"countries": {"deny": ["Jamaica"]}}),
        ),
        (
            "hours.timeZone",
            json!({"hours": {"timeZone": "Europe/Atlantis", "week": {}}}),
        ),
        (
            "hours.week.mon.0.1",
            json!({"hours": {"timeZone": "UTC", "week": {"mon": [["09:00", "25:00"]]}}}),
        ),
        (
            "hours.closed.0",
            json!({"hours": {"timeZone": "UTC", "week": {}, "closed": ["2026-02-30"]}}),
        ),
        (
            "consent.texts",
            json!({"consent": {"version": "1", "texts": {}}}),
        ),
        ("throttle", json!({"throttle": -1})),
    ] {
        let path_of = format!("clicktocall/{}", shop.id);
        let answer = shop.admin.send("PATCH", &path_of, &rules).await;
        assert_eq!(answer.status, 400, "{path}: {}", answer.body);
        assert!(
            answer.json()["data"][path].is_object(),
            "{path}: {}",
            answer.body
        );
    }
    let contact = contact("0150");
    shop.admitted(shop.dial(&contact), &contact).await;
}
