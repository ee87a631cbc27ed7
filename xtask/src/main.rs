//! `cargo xtask`: build, run and test the project.

fn main() {}
