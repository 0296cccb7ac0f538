//! The command line: one file a command, one table here.
//!
//! Every command answers `Ok(true)` (exit 0), `Ok(false)` (a finding, exit 1) or an error (exit 1, one line
//! on standard error as `error: what · where · what to do`). Wrong usage is clap's, exit 2.

mod access;
mod account;
mod arrears;
mod audit;
mod backup;
mod bench;
mod check;
mod clean;
mod clock;
mod due;
mod explain;
mod figures;
mod import;
mod intake;
mod matching;
mod place;
mod privacy;
mod read;
mod routes;
mod serve;
mod simulate;
mod sql;

use anyhow::anyhow;
use clap::{Parser, Subcommand};
use std::{
    io::{self, Write as _},
    path::PathBuf,
    process::ExitCode,
};

/// Liangjian: the promises a city makes to its private firms, kept as running software.
#[derive(Parser)]
#[command(version, about)]
pub struct CommandLine {
    /// Machine-readable output.
    #[arg(long, global = true)]
    pub json: bool,
    /// Folder of the editions; without it the editions built into this program are used.
    #[arg(long, global = true, value_name = "DIR")]
    pub editions: Option<PathBuf>,
    #[command(subcommand)]
    command: Option<Command>,
}

#[derive(Subcommand)]
enum Command {
    /// Serve the pages of an edition (without a command: `serve --demo`).
    Serve(serve::Arguments),
    /// Read an official document into its structure.
    Read(read::Arguments),
    /// Check an edition: every problem at once, and the coverage.
    Check(check::Arguments),
    /// Match every policy against every firm of a file.
    Match(matching::Arguments),
    /// Explain a policy to one firm: conditions, near misses, the next question.
    Explain(explain::Arguments),
    /// Simulate a policy on all firms: who gains, who loses, how long a budget lasts.
    Simulate(simulate::Arguments),
    /// When a legal period ends, with the ledger of its days.
    Due(due::Arguments),
    /// What is open of invoices to a small firm, with late interest.
    Arrears(arrears::Arguments),
    /// Verify the due dates of a case.
    Clock(clock::Arguments),
    /// Print policies as SQL.
    Sql(sql::Arguments),
    /// Bring something into the data folder.
    Import(import::Arguments),
    /// Open cases of what another platform took in, each once.
    Intake(intake::Arguments),
    /// Reckon the published monthly figures anew from the event log, and compare.
    Figures(figures::Arguments),
    /// Open, invite and close accounts.
    Account(account::Arguments),
    /// Verify the event log.
    Audit(audit::Arguments),
    /// Print who may do what, and what nobody may.
    Access,
    /// Copy the whole data of SQLite into a file, also while they are used.
    Backup(backup::Backup),
    /// Bring a backup back into an empty data folder; the log tells of it.
    Restore(backup::Restore),
    /// Print every address of the service, with what protects it.
    Routes,
    /// Print which field holds what about whom, why, and for how long.
    Privacy,
    /// Check a file that is handed in and write it anew; the service runs this in a child.
    #[command(hide = true)]
    Clean(clean::Arguments),
    /// Measure pages, starts and readings on this machine.
    Bench(bench::Arguments),
}

/// Runs the command that was asked for.
pub fn run(line: CommandLine) -> ExitCode {
    let CommandLine { json, editions, command } = line;
    let context = Context { json, editions };
    let outcome = match command.unwrap_or(Command::Serve(serve::Arguments::demo())) {
        Command::Serve(arguments) => serve::run(&context, &arguments),
        Command::Read(arguments) => read::run(&context, &arguments),
        Command::Check(arguments) => check::run(&context, &arguments),
        Command::Match(arguments) => matching::run(&context, &arguments),
        Command::Explain(arguments) => explain::run(&context, &arguments),
        Command::Simulate(arguments) => simulate::run(&context, &arguments),
        Command::Due(arguments) => due::run(&context, &arguments),
        Command::Arrears(arguments) => arrears::run(&context, &arguments),
        Command::Clock(arguments) => clock::run(&context, &arguments),
        Command::Sql(arguments) => sql::run(&context, &arguments),
        Command::Import(arguments) => import::run(&context, &arguments),
        Command::Intake(arguments) => intake::run(&context, &arguments),
        Command::Figures(arguments) => figures::run(&context, &arguments),
        Command::Account(arguments) => account::run(&context, &arguments),
        Command::Audit(arguments) => audit::run(&context, &arguments),
        Command::Access => access::run(&context),
        Command::Backup(arguments) => backup::run(&context, &arguments),
        Command::Restore(arguments) => backup::restore(&context, &arguments),
        Command::Routes => routes::run(&context),
        Command::Privacy => privacy::run(&context),
        Command::Clean(arguments) => clean::run(&arguments),
        Command::Bench(arguments) => bench::run(&context, &arguments),
    };
    match outcome {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::from(1),
        Err(error) => {
            // Where even this cannot be written, the exit code still tells.
            let _ = writeln!(io::stderr(), "error: {}", one_line(&format!("{error:#}")));
            ExitCode::from(1)
        }
    }
}

/// Writes to standard output. A reader that went away is no error; a full disk is.
pub fn printed(text: &str) -> anyhow::Result<()> {
    let mut out = io::stdout().lock();
    match out.write_all(text.as_bytes()).and_then(|()| out.flush()) {
        Err(error) if error.kind() != io::ErrorKind::BrokenPipe => {
            Err(anyhow!("the output cannot be written ({error}) · free some space or write it elsewhere"))
        }
        _ => Ok(()),
    }
}

/// A message on one line, whatever the names in it hold.
fn one_line(message: &str) -> String {
    message.chars().map(|c| if c.is_control() { ' ' } else { c }).collect()
}

/// What every command is told.
pub struct Context {
    /// Print JSON.
    pub json: bool,
    /// Folder of the editions, where one was named.
    pub editions: Option<PathBuf>,
}
