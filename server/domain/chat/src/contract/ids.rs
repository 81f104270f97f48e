kernel::id! {
    /// A conversation.
    ConversationId
}
kernel::id! {
    /// A message. The sender chooses it, so that a request sent twice makes one message.
    MessageId
}
kernel::id! {
    /// One run of a model for one answer.
    GenerationId
}
kernel::id! {
    /// A model that people can choose.
    ModelId
}
