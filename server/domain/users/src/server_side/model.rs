//! The rules: each decision changes the user and gives the fact to record, or `None` when there
//! is nothing to change.

use kernel::{Actor, Role, UserId};
use time::OffsetDateTime;

use super::{
    error::Error,
    events::{DisplayNameChanged, LanguageChanged, RoleChanged, ThemeChanged},
};
use crate::{DisplayName, Language, Theme};

/// What a person can change about themselves, and what they may do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct User {
    pub id: UserId,
    pub display_name: DisplayName,
    pub role: Role,
    pub theme: Theme,
    pub language: Language,
    /// When the account is erased, if the person asked for that.
    pub delete_at: Option<OffsetDateTime>,
}

impl User {
    pub fn rename(&mut self, to: DisplayName) -> Option<DisplayNameChanged> {
        let changed = self.display_name != to;
        self.display_name = to;
        changed.then_some(DisplayNameChanged { user_id: self.id })
    }

    pub fn choose_theme(&mut self, theme: Theme) -> Option<ThemeChanged> {
        let changed = self.theme != theme;
        self.theme = theme;
        changed.then_some(ThemeChanged {
            user_id: self.id,
            theme,
        })
    }

    pub fn choose_language(&mut self, language: Language) -> Option<LanguageChanged> {
        let changed = self.language != language;
        self.language = language;
        changed.then_some(LanguageChanged {
            user_id: self.id,
            language,
        })
    }

    pub fn make_admin(&mut self) -> Option<RoleChanged> {
        let changed = self.role != Role::Admin;
        self.role = Role::Admin;
        changed.then_some(RoleChanged {
            user_id: self.id,
            role: Role::Admin,
        })
    }
}

/// Roles are given by whoever runs the machine, not by admins: a stolen admin session must not
/// be able to make more of them.
pub fn may_grant_roles(actor: Actor) -> Result<(), Error> {
    match actor {
        Actor::System => Ok(()),
        Actor::Nobody | Actor::Person { .. } => Err(Error::Forbidden),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ada() -> User {
        User {
            id: UserId(kernel::id::Uuid::nil()),
            display_name: DisplayName::parse("Ada").expect("a name"),
            role: Role::User,
            theme: Theme::System,
            language: Language::AsAsked,
            delete_at: None,
        }
    }

    #[test]
    fn a_change_to_the_same_is_no_fact() {
        let mut user = ada();
        assert_eq!(user.rename(user.display_name.clone()), None);
        assert_eq!(user.choose_theme(Theme::System), None);
        assert_eq!(user.choose_language(Language::AsAsked), None);
        assert!(user.make_admin().is_some());
        assert_eq!(user.make_admin(), None);
    }

    #[test]
    fn only_the_system_grants_roles() {
        let admin = Actor::Person {
            user: ada().id,
            role: Role::Admin,
        };
        assert!(matches!(may_grant_roles(admin), Err(Error::Forbidden)));
        assert!(matches!(
            may_grant_roles(Actor::Nobody),
            Err(Error::Forbidden)
        ));
        assert!(may_grant_roles(Actor::System).is_ok());
    }
}
