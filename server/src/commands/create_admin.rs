//! `server create-admin`.

use std::io::{BufRead, IsTerminal, stdin};

use anyhow::{Context, bail};
use auth::{
    CreateAdmin, Hasher, HashingOptions, Password,
    commands::{AdminCreated, create_admin},
};
use kernel::{Actor, Clock, Db};
use users::Email;

use crate::{
    config::Config,
    database::{self, Standing},
};

/// Makes an account that may administer the site.
pub(crate) async fn run(config: Config, email: &str) -> anyhow::Result<()> {
    let email = Email::parse(email).context("--email")?;
    let pool = database::pool(&config.database);
    let standing = database::standing(&pool).await;
    if standing != Standing::Current {
        bail!("{}", standing.explain());
    }
    let (password, generated) = match typed()? {
        Some(typed) => (typed, false),
        None => (generate()?, true),
    };
    let shown = password.clone();
    let password = Password::parse(password).context("the password")?;
    let db = Db::new(pool, Clock::system());
    let hasher = Hasher::new(HashingOptions::default())?;
    let command = CreateAdmin {
        email: email.clone(),
        password,
    };
    match create_admin(&db, &hasher, Actor::System, command).await? {
        AdminCreated::Promoted(_) => println!(
            "{} is an admin now, with the password it had",
            email.as_str()
        ),
        AdminCreated::New(_) if generated => {
            println!(
                "{} is an admin now; its password, shown only here: {shown}",
                email.as_str()
            );
        }
        AdminCreated::New(_) => println!("{} is an admin now", email.as_str()),
    }
    Ok(())
}

/// The first line of standard input; `None` when it is empty.
fn typed() -> anyhow::Result<Option<String>> {
    if stdin().is_terminal() {
        eprintln!("Password for a new account (15 characters or more; Enter has one generated):");
    }
    let mut line = String::new();
    stdin()
        .lock()
        .read_line(&mut line)
        .context("standard input could not be read")?;
    let line = line.trim_end_matches(['\r', '\n']);
    Ok((!line.is_empty()).then(|| line.to_owned()))
}

/// 125 random bits in letters and digits that cannot be taken for one another (Crockford's
/// base 32).
fn generate() -> anyhow::Result<String> {
    const DIGITS: &[u8; 32] = b"0123456789abcdefghjkmnpqrstvwxyz";
    let mut bytes = [0_u8; 25];
    getrandom::fill(&mut bytes).context("the system gives no random numbers")?;
    let digits = bytes.map(|byte| char::from(DIGITS[usize::from(byte % 32)]));
    Ok(digits
        .chunks(5)
        .map(|five| five.iter().collect::<String>())
        .collect::<Vec<_>>()
        .join("-"))
}
