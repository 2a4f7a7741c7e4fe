//! The mistakes of a gates file, and what people are told: `file:line:column: key: value: rule`.

use playlists::{Gates, ScreenId};

const GATES: &str = r##"[[gate]]
name.vi = "Cửa khẩu"
name.km = "ច្រក"
time-zone = "Asia/Ho_Chi_Minh"

[[gate.screen]]
id = "left"
size = "960x320"
profile = "plaza"
languages = ["vi"]
layout = "rotate"

[[gate.screen]]
id = "right"
size = "64x32"
profile = "road"
languages = ["vi", "km"]
layout = "split"
"##;

/// A good gates file in which `good` was replaced by `bad`.
#[track_caller]
fn check(good: &str, bad: &str, expected: &str) {
    assert_eq!(GATES.matches(good).count(), 1, "{good}");
    let parsed = Gates::parse("g.toml", &GATES.replace(good, bad));
    assert_eq!(parsed.expect_err("a mistake").to_string(), expected);
}

#[test]
fn a_good_file_is_good() {
    assert_eq!(Gates::parse("g.toml", GATES).map(|gates| gates.screens.len()), Ok(2));
}

#[test]
fn a_screen_may_do_without_the_rule_of_vietnamese_first() {
    let written = GATES
        .replace(r#"languages = ["vi", "km"]"#, "languages = [\"km\", \"vi\"]\nvietnamese-first = false");
    let gates = Gates::parse("g.toml", &written).expect("no mistake");
    let first = gates.screens.values().map(|screen| (screen.id.as_str(), screen.rules.vietnamese_first));
    assert_eq!(first.collect::<Vec<_>>(), [("left", true), ("right", false)]);
}

#[test]
fn a_gate_has_a_place_and_hours_and_screens_share_their_time() {
    let written = GATES
        .replace("\n\n[[gate.screen]]\nid = \"left\"", "\nplace = \"11.98 N, 106.49 E\"\nopen = [\"05:00-11:30\", \"13:00-24:00\"]\n\n[[gate.screen]]\nid = \"left\"")
        .replace(r#"languages = ["vi", "km"]"#, "languages = [\"vi\", \"km\"]\nlanguage-share = { vi = 2, km = 1 }\ndwell = \"5s\"");
    let gates = Gates::parse("g.toml", &written).unwrap_or_else(|mistakes| panic!("{mistakes}"));
    let right = &gates.screens[&ScreenId::parse("right").expect("an id")];
    assert_eq!(right.gate.place.map(|place| place.to_string()).as_deref(), Some("11.9800 N, 106.4900 E"));
    let open: Vec<_> = right.gate.opening.iter().map(ToString::to_string).collect();
    assert_eq!(open, ["05:00-11:30", "13:00-24:00"]);
    assert_eq!(right.air_time.shares.values().collect::<Vec<_>>(), [&1, &2]);
    assert_eq!(right.air_time.dwell.as_secs(), 5);
}

#[test]
fn mistakes_of_hours_shares_and_groups() {
    let languages = r#"languages = ["vi", "km"]"#;
    let hours = |open: &str, expected: &str| {
        let zone = r#"time-zone = "Asia/Ho_Chi_Minh""#;
        check(zone, &format!("{zone}\nopen = {open}"), expected);
    };
    hours(
        "\"17:00-07:00\"",
        "g.toml:5:8: gate[1].open: `17:00-07:00`: opening hours begin and end on one day: write two, up to 24:00 and from 00:00",
    );
    hours(
        "[\"13:00-17:00\", \"07:00-13:00\"]",
        "g.toml:5:24: gate[1].open[2]: `07:00-13:00`: does not begin after the opening hours before it have ended",
    );
    check(
        languages,
        &format!("{languages}\nlanguage-share = {{ vi = 11, en = 1 }}"),
        "g.toml:18:18: gate[1].screen[2].language-share.km: is missing: the screen shows this language\n\
         g.toml:18:25: gate[1].screen[2].language-share.vi: `11`: is a whole number from 1 to 10, without quotes\n\
         g.toml:18:34: gate[1].screen[2].language-share.en: `1`: is not among the languages of the screen",
    );
    let group = GATES.replace("layout =", "sync = \"both\"\nlayout =");
    assert_eq!(
        Gates::parse("g.toml", &group).expect_err("a mistake").to_string(),
        "g.toml:19:8: gate[1].screen[2].sync: `both`: screens of a group show the same at the same moment: they have the \
         same languages, layout, language-share and dwell as `left`"
    );
}

#[test]
fn every_mistake_is_told_with_its_place() {
    check(GATES, "", "g.toml:1:1: gate: is missing: the file has at least one [[gate]]");
    check(
        "name.km = \"ច្រក\"\n",
        "",
        "g.toml:2:1: gate[1].name.km: is missing: a screen of this gate shows km",
    );
    check(
        r#"name.km = "ច្រក""#,
        r#"name.km = """#,
        "g.toml:3:11: gate[1].name.km: a name is one line of 1 to 100 characters",
    );
    check(
        r#"name.km = "ច្រក""#,
        "name.km = \"ច្រក\"\nname.Lao = \"ດ່ານ\"",
        "g.toml:4:12: gate[1].name.Lao: `ດ່ານ`: a language is an ISO 639 code of 2 or 3 small letters, such as vi, en, km",
    );
    check(
        r#"languages = ["vi", "km"]"#,
        r#"languages = ["km", "vi"]"#,
        r#"g.toml:17:13: gate[1].screen[2].languages: `["km", "vi"]`: Vietnamese stands first, as the Law on Advertising asks, or the screen has vietnamese-first = false"#,
    );
    check(
        r#"languages = ["vi", "km"]"#,
        "languages = [\"vi\", \"km\"]\npitch = \"10mm\"",
        "g.toml:18:9: gate[1].screen[2].pitch: `10mm`: counts only together with viewing-distance",
    );
    check(
        r#"languages = ["vi", "km"]"#,
        "languages = [\"vi\", \"km\"]\npitch = \"10\"\nviewing-distance = \"2km\"",
        "g.toml:18:9: gate[1].screen[2].pitch: `10`: is from one LED to the next, 0.5 to 500 mm, such as \"10mm\"\n\
         g.toml:19:20: gate[1].screen[2].viewing-distance: `2km`: is from how far the screen is read, 0.5 to 1000 m, such as \"40m\"",
    );
    check(
        r#"languages = ["vi", "km"]"#,
        "languages = [\"vi\", \"km\"]\nvietnamese-first = \"no\"",
        "g.toml:18:20: gate[1].screen[2].vietnamese-first: `no`: is true or false, without quotes",
    );
    check(
        r#"time-zone = "Asia/Ho_Chi_Minh""#,
        r#"time-zone = "Asia/Hanoi""#,
        r#"g.toml:4:13: gate[1].time-zone: `Asia/Hanoi`: is a time zone by its IANA name, such as "Asia/Ho_Chi_Minh""#,
    );
    check(
        "time-zone = \"Asia/Ho_Chi_Minh\"\n",
        "",
        r#"g.toml:1:1: gate[1].time-zone: is missing: such as "Asia/Ho_Chi_Minh""#,
    );
    check(
        r#"time-zone = "Asia/Ho_Chi_Minh""#,
        r#"timezone = "Asia/Ho_Chi_Minh""#,
        &[
            r#"g.toml:1:1: gate[1].time-zone: is missing: such as "Asia/Ho_Chi_Minh""#,
            "g.toml:4:1: gate[1].timezone: `Asia/Ho_Chi_Minh`: is an unknown key; did you mean `time-zone`?",
        ]
        .join("\n"),
    );
    check(
        r#"id = "right""#,
        r#"id = "left""#,
        "g.toml:14:6: gate[1].screen[2].id: `left`: is already the id of another screen",
    );
    check(
        r#"id = "right""#,
        r#"id = "Phải""#,
        "g.toml:14:6: gate[1].screen[2].id: `Phải`: a screen id has 1 to 32 of a-z, 0-9 and `-`",
    );
    check(
        r#"size = "64x32""#,
        r#"size = "64x4""#,
        r#"g.toml:15:8: gate[1].screen[2].size: `64x4`: a size is width x height in LED pixels, such as "960x320", each side 8 to 4096, together at most 4096x2160"#,
    );
    check(
        r#"size = "64x32""#,
        "size = { width = 64, height = 32 }",
        "g.toml:15:8: gate[1].screen[2].size: `{ width = 64, height = 32 }`: is written in quotes",
    );
    check(
        r#"profile = "road""#,
        r#"profile = "street""#,
        "g.toml:16:11: gate[1].screen[2].profile: `street`: is one of road, plaza",
    );
    check(
        r#"layout = "split""#,
        r#"layout = "ticker""#,
        "g.toml:18:10: gate[1].screen[2].layout: `ticker`: is one of rotate, split, stack",
    );
    check(
        "layout = \"split\"\n",
        "",
        "g.toml:13:1: gate[1].screen[2].layout: is missing: how the screen shows an item that names no layout: rotate, split or stack",
    );
    check(
        "languages = [\"vi\", \"km\"]\n",
        "",
        r#"g.toml:13:1: gate[1].screen[2].languages: is missing: what the screen shows, in its order, such as ["vi", "en", "km"]"#,
    );
    check(
        "[[gate.screen]]\nid = \"right\"",
        "[[gate]]\n[[gate.screen]]\nid = \"right\"",
        &[
            r#"g.toml:13:1: gate[2].time-zone: is missing: such as "Asia/Ho_Chi_Minh""#,
            r#"g.toml:13:1: gate[2].name: is missing: the gate's name by language, such as name.vi = "…""#,
        ]
        .join("\n"),
    );
}
