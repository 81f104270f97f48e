use kernel::Actor;

use crate::{BranchView, Engine, ShowBranch, error::Error};

/// Is being written.
pub async fn show_branch(_: &Engine, _: Actor, _: ShowBranch) -> Result<BranchView, Error> {
    Err(Error::NotFound)
}
