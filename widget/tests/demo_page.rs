//! The demo page promises what the sandbox plays.

use call::sandbox::MAGIC;

const PAGE: &str = include_str!("../../www/demo.html");

#[test]
fn the_demo_page_lists_every_magic_number_and_no_other() {
    for (ending, _, words) in MAGIC {
        let number = ["data-copy=\"+1202555", ending, "\""].concat();
        assert!(PAGE.contains(&number), "{ending}");
        assert!(PAGE.contains(words), "{words}");
    }
    assert_eq!(PAGE.matches("data-copy=").count(), MAGIC.len());
}

#[test]
fn the_tag_stands_as_an_admin_would_paste_it() {
    let tag = r#"<script async src="{{EDGE}}/widget.js" data-button="{{BUTTON}}"></script>"#;
    assert_eq!(PAGE.matches(tag).count(), 1);
}

#[test]
fn the_page_needs_no_inline_script_and_no_inline_style() {
    assert!(!PAGE.contains("<style") && !PAGE.contains(" style="));
    let scripts = PAGE.matches("<script").count();
    assert_eq!(PAGE.matches("></script>").count(), scripts);
}
