//! What a screen asks of the texts on it, so that people can read them where they stand: written in the gates file.

use std::time::Duration;

use written::{Report, Table, Told};

use crate::duration;

/// The rules of a screen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rules {
    /// How long ten words are shown at least.
    pub ten_words: Duration,
    /// From how far it is read, if that is known.
    pub view: Option<View>,
    /// Where a screen shows Vietnamese together with other languages, Vietnamese stands above or left, and the others
    /// are at most three quarters of its size: the Law on Advertising, article 18.
    pub vietnamese_first: bool,
}

/// From how far a screen is read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct View {
    /// From one LED to the next, in thousandths of a millimetre.
    pub pitch_um: u32,
    /// In millimetres.
    pub distance_mm: u32,
}

impl Default for Rules {
    fn default() -> Self {
        Self { ten_words: Duration::from_secs(3), view: None, vietnamese_first: true }
    }
}

/// A pixel is between a millimetre (indoors) and half a metre.
const PITCHES: std::ops::RangeInclusive<u64> = 500..=500_000;
/// Somebody stands before the wall, or sees it from the end of the road.
const DISTANCES: std::ops::RangeInclusive<u64> = 500..=1_000_000;

/// Reads `reading-time`, `pitch`, `viewing-distance` and `vietnamese-first`; each may be left out.
pub(crate) fn read(report: &mut Report<'_>, table: &mut Table<'_>) -> Result<Rules, Told> {
    let usual = Rules::default();
    let ten_words = table.take("reading-time").map(|entry| entry.parse(report, duration::read)).transpose();
    let [pitch, distance] = ["pitch", "viewing-distance"].map(|key| table.take(key));
    let alone = match (&pitch, &distance) {
        (Some(pitch), None) => Err(pitch.misplaced(report, "counts only together with viewing-distance")),
        (None, Some(distance)) => Err(distance.misplaced(report, "counts only together with pitch")),
        (Some(_), Some(_)) | (None, None) => Ok(()),
    };
    let rule = "is from one LED to the next, 0.5 to 500 mm, such as \"10mm\"";
    let pitch = pitch
        .map(|entry| entry.parse(report, |written| length(written, "mm", PITCHES).ok_or(rule)))
        .transpose();
    let rule = "is from how far the screen is read, 0.5 to 1000 m, such as \"40m\"";
    let distance = distance
        .map(|entry| entry.parse(report, |written| length(written, "m", DISTANCES).ok_or(rule)))
        .transpose();
    let vietnamese_first = table.take("vietnamese-first").map(|entry| entry.boolean(report)).transpose();

    let view = pitch?.zip(distance?).map(|(pitch_um, distance_mm)| View { pitch_um, distance_mm });
    alone?;
    Ok(Rules {
        ten_words: ten_words?.unwrap_or(usual.ten_words),
        view,
        vietnamese_first: vietnamese_first?.unwrap_or(usual.vietnamese_first),
    })
}

/// Thousandths of the unit: digits, up to three more behind a point, and the unit.
fn length(written: &str, unit: &str, limits: std::ops::RangeInclusive<u64>) -> Option<u32> {
    let number = written.strip_suffix(unit)?;
    let (whole, part) = number.split_once('.').unwrap_or((number, "0"));
    let digits =
        |text: &str, most| (1..=most).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_digit());
    if !digits(whole, 6) || !digits(part, 3) {
        return None;
    }
    let thousandths = whole.parse::<u64>().ok()? * 1000 + format!("{part:0<3}").parse::<u64>().ok()?;
    limits.contains(&thousandths).then(|| u32::try_from(thousandths).ok()).flatten()
}

#[cfg(test)]
mod tests {
    use super::{DISTANCES, PITCHES, length};

    #[track_caller]
    fn check(written: &str, expected: Option<u32>) {
        assert_eq!(length(written, "mm", PITCHES), expected, "{written}");
    }

    #[test]
    fn reads_lengths() {
        check("10mm", Some(10_000));
        check("3.91mm", Some(3_910));
        check("0.5mm", Some(500));
        check("500mm", Some(500_000));
        for wrong in
            ["10", "10 mm", "mm", "0.4mm", "501mm", "-1mm", "1e1mm", ".5mm", "1.mm", "1.2345mm", "10m"]
        {
            check(wrong, None);
        }
        assert_eq!(length("40m", "m", DISTANCES), Some(40_000));
        assert_eq!(length("0.4m", "m", DISTANCES), None);
    }
}
