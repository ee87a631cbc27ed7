//! The same stories for every operator: whichever places the call, the page
//! shows the same truth.
//!
//! A further dialect is one more entry in the table below.

mod courses;
mod events;
mod hanging_up;
mod operator;
mod placing;

use crate::world::Account;
pub use operator::WHOLE;
use operator::{Operator, conformance, stories};

conformance!(
    camara,
    Operator {
        account: Account::Camara,
        takes: |delivery| (delivery.status, delivery.answer.as_str()) == (204, ""),
    },
    can_ask
);

// Asked for a call that is there, it does not say whether both have answered.
conformance!(
    kazoo,
    Operator {
        account: Account::Kazoo,
        takes: |delivery| delivery.status == 200,
    },
    can_ask_for_the_end
);

conformance!(
    china_mobile,
    Operator {
        account: Account::ChinaMobile,
        takes: |delivery| {
            delivery.status == 200 && delivery.answer.contains(r#""code":"0000000""#)
        },
    }
);
