//! Identifiers.

kernel::id! {
    /// What a person has to spend; outlives their account, without naming them.
    WalletId
}
kernel::id! {
    /// Credit that came at once.
    LotId
}
kernel::id! {
    /// A transaction of the ledger.
    TransactionId
}
kernel::id! {
    /// A row of the price book: a model's prices from some time on.
    PriceId
}
