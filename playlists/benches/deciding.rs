//! What deciding costs with far more content than a gate has: a thousand items and five hundred rules.
//!
//! `cargo bench -p playlists`. Times are medians over many moments of a month. The floor is to look at every rule and
//! every item once, in the simplest way: to add up their durations.

use std::{hint::black_box, process::ExitCode, time::Instant};

use jiff::{Timestamp, ToSpan as _};
use playlists::{
    Calendar, CalendarDays, Gates, Playlist, PlaylistPath, Programme, Schedule, Trust, Validity, decide,
    plays, timeline,
};

const GATES: &str = "
[[gate]]
name = { vi = 'Cửa khẩu', en = 'Gate', km = 'ច្រក' }
time-zone = 'Asia/Ho_Chi_Minh'
place = '11.8412 N, 106.5991 E'
open = '07:00-17:00'
[[gate.screen]]
id = 'wall'
size = '960x320'
profile = 'plaza'
languages = ['vi', 'en', 'km']
layout = 'rotate'
";

const PLAYLISTS: usize = 50;
const ITEMS: usize = 20;
const RULES: usize = 500;

fn playlist(number: usize) -> (PlaylistPath, Playlist) {
    let level = if number % 10 == 9 { "priority" } else { "normal" };
    let item = |item: usize| {
        let hours = if item % 5 == 4 { "hours = '06:00-18:00'" } else { "" };
        format!(
            "[[item]]\nid = 'item-{item}'\nduration = '{}s'\n{hours}\n\
             text = {{ vi = 'Xin chào', en = 'Hello', km = 'សួស្ដី' }}\n",
            5 + item % 7
        )
    };
    let text = format!("[playlist]\nname = 'p'\nlanguages = ['vi', 'en', 'km']\nlevel = '{level}'\n")
        + &(0..ITEMS).map(item).collect::<String>();
    let path = PlaylistPath::parse(&format!("p{number}.toml")).expect("a path");
    (path, Playlist::parse("p.toml", &text).expect("a playlist"))
}

/// Quarter hours, weekdays, holidays, the moon and the sun.
fn rule(number: usize) -> String {
    let hour = |quarter: usize| format!("{:02}:{:02}", quarter / 4 % 24, quarter % 4 * 15);
    let hours = match number % 5 {
        0 => format!("hours = '{}-{}'", hour(number * 7), hour(number * 7 + 13)),
        1 => format!("hours = '{}-{}'", hour(number * 11), hour(number * 11 + 50)),
        2 => "hours = 'sunset-30m-23:00'".to_owned(),
        3 => "hours = 'open'".to_owned(),
        _ => String::new(),
    };
    let days = match number % 7 {
        0 => "weekdays = 'mon-fri'",
        1 => "weekdays = ['sat', 'sun']",
        2 => "days = ['2026-03-01..2026-03-20', '12-20..01-05']",
        3 => "days = ['lunar 01-01..01-15']",
        4 => "days = ['tet', 'khmer-new-year']",
        5 => "except = ['vietnam-holidays']",
        _ => "from = '2026-03-05 08:00'",
    };
    format!(
        "[[rule]]\nplaylist = 'p{}.toml'\nweight = {}\n{hours}\n{days}\n",
        number % PLAYLISTS,
        number % 3 + 1
    )
}

fn programme() -> Programme {
    let gates = Gates::parse("gates.toml", GATES).expect("gates");
    let screen = gates.screens.into_values().next().expect("a screen");
    let schedule = "[schedule]\nname = 's'\n".to_owned() + &(0..RULES).map(rule).collect::<String>();
    let schedule = Schedule::parse("schedule.toml", &schedule).expect("a schedule");
    let calendars: CalendarDays =
        Calendar::shipped().iter().map(|calendar| (calendar.id.clone(), calendar.all_days())).collect();
    let moment = |text: &str| text.parse::<Timestamp>().expect("a moment");
    let validity = Validity { from: moment("2026-01-01T00:00:00Z"), until: moment("2027-01-01T00:00:00Z") };
    let playlists = (0..PLAYLISTS).map(playlist).collect();
    Programme::new(screen, validity, &schedule, playlists, &calendars, &[]).expect("they go together")
}

/// The median of many turns, in microseconds.
fn median(turns: usize, mut work: impl FnMut(usize)) -> f64 {
    let mut times: Vec<_> = (0..turns)
        .map(|turn| {
            let start = Instant::now();
            work(turn);
            start.elapsed()
        })
        .collect();
    times.sort_unstable();
    times[turns / 2].as_secs_f64() * 1e6
}

fn main() -> ExitCode {
    let programme = programme();
    let start: Timestamp = "2026-03-01T00:00:00Z".parse().expect("a moment");
    let end = start + (30 * 24).hours();
    let at = |turn: usize| start + (turn as i64 * 7919 % (30 * 24 * 3600)).seconds();
    let floor = median(1001, |_| {
        let items = programme.playlists().iter().flat_map(|playlist| &playlist.items);
        black_box(items.map(|item| item.duration).sum::<std::time::Duration>());
    });
    let deciding = median(2001, |turn| drop(black_box(decide(&programme, at(turn), Trust::Trusted))));
    let untrusted = median(501, |turn| drop(black_box(decide(&programme, at(turn), Trust::Untrusted))));
    let stretches = timeline(&programme, start, end).len();
    let month = median(21, |_| drop(black_box(timeline(&programme, start, end)))) / 1000.0;
    let slots = plays(&programme, start, end).count();
    let playing = median(5, |_| _ = black_box(plays(&programme, start, end).count())) / 1000.0;
    let items = programme.playlists().iter().map(|playlist| playlist.items.len()).sum::<usize>();
    println!("{items} items in {PLAYLISTS} playlists, {RULES} rules");
    println!("every item looked at                      {floor:>9.2} µs");
    println!(
        "decided at a moment                       {deciding:>9.2} µs   {:>6.1} × that (goal: 50 µs)",
        deciding / floor
    );
    println!("decided by a clock that is not trusted    {untrusted:>9.2} µs");
    println!("a month's timeline, {stretches:>5} stretches       {month:>9.2} ms   (goal: 20 ms)");
    println!("every slot of the month, {slots:>6}           {playing:>9.2} ms");
    if deciding <= 50.0 && month <= 20.0 { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}
