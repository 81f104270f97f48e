//! What the domains ask of the world outside, over the network.

pub mod openai;
