//! One file a use case or a few that belong together, each test on a database of its own; one program, so that
//! it is linked once.

mod concurrency;
mod database;
mod disputes;
mod endings;
mod holds;
mod lines;
mod prices;
mod purchases;
mod random;
mod refunds;
mod support;
