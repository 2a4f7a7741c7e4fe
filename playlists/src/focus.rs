//! The point of a picture that stays in sight where its edges are cut: `30% 20%`.

const RULE: &str = "a focus is two whole percentages, across and then down, such as \"50% 20%\"";

/// The point that a picture which is cut shows in its middle, as nearly as the picture's edges allow. In
/// hundredths of its width from the left and of its height from the top, as it stands upright.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Focus {
    /// From the left, 0 to 100; more is taken as 100.
    pub across: u8,
    /// From the top, 0 to 100; more is taken as 100.
    pub down: u8,
}

impl Focus {
    /// What is kept in sight if nothing is said.
    pub const MIDDLE: Self = Self { across: 50, down: 50 };

    /// Reads two percentages with one space between them.
    pub fn parse(written: &str) -> Result<Self, &'static str> {
        let (across, down) = written.split_once(' ').ok_or(RULE)?;
        Ok(Self { across: hundredths(across)?, down: hundredths(down)? })
    }
}

impl Default for Focus {
    fn default() -> Self {
        Self::MIDDLE
    }
}

fn hundredths(written: &str) -> Result<u8, &'static str> {
    let digits = written.strip_suffix('%').ok_or(RULE)?;
    if !digits.bytes().all(|digit| digit.is_ascii_digit()) {
        return Err(RULE);
    }
    digits.parse().ok().filter(|number| *number <= 100).ok_or(RULE)
}

#[cfg(test)]
mod tests {
    use super::Focus;

    #[track_caller]
    fn check(written: &str, expected: Option<(u8, u8)>) {
        let focus = Focus::parse(written).ok().map(|focus| (focus.across, focus.down));
        assert_eq!(focus, expected, "{written:?}");
    }

    #[test]
    fn two_percentages_make_a_point() {
        check("30% 20%", Some((30, 20)));
        check("0% 100%", Some((0, 100)));
        check("50% 50%", Some((Focus::MIDDLE.across, Focus::MIDDLE.down)));
        for wrong in [
            "",
            " ",
            "%",
            "% %",
            "30%",
            "30 20",
            "30% 20",
            "30%20%",
            "30%  20%",
            " 30% 20%",
            "30% 20% ",
            "101% 0%",
            "0% 256%",
            "-1% 0%",
            "+1% 0%",
            "1.5% 0%",
            "30% 20% 10%",
            "left top",
            "٣٠% 20%",
        ] {
            check(wrong, None);
        }
    }
}
