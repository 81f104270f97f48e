//! The table of faults: what the demo model is told to do, and what must come of it.

use chat::Failure::{self, *};

/// A fault.
#[derive(Debug, Clone, Copy)]
pub struct Case {
    /// The message to the demo model's server.
    pub directives: &'static str,
    /// Why each request failed that did.
    pub failure: Option<Failure>,
    /// Whether that is how the answer ends.
    pub is_final: bool,
    /// The text that is kept.
    pub kept: &'static str,
    /// How many requests are made.
    pub requests: u32,
}

impl Case {
    /// So many requests fail.
    pub fn failures(&self) -> u32 {
        self.requests - u32::from(!self.is_final)
    }
}

/// What arrives in three tokens of the demo model.
const KEPT: &str = "The demo model";

pub const CASES: [Case; 26] = [
    told("[[fault: status=400]]", Rejected),
    told("[[fault: status=401]]", Unauthorized),
    told("[[fault: status=404]]", UnknownModel),
    told("[[fault: status=429 retry_after=60]]", RateLimited),
    passed(
        "[[fault: status=429 retry_after=1 times=1]] [[say: fine]]",
        RateLimited,
        1,
    ),
    tried("[[fault: status=429]]", RateLimited),
    tried("[[fault: status=500]]", ProviderError),
    tried("[[fault: status=503]]", ProviderError),
    passed(
        "[[fault: status=503 times=2]] [[say: fine]]",
        ProviderError,
        2,
    ),
    tried("[[fault: cut]]", Cut),
    passed("[[fault: cut times=2]] [[say: fine]]", Cut, 2),
    kept("[[fault: cut after=3]] [[tokens: 9]]", Cut),
    kept("[[fault: end after=3]] [[tokens: 9]]", Cut),
    told("[[fault: stall]] [[tokens: 9]]", Stalled),
    kept("[[fault: stall after=3]] [[tokens: 9]]", Stalled),
    told("[[fault: malformed]] [[tokens: 9]]", Malformed),
    kept("[[fault: malformed after=3]] [[tokens: 9]]", Malformed),
    told("[[fault: html]]", Malformed),
    kept("[[fault: error after=3]] [[tokens: 9]]", ProviderError),
    told("[[fault: empty]]", Empty),
    told("[[fault: filtered]]", Rejected),
    told("[[fault: only-tool-call]] [[tokens: 9]]", Empty),
    overlooked("[[fault: tool-call]] [[say: fine]]"),
    overlooked("[[fault: unknown]] [[say: fine]]"),
    overlooked("[[fault: bytewise]] [[say: fine]]"),
    overlooked("[[fault: no-usage]] [[say: fine]]"),
];

/// It fails at once, for good.
pub const fn told(directives: &'static str, failure: Failure) -> Case {
    Case {
        directives,
        failure: Some(failure),
        is_final: true,
        kept: "",
        requests: 1,
    }
}

/// It is tried three times, in vain.
pub const fn tried(directives: &'static str, failure: Failure) -> Case {
    Case {
        requests: 3,
        ..told(directives, failure)
    }
}

/// It fails after some text.
const fn kept(directives: &'static str, failure: Failure) -> Case {
    Case {
        kept: KEPT,
        ..told(directives, failure)
    }
}

/// It goes away after so many failures.
const fn passed(directives: &'static str, failure: Failure, failures: u32) -> Case {
    Case {
        is_final: false,
        kept: "fine",
        requests: failures + 1,
        ..told(directives, failure)
    }
}

/// It does not matter.
const fn overlooked(directives: &'static str) -> Case {
    Case {
        directives,
        failure: None,
        is_final: false,
        kept: "fine",
        requests: 1,
    }
}
