//! Events on their way: the relay, the consumers, dead letters. On a real Postgres and, where it
//! says so, a real broker (`scripts/kafka.sh start test`); faults that a real one shows rarely are
//! injected by librdkafka's mock cluster.

mod dead_letters;
mod faults;
mod group;
mod on_the_wire;
mod private;
mod rebuild;
mod support;
