//! The ticket in our frame: it stands in for the origin of the page around.

use stories::harness::http::{Answer, Http};
use stories::harness::visitor::{Visitor, key};

use crate::world::{Account, World, contact, world};

/// Asks for a call as our frame does: its origin is the edge's own.
async fn dial_from_frame(world: &World, button: &str, ticket: &str) -> Answer {
    let edge = world.edge.url("");
    let frame = Visitor::new(&edge, &edge);
    let ask = frame.dial(button, &key(), &contact("0101"));
    ask.header("frame-ticket", ticket).send().await
}

/// The ticket in a page.
fn ticket_of(page: &str) -> String {
    let (_, rest) = page.split_once("data-ticket=\"").expect("a ticket");
    let (ticket, _) = rest.split_once('"').expect("its end");
    ticket.to_owned()
}

#[tokio::test]
async fn a_ticket_stands_in_for_the_page_and_for_nothing_else() {
    let (world, http) = (world().await, Http::default());
    let path = |button: &str| world.edge.url(&format!("/buttons/{button}/frame"));
    let (button, other) = (
        Account::Sandbox.foreign_only(),
        Account::Limited.foreign_only(),
    );
    let page = http.get(&path(&button)).send().await;
    assert_eq!(page.status, 200, "{}", page.body);
    assert_eq!(
        page.header("access-control-allow-origin"),
        None,
        "nobody but the frame reads it"
    );
    let policy = page.header("content-security-policy").unwrap_or_default();
    assert!(
        policy.ends_with(&format!("frame-ancestors {}", world.pages.origin())),
        "{policy}"
    );
    let ticket = ticket_of(&page.body);
    let renew = |ticket: &str| http.post(&path(&button)).header("frame-ticket", ticket);
    let renewed = renew(&ticket).send().await;
    assert_eq!(renewed.status, 200, "{}", renewed.body);
    for good in [ticket.clone(), renewed.text("ticket")] {
        let answer = dial_from_frame(world, &button, &good).await;
        assert_eq!(answer.status, 201, "{}", answer.body);
    }
    let forged = ticket.replacen('.', "0.", 1);
    for (button, bad) in [
        (&button, "nonsense"),
        (&button, forged.as_str()),
        (&other, ticket.as_str()),
    ] {
        let answer = dial_from_frame(world, button, bad).await;
        assert_eq!(answer.refusal(), (403, "ORIGIN_NOT_ALLOWED".to_owned()));
    }
    assert_eq!(renew(&forged).send().await.status, 401);
}

#[tokio::test]
async fn the_frame_is_no_page_of_its_own() {
    let (world, http) = (world().await, Http::default());
    let button = Account::Sandbox.foreign_only();
    let ask = http.get(&world.edge.url(&format!("/buttons/{button}/frame")));
    let answer = ask.header("sec-fetch-dest", "document").send().await;
    assert_eq!(answer.refusal(), (404, "NOT_FOUND".to_owned()));
}
