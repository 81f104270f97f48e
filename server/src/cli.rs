//! The command line.

use std::{net::SocketAddr, process::ExitCode, time::Duration};

use clap::{Args, Parser, Subcommand};

use crate::{
    commands,
    config::{Config, Env, Log},
    consumers::rebuild::Projection,
    demo_model,
    telemetry::Telemetry,
};

/// Parlance: an AI-chat site that you run yourself.
#[derive(Debug, Parser)]
#[command(
    name = "server",
    version,
    after_help = "Without a command, `serve` runs. `server serve --help` lists the environment variables."
)]
pub struct Cli {
    #[command(subcommand)]
    command: Option<Command>,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Serve the site until SIGTERM or Ctrl-C.
    #[command(after_long_help = concat!("Environment variables:\n\n", include_str!("../../.env.example")))]
    Serve,
    /// Bring the database's schema up to date; safe to run from several processes at once.
    Migrate,
    /// Make an account that may administer the site, or make an existing account one.
    ///
    /// A new account's password is read from standard input; at a terminal without input, press
    /// Enter to have one generated and shown once.
    CreateAdmin {
        /// The account's email address.
        #[arg(long)]
        email: String,
    },
    /// Look at events that consumers could not handle, and hand them out once more.
    #[command(subcommand)]
    Events(Events),
    /// Look after people's credit.
    #[command(subcommand)]
    Ledger(Ledger),
    /// Look after payments.
    #[command(subcommand)]
    Stripe(Payments),
    /// Run the demo model alone: an OpenAI-compatible server for tests and benchmarks.
    DemoModel(DemoModel),
}

#[derive(Debug, Subcommand)]
enum Events {
    /// List the dead letters: events that a consumer could not handle however often it tried.
    DeadLetters(commands::events::Which),
    /// Hand dead letters to their consumers once more, and remove those that were handled.
    Replay(commands::events::Which),
    /// Make a read model anew from all that the broker's topics hold.
    Rebuild {
        /// Which read model.
        projection: Projection,
    },
}

#[derive(Debug, Subcommand)]
enum Ledger {
    /// Prove the ledger: balances are sums, transactions sum to zero, nothing is negative. Fails, and lists each
    /// difference, when it is wrong.
    Verify,
    /// Give somebody credit.
    Grant(commands::ledger::Granted),
}

#[derive(Debug, Subcommand)]
enum Payments {
    /// Compare Stripe with the ledger, and make up for what was not told.
    Reconcile(commands::stripe::Back),
    /// Give money back, and take the credit for it.
    Refund(commands::stripe::Refunded),
}

#[derive(Debug, Args)]
struct DemoModel {
    /// Where to listen; port 0 takes a free one.
    #[arg(long, default_value = "127.0.0.1:0")]
    addr: SocketAddr,
    /// Obey directives such as `[[fault: stall after=5]]` in messages, and answer
    /// GET /v1/_requests.
    #[arg(long)]
    faults: bool,
    /// How fast it writes.
    #[arg(long, default_value_t = 50, value_parser = clap::value_parser!(u32).range(1..))]
    tokens_per_second: u32,
    /// The wait before the first token, in milliseconds.
    #[arg(long, default_value_t = 250)]
    first_token_ms: u64,
}

impl Cli {
    /// Runs the command. What goes wrong is said in one line on standard error.
    pub async fn run(self) -> ExitCode {
        match self.dispatch().await {
            Ok(()) => ExitCode::SUCCESS,
            Err(e) => {
                eprintln!("{}", one_line(&format!("{e:#}")));
                ExitCode::FAILURE
            }
        }
    }

    async fn dispatch(self) -> anyhow::Result<()> {
        let env = Env::of_process();
        if let Some(Command::DemoModel(args)) = self.command {
            let _telemetry = Telemetry::begin(&Log::from_env(&env)?, None)?;
            return commands::demo_model::run(args.addr, args.options()).await;
        }
        let config = Config::from_env(&env)?;
        let telemetry = Telemetry::begin(&config.log, config.telemetry.otlp.as_ref())?;
        let done = self.command(config).await;
        telemetry.end().await;
        done
    }

    async fn command(self, config: Config) -> anyhow::Result<()> {
        match self.command {
            None | Some(Command::Serve) => commands::serve::run(config).await,
            Some(Command::Migrate) => commands::migrate::run(config).await,
            Some(Command::CreateAdmin { email }) => {
                commands::create_admin::run(config, &email).await
            }
            Some(Command::Events(Events::DeadLetters(which))) => {
                commands::events::list(config, which).await
            }
            Some(Command::Events(Events::Replay(which))) => {
                commands::events::replay_all(config, which).await
            }
            Some(Command::Events(Events::Rebuild { projection })) => {
                commands::events::rebuild_one(config, projection).await
            }
            Some(Command::Ledger(Ledger::Verify)) => commands::ledger::verify(config).await,
            Some(Command::Ledger(Ledger::Grant(granted))) => {
                commands::ledger::give(config, granted).await
            }
            Some(Command::Stripe(Payments::Reconcile(back))) => {
                commands::stripe::compare(config, back).await
            }
            Some(Command::Stripe(Payments::Refund(refunded))) => {
                commands::stripe::refund(config, refunded).await
            }
            Some(Command::DemoModel(_)) => Ok(()),
        }
    }
}

impl DemoModel {
    fn options(&self) -> demo_model::Options {
        demo_model::Options {
            tokens_per_second: self.tokens_per_second,
            first_token: Duration::from_millis(self.first_token_ms),
            faults: self.faults,
        }
    }
}

fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}
