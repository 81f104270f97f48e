//! The link of an export: signed (HMAC-SHA256, RFC 2104) with a key that is made once and kept in the
//! database, where every process finds it.

use hmac::{Hmac, Mac};
use kernel::{Db, Internal};
use sha2::Sha256;
use time::OffsetDateTime;

use crate::ExportId;

/// The path and query of an export's link, good until then.
pub async fn make(db: &Db, export: ExportId, until: OffsetDateTime) -> Result<String, Internal> {
    let expires = until.unix_timestamp();
    let signature = mac(db, export, expires).await?.finalize().into_bytes();
    let signature: String = signature.iter().map(|byte| format!("{byte:02x}")).collect();
    Ok(format!(
        "/exports/{export}?expires={expires}&signature={signature}"
    ))
}

/// Whether a link is ours and still good. Compared in constant time.
pub async fn is_good(
    db: &Db,
    export: ExportId,
    expires: i64,
    signature: &str,
) -> Result<bool, Internal> {
    if expires <= db.now().unix_timestamp() {
        return Ok(false);
    }
    let Some(signature) = bytes_of(signature) else {
        return Ok(false);
    };
    Ok(mac(db, export, expires)
        .await?
        .verify_slice(&signature)
        .is_ok())
}

fn bytes_of(hex: &str) -> Option<Vec<u8>> {
    if hex.len() != 64 || !hex.bytes().all(|b| b.is_ascii_hexdigit()) {
        return None;
    }
    (0..hex.len())
        .step_by(2)
        .map(|at| u8::from_str_radix(&hex[at..at + 2], 16).ok())
        .collect()
}

async fn mac(db: &Db, export: ExportId, expires: i64) -> Result<Hmac<Sha256>, Internal> {
    let key = key(db).await?;
    let mut mac = Hmac::<Sha256>::new_from_slice(&key).map_err(|e| Internal::new(e.to_string()))?;
    mac.update(format!("export {export} until {expires}").as_bytes());
    Ok(mac)
}

/// The key; whoever asks first makes it.
async fn key(db: &Db) -> Result<Vec<u8>, Internal> {
    let found = sqlx::query_scalar!("select key from export_keys")
        .fetch_optional(db.pool())
        .await?;
    if let Some(key) = found {
        return Ok(key);
    }
    let mut fresh = [0u8; 32];
    getrandom::fill(&mut fresh).map_err(|e| Internal::new(e.to_string()))?;
    // Of two who make one at once, both take the first.
    sqlx::query!(
        "insert into export_keys (key, made_at) values ($1, $2) on conflict do nothing",
        &fresh,
        db.now(),
    )
    .execute(db.pool())
    .await?;
    Ok(sqlx::query_scalar!("select key from export_keys")
        .fetch_one(db.pool())
        .await?)
}

#[cfg(test)]
mod tests {
    use super::bytes_of;

    #[test]
    fn only_a_whole_signature_is_one() {
        assert_eq!(bytes_of(&"0f".repeat(32)), Some(vec![15; 32]));
        for other in [
            "",
            "0f",
            &"0g".repeat(32),
            &"é".repeat(32),
            &"+f".repeat(32),
        ] {
            assert_eq!(bytes_of(other), None, "{other}");
        }
    }
}
