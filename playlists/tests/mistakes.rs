//! The mistakes of a playlist file, and what people are told: `file:line:column: key: value: rule`.

use playlists::Playlist;

const PLAYLIST: &str = r##"[playlist]
name = "Chào mừng"
languages = ["vi", "km"]
hours = "06:00-18:00"

[[item]]
id = "welcome"
duration = "8s"
text.vi = "Kính chào"
text.km = "សូមស្វាគមន៍"
layout = "stack"
colour = "#ffcc00"

[[item]]
id = "map"
duration = "1m"
image = "images/map.png"
fit = "cover"
"##;

#[track_caller]
fn check(text: &str, expected: &str) {
    assert_eq!(Playlist::parse("a.toml", text).expect_err("a mistake").to_string(), expected);
}

/// A good playlist in which `good` was replaced by `bad`.
#[track_caller]
fn check_playlist(good: &str, bad: &str, expected: &str) {
    assert_eq!(PLAYLIST.matches(good).count(), 1, "{good}");
    check(&PLAYLIST.replace(good, bad), expected);
}

#[test]
fn names_and_languages() {
    check_playlist(
        "name = \"Chào mừng\"\n",
        "",
        "a.toml:1:1: playlist.name: is missing: what people call the playlist",
    );
    check_playlist(
        r#"name = "Chào mừng""#,
        r#"name = " ""#,
        "a.toml:2:8: playlist.name: ` `: a name is one line of 1 to 100 characters",
    );
    check_playlist(
        r#"name = "Chào mừng""#,
        r#"nane = "Chào mừng""#,
        &[
            "a.toml:1:1: playlist.name: is missing: what people call the playlist",
            "a.toml:2:1: playlist.nane: `Chào mừng`: is an unknown key; did you mean `name`?",
        ]
        .join("\n"),
    );
    check_playlist(
        "languages = [\"vi\", \"km\"]\n",
        "",
        r#"a.toml:1:1: playlist.languages: is missing: the languages of every text, such as ["vi", "en", "km"]"#,
    );
    check_playlist(
        r#"languages = ["vi", "km"]"#,
        "languages = []",
        r#"a.toml:3:13: playlist.languages: `[]`: is a list of at least one language, such as ["vi", "en", "km"]"#,
    );
    check_playlist(
        r#"languages = ["vi", "km"]"#,
        r#"languages = "vi""#,
        r#"a.toml:3:13: playlist.languages: `vi`: is a list of at least one language, such as ["vi", "en", "km"]"#,
    );
    check_playlist(
        r#"languages = ["vi", "km"]"#,
        r#"languages = ["vi", "km", "vi"]"#,
        "a.toml:3:26: playlist.languages[3]: `vi`: a language is listed once",
    );
    check_playlist(r#"languages = ["vi", "km"]"#, r#"languages = ["vi", "KM", 7]"#, &["a.toml:3:20: playlist.languages[2]: `KM`: a language is an ISO 639 code of 2 or 3 small letters, such as vi, en, km", "a.toml:3:26: playlist.languages[3]: `7`: is written in quotes"].join("\n"));
}

#[test]
fn levels_and_hours() {
    check_playlist(
        r#"hours = "06:00-18:00""#,
        r#"level = "urgent""#,
        "a.toml:4:9: playlist.level: `urgent`: is one of normal, priority, emergency",
    );
    check_playlist(
        r#"hours = "06:00-18:00""#,
        r#"hours = "6:00-18:00""#,
        r#"a.toml:4:9: playlist.hours: `6:00-18:00`: hours are written HH:MM-HH:MM, such as "07:00-17:00", or with sunrise and sunset, such as "sunset-30m-23:00", or they are "open" or "closed""#,
    );
    check_playlist(
        r#"hours = "06:00-18:00""#,
        r#"hours = "06:00-25:00""#,
        "a.toml:4:9: playlist.hours: `06:00-25:00`: a time of day is 00:00 to 23:59; only the end may be 24:00",
    );
    check_playlist(
        r#"hours = "06:00-18:00""#,
        r#"hours = "06:00-06:00""#,
        "a.toml:4:9: playlist.hours: `06:00-06:00`: hours that end when they begin are empty",
    );
    check_playlist(
        r#"hours = "06:00-18:00""#,
        r#"hours = "00:00-24:00""#,
        "a.toml:4:9: playlist.hours: `00:00-24:00`: the whole day needs no hours: leave them out",
    );
    check_playlist(
        r#"hours = "06:00-18:00""#,
        "hours = 06:00:00",
        "a.toml:4:9: playlist.hours: `06:00:00`: is written in quotes",
    );
}

#[test]
fn headings_and_ids() {
    check_playlist(
        "[playlist]",
        "[play]",
        &[
            "a.toml:1:1: playlist: is missing: the heading, [playlist] with name and languages",
            "a.toml:1:2: play: `[play]`: is an unknown key; known are: playlist, item",
        ]
        .join("\n"),
    );
    check_playlist(
        r#"id = "welcome""#,
        r#"id = "Welcome""#,
        "a.toml:7:6: item[1].id: `Welcome`: an item id has 1 to 64 of a-z, 0-9 and `-`",
    );
    check_playlist(
        "id = \"welcome\"\n",
        "",
        r#"a.toml:6:1: item[1].id: is missing: the item's name in this playlist, such as "welcome""#,
    );
    check_playlist(
        r#"id = "welcome""#,
        r#"id = "map""#,
        "a.toml:15:6: item[2].id: `map`: is already the id of item[1]",
    );
    check_playlist(
        "[[item]]\nid = \"map\"",
        "[[itme]]\nid = \"map\"",
        "a.toml:14:3: itme: `[[itme]]`: is an unknown key; did you mean `item`?",
    );
}

#[test]
fn durations() {
    check_playlist(
        r#"duration = "8s""#,
        r#"duration = "8""#,
        r#"a.toml:8:12: item[1].duration: `8`: a duration is 1s to 10m, in whole minutes and seconds, such as "8s", "1m" or "1m30s""#,
    );
    check_playlist(
        r#"duration = "8s""#,
        "duration = 8",
        "a.toml:8:12: item[1].duration: `8`: is written in quotes",
    );
    check_playlist(
        r#"duration = "8s""#,
        "duration = 8s",
        "a.toml:8:12: `duration = 8s`: is not TOML: string values must be quoted, expected literal string",
    );
    check_playlist(
        r#"duration = "8s""#,
        r#"duration = "11m""#,
        r#"a.toml:8:12: item[1].duration: `11m`: a duration is 1s to 10m, in whole minutes and seconds, such as "8s", "1m" or "1m30s""#,
    );
    check_playlist(
        "duration = \"8s\"\n",
        "",
        r#"a.toml:6:1: item[1].duration: is missing: how long the item is shown, such as "8s""#,
    );
}

#[test]
fn texts() {
    check_playlist(
        "text.km = \"សូមស្វាគមន៍\"\n",
        "",
        "a.toml:9:1: item[1].text.km: is missing: every text is in all languages of its playlist",
    );
    check_playlist(
        r#"text.km = "សូមស្វាគមន៍""#,
        r#"text.kh = "សូមស្វាគមន៍""#,
        &[
            "a.toml:9:1: item[1].text.km: is missing: every text is in all languages of its playlist",
            "a.toml:10:11: item[1].text.kh: `សូមស្វាគមន៍`: is no language of this playlist: vi, km",
        ]
        .join("\n"),
    );
    check_playlist(
        r#"text.vi = "Kính chào""#,
        "text.vi = \"\u{200b} \"",
        "a.toml:9:11: item[1].text.vi: `\u{200b} `: a text has something to read",
    );
    check_playlist(
        r#"text.vi = "Kính chào""#,
        r#"text.vi = "Kính\u0007chào""#,
        r#"a.toml:9:11: item[1].text.vi: `Kính\u{7}chào`: a text has no control characters but line breaks, this one has U+0007"#,
    );
    check_playlist(
        r#"text.vi = "Kính chào""#,
        &format!("text.vi = \"{}\"", "ư".repeat(1001)),
        &format!(
            "a.toml:9:11: item[1].text.vi: `{}…`: a text has at most 1000 characters, this one has 1001",
            "ư".repeat(60)
        ),
    );
    check_playlist(
        "text.vi = \"Kính chào\"\ntext.km = \"សូមស្វាគមន៍\"",
        r#"text = "Kính chào""#,
        r#"a.toml:9:8: item[1].text: `Kính chào`: has one text per language, such as text.vi = "…""#,
    );
    check_playlist(
        "text.vi = \"Kính chào\"\ntext.km = \"សូមស្វាគមន៍\"\n",
        "",
        "a.toml:6:1: item[1].text: is missing: an item has a text, an image, a qr code or a countdown, or several of them",
    );
}

#[test]
fn layouts_colours_and_pictures() {
    check_playlist(
        r#"layout = "stack""#,
        r#"layout = "rotated""#,
        "a.toml:11:10: item[1].layout: `rotated`: is one of rotate, split, stack, ticker",
    );
    check_playlist(
        r##"colour = "#ffcc00""##,
        r##"color = "#ffcc00""##,
        "a.toml:12:1: item[1].color: `#ffcc00`: is an unknown key; did you mean `colour`?",
    );
    check_playlist(
        r##"colour = "#ffcc00""##,
        r#"colour = "yellow""#,
        r##"a.toml:12:10: item[1].colour: `yellow`: a colour is # and six hexadecimal digits, such as "#ffcc00""##,
    );
    check_playlist(
        r##"colour = "#ffcc00""##,
        r##"background = "#FFFFFF""##,
        "a.toml:12:14: item[1].background: `#FFFFFF`: a text of #ffffff on #ffffff has a contrast of 1.00 to 1, it needs at least 4.5 to 1",
    );
    check_playlist(
        r##"colour = "#ffcc00""##,
        r##"colour = "#000000""##,
        "a.toml:12:10: item[1].colour: `#000000`: a text of #000000 on #000000 has a contrast of 1.00 to 1, it needs at least 4.5 to 1",
    );
    check_playlist(
        r##"colour = "#ffcc00""##,
        r##"colour = "#0000ff""##,
        "a.toml:12:10: item[1].colour: `#0000ff`: a text of #0000ff on #000000 has a contrast of 2.44 to 1, it needs at least 4.5 to 1",
    );
    check_playlist(
        r##"colour = "#ffcc00""##,
        r#"fit = "cover""#,
        "a.toml:12:7: item[1].fit: `cover`: only an item with an image has a fit",
    );
    check_playlist(
        r#"image = "images/map.png""#,
        "image = \"images/map.png\"\nqr = \"https://example.vn\"",
        "a.toml:18:6: item[2].qr: `https://example.vn`: an item has an image or a code, not both",
    );
    check_playlist(
        r##"colour = "#ffcc00""##,
        r#"qr = """#,
        r#"a.toml:12:6: item[1].qr: is what a telephone reads, such as "https://example.vn": 1 to 300 bytes on one line"#,
    );
    check_playlist(
        r##"colour = "#ffcc00""##,
        r#"countdown = "6/2/2027""#,
        r#"a.toml:12:13: item[1].countdown: `6/2/2027`: is a date of the gate's clock, with a time or without, such as "2027-02-06 00:00""#,
    );
    check_playlist(
        r##"colour = "#ffcc00""##,
        r#"header = "date""#,
        "a.toml:12:10: item[1].header: `date`: is one of name, clock, lunar",
    );
    check_playlist(
        r##"colour = "#ffcc00""##,
        r#"transition = "wipe""#,
        "a.toml:12:14: item[1].transition: `wipe`: is one of cut, fade, slide",
    );
    check_playlist(
        r##"colour = "#ffcc00""##,
        r#"background-image = "/a.png""#,
        r#"a.toml:12:20: item[1].background-image: `/a.png`: a picture path is relative to the playlist's folder and stays below it, such as images/map.png, with `/` and without `..`, `\` and `:`, at most 200 bytes"#,
    );
    check_playlist(
        r#"fit = "cover""#,
        r#"focus = "50% 0%""#,
        r#"a.toml:18:9: item[2].focus: `50% 0%`: only an image with fit = "cover" is cut, and has a focus"#,
    );
    check_playlist(
        r#"fit = "cover""#,
        r#"fit = "fill""#,
        "a.toml:18:7: item[2].fit: `fill`: is one of contain, cover, stretch",
    );
    check_playlist(
        r#"image = "images/map.png""#,
        r#"image = "/map.png""#,
        r#"a.toml:17:9: item[2].image: `/map.png`: a picture path is relative to the playlist's folder and stays below it, such as images/map.png, with `/` and without `..`, `\` and `:`, at most 200 bytes"#,
    );
    check_playlist(
        r#"image = "images/map.png""#,
        r#"image = "../map.png""#,
        r#"a.toml:17:9: item[2].image: `../map.png`: a picture path is relative to the playlist's folder and stays below it, such as images/map.png, with `/` and without `..`, `\` and `:`, at most 200 bytes"#,
    );
    check_playlist(
        r#"image = "images/map.png""#,
        r#"image = "images\\map.png""#,
        r#"a.toml:17:9: item[2].image: `images\map.png`: a picture path is relative to the playlist's folder and stays below it, such as images/map.png, with `/` and without `..`, `\` and `:`, at most 200 bytes"#,
    );
    check_playlist(
        "image = \"images/map.png\"\nfit = \"cover\"\n",
        "",
        "a.toml:14:1: item[2].text: is missing: an item has a text, an image, a qr code or a countdown, or several of them",
    );
    check_playlist(
        r##"colour = "#ffcc00""##,
        "mausac = { a = 1 }",
        "a.toml:12:1: item[1].mausac: `{ a = 1 }`: is an unknown key; known are: id, duration, text, countdown, image, qr, fit, focus, header, layout, transition, colour, background, background-image, hours, weekdays, days, except, from, until",
    );
}

#[test]
fn lines_that_are_not_toml() {
    check_playlist(
        "[[item]]\nid = \"map\"",
        "[item]\nid = \"map\"",
        "a.toml:14:2: `[item]`: is not TOML: duplicate key",
    );
    check_playlist(
        r#"duration = "8s""#,
        r#"duration = "8s"#,
        r#"a.toml:8:15: `duration = "8s`: is not TOML: invalid basic string, expected `"`"#,
    );
    check_playlist(
        r#"duration = "8s""#,
        "duration = \"8s\"\nduration = \"9s\"",
        r#"a.toml:9:1: `duration = "9s"`: is not TOML: duplicate key"#,
    );
}

#[test]
fn the_good_files_are_good() {
    assert!(Playlist::parse("a.toml", PLAYLIST).is_ok());
    for written in [PLAYLIST.replace('\n', "\r\n"), format!("\u{feff}{PLAYLIST}")] {
        assert_eq!(Playlist::parse("a.toml", &written), Playlist::parse("a.toml", PLAYLIST));
    }
}
