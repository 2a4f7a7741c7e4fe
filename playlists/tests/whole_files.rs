//! Files that are wrong as a whole, or in many places at once.

use playlists::Playlist;

const SAMPLE: &str = include_str!("../samples/chao-mung.toml");

#[track_caller]
fn check(text: &str, expected: &str) {
    assert_eq!(Playlist::parse("a.toml", text).expect_err("a mistake").to_string(), expected);
}

#[test]
fn empty_long_and_deep_files_are_told_of() {
    let missing = [
        "a.toml:1:1: playlist: is missing: the heading, [playlist] with name and languages",
        "a.toml:1:1: item: is missing: a playlist has at least one [[item]]",
    ];
    check("", &missing.join("\n"));
    check(
        "\u{feff}Kính chào",
        "a.toml:1:2: `Kính chào`: is not TOML: invalid unquoted key, expected letters, numbers, `-`, `_`",
    );
    check(
        &" ".repeat(256 * 1024 + 1),
        "a.toml:1:1: `262145 bytes`: a file has at most 262144 bytes (256 KiB)",
    );
    let item = |n| format!("[[item]]\nid = '{n}'\nduration = '1s'\nimage = 'a.png'\n");
    let items = |count| {
        "[playlist]\nname = 'a'\nlanguages = ['vi']\n".to_owned() + &(0..count).map(item).collect::<String>()
    };
    assert!(Playlist::parse("a.toml", &items(1000)).is_ok());
    check(
        &items(1001),
        "a.toml:4004:1: item[1001]: `[[item]]`: a playlist has at most 1000 items, this one has 1001",
    );
    // Deeper than anybody writes, and than a stack may hold.
    for deep in ["[".repeat(100_000), "a.".repeat(100_000), "a={".repeat(80_000)] {
        assert!(Playlist::parse("a.toml", &deep).is_err());
    }
}

#[test]
fn all_mistakes_are_told_at_once_in_their_order() {
    let many = r##"
[playlist]
name = "Chào mừng"
languages = ["vi", "km"]
level = "high"

[[item]]
id = "a"
duration = "0s"
text.vi = "Xin chào"

[[item]]
id = "a"
duration = "5s"
text = { vi = "Xin\tchào", km = "សួស្តី", en = "Hello" }
colour = "white"
border = 3

[[item]]
image = "a.png"
fit = "full"
hours = "7-17"

[footer]
"##;
    check(
        many,
        r##"a.toml:5:9: playlist.level: `high`: is one of normal, priority, emergency
a.toml:9:12: item[1].duration: `0s`: a duration is 1s to 10m, in whole minutes and seconds, such as "8s", "1m" or "1m30s"
a.toml:10:1: item[1].text.km: is missing: every text is in all languages of its playlist
a.toml:13:6: item[2].id: `a`: is already the id of item[1]
a.toml:15:15: item[2].text.vi: `Xin\tchào`: a text has no control characters but line breaks, this one has U+0009
a.toml:15:48: item[2].text.en: `Hello`: is no language of this playlist: vi, km
a.toml:16:10: item[2].colour: `white`: a colour is # and six hexadecimal digits, such as "#ffcc00"
a.toml:17:1: item[2].border: `3`: is an unknown key; known are: id, duration, text, countdown, image, qr, fit, focus, header, layout, transition, colour, background, background-image, hours, weekdays, days, except, from, until
a.toml:19:1: item[3].id: is missing: the item's name in this playlist, such as "welcome"
a.toml:19:1: item[3].duration: is missing: how long the item is shown, such as "8s"
a.toml:21:7: item[3].fit: `full`: is one of contain, cover, stretch
a.toml:22:9: item[3].hours: `7-17`: hours are written HH:MM-HH:MM, such as "07:00-17:00", or with sunrise and sunset, such as "sunset-30m-23:00", or they are "open" or "closed"
a.toml:24:2: footer: `[footer]`: is an unknown key; known are: playlist, item"##,
    );
    // What is missing or unknown is not told of a file that is not TOML: it may be in the line that is wrong.
    let broken = r##"
[playlist]
name = Chào mừng
langauges = ["vi", "km"]

[[item]]
id = Xin chào
duration = "0s"
text.vi = "Xin chào
"##;
    check(
        broken,
        r##"a.toml:3:8: `name = Chào mừng`: is not TOML: string values must be quoted, expected literal string
a.toml:7:6: `id = Xin chào`: is not TOML: string values must be quoted, expected literal string
a.toml:8:12: item[1].duration: `0s`: a duration is 1s to 10m, in whole minutes and seconds, such as "8s", "1m" or "1m30s"
a.toml:9:20: `text.vi = "Xin chào`: is not TOML: invalid basic string, expected `"`"##,
    );
}

#[test]
fn a_file_cut_or_damaged_anywhere_is_told_of_in_order() {
    let cuts = SAMPLE.char_indices().map(|(at, _)| SAMPLE[..at].to_owned());
    let damages = SAMPLE.char_indices().flat_map(|(at, character)| {
        let rest = &SAMPLE[at + character.len_utf8()..];
        ["", "\"", "[", "=", "\n", "\0"].map(|instead| format!("{}{instead}{rest}", &SAMPLE[..at]))
    });
    let mut refused = 0;
    for text in cuts.chain(damages) {
        if let Err(mistakes) = Playlist::parse("a.toml", &text) {
            refused += 1;
            let places: Vec<_> = mistakes.0.iter().map(|mistake| (mistake.line, mistake.column)).collect();
            assert!(!places.is_empty() && places.is_sorted(), "{text}: {mistakes}");
            let lines = text.matches('\n').count() + 1;
            assert!(
                places.iter().all(|(line, column)| (1..=lines).contains(line) && *column >= 1),
                "{mistakes}"
            );
        }
    }
    assert!(refused > 1000, "{refused}");
}
