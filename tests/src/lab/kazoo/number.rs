//! Numbers, as the default converters make them E.164.

/// What a contact becomes: encoded for a URL first, so that a `+` is lost.
pub(super) fn contact(text: &str) -> String {
    normalised(&encoded(text))
}

/// `http_uri:encode`.
fn encoded(text: &str) -> String {
    const RESERVED: &str = ";:@&=+,/?#[]<>\"{}|\\'^% ";
    let mut encoded = String::new();
    for c in text.chars() {
        if RESERVED.contains(c) {
            encoded.push_str(&format!("%{:02X}", u32::from(c)));
        } else {
            encoded.push(c);
        }
    }
    encoded
}

/// `knm_converter_regex`.
pub(super) fn normalised(text: &str) -> String {
    if text.starts_with('+') {
        return text.to_owned();
    }
    let digits = |text: &str| !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
    if !digits(text) {
        return text.to_owned();
    }
    let eleven = text.strip_prefix('1').filter(|rest| rest.len() == 10);
    let national = eleven.unwrap_or(text);
    if is_north_american(national) {
        return format!("+1{national}");
    }
    let abroad = ["011", "00"].iter().find_map(|p| text.strip_prefix(p));
    match abroad {
        Some(rest) if rest.len() >= 5 => format!("+{rest}"),
        _ if text.len() >= 8 && text.as_bytes().first() >= Some(&b'2') => format!("+{text}"),
        _ => text.to_owned(),
    }
}

/// `[2-9]\d\d[2-9]\d{6}`.
fn is_north_american(digits: &str) -> bool {
    let at = |place: usize| digits.as_bytes().get(place).copied().unwrap_or_default();
    digits.len() == 10 && at(0) >= b'2' && at(3) >= b'2'
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn contacts_become_what_the_code_makes_of_them() {
        for (given, becomes) in [
            ("4155550123", "+14155550123"),
            ("14155550123", "+14155550123"),
            ("442071838750", "+442071838750"),
            ("00442071838750", "+442071838750"),
            ("011442071838750", "+442071838750"),
            ("2600", "2600"),
            ("*97", "*97"),
            ("5550123", "5550123"),
            ("415-555-0123", "415-555-0123"),
            ("+14155550123", "%2B14155550123"),
            ("(415) 555-0123", "(415)%20555-0123"),
        ] {
            assert_eq!(contact(given), becomes, "{given}");
        }
    }
}
