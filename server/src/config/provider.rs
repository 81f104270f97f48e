//! Which models are offered, and where they run.

use reqwest::Url;
use secrecy::SecretString;

use super::env::{Env, InvalidVariable, invalid};

/// Where answers come from.
#[derive(Debug, Clone)]
pub enum Provider {
    /// An endpoint that speaks OpenAI's API.
    OpenAi(OpenAi),
    /// The built-in demo model, when no key is set.
    Demo {
        /// How fast it writes.
        tokens_per_second: u32,
    },
}

/// An endpoint that speaks OpenAI's chat completions API.
#[derive(Debug, Clone)]
pub struct OpenAi {
    /// Sent as a bearer token.
    pub api_key: SecretString,
    /// Without a slash at its end.
    pub base_url: String,
    /// At least one; the first is the default.
    pub models: Vec<OfferedModel>,
    /// The id of the one that answers when another cannot.
    pub fallback: Option<String>,
}

/// A model that people can choose.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OfferedModel {
    /// The provider's id of it.
    pub provider_id: String,
    /// Tokens: prompt and answer together.
    pub context_window: u32,
}

const DEFAULT_CONTEXT_WINDOW: u32 = 128_000;

impl Provider {
    pub(super) fn from_env(env: &Env<'_>) -> Result<Self, InvalidVariable> {
        let api_key = env.value(
            "OPENAI_API_KEY",
            "a key of letters, digits and signs",
            |text| {
                // It becomes an HTTP header.
                text.bytes()
                    .all(|b| b.is_ascii_graphic())
                    .then(|| SecretString::from(text))
            },
        )?;
        let base_url = env.value(
            "OPENAI_BASE_URL",
            "a URL such as https://api.openai.com/v1",
            base_url,
        )?;
        let models = env.value(
            "OPENAI_MODELS",
            "model ids with commas between them, each with its context window in tokens where it is not \
             128000, such as gpt-5.1,llama3.3@32768",
            models,
        )?;
        let fallback = env.text("OPENAI_FALLBACK_MODEL")?;
        let known = |id: &String| models.iter().flatten().any(|m| m.provider_id == *id);
        if fallback.as_ref().is_some_and(|id| !known(id)) {
            return Err(invalid(
                "OPENAI_FALLBACK_MODEL",
                "one of the models in OPENAI_MODELS, without a window",
                "it is set to something else",
            ));
        }
        let tokens_per_second = env
            .number("DEMO_MODEL_TOKENS_PER_SECOND", 1, 100_000)?
            .unwrap_or(50);
        match (api_key, models) {
            (Some(api_key), Some(models)) => Ok(Self::OpenAi(OpenAi {
                api_key,
                base_url: base_url.unwrap_or_else(|| "https://api.openai.com/v1".to_owned()),
                models,
                fallback,
            })),
            (Some(_), None) => Err(invalid(
                "OPENAI_MODELS",
                "the models to offer, such as gpt-5.1,llama3.3@32768",
                "it is not set while OPENAI_API_KEY is",
            )),
            // Models alone are no wish for the demo model: the key was forgotten.
            (None, Some(_)) => Err(invalid(
                "OPENAI_API_KEY",
                "the provider's key (any word for a provider that asks for none)",
                "it is not set while OPENAI_MODELS is",
            )),
            (None, None) => Ok(Self::Demo { tokens_per_second }),
        }
    }
}

fn base_url(text: &str) -> Option<String> {
    let url = Url::parse(text).ok()?;
    let usable =
        matches!(url.scheme(), "http" | "https") && url.has_host() && url.query().is_none();
    usable.then(|| text.trim_end_matches('/').to_owned())
}

fn models(text: &str) -> Option<Vec<OfferedModel>> {
    let mut models: Vec<OfferedModel> = Vec::new();
    for part in text.split(',').map(str::trim) {
        let (id, window) = match part.rsplit_once('@') {
            Some((id, window)) => (
                id,
                window
                    .parse()
                    .ok()
                    .filter(|n| (1..=i32::MAX as u32).contains(n))?,
            ),
            None => (part, DEFAULT_CONTEXT_WINDOW),
        };
        let known = models.iter().any(|m| m.provider_id == id);
        if known || id.is_empty() || id.contains(|c: char| c.is_whitespace() || c.is_control()) {
            return None;
        }
        models.push(OfferedModel {
            provider_id: id.to_owned(),
            context_window: window,
        });
    }
    Some(models)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_window_follows_an_at_sign() {
        let read = models("gpt-5.1, meta/llama3.3:70b@32768").expect("valid");
        let read: Vec<_> = read
            .iter()
            .map(|m| (m.provider_id.as_str(), m.context_window))
            .collect();
        assert_eq!(read, [("gpt-5.1", 128_000), ("meta/llama3.3:70b", 32_768)]);
    }

    #[test]
    fn nonsense_is_no_list_of_models() {
        for bad in [
            "a,,b",
            "a@",
            "a@0",
            "a@-1",
            "a@99999999999",
            "a b",
            "a,a",
            "@5",
            ",",
        ] {
            assert_eq!(models(bad), None, "{bad:?}");
        }
    }

    #[test]
    fn a_base_url_is_http_and_loses_its_slash() {
        assert_eq!(
            base_url("http://localhost:11434/v1/").as_deref(),
            Some("http://localhost:11434/v1")
        );
        for bad in [
            "localhost:11434",
            "ftp://x/v1",
            "https://",
            "https://x/v1?key=1",
        ] {
            assert_eq!(base_url(bad), None, "{bad:?}");
        }
    }
}
