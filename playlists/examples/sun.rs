//! Prints sunrise and sunset at a place for every tenth day from one date to another:
//!
//! ```sh
//! cargo run -p playlists --example sun -- "11.8412 N, 106.5991 E" Asia/Ho_Chi_Minh 2026-01-01 2026-12-31
//! ```

use std::{env, error::Error};

use jiff::{ToSpan as _, civil::Date};
use playlists::{Gate, Place, SunTable};

fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = env::args().skip(1).collect();
    let [place, zone, first, last] = arguments.as_slice() else {
        return Err("usage: sun PLACE ZONE FIRST LAST".into());
    };
    let table = SunTable::of(Place::parse(place)?, &Gate::zone(zone).ok_or("no such time zone")?);
    let last: Date = last.parse()?;
    for date in first.parse::<Date>()?.series(10.days()).take_while(|date| *date <= last) {
        let [sunrise, sunset] = [table.sunrise(date), table.sunset(date)].map(|time| time.strftime("%H:%M"));
        println!("{date} {sunrise} {sunset}");
    }
    Ok(())
}
