//! `server serve`.

use crate::config::Config;

pub(crate) async fn run(_config: Config) -> anyhow::Result<()> {
    Ok(())
}
