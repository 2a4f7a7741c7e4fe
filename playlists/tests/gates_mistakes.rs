//! The mistakes of a gates file, and what people are told: `file:line:column: key: value: rule`.

use playlists::Gates;

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
