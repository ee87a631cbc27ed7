//! Calls that follow a script.

use super::operator::Operator;
use crate::course::{self, assert_course};

pub async fn answered(operator: &Operator) {
    assert_course(operator.account, &course::ANSWERED).await;
}

pub async fn caller_busy(operator: &Operator) {
    assert_course(operator.account, &course::CALLER_BUSY).await;
}

pub async fn caller_no_answer(operator: &Operator) {
    assert_course(operator.account, &course::CALLER_NO_ANSWER).await;
}

pub async fn caller_abandon(operator: &Operator) {
    assert_course(operator.account, &course::CALLER_ABANDON).await;
}

pub async fn caller_failure(operator: &Operator) {
    assert_course(operator.account, &course::CALLER_FAILURE).await;
}

pub async fn callee_busy(operator: &Operator) {
    assert_course(operator.account, &course::CALLEE_BUSY).await;
}

pub async fn callee_no_answer(operator: &Operator) {
    assert_course(operator.account, &course::CALLEE_NO_ANSWER).await;
}

pub async fn callee_failure(operator: &Operator) {
    assert_course(operator.account, &course::CALLEE_FAILURE).await;
}
