//! Standard output.

use std::io::{self, Write};

use super::error::Error;

/// Says on standard error what does not end the program.
pub(super) fn warn(message: &str) {
    eprintln!("annulus: {message}");
}

/// Writes to standard output. A reader that has gone away, as `head` does, is no error.
pub(super) fn print(text: &str) -> Result<(), Error> {
    let mut out = io::stdout().lock();
    match out.write_all(text.as_bytes()).and_then(|()| out.flush()) {
        Err(error) if error.kind() != io::ErrorKind::BrokenPipe => Err(Error::Stdout(error)),
        _ => Ok(()),
    }
}
