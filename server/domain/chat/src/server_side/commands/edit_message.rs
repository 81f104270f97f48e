use kernel::Actor;

use crate::{EditMessage, Engine, Sent, error::Error};

/// Is being written.
pub async fn edit_message(_: &Engine, _: Actor, _: EditMessage) -> Result<Sent, Error> {
    Err(Error::NotFound)
}
