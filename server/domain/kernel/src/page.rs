//! One page of a list, continued by keyset (never by offset: rows that come and go must not
//! shift the next page, and page 1,000 must cost what page 1 costs).

use serde::{Deserialize, Serialize};

/// Some items, and where the next page begins.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Page<T, C> {
    /// In the list's order.
    pub items: Vec<T>,
    /// The cursor that continues after the last item; `None` at the end.
    pub next: Option<C>,
}

impl<T, C> Page<T, C> {
    /// Makes a page of at most `size` items out of up to `size + 1` rows: the extra row only
    /// tells that there is more.
    pub fn from_rows(mut rows: Vec<T>, size: usize, cursor: impl FnOnce(&T) -> C) -> Self {
        let more = rows.len() > size;
        rows.truncate(size);
        let next = if more { rows.last().map(cursor) } else { None };
        Self { items: rows, next }
    }
}

#[cfg(test)]
mod tests {
    use super::Page;

    #[test]
    fn a_page_ends_when_there_is_no_extra_row() {
        assert_eq!(Page::from_rows(vec![1, 2], 2, |n| *n).next, None);
        assert_eq!(Page::from_rows(Vec::<i32>::new(), 2, |n| *n).next, None);
    }

    #[test]
    fn the_cursor_is_the_last_item_shown() {
        let page = Page::from_rows(vec![1, 2, 3], 2, |n| *n);
        assert_eq!((page.items, page.next), (vec![1, 2], Some(2)));
    }
}
