//! A timeline as a picture: a row for each playlist, a bar for each time in which it takes turns. Pure.

use std::{collections::BTreeMap, fmt::Write};

use jiff::{Timestamp, ToSpan as _, Zoned};
use playlists::{Screen, Stretch, Why};

/// Sizes in pixels.
const WIDTH: f64 = 1200.0;
const NAMES: f64 = 240.0;
const ROW: f64 = 28.0;
const HEAD: f64 = 44.0;

/// More grid lines than that would be a wall of its own.
const MOST_LINES: usize = 40;

/// Draws it as SVG.
pub(crate) fn draw(screen: &Screen, stretches: &[Stretch<'_>]) -> String {
    let [Some(first), Some(last)] = [stretches.first(), stretches.last()] else { return String::new() };
    let (from, until) = (first.from, last.until);
    let rows = rows(stretches);
    let height = HEAD + ROW * rows.len() as f64 + 12.0;
    let zone = &screen.gate.time_zone;
    let span = until.duration_since(from).as_secs_f64().max(1.0);
    let x =
        |moment: Timestamp| NAMES + (WIDTH - NAMES - 12.0) * moment.duration_since(from).as_secs_f64() / span;
    let mut svg = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {WIDTH} {height}\" width=\"{WIDTH}\" \
         height=\"{height}\" font-family=\"sans-serif\" font-size=\"13\">\n\
         <rect width=\"100%\" height=\"100%\" fill=\"#ffffff\"/>\n\
         <text x=\"8\" y=\"18\" font-weight=\"bold\">{}</text>\n\
         <text x=\"8\" y=\"36\">{} – {}</text>\n",
        escaped(screen.id.as_str()),
        from.to_zoned(zone.clone()).strftime("%Y-%m-%d %H:%M"),
        until.to_zoned(zone.clone()).strftime("%Y-%m-%d %H:%M"),
    );
    for (moment, label) in grid(&from.to_zoned(zone.clone()), until) {
        let x = x(moment);
        let _ = writeln!(
            svg,
            "<path d=\"M{x:.1} {HEAD}V{height}\" stroke=\"#d0d0d0\"/>\
             <text x=\"{x:.1}\" y=\"36\" text-anchor=\"middle\" fill=\"#555555\" font-size=\"11\">{label}</text>"
        );
    }
    for ((name, bars), n) in rows.iter().zip(0u16..) {
        let top = HEAD + ROW * f64::from(n);
        let _ = writeln!(svg, "<text x=\"8\" y=\"{:.1}\">{}</text>", top + 19.0, escaped(name));
        for Bar { from, until, colour } in bars {
            let (left, width) = (x(*from), (x(*until) - x(*from)).max(0.5));
            let _ = writeln!(
                svg,
                "<rect x=\"{left:.1}\" y=\"{:.1}\" width=\"{width:.1}\" height=\"{}\" fill=\"{colour}\"/>",
                top + 4.0,
                ROW - 8.0
            );
        }
    }
    svg + "</svg>\n"
}

struct Bar {
    from: Timestamp,
    until: Timestamp,
    colour: &'static str,
}

/// A row for each playlist, in the order in which they come on.
fn rows<'a>(stretches: &[Stretch<'a>]) -> Vec<(&'a str, Vec<Bar>)> {
    let mut places = BTreeMap::new();
    let mut rows: Vec<(&str, Vec<Bar>)> = Vec::new();
    let mut add = |name: &'a str, from, until, colour| {
        let place = *places.entry(name).or_insert_with(|| {
            rows.push((name, Vec::new()));
            rows.len() - 1
        });
        // Where others come and go, it goes on.
        match rows[place].1.last_mut() {
            Some(before) if before.until == from && before.colour == colour => before.until = until,
            _ => rows[place].1.push(Bar { from, until, colour }),
        }
    };
    for Stretch { from, until, why, playlists, priority } in stretches {
        let colour = match why {
            Why::Emergency => "#c00000",
            Why::Default => "#9aa5b1",
            Why::Priority | Why::Rotation => "#2f6db5",
            Why::NothingAtThisHour | Why::OutsideValidity | Why::NoBundle | Why::Blackout | Why::SafePage => {
                "#e0e0e0"
            }
        };
        if playlists.is_empty() && priority.is_empty() {
            add("—", *from, *until, colour);
        }
        playlists.iter().for_each(|playlist| add(&playlist.name, *from, *until, colour));
        priority.iter().for_each(|playlist| add(&playlist.name, *from, *until, "#d98200"));
    }
    rows
}

/// Hours of a day, or days of a month, each with its label.
fn grid(from: &Zoned, until: Timestamp) -> Vec<(Timestamp, String)> {
    let hours = until.duration_since(from.timestamp()).as_hours();
    let (step, format) = match hours {
        ..=24 => (2.hours(), "%H:%M"),
        25..=72 => (6.hours(), "%H:%M"),
        _ => (1.day(), "%d/%m"),
    };
    let lines = from.datetime().series(step).skip(1).map_while(|local| {
        let moment = local.to_zoned(from.time_zone().clone()).ok()?.timestamp();
        (moment < until).then(|| (moment, local.strftime(format).to_string()))
    });
    lines.take(MOST_LINES).collect()
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}
