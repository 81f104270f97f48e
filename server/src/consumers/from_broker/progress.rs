//! How far a partition has been handled, when its messages are handled side by side and end in any
//! order.

use std::collections::{BTreeSet, VecDeque};

/// What was taken from a partition.
#[derive(Debug, Default)]
pub struct Progress {
    /// Offsets under way or done behind one under way, rising.
    taken: VecDeque<i64>,
    done: BTreeSet<i64>,
}

impl Progress {
    /// The message at an offset is under way. One that comes again, or from before, means that the
    /// partition was given away and back: what was taken before does not count any more.
    pub fn take(&mut self, offset: i64) {
        if self.taken.back().is_some_and(|last| *last >= offset) {
            self.taken.clear();
            self.done.clear();
        }
        self.taken.push_back(offset);
    }

    /// The message at an offset has been handled. Tells where to go on from after a restart, when
    /// that has moved: everything before it has been handled.
    pub fn finish(&mut self, offset: i64) -> Option<i64> {
        // Of a time before the partition was given away.
        if !self.taken.contains(&offset) {
            return None;
        }
        self.done.insert(offset);
        let mut next = None;
        while let Some(first) = self.taken.front().copied().filter(|o| self.done.remove(o)) {
            self.taken.pop_front();
            next = Some(first + 1);
        }
        next
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_is_passed_that_is_under_way() {
        let mut progress = Progress::default();
        // Offsets have gaps where a broker keeps records of its own.
        for offset in [3, 4, 7, 8] {
            progress.take(offset);
        }
        assert_eq!(progress.finish(7), None);
        assert_eq!(progress.finish(4), None);
        assert_eq!(progress.finish(3), Some(8));
        assert_eq!(progress.finish(3), None, "it was finished before");
        assert_eq!(progress.finish(8), Some(9));
    }

    #[test]
    fn what_comes_again_begins_anew() {
        let mut progress = Progress::default();
        progress.take(5);
        progress.take(6);
        assert_eq!(progress.finish(6), None);
        progress.take(5);
        progress.take(6);
        assert_eq!(progress.finish(5), Some(6));
        assert_eq!(progress.finish(6), Some(7));
        assert_eq!(progress.finish(6), None);
    }
}
