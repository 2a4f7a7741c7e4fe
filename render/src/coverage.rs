//! How much of each pixel lies inside an outline: exact areas, in whole numbers. Their sum hangs neither on the order of
//! the lines nor on the machine.
//!
//! Every line adds what lies below it to the pixels that it goes through; added up from above, that makes the
//! whole.

use std::array;

use crate::outline::{Line, SLOPE};

/// So many parts of a pixel, as a power of two.
const BITS: u32 = 10;
const ONE: i32 = 1 << BITS;

/// Sums are so many times what a byte says, as a power of two: both sides of a pixel, and twice, less 256.
const BYTE: u32 = 2 * BITS + 1 - 8;

/// Pictures are less high and less wide.
pub(crate) const MOST: i32 = 4000;

/// Columns are as many as are added up at once.
pub(crate) const COLUMNS: usize = 8;

/// A picture whose sums are not made yet.
struct Sums<'a> {
    /// By how much each pixel has more inside than the one above it.
    more: &'a mut [i32],
    width: usize,
}

/// The coverage of so many columns, a multiple of [`COLUMNS`], and rows by an outline of `lines`, 0 to 255, row by row.
/// Units of the outline are `scale` pixels large, and its origin lies at `origin` from the upper left corner, to the right
/// and down. What would lie outside lies on the edge. What is in `room` before and afterwards means nothing.
pub(crate) fn coverage(
    lines: &[Line],
    scale: f32,
    origin: [f32; 2],
    [width, height]: [usize; 2],
    room: &mut Vec<i32>,
) -> Vec<u8> {
    let parts = |pixels: f32| pixels * ONE as f32;
    let scale = parts(scale);
    let [right, down] = origin.map(parts);
    let [x, y] = [width, height].map(|pixels| parts(pixels as f32));
    let (origin, most) = ([right, down, right, down], [x, y, x, y]);
    // What lies on the lower edge belongs to the row below, and the one below that has more.
    room.clear();
    room.resize(width * (height + 2) + 1, 0);
    let mut sums = Sums { more: room, width };
    for line in lines {
        let [x, y, right_x, right_y] = array::from_fn(|n| {
            let at = line.ends[n] * scale + origin[n];
            // Not by `clamp`, which asks for more than one instruction.
            let at = if at > 0.0 { at } else { 0.0 };
            nearest(if at < most[n] { at } else { most[n] })
        });
        if x < right_x {
            sums.line(line, [x, y], [right_x, right_y]);
        }
    }
    sums.bytes(height)
}

/// The nearest whole number of one below four millions, which is what [`MOST`] makes: beside what is added there is no
/// room for parts.
#[inline(always)]
fn nearest(number: f32) -> i32 {
    const ROOM: f32 = 12_582_912.0;
    (number + ROOM).to_bits() as i32 - ROOM.to_bits() as i32
}

impl Sums<'_> {
    /// Divides a line by columns.
    #[inline(always)]
    fn line(&mut self, line: &Line, [mut x, mut y]: [i32; 2], right: [i32; 2]) {
        let (mut column, mut edge) = ((x >> BITS) as usize, (x | (ONE - 1)) + 1);
        if edge < right[0] {
            let (least, most) = (y.min(right[1]), y.max(right[1]));
            let fall = i64::from(line.fall);
            let mut finer = (i64::from(y) << SLOPE) + fall * i64::from(edge - x);
            while edge < right[0] {
                let next = ((finer >> SLOPE) as i32).clamp(least, most);
                self.within_column(line, column, [y, next], edge - x);
                (x, y) = (edge, next);
                finer += fall << BITS;
                edge += ONE;
                column += 1;
            }
        }
        self.within_column(line, column, [y, right[1]], right[0] - x);
    }

    /// The same for what lies in one column, by rows.
    #[inline(always)]
    fn within_column(&mut self, line: &Line, column: usize, [from, to]: [i32; 2], across: i32) {
        let across = across * line.way;
        let at = |y: i32| (y >> BITS) as usize * self.width + column;
        let into = |y: i32| y & (ONE - 1);
        if from >> BITS == to >> BITS {
            return self.add(at(from), across, into(from) + into(to));
        }
        let (upper, lower) = (from.min(to), from.max(to));
        let lean = i64::from(line.lean * line.way);
        let (mut place, mut edge, mut above) = (at(upper), (upper | (ONE - 1)) + 1, into(upper) + ONE);
        let (mut finer, mut done) = (i64::from(edge - upper) * lean, 0);
        while edge <= lower {
            let here = (finer >> SLOPE) as i32;
            self.add(place, here - done, above);
            (done, above) = (here, ONE);
            place += self.width;
            finer += lean << BITS;
            edge += ONE;
        }
        self.add(place, across - done, into(lower));
    }

    /// Adds what lies below a line that goes so far across a pixel, and that has `above` it, on its two sides together, this
    /// much of the pixel.
    #[inline(always)]
    fn add(&mut self, place: usize, across: i32, above: i32) {
        let beyond = across * above;
        if place + self.width < self.more.len() {
            for (at, more) in [(place, across * 2 * ONE - beyond), (place + self.width, beyond)] {
                // More outlines above each other than there is room for come from no real font.
                self.more[at] = self.more[at].wrapping_add(more);
            }
        }
    }

    /// Adds up from above. Covered is what the outline surrounds, whichever way.
    fn bytes(self, height: usize) -> Vec<u8> {
        let Self { more, width } = self;
        let mut rest = &mut *more;
        for _ in 1..height {
            let (row, below) = rest.split_at_mut(width);
            for (below, above) in below[..width].iter_mut().zip(row) {
                *below = below.wrapping_add(*above);
            }
            rest = below;
        }
        let byte =
            |inside: &i32| (inside.wrapping_abs().wrapping_add(1 << (BYTE - 1)) >> BYTE).clamp(0, 255) as u8;
        more[..width * height].iter().map(byte).collect()
    }
}

#[cfg(test)]
mod tests {
    use fontdue::{Font, FontSettings};
    use fonts::FACES;

    use super::coverage;
    use crate::{
        cut::Outlines,
        measures::{Extent, Measures},
        outline::Line,
    };

    /// The lines around these corners.
    fn polygon(corners: &[[f32; 2]]) -> Vec<Line> {
        let after = corners.iter().cycle().skip(1);
        corners.iter().zip(after).filter_map(|(from, to)| Line::new(*from, *to)).collect()
    }

    /// Eight columns and two rows.
    #[track_caller]
    fn check(corners: &[[f32; 2]], expected: [[u8; 8]; 2]) {
        let drawn =
            |corners: &[[f32; 2]]| coverage(&polygon(corners), 1.0, [0.0; 2], [8, 2], &mut vec![7; 9]);
        assert_eq!(drawn(corners), expected.as_flattened(), "{corners:?}");
        let back: Vec<_> = corners.iter().rev().copied().collect();
        assert_eq!(drawn(&back), expected.as_flattened(), "{corners:?} the other way round");
    }

    #[test]
    fn areas_are_exact() {
        let none = [0; 8];
        check(&[[1.0, 0.0], [3.0, 0.0], [3.0, 1.0], [1.0, 1.0]], [[0, 255, 255, 0, 0, 0, 0, 0], none]);
        check(
            &[[1.5, 0.25], [3.25, 0.25], [3.25, 1.5], [1.5, 1.5]],
            [[0, 96, 192, 48, 0, 0, 0, 0], [0, 64, 128, 32, 0, 0, 0, 0]],
        );
        // Half of two by two, and of eight by one.
        check(
            &[[0.0, 0.0], [2.0, 2.0], [0.0, 2.0]],
            [[128, 0, 0, 0, 0, 0, 0, 0], [255, 128, 0, 0, 0, 0, 0, 0]],
        );
        check(&[[0.0, 1.0], [8.0, 0.0], [8.0, 1.0]], [[16, 48, 80, 112, 144, 176, 208, 240], none]);
        // Through both rows within a column.
        check(&[[1.0, 0.0], [2.0, 2.0], [1.0, 2.0]], [[0, 64, 0, 0, 0, 0, 0, 0], [0, 192, 0, 0, 0, 0, 0, 0]]);
        // A hole, and a part that is surrounded twice.
        let ring = [[0.0, 0.0], [4.0, 0.0], [4.0, 1.0], [0.0, 1.0], [0.0, 0.0], [1.0, 0.0], [1.0, 1.0]];
        check(
            &[&ring[..], &[[3.0, 1.0], [3.0, 0.0], [1.0, 0.0]]].concat(),
            [[255, 0, 0, 255, 0, 0, 0, 0], none],
        );
        check(
            &[[0.0, 0.0], [2.0, 0.0], [2.0, 1.0], [1.0, 1.0], [1.0, 0.0], [3.0, 0.0], [3.0, 1.0], [0.0, 1.0]],
            [[255, 255, 255, 0, 0, 0, 0, 0], none],
        );
        check(&[[1.0, 0.0], [1.0, 2.0]], [none; 2]);
    }

    #[test]
    fn what_lies_outside_lies_on_the_edge() {
        check(&[[-5.0, -1.0], [2.0, -1.0], [2.0, 9.0], [-5.0, 9.0]], [[255, 255, 0, 0, 0, 0, 0, 0]; 2]);
        check(&[[7.0, -1.0], [1e30, -1.0], [1e30, 1.0], [7.0, 1.0]], [[0, 0, 0, 0, 0, 0, 0, 255], [0; 8]]);
        check(&[[f32::NAN, 0.0], [f32::MAX, f32::MIN], [f32::INFINITY, f32::NEG_INFINITY]], [[0; 8]; 2]);
        assert_eq!(
            coverage(&polygon(&[[0.0, 0.0], [1.0, 1.0], [0.0, 1.0]]), 1.0, [0.0; 2], [0, 0], &mut Vec::new()),
            []
        );
    }

    /// Any lines, in any order; those of a font that is broken surround nothing.
    #[test]
    fn the_order_of_lines_changes_nothing_and_no_line_does_harm() {
        let mut seed = 1u32;
        let mut random = || {
            seed = seed.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            (seed >> 8) as f32 / 65536.0 - 64.0
        };
        for turn in 0..300 {
            let count = 2 + turn % 30;
            let part = [1.0, 0.01, 1e-5][turn % 3];
            let corners: Vec<_> = (0..count).map(|_| [(); 2].map(|()| random() * part)).collect();
            let mut lines = polygon(&corners);
            let draw = |lines: &[Line]| coverage(lines, 1.0, [5.3, 7.1], [40, 31], &mut Vec::new());
            let right = draw(&lines);
            lines.reverse();
            assert_eq!(draw(&lines), right, "{corners:?}");
            lines.truncate(count / 2);
            draw(&lines);
        }
    }

    /// The other rasteriser is the witness, which was told to draw curves much finer.
    #[test]
    fn letters_are_drawn_as_by_the_rasteriser() {
        let (mut seen, mut pixels, mut off) = (0, 0, 0);
        for face in FACES.iter().filter(|face| face.bold) {
            let settings =
                FontSettings { scale: 1000.0, load_substitutions: false, ..FontSettings::default() };
            let outlines = Outlines::read(face.bytes).expect("it is TrueType");
            for glyph in (0..outlines.count()).step_by(if face.file.contains("CJK") { 40 } else { 4 }) {
                let lines = outlines.lines(glyph).expect("it is sound");
                let blank = outlines.outline(glyph).expect("it is there").is_empty();
                assert_eq!(lines.is_empty(), blank, "{} {glyph}", face.file);
                let font = Font::from_bytes(outlines.cut(glyph, 0).expect("it is sound"), settings);
                let font = font.expect("it is a font");
                let extent = Extent::around(&lines, outlines.units_per_em());
                for size in [16, 33, 64].into_iter().filter(|_| !blank) {
                    let (metrics, witness) = font.rasterize_indexed(0, f32::from(size));
                    let (width, height) = (metrics.width, metrics.height);
                    // Where curves have no point at their outermost, it may be elsewhere by a hair.
                    let Measures { columns, rows, .. } = extent.at(f32::from(size));
                    let (columns, rows) = (columns as usize, rows as usize);
                    let what = format!("{} {glyph} at {size} px", face.file);
                    assert!(columns.abs_diff(width) + rows.abs_diff(height) < 2, "{what}: {columns}×{rows}");
                    let origin = [-metrics.xmin as f32, (metrics.ymin + height as i32) as f32];
                    let room = [width.next_multiple_of(8), height];
                    let drawn = coverage(&lines, extent.scale(size), origin, room, &mut Vec::new());
                    let drawn = drawn.chunks_exact(room[0]).flat_map(|row| &row[..width]);
                    let beside: Vec<_> = drawn.zip(&witness).map(|(ours, its)| ours.abs_diff(*its)).collect();
                    let worst = beside.iter().max().expect("it has pixels");
                    assert!(*worst < 32, "{what}: a pixel is off by {worst}");
                    pixels += beside.len();
                    off += beside.iter().map(|off| usize::from(*off)).sum::<usize>();
                    seen += 1;
                }
            }
        }
        let mean = off as f64 / pixels as f64;
        assert!(mean < 0.4, "{mean} of 255");
        assert!(seen > 3000, "only {seen}");
    }
}
