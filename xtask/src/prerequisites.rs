//! What must be on the machine already, or is put there from outside of cargo and npm.
//! What is missing is told in one line that says what to install.

use crate::failure::{Failure, Outcome};
use crate::packages::{self, System};
use crate::processes;

/// The oldest Node that wrangler runs on.
const NODE: u32 = 20;
/// The target of everything that runs in workerd or a browser.
pub const WASM: &str = "wasm32-unknown-unknown";

/// Node, and npm if there is something to install.
pub fn node() -> Outcome {
    let advice = format!("install Node.js {NODE} or newer: https://nodejs.org/en/download");
    let Some(version) = processes::output("node", &["--version"]) else {
        return Err(Failure::new(format!("node is missing; {advice}")));
    };
    match major(&version) {
        Some(major) if major >= NODE => Ok(()),
        _ => Err(Failure::new(format!(
            "node is {version}, too old; {advice}"
        ))),
    }
}

/// npm, which some systems package apart from Node.
pub fn npm() -> Outcome {
    match packages::on_path("npm") {
        Some(_) => Ok(()),
        None => Err(Failure::new(
            "npm is missing; install it together with Node.js: https://nodejs.org/en/download",
        )),
    }
}

fn major(version: &str) -> Option<u32> {
    version
        .trim_start_matches('v')
        .split('.')
        .next()?
        .parse()
        .ok()
}

/// The compiler's standard library for WebAssembly. Answers the compiler's version.
pub fn wasm_target() -> Outcome<String> {
    let Some(folder) = processes::output("rustc", &["--print", "target-libdir", "--target", WASM])
    else {
        return Err(Failure::new(
            "rustc is missing; install Rust: https://rustup.rs",
        ));
    };
    if !std::path::Path::new(&folder).exists() {
        if packages::on_path("rustup").is_none() {
            return Err(Failure::new(format!(
                "Rust's target {WASM} is missing and there is no rustup to add it; \
                 install Rust by https://rustup.rs or your system's package of that target"
            )));
        }
        processes::run(
            "adding the wasm target",
            processes::command("rustup").args(["target", "add", WASM]),
        )
        .map_err(|_| Failure::new(format!("install Rust's target: rustup target add {WASM}")))?;
    }
    processes::output("rustc", &["-vV"]).ok_or_else(|| Failure::new("rustc does not run"))
}

/// OpenSSL's headers, which worker-build needs on Linux to be compiled.
pub fn openssl() -> Outcome {
    let there = || processes::output("pkg-config", &["--exists", "openssl"]).is_some();
    if !cfg!(target_os = "linux") || there() {
        return Ok(());
    }
    packages::install(
        &["libssl-dev", "pkg-config"],
        "OpenSSL's headers are missing; install libssl-dev and pkg-config \
         (openssl-devel and pkgconf on Fedora), then start again",
    )
}

/// Python with environments, for the examples that are in it.
pub fn python() -> Outcome {
    let there = || processes::output("python3", &["-c", "import ensurepip, venv"]).is_some();
    if there() {
        return Ok(());
    }
    packages::install(
        &["python3", "python3-venv"],
        "Python 3 or its module venv is missing; install python3 and python3-venv, then start again",
    )
}

/// The browser and its driver, for the stories.
pub fn chromium() -> Outcome {
    if chromium_is_there() {
        return Ok(());
    }
    let by_hand = "Chromium or its driver is missing; install `chromium` and `chromedriver` \
                   (Debian: chromium chromium-driver), then start again";
    let names: &[&str] = match packages::system() {
        System::Ubuntu => &["chromium-browser", "chromium-chromedriver"],
        System::Debian | System::Unknown => &["chromium", "chromium-driver"],
    };
    packages::install(names, by_hand)?;
    // Ubuntu's packages are empty where there is no snap.
    if chromium_is_there() {
        Ok(())
    } else {
        Err(Failure::new(by_hand))
    }
}

fn chromium_is_there() -> bool {
    let runs = |name: &&str| processes::output(name, &["--version"]).is_some();
    ["chromium", "chromium-browser", "google-chrome"]
        .iter()
        .any(runs)
        && ["chromedriver"].iter().any(runs)
}

/// Firefox's long-term release, which some stories are told in besides. Answers whether
/// it is there: only Debian has it as a package that runs without more.
pub fn firefox() -> Outcome<bool> {
    let there = || processes::output("firefox-esr", &["--version"]).is_some();
    if there() {
        return Ok(true);
    }
    if packages::system() != System::Debian {
        println!("There is no `firefox-esr` here: the stories in Firefox are left out.");
        return Ok(false);
    }
    packages::install(
        &["firefox-esr"],
        "Firefox is missing; install `firefox-esr`, then start again",
    )?;
    Ok(there())
}

#[cfg(test)]
mod tests {
    use super::major;

    #[test]
    fn a_version_is_read_as_node_prints_it() {
        assert_eq!(major("v20.20.2"), Some(20));
        assert_eq!(major("v8.0.0"), Some(8));
        assert_eq!(major("nonsense"), None);
    }
}
