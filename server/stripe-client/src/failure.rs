//! From async-stripe's errors to the domain's.

use payments::billing::ProviderError;
use stripe::StripeError;

/// What an error means. Its text may hold what people typed, so only codes are taken over.
pub fn read(error: StripeError) -> ProviderError {
    match error {
        StripeError::Stripe(error, status) => {
            let code = error.code.map(|code| code.as_str().to_owned());
            by_status(status, code, error.type_.as_str())
        }
        StripeError::JSONDeserialize(_) => {
            ProviderError::Unavailable("an answer that cannot be read".to_owned())
        }
        StripeError::ClientError(_) => ProviderError::Unavailable("no connection".to_owned()),
        StripeError::ConfigError(_) => ProviderError::Refused("configuration".to_owned()),
        StripeError::Timeout => ProviderError::Unavailable("no answer in time".to_owned()),
    }
}

/// <https://docs.stripe.com/api/errors>
fn by_status(status: u16, code: Option<String>, kind: &str) -> ProviderError {
    let word = code.unwrap_or_else(|| kind.to_owned());
    match status {
        402 => ProviderError::Declined,
        404 => ProviderError::NotFound,
        400 if word == "resource_missing" => ProviderError::NotFound,
        409 | 424 | 429 | 500.. => ProviderError::Unavailable(format!("{status} {word}")),
        _ => ProviderError::Refused(word),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_may_go_well_another_time_is_tried_again() {
        let of = |status| by_status(status, Some("x".to_owned()), "api_error");
        for again in [409, 429, 500, 503] {
            assert!(
                matches!(of(again), ProviderError::Unavailable(_)),
                "{again}"
            );
        }
        for never in [400, 401, 403] {
            assert_eq!(of(never), ProviderError::Refused("x".to_owned()));
        }
        assert_eq!(of(402), ProviderError::Declined);
        assert_eq!(of(404), ProviderError::NotFound);
        let missing = by_status(400, Some("resource_missing".to_owned()), "");
        assert_eq!(missing, ProviderError::NotFound);
    }
}
