//! The packages of Debian and Ubuntu, for what cannot come from cargo or npm.

use crate::failure::{Failure, Outcome};
use crate::processes;

/// A system of the Debian family, whose packages we know by name.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum System {
    /// Debian and its children.
    Debian,
    /// Ubuntu and its children.
    Ubuntu,
    /// Anything else.
    Unknown,
}

/// Which system this is, by `/etc/os-release`.
pub fn system() -> System {
    let text = std::fs::read_to_string("/etc/os-release").unwrap_or_default();
    system_of(&text)
}

fn system_of(os_release: &str) -> System {
    let words: Vec<&str> = os_release
        .lines()
        .filter_map(|line| line.strip_prefix("ID=").or(line.strip_prefix("ID_LIKE=")))
        .flat_map(|value| value.trim_matches('"').split_whitespace())
        .collect();
    if words.contains(&"ubuntu") {
        System::Ubuntu
    } else if words.contains(&"debian") {
        System::Debian
    } else {
        System::Unknown
    }
}

/// Installs packages by apt-get. `by_hand` is the line for a person where that is not possible.
pub fn install(names: &[&str], by_hand: &str) -> Outcome {
    let Some(prefix) = rights().filter(|_| system() != System::Unknown) else {
        return Err(Failure::new(by_hand));
    };
    let what = format!("installing {}", names.join(" "));
    let words = ["install", "-y", "--no-install-recommends"];
    // A fresh machine does not know any package yet.
    apt(&prefix, "updating the package list", &["update"], &[])
        .and_then(|()| apt(&prefix, &what, &words, names))
        .map_err(|_| Failure::new(by_hand))
}

fn apt(prefix: &[&str], what: &str, arguments: &[&str], names: &[&str]) -> Outcome {
    let words = [
        prefix,
        &["env", "DEBIAN_FRONTEND=noninteractive", "apt-get"],
        arguments,
        names,
    ]
    .concat();
    let (program, rest) = words.split_first().unwrap_or((&"apt-get", &[]));
    processes::run(what, processes::command(program).args(rest))
}

/// What to put before a command that root must run; nothing if we may not.
fn rights() -> Option<Vec<&'static str>> {
    if nix::unistd::geteuid().is_root() {
        return Some(Vec::new());
    }
    processes::output("sudo", &["-n", "true"]).map(|_| vec!["sudo", "-n"])
}

/// Where a program lies, if it is on the path.
pub fn on_path(name: &str) -> Option<std::path::PathBuf> {
    let path = std::env::var_os("PATH")?;
    std::env::split_paths(&path)
        .map(|folder| folder.join(name))
        .find(|file| file.is_file())
}

#[cfg(test)]
mod tests {
    use super::{System, system_of};

    #[test]
    fn a_system_is_known_by_its_id_or_by_what_it_is_like() {
        assert!(system_of("NAME=x\nID=debian\n") == System::Debian);
        assert!(system_of("ID=ubuntu\nID_LIKE=debian\n") == System::Ubuntu);
        assert!(system_of("ID=linuxmint\nID_LIKE=\"ubuntu debian\"\n") == System::Ubuntu);
        assert!(system_of("ID=fedora\n") == System::Unknown);
        assert!(system_of("") == System::Unknown);
    }
}
