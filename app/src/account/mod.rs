//! Accounts: signing up, in and out, and the settings.

pub mod api;
pub mod shortcut_choice;
pub mod theme_choice;

#[cfg(feature = "ssr")]
mod device;
#[cfg(feature = "ssr")]
mod export;
#[cfg(feature = "ssr")]
pub mod export_api;
#[cfg(feature = "ssr")]
mod language_choice;
#[cfg(feature = "ssr")]
mod leaving;
#[cfg(feature = "ssr")]
pub mod leaving_api;
#[cfg(feature = "ssr")]
pub mod next;
#[cfg(feature = "ssr")]
mod password_field;
#[cfg(feature = "ssr")]
mod recovery;
#[cfg(feature = "ssr")]
pub mod recovery_api;
#[cfg(feature = "ssr")]
mod settings;
#[cfg(feature = "ssr")]
mod sign_in;
#[cfg(feature = "ssr")]
mod sign_up;
#[cfg(feature = "ssr")]
mod verification;
#[cfg(feature = "ssr")]
pub mod verification_api;
#[cfg(feature = "ssr")]
pub use {
    export::ExportPage,
    language_choice::{Languages, locale_of},
    leaving::{DeletePage, LeavingPage},
    recovery::{ForgotPage, ResetPage},
    settings::SettingsPage,
    sign_in::SignInPage,
    sign_up::SignUpPage,
    verification::{VerifyPage, WelcomePage},
};
