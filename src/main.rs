//! The program: a window, or a command.

use std::process::ExitCode;

use clap::Parser;
use regrow::cli::{self, Arguments, Command};

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    match arguments.command {
        Some(Command::Run(run)) => match cli::run(&run) {
            Ok(()) => ExitCode::SUCCESS,
            Err(error) => {
                eprintln!("regrow: {error}");
                ExitCode::from(error.exit_status())
            }
        },
        _ => ExitCode::FAILURE,
    }
}
