//! A new migration is a reason to compile anew: `sqlx::migrate!` alone sees only the files that it has seen before.

fn main() {
    println!("cargo:rerun-if-changed=../../../migrations");
}
