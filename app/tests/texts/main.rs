//! The words of the pages: each language has all of them, and none is left in the code.

mod code;
mod locales;
