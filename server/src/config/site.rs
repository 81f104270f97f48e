//! The site's own options, which cargo-leptos and the running server share.

use std::{net::SocketAddr, path::Path};

use leptos::config::{Env as LeptosEnv, LeptosOptions, get_configuration};

use super::{
    Environment,
    env::{Env, InvalidVariable, invalid},
};

/// In the working directory; a test keeps it equal to Cargo.toml, which a container does not have.
const FILE: &str = "Leptos.toml";

pub(super) fn options(
    env: &Env<'_>,
    environment: Environment,
) -> Result<LeptosOptions, InvalidVariable> {
    let addr = env.value(
        "LEPTOS_SITE_ADDR",
        "an address such as 127.0.0.1:3000",
        |text| text.parse::<SocketAddr>().ok(),
    )?;
    let mut options = match Path::new(FILE).is_file() {
        true => {
            get_configuration(Some(FILE))
                .map_err(|e| incomplete(&e))?
                .leptos_options
        }
        false => LeptosOptions::builder()
            .output_name("parlance")
            .site_root("site")
            .hash_files(true)
            .build(),
    };
    if let Some(addr) = addr {
        options.site_addr = addr;
    }
    // One switch for both: production pages carry no code for reloading on a change.
    options.env = if environment.is_production() {
        LeptosEnv::PROD
    } else {
        LeptosEnv::DEV
    };
    Ok(options)
}

fn incomplete(error: &impl std::fmt::Display) -> InvalidVariable {
    let problem = error.to_string();
    let problem = problem.lines().next().unwrap_or_default();
    invalid("LEPTOS_*", format!("options that go with {FILE}"), problem)
}
