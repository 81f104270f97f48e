//! The provider and its models, by the configuration.

use std::{net::SocketAddr, time::Duration};

use chat::commands::OfferedModel;

use crate::{
    config::{OpenAi, Provider},
    demo_model,
};

/// The provider, and what it offers. Without one, the demo model is started on a port of its own
/// and reached like any other.
pub(super) async fn provider(provider: &Provider) -> anyhow::Result<(OpenAi, Vec<OfferedModel>)> {
    match provider {
        Provider::OpenAi(settings) => Ok((
            settings.clone(),
            settings
                .models
                .iter()
                .map(|m| offered(m, settings))
                .collect(),
        )),
        Provider::Demo { tokens_per_second } => {
            let options = demo_model::Options {
                tokens_per_second: *tokens_per_second,
                first_token: Duration::from_millis(250),
                faults: false,
            };
            let (addr, _) =
                demo_model::spawn(SocketAddr::from(([127, 0, 0, 1], 0)), options).await?;
            let settings = OpenAi {
                api_key: "demo".into(),
                base_url: format!("http://{addr}/v1"),
                models: Vec::new(),
                fallback: None,
            };
            Ok((settings, vec![demo()]))
        }
    }
}

fn offered(model: &crate::config::OfferedModel, settings: &OpenAi) -> OfferedModel {
    OfferedModel {
        provider_id: model.provider_id.clone(),
        name: model.provider_id.clone(),
        context_window: i32::try_from(model.context_window).unwrap_or(i32::MAX),
        is_demo: false,
        is_fallback: settings.fallback.as_ref() == Some(&model.provider_id),
    }
}

fn demo() -> OfferedModel {
    OfferedModel {
        provider_id: demo_model::MODEL_ID.to_owned(),
        name: "Demo model".to_owned(),
        context_window: i32::try_from(demo_model::CONTEXT_WINDOW).unwrap_or(i32::MAX),
        is_demo: true,
        is_fallback: false,
    }
}
