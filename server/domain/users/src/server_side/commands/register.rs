use kernel::{Role, Tx, UserId};

use crate::{
    DisplayName, Email, Error, Language, Theme,
    events::UserRegistered,
    server_side::{model::User, store},
};

/// Adds a user in the caller's transaction, named after their address until they choose better.
///
/// Anybody may: the caller decides what proves that the person is who they say.
///
/// # Errors
/// [`Error::EmailTaken`]; Postgres has then ended the transaction, and nothing else can be done
/// in it.
pub async fn register_in(tx: &mut Tx, email: &Email) -> Result<UserId, Error> {
    let user = User {
        id: UserId(tx.new_id()),
        display_name: DisplayName::from_email(email),
        role: Role::User,
        theme: Theme::System,
        language: Language::AsAsked,
        delete_at: None,
    };
    store::insert(tx, &user, email).await?;
    tx.record(&UserRegistered { user_id: user.id })?;
    Ok(user.id)
}
