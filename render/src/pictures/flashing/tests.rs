//! What flashes and what does not.

use std::time::Duration;

use super::flashes;

const SIDE: usize = 64;
const WHITE: [u8; 3] = [255; 3];
const BLACK: [u8; 3] = [0; 3];
const RED: [u8; 3] = [255, 0, 0];

/// A black picture whose first `rows` of 64 have that colour.
fn filled(rows: usize, colour: [u8; 3]) -> Vec<u8> {
    [colour.repeat(SIDE * rows), BLACK.repeat(SIDE * (SIDE - rows))].concat()
}

/// Frames with how many milliseconds each is shown, and the second that is told: when it begins, in milliseconds,
/// and how many flashes it has.
#[track_caller]
fn check(frames: &[(Vec<u8>, u64)], expected: Option<(u128, usize)>) {
    let mut until = Duration::ZERO;
    let mut next = |took: &u64| {
        until += Duration::from_millis(*took);
        until
    };
    let frames: Vec<_> = frames.iter().map(|(pixels, took)| (&pixels[..], next(took))).collect();
    let found = flashes(&frames, SIDE).map(|found| (found.at.as_millis(), found.count));
    assert_eq!(found, expected);
}

fn strobe(rows: usize, colours: [[u8; 3]; 2], millis: u64) -> Vec<(Vec<u8>, u64)> {
    colours.map(|colour| (filled(rows, colour), millis)).to_vec()
}

#[test]
fn more_than_three_flashes_a_second_are_too_many() {
    check(&strobe(SIDE, [WHITE, BLACK], 250), None);
    check(&strobe(SIDE, [WHITE, BLACK], 167), None);
    check(&strobe(SIDE, [WHITE, BLACK], 166), Some((0, 4)));
    check(&strobe(SIDE, [WHITE, BLACK], 125), Some((0, 4)));
    check(&strobe(SIDE, [WHITE, BLACK], 20), Some((0, 25)));
    // A black flash in a white picture is one, too.
    check(&[(filled(SIDE, WHITE), 230), (filled(SIDE, BLACK), 20)], Some((0, 4)));
    // One still picture.
    check(&[(filled(SIDE, WHITE), 100)], None);
    check(&[], None);
}

#[test]
fn what_is_small_may_blink() {
    check(&strobe(SIDE / 4, [WHITE, BLACK], 100), Some((0, 5)));
    check(&strobe(SIDE / 4 - 4, [WHITE, BLACK], 100), None);
    check(&strobe(1, [WHITE, BLACK], 50), None);
}

#[test]
fn small_changes_and_those_among_bright_colours_are_no_flash() {
    // 90 has a tenth of white's light, 89 less.
    check(&strobe(SIDE, [[90; 3], BLACK], 100), Some((0, 5)));
    check(&strobe(SIDE, [[89; 3], BLACK], 100), None);
    // 232 has 0.80 of white's light, 231 less.
    check(&strobe(SIDE, [WHITE, [232; 3]], 100), None);
    check(&strobe(SIDE, [WHITE, [231; 3]], 100), Some((0, 5)));
}

#[test]
fn slow_changes_add_up_to_one() {
    let fade = |steps: u8, millis: u64| {
        let up = (0..steps).map(move |step| (filled(SIDE, [step * (255 / steps); 3]), millis));
        up.clone().chain(up.rev()).collect::<Vec<_>>()
    };
    check(&fade(20, 40), None);
    // The same in steps of 5 ms is a flash each 200 ms.
    check(&fade(20, 5), Some((0, 5)));
    // What goes up by steps with small falls between goes up once.
    let levels = [100u8, 150, 145, 200, 195, 255];
    check(&levels.map(|level| (filled(SIDE, [level; 3]), 60)), None);
}

#[test]
fn red_has_a_rule_of_its_own() {
    // As light as each other, nearly.
    check(&strobe(SIDE, [RED, [0, 148, 0]], 100), Some((0, 5)));
    check(&strobe(SIDE, [[200, 120, 120], [0, 148, 0]], 100), None);
    check(&strobe(SIDE, [RED, [0, 148, 0]], 250), None);
    check(&strobe(SIDE / 8, [RED, [0, 148, 0]], 100), None);
}

#[test]
fn the_seam_of_the_loop_is_looked_at() {
    let [white, black] = [WHITE, BLACK].map(|colour| filled(SIDE, colour));
    // Two flashes at either end of two seconds: alone three in no second, over the seam four.
    let ends = [100, 100, 100, 100, 1200, 100, 100, 100, 100];
    let frames = ends.iter().enumerate().map(|(n, took)| match n % 2 {
        0 => (black.clone(), *took),
        _ => (white.clone(), *took),
    });
    check(&frames.collect::<Vec<_>>(), Some((1600, 4)));
}

#[test]
fn what_wanders_flashes_nowhere() {
    let bar = |at: usize| {
        let rows = (0..SIDE).map(|row| if row / 16 == at { WHITE } else { BLACK });
        (rows.flat_map(|colour| colour.repeat(SIDE)).collect::<Vec<_>>(), 90)
    };
    check(&[0, 1, 2, 3].map(bar), None);
}
