//! Where whoever runs the site looks at the process.

use std::net::{Ipv4Addr, SocketAddr};

use super::{
    Environment,
    env::{Env, InvalidVariable},
};

/// The port that OpenTelemetry's exporters for Prometheus use.
const PORT: u16 = 9464;

/// In development nobody scrapes, and several sites may run at once: off unless it is set.
pub(super) fn addr(
    env: &Env<'_>,
    environment: Environment,
) -> Result<Option<SocketAddr>, InvalidVariable> {
    let set = env.value(
        "MANAGEMENT_ADDR",
        "an address such as 127.0.0.1:9464, or off",
        |text| match text {
            "off" => Some(None),
            addr => addr.parse().ok().map(Some),
        },
    )?;
    let usual = environment
        .is_production()
        .then(|| SocketAddr::from((Ipv4Addr::LOCALHOST, PORT)));
    Ok(set.unwrap_or(usual))
}
