//! Standard input and output.

use std::io::{self, BufWriter, Write};
use std::path::Path;

use super::error::Error;

/// Whether a path means standard input.
pub(super) fn is_stdin(path: &Path) -> bool {
    ["-", "/dev/stdin", "/dev/fd/0", "/proc/self/fd/0"].iter().any(|name| path == Path::new(name))
}

/// The refusal of members and keys that are both standard input.
pub(super) fn both_are_stdin() -> Error {
    let reason = "--members and --keys are both standard input; give a file for one of them, as --members members.txt";
    Error::Usage(reason.into())
}

/// Says on standard error what does not end the program.
pub(super) fn warn(message: &str) {
    // Nobody may be reading any more.
    let _ = writeln!(io::stderr(), "annulus: {message}");
}

/// Refuses a standard output that was closed (`>&-`).
///
/// Rust then opens the null device in its place, for writing and reading, so that everything would be written to nowhere with
/// success. `> /dev/null` opens it for writing alone.
#[cfg(unix)]
pub(super) fn open_stdout() -> Result<(), Error> {
    use std::os::unix::fs::MetadataExt;

    use rustix::fs::{OFlags, fcntl_getfl, fstat};

    let out = io::stdout();
    let null = std::fs::metadata("/dev/null").map(|null| null.rdev());
    let is_null = fstat(&out).is_ok_and(|found| null.is_ok_and(|null| found.st_rdev == null));
    let is_read = fcntl_getfl(&out).is_ok_and(|flags| flags & OFlags::ACCMODE == OFlags::RDWR);
    if is_null && is_read { Err(Error::Stdout(io::Error::other("it is closed"))) } else { Ok(()) }
}

#[cfg(not(unix))]
#[expect(clippy::unnecessary_wraps, reason = "as on Unix")]
pub(super) fn open_stdout() -> Result<(), Error> {
    Ok(())
}

/// Writes to standard output. A reader that has gone away, as `head` does, is no error.
pub(super) fn print(text: &str) -> Result<(), Error> {
    stream(|out| out.write_all(text.as_bytes()))
}

/// The same for what is not held as one text.
pub(super) fn stream(write: impl FnOnce(&mut dyn Write) -> io::Result<()>) -> Result<(), Error> {
    open_stdout()?;
    let mut out = BufWriter::with_capacity(1 << 16, io::stdout().lock());
    match write(&mut out).and_then(|()| out.flush()) {
        Err(error) if error.kind() != io::ErrorKind::BrokenPipe => Err(Error::Stdout(error)),
        _ => Ok(()),
    }
}
