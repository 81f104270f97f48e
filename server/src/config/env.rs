//! Reads single environment variables, and says in one line what is wrong with one.

use std::{
    cell::RefCell,
    collections::BTreeSet,
    ffi::OsString,
    fmt::{self, Display},
};

/// A variable that is missing or cannot be understood. Shown as one line; never shows a value,
/// because the wrong value of a secret is still a secret.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{variable}: wants {wants}; {problem}")]
pub struct InvalidVariable {
    /// Which.
    pub variable: &'static str,
    /// What a right value is.
    pub wants: String,
    /// What is wrong with the one that is there.
    pub problem: String,
}

type Lookup<'a> = Box<dyn Fn(&str) -> Option<OsString> + 'a>;

/// Where variables come from: the process's environment, or a table in tests.
pub struct Env<'a> {
    lookup: Lookup<'a>,
    asked: RefCell<BTreeSet<&'static str>>,
}

impl fmt::Debug for Env<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Env")
            .field("asked", &self.asked)
            .finish_non_exhaustive()
    }
}

impl<'a> Env<'a> {
    /// The environment of this process.
    pub fn of_process() -> Self {
        Self::from_fn(|name| std::env::var_os(name))
    }

    /// Variables told by `lookup`.
    pub fn from_fn(lookup: impl Fn(&str) -> Option<OsString> + 'a) -> Self {
        Self {
            lookup: Box::new(lookup),
            asked: RefCell::default(),
        }
    }

    /// The names of all variables that were asked for so far.
    pub fn asked(&self) -> BTreeSet<&'static str> {
        self.asked.borrow().clone()
    }

    /// The variable's text without white space around it. An empty variable counts as unset:
    /// container platforms cannot always leave one out.
    pub fn text(&self, name: &'static str) -> Result<Option<String>, InvalidVariable> {
        self.asked.borrow_mut().insert(name);
        let Some(raw) = (self.lookup)(name) else {
            return Ok(None);
        };
        let text = raw
            .into_string()
            .map_err(|_| invalid(name, "text in UTF-8", "it holds other bytes"))?;
        let text = text.trim();
        Ok((!text.is_empty()).then(|| text.to_owned()))
    }

    /// The variable as a value; `None` when it is unset. `parse` answers `None` for a value that
    /// is not what the variable `wants`.
    pub fn value<T>(
        &self,
        name: &'static str,
        wants: &str,
        parse: impl FnOnce(&str) -> Option<T>,
    ) -> Result<Option<T>, InvalidVariable> {
        self.text(name)?
            .map(|text| {
                parse(&text).ok_or_else(|| invalid(name, wants, "it is set to something else"))
            })
            .transpose()
    }

    /// A whole number within bounds.
    pub fn number<T>(
        &self,
        name: &'static str,
        min: T,
        max: T,
    ) -> Result<Option<T>, InvalidVariable>
    where
        T: std::str::FromStr + PartialOrd + Display + Copy,
    {
        self.value(
            name,
            &format!("a whole number from {min} to {max}"),
            |text| text.parse().ok().filter(|n| *n >= min && *n <= max),
        )
    }
}

/// Says what is wrong with a variable.
pub fn invalid(
    variable: &'static str,
    wants: impl Into<String>,
    problem: impl Into<String>,
) -> InvalidVariable {
    InvalidVariable {
        variable,
        wants: wants.into(),
        problem: problem.into(),
    }
}
