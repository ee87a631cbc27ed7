//! `agent-token AGENT EXTENSION [CONTACT]`, with the rest in the environment.

use std::env;
use std::error::Error;

use agent_token::{Call, EmbedKey, agent_token};

fn main() -> Result<(), Box<dyn Error>> {
    let embed_key = EmbedKey {
        kid: env::var("EMBED_KEY_ID")?,
        key: env::var("EMBED_KEY")?,
    };
    let (account, button) = (env::var("ACCOUNT_ID")?, env::var("BUTTON_ID")?);
    let arguments: Vec<String> = env::args().skip(1).collect();
    let argument = |at: usize| arguments.get(at).map(String::as_str);
    let call = Call {
        account: &account,
        button: &button,
        agent: argument(0).ok_or("who is the agent?")?,
        extension: argument(1).ok_or("which phone has the agent?")?,
        contact: argument(2),
    };
    println!(
        "{}",
        agent_token(&embed_key, &call).ok_or("EMBED_KEY is no key")?
    );
    Ok(())
}
