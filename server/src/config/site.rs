//! The site's own options, which cargo-leptos and the running server share.

use std::{net::SocketAddr, path::Path};

use leptos::config::{Env as LeptosEnv, LeptosOptions, get_configuration};

use super::{
    Environment,
    env::{Env, InvalidVariable, invalid},
};

/// Read in this order; in a container there is no Cargo.toml.
const FILES: [&str; 2] = ["Leptos.toml", "Cargo.toml"];

pub(super) fn options(env: &Env<'_>, environment: Environment) -> Result<LeptosOptions, InvalidVariable> {
    let addr = env.value("LEPTOS_SITE_ADDR", "an address such as 127.0.0.1:3000", |text| {
        text.parse::<SocketAddr>().ok()
    })?;
    let file = FILES.into_iter().find(|file| Path::new(file).is_file());
    let mut options = match file {
        Some(file) => get_configuration(Some(file))
            .map(|found| found.leptos_options)
            .map_err(|e| {
                let problem = e.to_string();
                let line = problem.lines().next().unwrap_or_default().to_owned();
                invalid("LEPTOS_*", format!("options that complete {file}"), line)
            })?,
        None => LeptosOptions::builder()
            .output_name("parlance")
            .site_root("site")
            .hash_files(true)
            .build(),
    };
    if let Some(addr) = addr {
        options.site_addr = addr;
    }
    // One switch for both: production pages carry no code for reloading on a change.
    options.env = if environment.is_production() { LeptosEnv::PROD } else { LeptosEnv::DEV };
    Ok(options)
}
