//! One file a use case, each test on a database of its own; one program, so that it is linked once.

mod write_export;
