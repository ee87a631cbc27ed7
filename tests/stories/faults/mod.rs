//! What goes wrong at operators when a call is placed, as one table per
//! dialect: what the visitor sees, what the log says, that nobody is called a
//! second time, and that every call comes to an end.
//!
//! A further dialect is one more place in `scene`, one more table with its own
//! refusals, and two more lines in the story below.

mod camara;
mod china_mobile;
mod kazoo;
mod log;
mod rows;
mod scene;
mod tokens;
mod trial;

use scene::scene;

/// All tables at once: some rows take as long as the product waits.
#[tokio::test]
async fn every_fault_of_an_operator_is_told_honestly_and_leads_to_no_second_call() {
    let scene = scene().await;
    tokio::join!(
        trial::assert_all(&scene.camara, camara::rows()),
        trial::assert_nobody_listens(&scene.camara),
        trial::assert_all(&scene.china_mobile, china_mobile::rows()),
        trial::assert_nobody_listens(&scene.china_mobile),
        trial::assert_all(&scene.kazoo, kazoo::rows()),
        trial::assert_nobody_listens(&scene.kazoo),
    );
    log::assert_names_the_failures(scene);
}

#[tokio::test]
async fn without_a_token_nobody_is_asked_for_a_call() {
    let scene = scene().await;
    tokio::join!(
        tokens::assert_all(&scene.tokens, tokens::camara()),
        tokens::assert_all(&scene.kazoo_tokens, tokens::kazoo()),
    );
}
