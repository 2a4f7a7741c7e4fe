//! Linear light. An LED is lit in proportion to time, and what covers a pixel by half sends half the light; so
//! coverage, alpha and scaling are computed in linear light and only stored as sRGB.

use std::sync::LazyLock;

static TO_LINEAR: LazyLock<[u16; 256]> = LazyLock::new(|| {
    std::array::from_fn(|value| {
        let value = value as f64 / 255.0;
        let light = if value <= 0.04045 { value / 12.92 } else { ((value + 0.055) / 1.055).powf(2.4) };
        (light * 65535.0).round() as u16
    })
});

/// The way back is searched in the table above, so that both ways hang on 256 numbers only.
static FROM_LINEAR: LazyLock<Box<[u8]>> = LazyLock::new(|| {
    let mut value = 0u8;
    (0..=u16::MAX)
        .map(|light| {
            while value < 255 && is_nearer(value + 1, value, light) {
                value += 1;
            }
            value
        })
        .collect()
});

fn is_nearer(brighter: u8, darker: u8, light: u16) -> bool {
    u32::from(light) * 2 > u32::from(to_linear(brighter)) + u32::from(to_linear(darker))
}

/// The light of an sRGB value, 0 to 65535.
pub(crate) fn to_linear(value: u8) -> u16 {
    TO_LINEAR[usize::from(value)]
}

/// The light of every sRGB value, for those who look up millions.
pub(crate) fn of_values() -> &'static [u16; 256] {
    &TO_LINEAR
}

/// The sRGB value whose light is nearest.
pub(crate) fn from_linear(light: u16) -> u8 {
    FROM_LINEAR[usize::from(light)]
}

/// `over` laid upon `under` with `coverage` of 255.
pub(crate) fn mix(under: u8, over: u8, coverage: u8) -> u8 {
    let (under, over) = (u32::from(to_linear(under)), u32::from(to_linear(over)));
    let coverage = u32::from(coverage);
    let light = (under * (255 - coverage) + over * coverage + 127) / 255;
    from_linear(u16::try_from(light).expect("a mean of two u16 is one"))
}

#[cfg(test)]
mod tests {
    use super::{from_linear, mix, to_linear};

    #[test]
    fn there_and_back_is_the_same() {
        for value in 0..=255 {
            assert_eq!(from_linear(to_linear(value)), value);
            assert_eq!(mix(value, 0, 0), value);
            assert_eq!(mix(0, value, 255), value);
        }
    }

    #[test]
    fn half_the_light_is_no_half_of_the_number() {
        assert_eq!(mix(0, 255, 128), 188);
        assert_eq!((to_linear(0), to_linear(1), to_linear(255)), (0, 20, 65535));
    }
}
