use kernel::Db;

use crate::{ModelId, error::Error};

/// A model by its name: no secret, so that visitors can compare prices.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KnownModel {
    /// Which.
    pub id: ModelId,
    /// Its name.
    pub name: String,
    /// Whether it can be chosen. One that no longer can still stands in what people used.
    pub is_offered: bool,
}

/// All models that the site ever had, those offered first, the default before the others.
///
/// # Errors
/// Only [`Error::Internal`].
#[tracing::instrument(name = "chat.known_models", skip_all)]
pub async fn known_models(db: &Db) -> Result<Vec<KnownModel>, Error> {
    let models = sqlx::query_as!(
        KnownModel,
        r#"select id as "id: ModelId", name, enabled as is_offered
           from models order by enabled desc, is_default desc, name, id"#,
    );
    Ok(models.fetch_all(db.pool()).await?)
}
