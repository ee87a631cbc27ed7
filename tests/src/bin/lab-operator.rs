//! The lab operator on its own, for trying the product by hand: calls play at
//! human speed. Says the connection to it in one line of JSON, and ends when
//! its standard input closes.
//!
//! `lab-operator [--dialect NAME] [--port N] [--notify URL]`
//!
//! `--notify` is the application server that a China Mobile operator notifies:
//! it is arranged with the operator, and no request can name another.

use std::error::Error;
use std::io::{self, Write};

use stories::lab::{Dialect, Lab, Settings};

const USAGE: &str = "usage: lab-operator [--dialect NAME] [--port N] [--notify URL]";

fn main() -> Result<(), Box<dyn Error>> {
    let lab = Lab::start(settings(std::env::args().skip(1))?)?;
    let mut out = io::stdout().lock();
    writeln!(out, "{}", lab.own_connection())?;
    out.flush()?;
    io::copy(&mut io::stdin().lock(), &mut io::sink())?;
    Ok(())
}

fn settings(mut words: impl Iterator<Item = String>) -> Result<Settings, Box<dyn Error>> {
    let mut settings = Settings {
        time_scale: 1.0,
        ..Settings::default()
    };
    while let Some(name) = words.next() {
        let value = words.next().ok_or(USAGE)?;
        match name.as_str() {
            "--dialect" => settings.dialect = Dialect::parse(&value).ok_or(USAGE)?,
            "--port" => settings.port = value.parse()?,
            "--notify" => settings.app_server = Some(value),
            _ => return Err(USAGE.into()),
        }
    }
    Ok(settings)
}
