//! One file a use case, each test on a database of its own; one program, so that it is linked once.

mod change_display_name;
mod change_language;
mod change_theme;
mod grant_admin;
mod register;
mod support;
