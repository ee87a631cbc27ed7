//! The countries' codes, and how numbers are written inside a country. Pure.
//!
//! Not a numbering plan: what is wrong with a number in detail is the
//! operator's to say. Sources: ITU-T E.164 and the list of its assigned codes.

/// Two letters (ISO 3166) and the country code (E.164). Where several share a
/// code, the one that most of its numbers are in stands first.
pub const TABLE: &str = "US1CA1AG1AI1AS1BB1BM1BS1DM1DO1GD1GU1JM1KN1KY1LC1MP1MS1PR1SX1TC1TT1VC1VG1VI1\
RU7KZ7EG20SS211MA212EH212DZ213TN216LY218GM220SN221MR222ML223GN224CI225BF226NE227TG228BJ229MU230LR231SL232\
GH233NG234TD235CF236CM237CV238ST239GQ240GA241CG242CD243AO244GW245IO246AC247SC248SD249RW250ET251SO252DJ253\
KE254TZ255UG256BI257MZ258ZM260MG261RE262YT262ZW263NA264MW265LS266BW267SZ268KM269ZA27SH290TA290ER291AW297\
FO298GL299GR30NL31BE32FR33ES34GI350PT351LU352IE353IS354AL355MT356CY357FI358AX358BG359HU36LT370LV371EE372\
MD373AM374BY375AD376MC377SM378UA380RS381ME382XK383HR385SI386BA387MK389IT39VA39RO40CH41CZ420SK421LI423AT43\
GB44GG44IM44JE44DK45SE46NO47SJ47PL48DE49FK500BZ501GT502SV503HN504NI505CR506PA507PM508HT509PE51MX52CU53AR54\
BR55CL56CO57VE58GP590BL590MF590BO591GY592EC593GF594PY595MQ596SR597UY598CW599BQ599MY60AU61CC61CX61ID62PH63\
NZ64SG65TH66TL670NF672BN673NR674PG675TO676SB677VU678FJ679PW680WF681CK682NU683WS685KI686NC687TV688PF689\
TK690FM691MH692JP81KR82VN84KP850HK852MO853KH855LA856CN86BD880TW886TR90IN91PK92AF93LK94MM95MV960LB961JO962\
SY963IQ964KW965SA966YE967OM968PS970AE971IL972BH973QA974BT975MN976NP977IR98TJ992TM993AZ994GE995KG996UZ998";

/// Countries that dial the 0 at the beginning from abroad as well.
const KEEP_ZERO: [&str; 6] = ["BJ", "CG", "CI", "IT", "SM", "VA"];
/// What is dialled before a number inside the country where it is not a 0, and
/// with how many digits in all; 0 for any.
const PREFIXES: [(&str, &str, usize); 6] = [
    ("RU", "8", 11),
    ("KZ", "8", 11),
    ("BY", "80", 11),
    ("TM", "8", 9),
    ("HU", "06", 0),
    ("LT", "8", 9),
];

/// The table's rows.
fn rows() -> impl Iterator<Item = (&'static str, &'static str)> {
    let mut rest = TABLE;
    std::iter::from_fn(move || {
        let (letters, after) = rest.split_at_checked(2)?;
        let end = after
            .find(|c: char| c.is_ascii_uppercase())
            .unwrap_or(after.len());
        let (code, next) = after.split_at_checked(end)?;
        rest = next;
        Some((letters, code))
    })
}

/// A country's code, without a plus sign.
pub fn code(country: &str) -> Option<&'static str> {
    rows()
        .find(|(letters, _)| *letters == country)
        .map(|(_, code)| code)
}

/// The first country whose code these digits begin with.
pub fn of(digits: &str) -> Option<&'static str> {
    rows()
        .find(|(_, code)| digits.starts_with(code))
        .map(|(letters, _)| letters)
}

/// Digits as they are dialled inside a country, without what is only dialled there.
pub fn significant<'a>(country: &str, digits: &'a str) -> &'a str {
    let prefix = PREFIXES.into_iter().find(|(of, prefix, length)| {
        *of == country && digits.starts_with(prefix) && (*length == 0 || *length == digits.len())
    });
    let prefix = match (prefix, code(country)) {
        (Some((_, prefix, _)), _) => prefix,
        // North America: ten digits, or eleven with a 1.
        (None, Some("1")) if digits.len() == 11 => "1",
        (None, Some("1")) => "",
        (None, _) if KEEP_ZERO.contains(&country) => "",
        (None, _) => "0",
    };
    digits.strip_prefix(prefix).unwrap_or(digits)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_row_is_a_country_and_a_code_and_none_comes_twice() {
        let all: Vec<_> = rows().collect();
        assert!(all.len() > 230, "{}", all.len());
        for (letters, code) in &all {
            assert!(letters.bytes().all(|c| c.is_ascii_uppercase()), "{letters}");
            assert!((1..=3).contains(&code.len()), "{letters}{code}");
            assert!(code.bytes().all(|c| c.is_ascii_digit()), "{letters}{code}");
            assert_eq!(all.iter().filter(|(l, _)| l == letters).count(), 1);
        }
        assert_eq!(
            (code("DE"), code("HK"), code("XX")),
            (Some("49"), Some("852"), None)
        );
    }

    #[test]
    fn no_code_begins_with_another_one() {
        for (_, one) in rows() {
            for (_, two) in rows() {
                assert!(one == two || !two.starts_with(one), "{one} {two}");
            }
        }
    }

    #[test]
    fn the_country_of_shared_codes_is_the_main_one() {
        for (digits, country) in [
            ("12025550123", Some("US")),
            ("79161234567", Some("RU")),
            ("447911123456", Some("GB")),
            ("393331234567", Some("IT")),
            ("35312345678", Some("IE")),
            ("999", None),
            ("", None),
        ] {
            assert_eq!(of(digits), country, "{digits}");
        }
    }

    #[test]
    fn what_is_only_dialled_inside_a_country_is_left_out() {
        for (country, dialled, rest) in [
            ("DE", "030123456", "30123456"),
            ("GB", "02079460123", "2079460123"),
            ("IT", "0612345678", "0612345678"),
            ("CI", "0102030405", "0102030405"),
            ("US", "12025550123", "2025550123"),
            ("US", "2025550123", "2025550123"),
            ("RU", "89161234567", "9161234567"),
            ("RU", "8161234567", "8161234567"),
            ("HU", "0612345678", "12345678"),
            ("BY", "80291234567", "291234567"),
            ("LT", "861234567", "61234567"),
            ("ES", "612345678", "612345678"),
        ] {
            assert_eq!(significant(country, dialled), rest, "{country} {dialled}");
        }
    }
}
