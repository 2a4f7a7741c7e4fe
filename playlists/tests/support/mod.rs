//! Programmes for tests, from the same files that people write.

use jiff::{Timestamp, civil::DateTime, tz::TimeZone};
use playlists::{Gates, Playlist, Programme, Validity};

/// All layouts, a picture without text, no hours. One round is a minute.
pub(crate) const ROUND_THE_CLOCK: &str = "
[playlist]
name = 'all day'
languages = ['vi', 'en', 'km']
[[item]]
id = 'welcome'
duration = '8s'
text.vi = 'Chào mừng'
text.en = 'Welcome'
text.km = 'សូមស្វាគមន៍'
[[item]]
id = 'rules'
duration = '10s'
layout = 'split'
text.vi = 'Nội quy'
text.en = 'Rules'
text.km = 'បទបញ្ជា'
[[item]]
id = 'news'
duration = '5s'
layout = 'ticker'
text.vi = 'Tin tức'
text.en = 'News'
text.km = 'ព័ត៌មាន'
[[item]]
id = 'map'
duration = '11s'
image = 'images/map.png'
";

/// A screen that shows vi, en and km one after the other, in `zone`, with `playlists`, valid between two local
/// times.
pub(crate) fn programme(zone: &str, validity: [&str; 2], playlists: &[&str]) -> Programme {
    let gates = format!(
        "[[gate]]
        name = {{ vi = 'Cửa khẩu', en = 'Gate', km = 'ច្រក' }}
        time-zone = '{zone}'
        [[gate.screen]]
        id = 'wall'
        size = '960x320'
        profile = 'plaza'
        languages = ['vi', 'en', 'km']
        layout = 'rotate'"
    );
    let gates = Gates::parse("gates.toml", &gates).unwrap();
    let screen = gates.screens.into_values().next().unwrap();
    let parse = |text: &&str| Playlist::parse("playlist.toml", text).unwrap();
    let [from, until] = validity.map(|local| moment(&screen.gate.time_zone, local));
    let playlists = playlists.iter().map(parse).collect();
    Programme::of_playlists(screen, Validity { from, until }, playlists).unwrap()
}

fn moment(zone: &TimeZone, local: &str) -> Timestamp {
    zone.to_timestamp(local.parse::<DateTime>().unwrap()).unwrap()
}
