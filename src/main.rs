//! The program: reads its arguments and leaves the rest to [`content_factory::cli`].

use std::process::ExitCode;

#[tokio::main]
async fn main() -> ExitCode {
    content_factory::cli::run(std::env::args_os()).await
}
