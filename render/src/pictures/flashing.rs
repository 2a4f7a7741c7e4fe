//! Whether a moving picture flashes more than three times a second, as WCAG 2.1 success criterion 2.3.1 forbids.
//!
//! Our reading. The picture is cut into cells, and each cell has the mean light of its pixels. A flash is a pair of
//! opposing changes of a cell's relative luminance, each of at least a tenth of the largest luminance, where the
//! darker end is below 0.80; or, for the red flash, of red beyond green and blue (`R - G - B` in linear light), each
//! of more than 20/320, where an end is saturated red (at least 0.8 of its light). A pair that has begun counts. If
//! in any second more than three flashes are seen by a quarter of the cells or more, the picture is refused. It is
//! played for ever, so the second may run over the seam from its last frame to its first. Where a cell is does not
//! matter: what wanders over the picture flashes nowhere, and that a quarter of one screen may be more or less of
//! what an eye sees is not known here.

use std::{cmp::Reverse, time::Duration};

use crate::light;

/// Flashes that are allowed in any second.
const MOST: usize = 3;
/// Cells either way.
const CELLS: usize = 16;
/// A tenth of the largest luminance.
const CHANGE: i64 = FULL / 10;
/// The darker end of a flash is below it.
const DARK: i64 = FULL / 10 * 8;
/// More than 20 of 320, as the definition of the red flash has it.
const RED_CHANGE: i64 = FULL / 16 + 1;
/// The largest luminance: 65535 in ten thousandths.
const FULL: i64 = 655_350_000;
const SECOND: Duration = Duration::from_secs(1);

/// What was found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Flashes {
    /// When the second begins.
    pub(super) at: Duration,
    /// How many there are in it.
    pub(super) count: usize,
}

/// The worst second of a picture that flashes too often. `frames` are rows of `width` pixels, each with the moment
/// until which it is shown.
pub(super) fn flashes(frames: &[(&[u8], Duration)], width: usize) -> Option<Flashes> {
    let duration = frames.last()?.1;
    let cells: Vec<Vec<Light>> = frames.iter().map(|(pixels, _)| cells(pixels, width)).collect();
    let starts = || std::iter::once(Duration::ZERO).chain(frames.iter().map(|(_, until)| *until));
    // The first round finds where light and dark are, the second is looked at, and a second more follows.
    let rounds =
        u32::try_from(SECOND.as_nanos() / duration.as_nanos().max(1)).unwrap_or(u32::MAX).saturating_add(3);
    let changes: Vec<[Vec<Duration>; 2]> = (0..cells.first()?.len())
        .map(|cell| {
            let mut tracks = [Track::new(CHANGE, is_general), Track::new(RED_CHANGE, is_red)];
            let mut changes = [const { Vec::new() }; 2];
            for round in 0..rounds {
                for (frame, start) in cells.iter().zip(starts()) {
                    let light = frame[cell];
                    for ((track, level), changes) in
                        tracks.iter_mut().zip([light.luminance, light.red]).zip(&mut changes)
                    {
                        if track.turns(level, light) {
                            changes.push(duration * round + start);
                        }
                    }
                }
            }
            changes
        })
        .collect();
    let worst = starts().take(frames.len()).map(|start| {
        let from = duration + start;
        let seen = |kind: usize| {
            let mut counts: Vec<_> = changes
                .iter()
                .map(|changes| {
                    let before = |moment| changes[kind].partition_point(|change| *change < moment);
                    before(from + SECOND) - before(from)
                })
                .collect();
            counts.sort_unstable_by_key(|count| Reverse(*count));
            // What a quarter of the cells has at least.
            counts[counts.len().div_ceil(4) - 1].div_ceil(2)
        };
        Flashes { at: start, count: seen(0).max(seen(1)) }
    });
    // Of equals the first.
    worst.min_by_key(|flashes| Reverse(flashes.count)).filter(|flashes| flashes.count > MOST)
}

/// What a cell sends out.
#[derive(Debug, Clone, Copy)]
struct Light {
    luminance: i64,
    /// Red beyond green and blue, at least nothing.
    red: i64,
    is_saturated_red: bool,
}

fn cells(pixels: &[u8], width: usize) -> Vec<Light> {
    let light = light::of_values();
    let height = pixels.len() / 3 / width;
    let (across, down) = (width.min(CELLS), height.min(CELLS));
    let mut sums = vec![[0i64; 4]; across * down];
    for (y, row) in pixels.chunks_exact(width * 3).enumerate() {
        let row_of_cells = &mut sums[y * down / height * across..][..across];
        for (x, pixel) in row.as_chunks::<3>().0.iter().enumerate() {
            let sum = &mut row_of_cells[x * across / width];
            for (sum, value) in sum.iter_mut().zip(pixel) {
                *sum += i64::from(light[usize::from(*value)]);
            }
            sum[3] += 1;
        }
    }
    let mean = |[red, green, blue, count]: &[i64; 4]| Light {
        luminance: (red * 2126 + green * 7152 + blue * 722) / count,
        red: ((red - green - blue) * 10_000 / count).max(0),
        is_saturated_red: *red > 0 && red * 5 >= (red + green + blue) * 4,
    };
    sums.iter().map(mean).collect()
}

fn is_general(lower: (i64, Light), _: (i64, Light)) -> bool {
    lower.0 < DARK
}

fn is_red(lower: (i64, Light), higher: (i64, Light)) -> bool {
    lower.1.is_saturated_red || higher.1.is_saturated_red
}

/// Follows one level of a cell from turn to turn.
struct Track {
    change: i64,
    counts: fn((i64, Light), (i64, Light)) -> bool,
    /// The lowest and the highest since the last turn.
    ends: Option<[(i64, Light); 2]>,
    rising: Option<bool>,
}

impl Track {
    fn new(change: i64, counts: fn((i64, Light), (i64, Light)) -> bool) -> Self {
        Self { change, counts, ends: None, rising: None }
    }

    /// Whether the level has now gone far enough against the way that it went before.
    fn turns(&mut self, level: i64, light: Light) -> bool {
        let now = (level, light);
        let [low, high] = self.ends.unwrap_or([now; 2]);
        let far = |lower: (i64, Light), higher: (i64, Light)| {
            higher.0 - lower.0 >= self.change && (self.counts)(lower, higher)
        };
        let turn = if self.rising != Some(true) && far(low, now) {
            Some(true)
        } else if self.rising != Some(false) && far(now, high) {
            Some(false)
        } else {
            None
        };
        let lowest = if level < low.0 { now } else { low };
        let highest = if level > high.0 { now } else { high };
        self.ends = Some(if turn.is_some() { [now; 2] } else { [lowest, highest] });
        self.rising = turn.or(self.rising);
        turn.is_some()
    }
}

#[cfg(test)]
mod tests;
