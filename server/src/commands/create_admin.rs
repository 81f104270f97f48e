//! `server create-admin`.

use crate::config::Config;

pub(crate) async fn run(_config: Config, _email: &str) -> anyhow::Result<()> {
    Ok(())
}
