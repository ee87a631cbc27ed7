//! The same stories for every operator: whichever places the call, the page
//! shows the same truth.
//!
//! A further dialect is one more line in the table below.

mod courses;
mod events;
mod hanging_up;
mod operator;
mod placing;

use crate::world::Account;
use operator::{Operator, conformance, stories};

conformance!(
    camara,
    Operator {
        account: Account::Camara,
        can_ask: true,
        takes: |delivery| (delivery.status, delivery.answer.as_str()) == (204, ""),
    }
);

conformance!(
    china_mobile,
    Operator {
        account: Account::ChinaMobile,
        can_ask: false,
        takes: |delivery| {
            delivery.status == 200 && delivery.answer.contains(r#""code":"0000000""#)
        },
    }
);
