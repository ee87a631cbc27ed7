//! Which country a number belongs to, and which ranges belong to none or cost
//! extra: as far as the numbering plans tell, in a table of a few kilobytes.

use std::fmt;

/// A country or territory (ISO 3166-1 alpha-2; `XK`, `AC` and `TA` are the
/// codes in use for those that ISO has not named).
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Country([u8; 2]);

impl Country {
    /// Reads a code that has numbers of its own in the table.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let known = COUNTRIES.split(';').any(|group| country(group) == text);
        known.then(|| text.as_bytes().try_into().ok().map(Self))?
    }

    /// The country of a number, given its digits without `+`. `None`: of no
    /// country, as satellite networks, international premium rate (ITU-T E.164,
    /// +870, +878, +881 to +883, +888, +979), freephone and shared cost (+800,
    /// +808), and codes that nobody has.
    #[must_use]
    pub fn of(digits: &str) -> Option<Self> {
        let prefixes = |group: &'static str| group.split_ascii_whitespace().skip(1);
        let matching = COUNTRIES.split(';').filter_map(|group| {
            let fitting = prefixes(group).filter(|prefix| digits.starts_with(prefix));
            fitting.map(str::len).max().map(|length| (length, group))
        });
        let (_, group) = matching.max_by_key(|(length, _)| *length)?;
        country(group).as_bytes().try_into().ok().map(Self)
    }

    /// The two letters.
    #[must_use]
    pub fn as_str(&self) -> &str {
        str::from_utf8(&self.0).unwrap_or_default()
    }
}

impl fmt::Debug for Country {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// All codes that [`Country::parse`] takes.
#[cfg(test)]
pub fn codes() -> impl Iterator<Item = &'static str> {
    COUNTRIES.split(';').map(country)
}

fn country(group: &'static str) -> &'static str {
    group.split_ascii_whitespace().next().unwrap_or_default()
}

/// Whether the number costs extra in its country, or is of no country at all.
#[must_use]
pub fn is_special(digits: &str) -> bool {
    Country::of(digits).is_none()
        || PREMIUM.iter().any(|ranges| {
            let mut ranges = ranges.split_ascii_whitespace();
            ranges.any(|range| is_in(range, digits))
        })
}

/// `?` is any digit; after `:` comes how long the whole number has to be, where
/// only that tells it from an ordinary one.
fn is_in(range: &str, digits: &str) -> bool {
    let (prefix, length) = range.split_once(':').unwrap_or((range, ""));
    let same = |(range, digit)| range == digit || range == b'?';
    digits.len() >= prefix.len()
        && prefix.bytes().zip(digits.bytes()).all(same)
        && (length.is_empty() || length.parse() == Ok(digits.len()))
}

/// ITU-T E.164, list of assigned country codes; below them the areas that the
/// national plans give to territories with a code of their own. The longest
/// prefix counts.
const COUNTRIES: &str = "\
US 1;\
CA 1204 1226 1236 1249 1250 1257 1263 1273 1289 1306 1343 1354 1365 1367 1368 1382 1387 1403 1416 1418 1428 1431 1437 \
1438 1450 1460 1468 1474 1506 1514 1519 1537 1548 1568 1579 1581 1584 1587 1600 1604 1613 1622 1633 1639 1644 1647 \
1655 1672 1677 1683 1688 1705 1709 1742 1753 1778 1780 1782 1807 1819 1825 1851 1867 1871 1873 1879 1902 1905 1942;\
BS 1242;BB 1246;AI 1264;AG 1268;VG 1284;VI 1340;KY 1345;BM 1441;GD 1473;TC 1649;JM 1658 1876;MS 1664;MP 1670;GU 1671;\
AS 1684;SX 1721;LC 1758;DM 1767;VC 1784;PR 1787 1939;DO 1809 1829 1849;TT 1868;KN 1869;\
EG 20;SS 211;MA 212;EH 2125288 2125289;DZ 213;TN 216;LY 218;GM 220;SN 221;MR 222;ML 223;GN 224;CI 225;BF 226;NE 227;\
TG 228;BJ 229;MU 230;LR 231;SL 232;GH 233;NG 234;TD 235;CF 236;CM 237;CV 238;ST 239;GQ 240;GA 241;CG 242;CD 243;\
AO 244;GW 245;IO 246;AC 247;SC 248;SD 249;RW 250;ET 251;SO 252;DJ 253;KE 254;TZ 255;UG 256;BI 257;MZ 258;ZM 260;\
MG 261;RE 262;YT 262269 262639 26293980 26293981 26294780 26294781 2629769;ZW 263;NA 264;MW 265;LS 266;BW 267;SZ 268;KM 269;ZA 27;SH 290;TA 2908;ER 291;AW 297;\
FO 298;GL 299;GR 30;NL 31;BE 32;FR 33;ES 34;GI 350;PT 351;LU 352;IE 353;IS 354;AL 355;MT 356;CY 357;FI 358;AX 35818;\
BG 359;HU 36;LT 370;LV 371;EE 372;MD 373;AM 374;BY 375;AD 376;MC 377;SM 378;VA 379 3906698;UA 380;RS 381;ME 382;XK 383;\
HR 385;SI 386;BA 387;MK 389;IT 39;RO 40;CH 41;CZ 420;SK 421;LI 423;AT 43;GB 44;GG 441481 447781 447839 4479111 4479117;\
JE 441534 447509 4477003 4477007 4477008 447797 447829 447937;IM 441624 4474576 447524 447624 447924;DK 45;SE 46;NO 47;SJ 4779;PL 48;DE 49;\
FK 500;BZ 501;GT 502;SV 503;HN 504;NI 505;CR 506;PA 507;PM 508;HT 509;PE 51;MX 52;CU 53;AR 54;BR 55;CL 56;CO 57;VE 58;\
GP 590;BO 591;GY 592;EC 593;GF 594;PY 595;MQ 596;SR 597;UY 598;CW 599;BQ 5993 5994 5997;MY 60;AU 61;CC 6189162;\
CX 6189164;ID 62;PH 63;NZ 64;SG 65;TH 66;TL 670;NF 6723;AQ 6721;BN 673;NR 674;PG 675;TO 676;SB 677;VU 678;FJ 679;\
PW 680;WF 681;CK 682;NU 683;WS 685;KI 686;NC 687;TV 688;PF 689;TK 690;FM 691;MH 692;RU 7;KZ 76 77;JP 81;KR 82;VN 84;\
KP 850;HK 852;MO 853;KH 855;LA 856;CN 86;BD 880;TW 886;TR 90;IN 91;PK 92;AF 93;LK 94;MM 95;MV 960;LB 961;JO 962;SY 963;\
IQ 964;KW 965;SA 966;YE 967;OM 968;PS 970;AE 971;IL 972;BH 973;QA 974;BT 975;MN 976;NP 977;IR 98;TJ 992;TM 993;AZ 994;\
GE 995;KG 996;UZ 998";

/// Ranges that cost whoever calls them extra, or share what they cost with
/// whoever is called: premium rate, shared cost, personal numbers. They are
/// where toll fraud earns its money. From the national numbering plans.
const PREMIUM: &[&str] = &[
    // North America (NANPA): 900, 976 exchanges, personal 5XX numbers, carriers'
    // own 456 and 700, Canada's 600 and its kind, some of them satellite phones.
    "1900 1???976 1456 1700 1500 1521 1522 1523 1524 1525 1526 1527 1528 1529 1532 1533 1535 1538 1542 1543 1544 1545 \
     1546 1547 1549 1550 1552 1553 1554 1556 1558 1566 1569 1577 1578 1588 1589 1600 1622 1633 1644 1655 1677 1688",
    // Britain and its islands (Ofcom): 09, personal 070, revenue sharing 084 and 087.
    "449 4470 4484 4487",
    // Germany (BNetzA): 0900, mass traffic 0137 and 0138, 0180, personal 0700, enquiries.
    "49900 49137 49138 49180 49700 49118",
    // Austria (RTR), Switzerland and Liechtenstein (BAKOM, AK).
    "43118 43810 43820 43821 43828 4386 4389 4390 4393 41900 41901 41906 41840 41842 41844 41848 41878 42390",
    // France and overseas (ARCEP): 08 but 0800 to 0809, enquiries.
    "33118 3381 3382 3383 3384 3385 3386 3388 3389 26289 50881:12 50882:12 50889:12 59081 59082 59089 59481 59482 59489 59681 \
     59682 59689",
    // Italy (AGCOM), Spain (CNMC), Portugal (ANACOM).
    "3989 39144 39163 39164 39166 39178 39199 39840 39841 39847 39848 34803 34806 34807 34901 34902 34905 34907 3470 \
     351601 351607 351608 351646 351648 351707 351708 351760 351761 351762",
    // Netherlands, Belgium, Luxembourg, Ireland.
    "31900 31906 31909 3270 327879 3290 352900 352901 352905 35315:13",
    // Nordic and Baltic countries.
    "4590 46900 46939 46944 4699 47820 47829 358600 358700 35490 372900 37190 370900 370902 370903 370909 370910",
    // Poland, Czechia, Slovakia, Hungary, Romania, Bulgaria.
    "4870 48801 42090 420976 421900 42197 42198 3690 3691 4090 35990",
    // The Balkans, Greece, Cyprus, Malta, Turkey.
    "38560 38561 38564 38565 38569 38690 38689 38178 38190 38790 38792 38794 38796 38294 38295 3895 355900 383900 37871 37877 37878 3761:9 3769 30901 \
     30909 357900 357909 35650 35651 35652 90888 90898 90900",
    // Russia, Kazakhstan, Ukraine, Belarus, Moldova.
    "7803 7809 380900 375902 37390 37490 994900",
    // Near East.
    "9721200 9721212 97219 971900 966925 968900 97387 9739 9629 92900",
    // Asia and the Pacific.
    "81990 81570 8260 86160:10 86168:10 85290:14 88620 651900 601600:12 661900:12 841900 62809 91186:15 6119 6490",
    // Africa.
    "20900 21289 21688 254900 25590 25690 27862 27863 27864 27865 27866 27867 27868 27869 2790 2791 2792 250900 26790 23030 2698",
    // Latin America.
    "52900 54600 54604 54605 54607 54609 55500 55900 571900 571901 57901 29790 58900 58901 51805 59890 506900 506905 506909 503900",
];

#[cfg(test)]
mod tests {
    use super::*;

    fn of(digits: &str) -> String {
        format!("{:?}", Country::of(digits))
    }

    #[test]
    fn plus_one_is_many_countries() {
        let places = [
            ("12025550142", "US"),
            ("14165550142", "CA"),
            ("18765550142", "JM"),
            ("16585550142", "JM"),
            ("18095550142", "DO"),
            ("17875550142", "PR"),
            ("14415550142", "BM"),
            ("16715550142", "GU"),
            ("16845550142", "AS"),
            ("12845550142", "VG"),
            ("13405550142", "VI"),
            ("18005550142", "US"),
        ];
        for (digits, country) in places {
            assert_eq!(of(digits), format!("Some({country})"));
        }
    }

    #[test]
    fn the_longest_prefix_counts() {
        let places = [
            ("79161234567", "RU"),
            ("77011234567", "KZ"),
            ("442071234567", "GB"),
            ("441534123456", "JE"),
            ("441481123456", "GG"),
            ("441624123456", "IM"),
            ("390669812345", "VA"),
            ("390612345678", "IT"),
            ("4779021234", "SJ"),
            ("4721234567", "NO"),
            ("61891641234", "CX"),
            ("61212345678", "AU"),
            ("262269123456", "YT"),
            ("262262123456", "RE"),
            ("59995101234", "CW"),
            ("5997151234", "BQ"),
            ("212528812345", "EH"),
            ("358181234567", "AX"),
            ("6721234567", "AQ"),
            ("8613812345678", "CN"),
        ];
        for (digits, country) in places {
            assert_eq!(of(digits), format!("Some({country})"));
        }
    }

    #[test]
    fn some_numbers_are_of_no_country_and_so_special() {
        for digits in [
            "881612345678",
            "88212345678",
            "883510012345",
            "979123456789",
            "870773111632",
            "80812345678",
            "80012345678",
            "878101234567",
            "888123456789",
            "210123456",
            "999123456",
        ] {
            assert_eq!(Country::of(digits), None, "{digits}");
            assert!(is_special(digits), "{digits}");
        }
    }

    #[test]
    fn premium_ranges_are_special_and_their_neighbours_are_not() {
        for premium in [
            "19005550123",
            "12129765550",
            "15005550123",
            "449011234567",
            "447012345678",
            "499001234567",
            "49137712345",
            "33891234567",
            "3531580123456",
            "85290012345678",
            "61190123456",
        ] {
            assert!(is_special(premium), "{premium}");
        }
        for ordinary in [
            "498001234567890",
            "18005550123",
            "18885550123",
            "12129770000",
            "447911123456",
            "4930123456",
            "33612345678",
            "33800123456",
            "35315241234",
            "85290012345",
            "60160123456",
            "8613812345678",
            "861601234567",
        ] {
            assert!(!is_special(ordinary), "{ordinary}");
        }
    }

    #[test]
    fn only_codes_of_the_table_are_countries() {
        assert_eq!(Country::parse("DE").unwrap().as_str(), "DE");
        for bad in ["", "de", "UK", "ZZ", "D", "DEU", "49", "DE 49"] {
            assert!(Country::parse(bad).is_none(), "{bad}");
        }
    }
}
