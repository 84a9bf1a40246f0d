//! A saved ring in a file that is replaced as a whole, with the previous one kept.

use std::{
    error::Error,
    ffi::OsString,
    fmt,
    fs::{self, File},
    io::{self, Read, Write},
    path::{Path, PathBuf},
};

use annulus_core::Saved;
use serde::{Serialize, de::DeserializeOwned, de::IgnoredAny};
use tempfile::NamedTempFile;

use crate::{JsonError, read_json, write_json};

/// A file with a saved ring.
///
/// ```
/// use annulus::{HashRing, SipHash};
/// use annulus_router::SaveFile;
///
/// # let folder = tempfile::tempdir()?;
/// # let path = folder.path().join("caches.json");
/// let file = SaveFile::new(&path); // such as /var/lib/service/caches.json
/// let caches = HashRing::from_consumers([("a", 6379), ("b", 6380)])?;
/// file.save(&caches.save()?)?; // a crash leaves the old file or the new one, never half
///
/// let restored = file.restore(|saved| HashRing::<u16>::restore(saved, SipHash::new()))?;
/// assert_eq!(restored.ring.fingerprint(), caches.fingerprint());
/// assert!(restored.problem.is_none()); // else the newest was unusable, and this is the previous one
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// The previous file has the same name and `.previous` after it. A new file is readable by its owner alone; one that is replaced
/// hands its permissions on.
#[derive(Clone, Debug)]
pub struct SaveFile {
    path: PathBuf,
    most_bytes: usize,
}

/// A ring that was restored from a file.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Restored<R> {
    /// The ring.
    pub ring: R,
    /// The file it came from.
    pub path: PathBuf,
    /// Why the newest file could not be used, if this is the previous one.
    pub problem: Option<FileError>,
}

impl SaveFile {
    /// This file. It is written and read up to 64 MB, which is more than 500,000 consumers take.
    pub fn new(path: impl Into<PathBuf>) -> Self {
        Self { path: path.into(), most_bytes: 64_000_000 }
    }

    /// Writes and reads files of at most this many bytes.
    #[must_use]
    pub fn with_limit(mut self, bytes: usize) -> Self {
        self.most_bytes = bytes;
        self
    }

    /// The file's name.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// The name of the previous file.
    #[must_use]
    pub fn previous(&self) -> PathBuf {
        let mut name = OsString::from(&self.path);
        name.push(".previous");
        name.into()
    }

    /// Replaces the file, and keeps the one that was there as the previous. Written to disk when it returns.
    ///
    /// The text is read back before it is written. So what could not be restored is refused: a text above the limit, or data that
    /// JSON changes, such as NaN, which it writes as `null`. A file that is damaged does not replace the previous one.
    ///
    /// # Errors
    /// [`FileError`] with the file's name and the reason. The file and the previous one are then as they were, unless writing the
    /// second of them failed.
    pub fn save<T: Serialize + DeserializeOwned>(&self, saved: &Saved<T>) -> Result<(), FileError> {
        let text = write_json(saved).map_err(|error| failed(&self.path, Reason::Json(error)))?;
        read_json::<T>(text.as_bytes(), self.most_bytes).map_err(|error| failed(&self.path, Reason::NotReadBack(error)))?;
        if let Ok(former) = self.text(&self.path) {
            if read_json::<IgnoredAny>(&former, self.most_bytes).is_ok() {
                self.replace(&self.previous(), &former)?;
            }
        }
        self.replace(&self.path, text.as_bytes())
    }

    /// The ring that `restore` makes of the file, or else of the previous file.
    ///
    /// # Errors
    /// [`FileError`] if neither can be restored: that of the newest file, or of the previous one if there is no newest.
    /// [`is_missing`](FileError::is_missing) says that there is neither, as at the first start.
    pub fn restore<T, R, E>(&self, mut restore: impl FnMut(Saved<T>) -> Result<R, E>) -> Result<Restored<R>, FileError>
    where
        T: DeserializeOwned,
        E: fmt::Display,
    {
        let mut attempt = |path: &Path| {
            let text = self.text(path).map_err(|error| failed(path, Reason::Io(error.to_string().into(), error.kind())))?;
            let saved = read_json(&text, self.most_bytes).map_err(|error| failed(path, Reason::Json(error)))?;
            restore(saved).map_err(|error| failed(path, Reason::Refused(error.to_string().into())))
        };
        let (path, previous) = (self.path.clone(), self.previous());
        let problem = match attempt(&path) {
            Ok(ring) => return Ok(Restored { ring, path, problem: None }),
            Err(problem) => problem,
        };
        match attempt(&previous) {
            Ok(ring) => Ok(Restored { ring, path: previous, problem: Some(problem) }),
            // A file that is there and cannot be used says more than one that is missing.
            Err(former) if problem.is_missing() && !former.is_missing() => Err(former),
            Err(_) => Err(problem),
        }
    }

    /// The file's bytes, up to one more than allowed.
    fn text(&self, path: &Path) -> io::Result<Vec<u8>> {
        let mut text = Vec::new();
        let most = u64::try_from(self.most_bytes).unwrap_or(u64::MAX).saturating_add(1);
        File::open(path)?.take(most).read_to_end(&mut text)?;
        Ok(text)
    }

    /// Writes a file beside it and renames that.
    fn replace(&self, path: &Path, text: &[u8]) -> Result<(), FileError> {
        let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
        let write = || {
            let mut file = NamedTempFile::new_in(folder)?;
            file.write_all(text)?;
            if let Ok(former) = fs::metadata(&self.path) {
                file.as_file().set_permissions(former.permissions())?;
            }
            file.as_file().sync_all()?;
            file.persist(path).map_err(|error| error.error)?;
            // The rename itself. Not every system opens a folder as a file.
            File::open(folder).and_then(|folder| folder.sync_all()).or(Ok(()))
        };
        write().map_err(|error: io::Error| failed(path, Reason::Io(error.to_string().into(), error.kind())))
    }
}

/// Why a file could not be written or restored.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FileError {
    path: PathBuf,
    reason: Reason,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Reason {
    Io(Box<str>, io::ErrorKind),
    Json(JsonError),
    NotReadBack(JsonError),
    Refused(Box<str>),
}

/// What kind of error it is, for programs that react by themselves.
///
/// ```
/// use annulus_router::{FileErrorKind, SaveFile};
///
/// let file = SaveFile::new("/nowhere/caches.json");
/// let error = file.restore(|saved| annulus::HashRing::<u16>::restore(saved, annulus::SipHash::new())).unwrap_err();
/// assert_eq!(error.kind(), FileErrorKind::Missing); // the first start: begin with an empty ring
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum FileErrorKind {
    /// There is no such file.
    Missing,
    /// The system could not read or write it.
    Io,
    /// It is damaged, too long, of another format, or no saved ring.
    Unusable,
    /// It was not written, since it could not be read again: it would be longer than the limit, or JSON would change the data.
    NotSaved,
    /// The ring could not be built of what it says, by the caller's own call.
    Refused,
}

fn failed(path: &Path, reason: Reason) -> FileError {
    FileError { path: path.into(), reason }
}

impl FileError {
    /// The file.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// What kind of error it is.
    #[must_use]
    pub fn kind(&self) -> FileErrorKind {
        match self.reason {
            Reason::Io(_, io::ErrorKind::NotFound) => FileErrorKind::Missing,
            Reason::Io(..) => FileErrorKind::Io,
            Reason::Json(_) => FileErrorKind::Unusable,
            Reason::NotReadBack(_) => FileErrorKind::NotSaved,
            Reason::Refused(_) => FileErrorKind::Refused,
        }
    }

    /// Whether there is no such file. From [`SaveFile::restore`]: neither the file nor a previous one, as at the first start.
    #[must_use]
    pub fn is_missing(&self) -> bool {
        self.kind() == FileErrorKind::Missing
    }
}

impl fmt::Display for FileError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: ", self.path.display())?;
        match &self.reason {
            Reason::Io(why, _) | Reason::Refused(why) => f.write_str(why),
            Reason::Json(error) => error.fmt(f),
            Reason::NotReadBack(error) => write!(f, "not saved, since it could not be restored: {error}"),
        }
    }
}

impl Error for FileError {}
