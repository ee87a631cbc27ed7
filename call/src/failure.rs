//! Why a call could not be set up, by meaning and in nobody's dialect.

use std::fmt;
use std::str::FromStr;

use crate::status::{UnknownWord, words};

words! {
    /// What kept a call from coming about. The spelling is the stable error
    /// code that the APIs and the widget use.
    Failure {
        /// The operator does not accept one of the numbers.
        BadNumber = "INVALID_PHONE_NUMBER",
        /// The operator does not connect one of the numbers (CAMARA 422).
        NotApplicable = "SERVICE_NOT_APPLICABLE",
        /// The first party cannot be called now (CAMARA 422).
        CallerUnavailable = "CALLER_NOT_AVAILABLE",
        /// The second party cannot be called now (CAMARA 422).
        CalleeUnavailable = "CALLEE_NOT_AVAILABLE",
        /// The operator cannot record this call (CAMARA 422).
        RecordingUnsupported = "RECORDING_NOT_SUPPORTED",
        /// The operator already has a call between the two (CAMARA 409).
        AlreadyInCall = "ALREADY_EXISTS",
        /// The enterprise's account at the operator is suspended or out of credit.
        AccountSuspended = "OPERATOR_ACCOUNT_SUSPENDED",
        /// The operator refuses our credentials.
        CredentialsRefused = "OPERATOR_CREDENTIALS_REFUSED",
        /// The operator cannot be reached, or says that it is out of order.
        OperatorDown = "OPERATOR_UNAVAILABLE",
        /// The operator answered something that its own document does not allow.
        OperatorUnreadable = "OPERATOR_ERROR",
        /// The operator was asked and nothing was ever heard of the call.
        OperatorSilent = "OPERATOR_TIMEOUT",
        /// The operator gave up on the call without saying why.
        NotEstablished = "CALL_NOT_ESTABLISHED",
    }
}
