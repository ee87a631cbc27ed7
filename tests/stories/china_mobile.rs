//! What only China Mobile has: notifications that tell of an application, and
//! not of the connection that a call went through.

use crate::course::{ANSWERED, assert_course, assert_hung_up};
use crate::world::Account;

#[tokio::test]
async fn two_connections_of_one_application_each_hear_of_their_calls() {
    for account in [Account::ChinaMobileToo, Account::ChinaMobile] {
        assert_course(account, &ANSWERED).await;
        assert_hung_up(account).await;
    }
}
