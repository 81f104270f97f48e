//! Random steps, against a small model of the tree.

use std::collections::HashMap;

use proptest::{prelude::*, strategy::ValueTree, test_runner::TestRunner};

use super::*;

/// What is done, to which of the messages that there are.
#[derive(Debug, Clone, Copy)]
enum Step {
    Send,
    SendAfter(usize),
    Edit(usize),
    Regenerate(usize),
    Continue(usize),
    Switch(usize),
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let one = prop_oneof![
        2 => Just(Step::Send),
        2 => any::<usize>().prop_map(Step::SendAfter),
        2 => any::<usize>().prop_map(Step::Edit),
        2 => any::<usize>().prop_map(Step::Regenerate),
        1 => any::<usize>().prop_map(Step::Continue),
        3 => any::<usize>().prop_map(Step::Switch),
    ];
    proptest::collection::vec(one, 10..20)
}

struct Message {
    id: MessageId,
    parent: Option<MessageId>,
    text: String,
    is_answer: bool,
}

/// What should be there.
#[derive(Default)]
struct Model {
    messages: Vec<Message>,
    shown: HashMap<MessageId, MessageId>,
    head: Option<MessageId>,
}

impl Model {
    fn get(&self, id: MessageId) -> &Message {
        self.messages.iter().find(|m| m.id == id).expect("known")
    }

    /// One of those that speak as asked.
    fn pick(&self, n: usize, answers: bool) -> &Message {
        let those: Vec<_> = self
            .messages
            .iter()
            .filter(|m| m.is_answer == answers)
            .collect();
        those[n % those.len()]
    }

    fn add(&mut self, id: MessageId, parent: Option<MessageId>, text: String, is_answer: bool) {
        self.messages.push(Message {
            id,
            parent,
            text,
            is_answer,
        });
        self.show(id);
    }

    fn show(&mut self, id: MessageId) {
        for pair in self.way_to(id).windows(2) {
            self.shown.insert(pair[0], pair[1]);
        }
        let mut leaf = id;
        while let Some(child) = self.shown.get(&leaf) {
            leaf = *child;
        }
        self.head = Some(leaf);
    }

    /// From the first message on.
    fn way_to(&self, id: MessageId) -> Vec<MessageId> {
        let mut way = vec![id];
        while let Some(parent) = self.get(way[0]).parent {
            way.insert(0, parent);
        }
        way
    }

    /// What beside this message is in its place, with it, in the order of making.
    fn siblings(&self, id: MessageId) -> Vec<MessageId> {
        let parent = self.get(id).parent;
        let beside = self.messages.iter().filter(|m| m.parent == parent);
        beside.map(|m| m.id).collect()
    }
}

/// A site, somebody's conversation there, and what should be in it.
struct Trial<'a> {
    site: &'a Site,
    actor: Actor,
    id: ConversationId,
    model: Model,
    count: usize,
}

impl Trial<'_> {
    fn next_text(&mut self, of: &str) -> String {
        self.count += 1;
        format!("{of}{}", self.count)
    }

    async fn take(&mut self, step: Step) {
        match step {
            Step::Send => {
                let command = self.site.message(Some(self.id), &self.next_text("q"));
                self.send(command, self.model.head).await;
            }
            Step::SendAfter(n) => {
                let parent = self.model.pick(n, true).id;
                let command = after(self.site, self.id, parent, &self.next_text("q"));
                self.send(command, Some(parent)).await;
            }
            Step::Edit(n) => {
                let (edited, parent) = {
                    let message = self.model.pick(n, false);
                    (message.id, message.parent)
                };
                let command = edit(self.site, edited, &self.next_text("q"));
                let sent = edit_message(&self.site.engine, self.actor, command)
                    .await
                    .expect("edited");
                self.sent(sent, parent).await;
            }
            Step::Regenerate(n) => {
                let original = self.model.pick(n, true);
                let (id, question) = (original.id, original.parent);
                let command = again(self.site, id);
                let made = regenerate_answer(&self.site.engine, self.actor, command).await;
                self.answered(made.expect("asked").answer, question, "")
                    .await;
            }
            Step::Continue(n) => {
                let original = self.model.pick(n, true);
                let (id, question, text) = (original.id, original.parent, original.text.clone());
                let command = more(self.site, id);
                let made = continue_answer(&self.site.engine, self.actor, command).await;
                self.answered(made.expect("asked").answer, question, &text)
                    .await;
            }
            Step::Switch(n) => {
                self.switch(self.model.messages[n % self.model.messages.len()].id)
                    .await
            }
        }
    }

    async fn send(&mut self, command: SendMessage, parent: Option<MessageId>) {
        let sent = send_message(&self.site.engine, self.actor, command)
            .await
            .expect("sent");
        self.sent(sent, parent).await;
    }

    async fn sent(&mut self, sent: Sent, parent: Option<MessageId>) {
        self.model
            .add(sent.message.id, parent, sent.message.text, false);
        self.answered(sent.answer, Some(sent.message.id), "").await;
    }

    async fn answered(&mut self, answer: MessageView, question: Option<MessageId>, begun: &str) {
        let said = self.next_text("a");
        write(self.site, self.actor, &answer, &said).await;
        self.model
            .add(answer.id, question, format!("{begun}{said}"), true);
    }

    async fn switch(&mut self, message_id: MessageId) {
        let command = ShowBranch { message_id };
        let branch = show_branch(&self.site.engine, self.actor, command)
            .await
            .expect("shown");
        assert_eq!(branch.messages[0].id, message_id);
        self.model.show(message_id);
    }

    /// Nothing is lost or changed, and what is shown is what should be.
    async fn check(&self) {
        let stored: Vec<(kernel::id::Uuid, Option<kernel::id::Uuid>, String)> =
            sqlx::query_as("select id, parent_id, body from messages where conversation_id = $1")
                .bind(self.id.0)
                .fetch_all(self.site.db.pool())
                .await
                .expect("messages");
        assert_eq!(stored.len(), self.model.messages.len());
        for (id, parent, body) in stored {
            let known = self.model.get(MessageId(id));
            assert_eq!((known.parent.map(|p| p.0), &known.text), (parent, &body));
        }
        let view = open_conversation(&self.site.engine, self.actor, self.id, Window::End)
            .await
            .expect("opened");
        let shown: Vec<_> = view.messages.items.iter().map(|m| m.id).collect();
        let head = self.model.head.expect("a head");
        assert_eq!(shown, self.model.way_to(head));
        assert!(!self.model.shown.contains_key(&head), "the head is a leaf");
        for message in &view.messages.items {
            let siblings = self.model.siblings(message.id);
            let at = siblings.iter().position(|s| *s == message.id).expect("it");
            let expected = (siblings.len() > 1).then(|| Siblings {
                position: u32::try_from(at + 1).expect("few"),
                count: u32::try_from(siblings.len()).expect("few"),
                previous: at.checked_sub(1).map(|at| siblings[at]),
                next: siblings.get(at + 1).copied(),
            });
            assert_eq!(message.siblings, expected);
        }
        // Every way from above leads to what is shown.
        let after = Window::After(shown[0]);
        let rest = open_conversation(&self.site.engine, self.actor, self.id, after)
            .await
            .expect("opened");
        let below: Vec<_> = rest.messages.items.iter().map(|m| m.id).collect();
        assert_eq!(below, shown[1..]);
    }
}

#[sqlx::test(migrator = "kernel::MIGRATOR")]
async fn whatever_is_done_nothing_is_lost_and_every_message_is_reached(pool: PgPool) {
    let site = Site::new(pool).await;
    let actor = site.person().await;
    let mut runner = TestRunner::deterministic();
    for _ in 0..8 {
        let steps = steps().new_tree(&mut runner).expect("steps").current();
        println!("{steps:?}");
        let first = site.send(actor, None, "q0").await.expect("sent");
        let mut trial = Trial {
            site: &site,
            actor,
            id: first.conversation_id,
            model: Model::default(),
            count: 0,
        };
        trial.sent(first, None).await;
        for step in steps {
            trial.take(step).await;
            trial.check().await;
        }
        for id in trial
            .model
            .messages
            .iter()
            .map(|m| m.id)
            .collect::<Vec<_>>()
        {
            trial.switch(id).await;
            trial.check().await;
        }
    }
}
