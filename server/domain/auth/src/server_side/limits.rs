//! How often something may be asked for that costs others something: their inbox, our good name with
//! mail servers.

use std::net::IpAddr;

use kernel::{Db, Tx};
use sha2::{Digest, Sha256};
use time::Duration;
use users::Email;

/// So often within [`WINDOW`] for one address: enough for whoever mistypes, and no flood.
const PER_ADDRESS: i32 = 3;
/// So often within [`WINDOW`] from one network: an office shares one.
const PER_NETWORK: i32 = 20;
/// From the first request that is counted.
const WINDOW: Duration = Duration::hours(1);

/// Counts a request about an address; `false` when there were too many.
pub(crate) async fn of_address(
    tx: &mut Tx,
    what: &str,
    email: &Email,
) -> Result<bool, sqlx::Error> {
    let address = email.as_str().to_ascii_lowercase();
    Ok(count(tx, &format!("{what} address {address}")).await? <= PER_ADDRESS)
}

/// Counts a request from a network; `false` when there were too many. Who cannot be told apart from
/// others is not counted.
pub(crate) async fn of_network(
    tx: &mut Tx,
    what: &str,
    from: Option<IpAddr>,
) -> Result<bool, sqlx::Error> {
    let Some(from) = from else { return Ok(true) };
    Ok(count(tx, &format!("{what} network {}", network(from))).await? <= PER_NETWORK)
}

/// What one subscriber gets: of IPv6 a /64 at least (RFC 6177).
fn network(address: IpAddr) -> String {
    match address.to_canonical() {
        IpAddr::V4(address) => address.to_string(),
        IpAddr::V6(address) => {
            let [a, b, c, d, ..] = address.segments();
            format!("{a:x}:{b:x}:{c:x}:{d:x}")
        }
    }
}

/// The how manieth it is.
async fn count(tx: &mut Tx, key: &str) -> Result<i32, sqlx::Error> {
    let now = tx.now();
    sqlx::query_scalar!(
        "insert into request_counts (key, count, until) values ($1, 1, $3)
         on conflict (key) do update set
             count = case when request_counts.until <= $2 then 1 else request_counts.count + 1 end,
             until = case when request_counts.until <= $2 then $3 else request_counts.until end
         returning count",
        Sha256::digest(key).to_vec(),
        now,
        now + WINDOW,
    )
    .fetch_one(tx.conn())
    .await
}

/// Removes what is left of links and counts that have run out, and devices not seen for more than a year. To be
/// called now and then.
///
/// # Errors
/// When the database cannot be reached.
#[tracing::instrument(name = "auth.delete_outdated", skip_all)]
pub async fn delete_outdated(db: &Db) -> Result<(), sqlx::Error> {
    let now = db.now();
    sqlx::query!("delete from request_counts where until <= $1", now)
        .execute(db.pool())
        .await?;
    sqlx::query!("delete from mail_links where expires_at <= $1", now)
        .execute(db.pool())
        .await?;
    super::sign_ups::delete_outdated(db).await?;
    // Given up long ago.
    sqlx::query!(
        "delete from mails where queued_at <= $1",
        now - Duration::days(2)
    )
    .execute(db.pool())
    .await?;
    sqlx::query!(
        "delete from known_devices where seen_at <= $1",
        now - Duration::days(400)
    )
    .execute(db.pool())
    .await?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::network;

    #[test]
    fn a_network_is_what_one_subscriber_gets() {
        let of = |address: &str| network(address.parse().expect("an address"));
        assert_eq!(of("192.0.2.1"), "192.0.2.1");
        assert_eq!(of("::ffff:192.0.2.1"), "192.0.2.1");
        assert_eq!(of("2001:db8:1:2:3:4:5:6"), of("2001:db8:1:2::9"));
        assert_ne!(of("2001:db8:1:2::9"), of("2001:db8:1:3::9"));
    }
}
