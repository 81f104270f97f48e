//! `server migrate`.

use crate::{config::Config, database};

/// Brings the schema up to date.
pub(crate) async fn run(config: Config) -> anyhow::Result<()> {
    let pool = database::pool(&config.database);
    let version = database::migrate(&pool).await?;
    println!("the database is at migration {version}");
    Ok(())
}
