//! A person as pages show them, and what people change about themselves.

use std::str::FromStr;

use kernel::{Role, UserId};
use serde::{Deserialize, Serialize};
use time::OffsetDateTime;

use super::{DisplayName, Email};

/// Light or dark.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(not(target_family = "wasm"), derive(schemars::JsonSchema))]
#[serde(rename_all = "lowercase")]
pub enum Theme {
    /// Dark on light.
    Light,
    /// Light on dark.
    Dark,
    /// As the person's device asks.
    #[default]
    System,
}

/// A text that names no theme.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("Choose light, dark or system.")]
pub struct UnknownTheme;

impl Theme {
    /// As forms and attributes write it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Light => "light",
            Self::Dark => "dark",
            Self::System => "system",
        }
    }
}

impl FromStr for Theme {
    type Err = UnknownTheme;

    fn from_str(s: &str) -> Result<Self, Self::Err> {
        match s {
            "light" => Ok(Self::Light),
            "dark" => Ok(Self::Dark),
            "system" => Ok(Self::System),
            _ => Err(UnknownTheme),
        }
    }
}

/// The language of the pages.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(not(target_family = "wasm"), derive(schemars::JsonSchema))]
pub enum Language {
    /// As the person's browser asks.
    #[default]
    #[serde(rename = "browser")]
    AsAsked,
    /// English.
    #[serde(rename = "en")]
    English,
    /// German.
    #[serde(rename = "de")]
    German,
}

/// A text that names no language of the site.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("Choose one of the languages that the site has.")]
pub struct UnknownLanguage;

impl Language {
    /// As forms and attributes write it: its tag (RFC 5646), or `browser`.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::AsAsked => "browser",
            Self::English => "en",
            Self::German => "de",
        }
    }
}

impl FromStr for Language {
    type Err = UnknownLanguage;

    fn from_str(s: &str) -> Result<Self, Self::Err> {
        match s {
            "browser" => Ok(Self::AsAsked),
            "en" => Ok(Self::English),
            "de" => Ok(Self::German),
            _ => Err(UnknownLanguage),
        }
    }
}

/// A person as they see themselves.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Profile {
    /// Who.
    pub id: UserId,
    /// Where mail reaches them, and how they sign in.
    pub email: Email,
    /// How they appear.
    pub display_name: DisplayName,
    /// What they may do.
    pub role: Role,
    /// How they like the pages.
    pub theme: Theme,
    /// What they like to read the pages in.
    pub language: Language,
    /// Whether they have proved that mail to their address reaches them.
    pub verified: bool,
    /// When the account is erased, if they asked for that.
    #[serde(with = "time::serde::rfc3339::option")]
    pub delete_at: Option<OffsetDateTime>,
}

/// Appear by another name.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct ChangeDisplayName {
    /// The new name.
    pub display_name: DisplayName,
}

/// See the pages in another theme.
#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
pub struct ChangeTheme {
    /// The new theme.
    pub theme: Theme,
}

/// Read the pages in another language.
#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
pub struct ChangeLanguage {
    /// The new language.
    pub language: Language,
}

/// Make a person an admin. Only the site itself may: see [`kernel::Actor::System`].
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct GrantAdmin {
    /// Whose account.
    pub email: Email,
}
