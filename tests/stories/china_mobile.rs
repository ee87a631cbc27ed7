//! What only China Mobile has: notifications that tell of an application, and
//! not of the connection that a call went through.

use serde_json::Value;

use crate::course::{ANSWERED, assert_course, assert_hung_up};
use crate::world::{Account, contact, world};

/// Their `sendDirection`: the operator checks that it is one of the document's.
#[tokio::test]
async fn multimedia_messages_are_sent_where_the_connection_says_so() {
    let world = world().await;
    for (account, expected) in [
        (Account::ChinaMobileToo, Some("BOTH")),
        (Account::ChinaMobile, None),
    ] {
        let contact = contact("0101");
        world.visitor().place(&account.button(), &contact).await;
        let asked = world.china_mobile.asked().into_iter();
        let mut begins = asked.filter(|asked| asked.body.contains(contact.digits()));
        let begin: Value = serde_json::from_str(&begins.next().unwrap().body).unwrap();
        let direction = begin.get("sendDirection").and_then(Value::as_str);
        assert_eq!(direction, expected, "{account:?}");
    }
}

#[tokio::test]
async fn two_connections_of_one_application_each_hear_of_their_calls() {
    for account in [Account::ChinaMobileToo, Account::ChinaMobile] {
        assert_course(account, &ANSWERED).await;
        assert_hung_up(account).await;
    }
}
