//! What the chat page has to ask for before it can be shown.

use ::chat::{
    ConversationId, ConversationList, ConversationSummary, MessageId, ModelId, ModelView, Speaker,
    queries::{self, ChatPage},
};
use kernel::{Actor, Page};
use users::Profile;

use super::{conversation::Opening, editor_form::Editing, log_view::Window};
use crate::{
    error::AppError,
    flash::flash_for,
    server::{app_state, parse_id, parse_optional_id},
    session,
    state::AppState,
};

/// What the address asks for.
pub struct Asked {
    /// The open conversation.
    pub conversation: Option<String>,
    /// The window before this message.
    pub before: Option<String>,
    /// The window after this message.
    pub later: Option<String>,
    /// The window around this message, which is marked.
    pub message: Option<String>,
    /// The same, to edit it.
    pub edit: Option<String>,
    /// Where the list of conversations goes on.
    pub after: Option<String>,
    /// A conversation that has just been deleted.
    pub deleted: Option<String>,
    /// What the titles in the list have to contain.
    pub search: Option<String>,
    /// The conversation whose menu is shown without JavaScript.
    pub menu: Option<String>,
}

impl Asked {
    /// Which part of the conversation; at its end when nothing else is said.
    fn window(&self) -> Result<::chat::Window, AppError> {
        let around = self.edit.clone().or(self.message.clone());
        Ok(
            if let Some(before) = parse_optional_id(self.before.clone())? {
                ::chat::Window::Before(before)
            } else if let Some(after) = parse_optional_id(self.later.clone())? {
                ::chat::Window::After(after)
            } else {
                parse_optional_id(around)?.map_or(::chat::Window::End, ::chat::Window::Around)
            },
        )
    }
}

/// What the page shows.
pub struct Loaded {
    /// Who is signed in.
    pub profile: Profile,
    /// Their conversations.
    pub list: ConversationList,
    /// To choose from.
    pub models: Vec<ModelView>,
    /// The open conversation's id, title and model.
    pub conversation: Option<(ConversationId, Option<String>, ModelId)>,
    /// What is shown of the conversation.
    pub window: Window,
    /// A conversation that has just been deleted.
    pub deleted: Option<ConversationId>,
    /// What the list was searched for.
    pub searched: Option<String>,
    /// The conversation whose menu stands in the page.
    pub managed: Option<ConversationSummary>,
    /// What of the address a form of the list has to keep, to find what it names.
    pub keeps: Vec<(String, String)>,
    /// The id of the next message.
    pub message_id: MessageId,
    /// Seconds since 1970.
    pub now: i64,
}

/// Asks for what the page shows.
pub async fn load(asked: Asked) -> Result<Loaded, AppError> {
    let AppState { db, chat, .. } = app_state()?;
    let profile = session::profile()
        .await?
        .ok_or_else(AppError::not_signed_in)?;
    let actor = Actor::Person {
        user: profile.id,
        role: profile.role,
    };
    let after = asked.after.as_deref().and_then(|after| after.parse().ok());
    let id = parse_optional_id(asked.conversation.clone())?;
    let open = id.map(|id| Ok::<_, AppError>((id, asked.window()?)));
    let ChatPage {
        conversation,
        mut list,
        models,
    } = queries::chat_page(&chat, actor, open.transpose()?, after).await?;
    let searched = asked.search.clone().filter(|text| !text.trim().is_empty());
    if let Some(text) = &searched {
        let items = queries::search_conversations(&db, actor, text).await?;
        list = Page { items, next: None };
    }
    let managed = parse_optional_id(asked.menu)?;
    let managed = managed.and_then(|id| list.items.iter().find(|c| c.id == id).cloned());
    let keeps = [("after", asked.after), ("search", searched.clone())]
        .into_iter()
        .filter_map(|(name, value)| Some((name.to_owned(), value?)))
        .collect();
    let fresh = || MessageId::from(db.clock().uuid());
    let head = conversation
        .as_ref()
        .map(|c| (c.id, c.title.clone(), c.model_id));
    let mut window = Window::of(conversation, fresh());
    window.marked = parse_optional_id(asked.message).unwrap_or_default();
    window.editing = editing(&window, asked.edit, fresh());
    Ok(Loaded {
        list,
        models,
        deleted: asked.deleted.and_then(|id| parse_id(&id).ok()),
        searched,
        managed,
        keeps,
        message_id: fresh(),
        now: db.now().unix_timestamp(),
        conversation: head,
        window,
        profile,
    })
}

/// The message that is edited without JavaScript: the one that the address names, or the one whose
/// new text was refused.
fn editing(window: &Window, edit: Option<String>, message_id: MessageId) -> Option<Editing> {
    let refused = flash_for("/api/fn/chat/edit");
    let id = match &refused {
        Some(flash) => flash.field("edited_id"),
        None => edit?,
    };
    let edited_id = parse_id(&id).ok()?;
    let edited = window
        .messages
        .iter()
        .find(|message| message.id == edited_id && message.speaker == Speaker::User)?;
    Some(Editing {
        edited_id,
        message_id,
        text: refused
            .as_ref()
            .map_or_else(|| edited.text.clone(), |flash| flash.field("body")),
        refusal: refused.map(|flash| flash.error.message),
    })
}

/// What the island begins with.
pub fn opening(loaded: &Loaded) -> Opening {
    let refused = flash_for("/api/fn/chat/send");
    let typed = |name: &str| {
        refused
            .as_ref()
            .and_then(|flash| flash.field(name).parse::<kernel::id::Uuid>().ok())
    };
    let models = &loaded.models;
    let default = models
        .iter()
        .find(|m| m.is_default)
        .or(models.first())
        .map(|m| m.id);
    let window = &loaded.window;
    Opening {
        model: typed("model_id")
            .map(Into::into)
            .or(loaded.conversation.as_ref().map(|(_, _, model)| *model))
            .or(default),
        running: window.running(),
        parent_id: window.end(),
        empty: window.messages.is_empty(),
        focus: window.marked.is_none() && window.editing.is_none(),
        models: models.clone(),
        message_id: loaded.message_id,
        typed: refused
            .as_ref()
            .map(|flash| flash.field("body"))
            .unwrap_or_default(),
        refusal: refused.map(|flash| flash.error),
    }
}
