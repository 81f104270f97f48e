//! Where in the tree of messages something new may stand.

use crate::{MessageId, MessageStatus, Speaker, error::Error};

/// How many answers are written at once in one conversation: enough for a few devices or
/// attempts, too few to run up a bill by mistake.
pub const MOST_RUNNING: usize = 3;

/// A message's place in the tree, and how it stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Node {
    /// `None` for one that begins the conversation.
    pub parent_id: Option<MessageId>,
    /// Who speaks.
    pub speaker: Speaker,
    /// How it stands.
    pub status: MessageStatus,
}

/// A message, and what goes on in its conversation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Place {
    /// `None` when the conversation has no such message.
    pub node: Option<Node>,
    /// Answers being written in the conversation, on any branch.
    pub running: usize,
}

impl Place {
    /// A person may speak after an answer that has ended.
    ///
    /// # Errors
    /// [`Error::NotFound`] unless it is an answer; [`Error::Busy`] while it or
    /// [`MOST_RUNNING`] others are being written.
    pub fn may_be_followed(self) -> Result<(), Error> {
        self.answer()?;
        self.may_run()
    }

    /// A person may say something else in the place of what they said; gives the parent.
    ///
    /// # Errors
    /// [`Error::NotFound`] unless a person said it; [`Error::Busy`] while [`MOST_RUNNING`]
    /// answers are being written.
    pub fn may_be_edited(self) -> Result<Option<MessageId>, Error> {
        let node = self.node.filter(|n| n.speaker == Speaker::User);
        let node = node.ok_or(Error::NotFound)?;
        self.may_run()?;
        Ok(node.parent_id)
    }

    /// A model may answer once more, or carry on, once an answer has ended; gives the question.
    ///
    /// # Errors
    /// As [`Place::may_be_followed`].
    pub fn may_be_answered_again(self) -> Result<MessageId, Error> {
        let answer = self.answer()?;
        self.may_run()?;
        answer.parent_id.ok_or(Error::NotFound)
    }

    /// The answer here, if it has ended.
    fn answer(self) -> Result<Node, Error> {
        match self.node {
            Some(n) if n.speaker != Speaker::Assistant => Err(Error::NotFound),
            Some(n) if n.status == MessageStatus::Streaming => Err(Error::Busy),
            node => node.ok_or(Error::NotFound),
        }
    }

    fn may_run(self) -> Result<(), Error> {
        match self.running < MOST_RUNNING {
            true => Ok(()),
            false => Err(Error::Busy),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use kernel::id::Uuid;

    fn place(speaker: Speaker, status: MessageStatus, running: usize) -> Place {
        let parent_id = Some(MessageId(Uuid::nil()));
        let node = Some(Node {
            parent_id,
            speaker,
            status,
        });
        Place { node, running }
    }

    #[test]
    fn what_is_not_there_can_neither_be_followed_nor_edited_nor_answered_again() {
        let nowhere = Place {
            node: None,
            running: 0,
        };
        assert!(matches!(nowhere.may_be_followed(), Err(Error::NotFound)));
        assert!(matches!(nowhere.may_be_edited(), Err(Error::NotFound)));
        assert!(matches!(
            nowhere.may_be_answered_again(),
            Err(Error::NotFound)
        ));
    }

    #[test]
    fn only_ended_answers_are_followed_and_answered_again() {
        for ended in [
            MessageStatus::Complete,
            MessageStatus::Stopped,
            MessageStatus::Failed,
            MessageStatus::Interrupted,
        ] {
            let answer = place(Speaker::Assistant, ended, 2);
            assert!(answer.may_be_followed().is_ok() && answer.may_be_answered_again().is_ok());
        }
        let streaming = place(Speaker::Assistant, MessageStatus::Streaming, 1);
        assert!(matches!(streaming.may_be_followed(), Err(Error::Busy)));
        assert!(matches!(
            streaming.may_be_answered_again(),
            Err(Error::Busy)
        ));
    }

    #[test]
    fn each_speakers_messages_allow_what_is_theirs() {
        let said = place(Speaker::User, MessageStatus::Complete, 0);
        assert!(said.may_be_edited().is_ok());
        assert!(matches!(said.may_be_followed(), Err(Error::NotFound)));
        let answer = place(Speaker::Assistant, MessageStatus::Complete, 0);
        assert!(matches!(answer.may_be_edited(), Err(Error::NotFound)));
    }

    #[test]
    fn nothing_runs_beyond_the_limit() {
        let said = place(Speaker::User, MessageStatus::Complete, MOST_RUNNING);
        let answer = place(Speaker::Assistant, MessageStatus::Complete, MOST_RUNNING);
        assert!(matches!(said.may_be_edited(), Err(Error::Busy)));
        assert!(matches!(answer.may_be_followed(), Err(Error::Busy)));
        assert!(matches!(answer.may_be_answered_again(), Err(Error::Busy)));
    }
}
