//! The levels of headings. A model begins with whatever level it likes and leaves levels out; the page's
//! outline must not (WCAG 1.3.1): each heading stands at most one level below the one before.

/// The page's own headings take the first two levels.
const ABOVE: u32 = 2;
/// HTML has no lower level.
const LOWEST: u32 = 6;

/// The levels, as the model counts them, of the headings that this place of an answer is below: a bit each.
#[derive(Clone, Copy, Debug, Default)]
pub struct Outline(u8);

impl Outline {
    /// A heading of the model's `level`, 1 to 6, begins.
    pub fn enter(&mut self, level: u8) {
        let own = 1 << level;
        self.0 = (self.0 & (own - 1)) | own;
    }

    /// The level of the heading last entered, as the page counts.
    pub fn level(self) -> u32 {
        (ABOVE + self.0.count_ones()).min(LOWEST)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn levels<const N: usize>(of: [u8; N]) -> [u32; N] {
        let mut outline = Outline::default();
        of.map(|level| {
            outline.enter(level);
            outline.level()
        })
    }

    #[test]
    fn whatever_comes_first_is_the_first_level_below_the_pages() {
        assert_eq!(levels([2, 3, 2]), [3, 4, 3]);
        assert_eq!(levels([4, 4]), [3, 3]);
    }

    #[test]
    fn a_level_that_was_left_out_is_closed_up() {
        assert_eq!(levels([1, 3, 6, 3, 2, 1]), [3, 4, 5, 4, 4, 3]);
    }

    #[test]
    fn a_heading_above_the_first_one_begins_anew() {
        assert_eq!(levels([3, 2, 3, 1, 2]), [3, 3, 4, 3, 4]);
    }

    #[test]
    fn there_is_nothing_below_the_sixth_level() {
        assert_eq!(levels([1, 2, 3, 4, 5, 6]), [3, 4, 5, 6, 6, 6]);
    }
}
