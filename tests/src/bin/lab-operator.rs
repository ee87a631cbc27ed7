//! The lab operator on its own, for trying the product by hand: calls play at
//! human speed. Says where it is in one line of JSON, and ends when its
//! standard input closes.
//!
//! `lab-operator [--port N]`

use std::error::Error;
use std::io::{self, Write};

use serde_json::json;
use stories::lab::{Lab, Settings};

fn main() -> Result<(), Box<dyn Error>> {
    let lab = Lab::start(Settings {
        port: port()?,
        time_scale: 1.0,
        ..Settings::default()
    })?;
    let ready = json!({
        "baseUrl": lab.base_url(),
        "tokenUrl": lab.token_url(),
        "clientId": lab.client_id(),
        "clientSecret": lab.client_secret(),
    });
    let mut out = io::stdout().lock();
    writeln!(out, "{ready}")?;
    out.flush()?;
    io::copy(&mut io::stdin().lock(), &mut io::sink())?;
    Ok(())
}

/// The port asked for, or 0 for a free one.
fn port() -> Result<u16, Box<dyn Error>> {
    let mut arguments = std::env::args().skip(1);
    match (arguments.next().as_deref(), arguments.next()) {
        (None, _) => Ok(0),
        (Some("--port"), Some(port)) => Ok(port.parse()?),
        _ => Err("usage: lab-operator [--port N]".into()),
    }
}
