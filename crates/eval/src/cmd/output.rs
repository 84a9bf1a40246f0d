//! The folder of a run: checked before anything is measured, there only when it is complete.

use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};

use tempfile::TempDir;

use super::error::{Error, OutputProblem};

/// A folder that will be written as a whole or not at all.
#[derive(Debug)]
pub(super) struct OutputFolder {
    /// As it was given.
    path: PathBuf,
    /// Where it will stand: `path`, or what `path` links to.
    place: PathBuf,
}

/// How the names of folders begin that are being filled.
const SCRATCH: &str = ".annulus-";

/// A file in such a folder, locked as long as it is being filled.
const LOCK: &str = ".lock";

impl OutputFolder {
    /// Checks that `path` can become the folder of a run: nothing is there, or an empty folder, and the place can be
    /// written. Leaves nothing behind.
    ///
    /// # Errors
    /// What stands in the way.
    pub(super) fn plan(path: &Path) -> Result<Self, Error> {
        // Without what may follow a folder's name: `runs/mine/` and `runs/mine/.` are `runs/mine`.
        let path = &path.components().collect::<PathBuf>();
        let fail = |problem| Error::Output { path: path.to_owned(), problem };
        if path == Path::new("") {
            return Err(fail(OutputProblem::Nameless));
        }
        match fs::read_dir(path) {
            Ok(mut entries) => {
                if entries.next().is_some() {
                    return Err(fail(OutputProblem::NotEmpty));
                }
            }
            // Something of that name, a link that leads nowhere included, or of the name of a folder above.
            Err(_) if fs::symlink_metadata(path).is_ok_and(|found| !found.is_dir()) => {
                return Err(fail(OutputProblem::NotAFolder));
            }
            Err(error) if error.kind() == io::ErrorKind::NotADirectory => {
                let file = path.ancestors().find(|ancestor| ancestor.is_file()).unwrap_or(path);
                return Err(fail(OutputProblem::WithinAFile(file.to_owned())));
            }
            Err(error) if error.kind() == io::ErrorKind::NotFound => {}
            Err(error) => return Err(fail(OutputProblem::Io(error))),
        }
        // A link to an empty folder means that folder: a link cannot be replaced by one.
        let place = if path.is_symlink() || path == Path::new(".") {
            path.canonicalize().map_err(|error| fail(OutputProblem::Io(error)))?
        } else {
            path.to_owned()
        };
        let folder = Self { path: path.to_owned(), place };
        let nearest = folder.parent().ancestors().find(|ancestor| ancestor.is_dir()).unwrap_or(Path::new("."));
        // Without the path that the error carries: it is a scratch name that nobody gave.
        scratch(nearest).map_err(|error| fail(OutputProblem::NotWithin(nearest.to_owned(), error.kind())))?;
        sweep(nearest);
        Ok(folder)
    }

    /// The folder that it stands in; `.` for a bare name.
    fn parent(&self) -> &Path {
        match self.place.parent() {
            Some(parent) if parent != Path::new("") => parent,
            _ => Path::new("."),
        }
    }

    /// Lets `fill` write into a folder beside the final one, and puts it in place when that succeeded. Returns where it stands: if
    /// something else came to be in its place meanwhile, beside that, under the next free name.
    ///
    /// # Errors
    /// What `fill` reports, or the system; nothing is left behind then.
    pub(super) fn write(&self, fill: impl FnOnce(&Path) -> Result<(), Error>) -> Result<PathBuf, Error> {
        let fail = |error| Error::Output { path: self.path.clone(), problem: OutputProblem::Io(error) };
        fs::create_dir_all(self.parent()).map_err(fail)?;
        let scratch = scratch(self.parent()).map_err(fail)?;
        // Locked before it has the name by which other runs look for it. Where locks are not supported, nothing is swept.
        let unlocked = scratch.path().join(".new");
        let lock = File::create(&unlocked).map_err(fail)?;
        if lock.try_lock().is_ok() {
            fs::rename(&unlocked, scratch.path().join(LOCK)).map_err(fail)?;
        }
        fill(scratch.path())?;
        make_readable(scratch.path()).map_err(fail)?;
        drop(lock);
        let _ = fs::remove_file(scratch.path().join(LOCK)).or_else(|_| fs::remove_file(&unlocked));
        // An empty folder in the final place is in the way on some systems.
        let place = match fs::remove_dir(&self.place) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => self.free_name(),
            _ => self.place.clone(),
        };
        fs::rename(scratch.path(), &place).map_err(fail)?;
        // It is not there any more under its old name, so there is nothing to clean up.
        let _ = scratch.keep();
        Ok(if place == self.place { self.path.clone() } else { place })
    }

    /// The first of `NAME-2`, `NAME-3` and so on that is free.
    fn free_name(&self) -> PathBuf {
        let numbered = |number: u32| {
            let mut name = self.place.clone().into_os_string();
            name.push(format!("-{number}"));
            PathBuf::from(name)
        };
        (2..).map(numbered).find(|path| fs::symlink_metadata(path).is_err()).unwrap_or_else(|| self.place.clone())
    }
}

/// Removes what killed runs left in `parent`: folders whose lock nobody holds.
fn sweep(parent: &Path) {
    let Ok(entries) = fs::read_dir(parent) else { return };
    for entry in entries.flatten().filter(|entry| entry.file_name().to_string_lossy().starts_with(SCRATCH)) {
        let folder = entry.path();
        let is_abandoned = match File::open(folder.join(LOCK)) {
            Ok(lock) => lock.try_lock().is_ok(),
            // Not locked yet, or left without: a day is longer than any run.
            Err(_) => entry
                .metadata()
                .and_then(|found| found.modified())
                .is_ok_and(|time| time.elapsed().is_ok_and(|age| age > std::time::Duration::from_secs(24 * 60 * 60))),
        };
        if is_abandoned {
            // What cannot be removed is somebody else's.
            let _ = fs::remove_dir_all(folder);
        }
    }
}

/// A folder that goes away unless it is kept.
fn scratch(parent: &Path) -> io::Result<TempDir> {
    tempfile::Builder::new().prefix(SCRATCH).tempdir_in(parent)
}

/// Temporary folders are for their owner alone; a run's folder is as open as any other.
#[cfg(unix)]
fn make_readable(path: &Path) -> io::Result<()> {
    use std::os::unix::fs::PermissionsExt;
    fs::set_permissions(path, fs::Permissions::from_mode(0o755))
}

#[cfg(not(unix))]
fn make_readable(_: &Path) -> io::Result<()> {
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entries(path: &Path) -> Vec<String> {
        let mut names: Vec<String> =
            fs::read_dir(path).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
        names.sort();
        names
    }

    #[test]
    fn a_folder_appears_whole() {
        let base = tempfile::tempdir().unwrap();
        let path = base.path().join("a/b");
        let folder = OutputFolder::plan(&path).unwrap();
        assert!(entries(base.path()).is_empty(), "planning leaves nothing behind");
        folder
            .write(|scratch| {
                assert!(!path.exists());
                fs::write(scratch.join("file"), "x").map_err(|error| panic!("{error}"))
            })
            .unwrap();
        assert_eq!((entries(&path), entries(&base.path().join("a"))), (vec!["file".to_owned()], vec!["b".to_owned()]));
    }

    #[test]
    #[cfg(unix)]
    fn a_link_that_leads_nowhere_is_refused_before_anything_is_measured() {
        let base = tempfile::tempdir().unwrap();
        let link = base.path().join("link");
        std::os::unix::fs::symlink("nowhere", &link).unwrap();
        let error = OutputFolder::plan(&link).unwrap_err().to_string();
        assert!(error.ends_with("it exists and is no folder; name another"), "{error}");
    }

    #[test]
    fn a_failure_leaves_nothing() {
        let base = tempfile::tempdir().unwrap();
        let folder = OutputFolder::plan(&base.path().join("run")).unwrap();
        let failed = folder.write(|scratch| {
            fs::write(scratch.join("half"), "x").unwrap();
            Err(Error::Usage("no".into()))
        });
        assert!(failed.is_err() && entries(base.path()).is_empty());
    }

    #[test]
    #[cfg(unix)]
    fn a_link_to_an_empty_folder_means_that_folder() {
        let base = tempfile::tempdir().unwrap();
        let (target, link) = (base.path().join("target"), base.path().join("link"));
        fs::create_dir(&target).unwrap();
        std::os::unix::fs::symlink("target", &link).unwrap();
        let folder = OutputFolder::plan(&link).unwrap();
        let place = folder.write(|scratch| fs::write(scratch.join("file"), "x").map_err(|error| panic!("{error}"))).unwrap();
        assert_eq!((place, entries(&target), link.is_symlink()), (link.clone(), vec!["file".to_owned()], true));
        // As shells complete it.
        fs::remove_file(target.join("file")).unwrap();
        let folder = OutputFolder::plan(&base.path().join("link/")).unwrap();
        let place = folder.write(|scratch| fs::write(scratch.join("file"), "x").map_err(|error| panic!("{error}"))).unwrap();
        assert_eq!((place, entries(&target)), (link, vec!["file".to_owned()]));
    }

    #[test]
    fn what_was_measured_is_kept_where_its_place_was_taken_meanwhile() {
        let base = tempfile::tempdir().unwrap();
        let path = base.path().join("run");
        let folder = OutputFolder::plan(&path).unwrap();
        fs::create_dir_all(path.join("other")).unwrap();
        fs::write(base.path().join("run-2"), "x").unwrap();
        let place = folder.write(|scratch| fs::write(scratch.join("file"), "x").map_err(|error| panic!("{error}"))).unwrap();
        assert_eq!((place, entries(&base.path().join("run-3"))), (base.path().join("run-3"), vec!["file".to_owned()]));
    }

    #[test]
    fn what_a_killed_run_left_is_swept_and_what_another_fills_is_not() {
        let base = tempfile::tempdir().unwrap();
        for name in [".annulus-dead", ".annulus-alive", ".annulus-new", "mine"] {
            fs::create_dir(base.path().join(name)).unwrap();
        }
        File::create(base.path().join(".annulus-dead/.lock")).unwrap();
        fs::write(base.path().join(".annulus-dead/records.csv"), "x").unwrap();
        let alive = File::create(base.path().join(".annulus-alive/.lock")).unwrap();
        alive.lock().unwrap();
        OutputFolder::plan(&base.path().join("run")).unwrap();
        assert_eq!(entries(base.path()), [".annulus-alive", ".annulus-new", "mine"]);
    }

    #[test]
    fn an_empty_folder_is_taken_and_a_full_one_or_a_file_is_not() {
        let base = tempfile::tempdir().unwrap();
        let path = base.path().join("run");
        fs::create_dir(&path).unwrap();
        OutputFolder::plan(&path).unwrap().write(|_| Ok(())).unwrap();
        fs::write(path.join("file"), "x").unwrap();
        let full = OutputFolder::plan(&path).unwrap_err().to_string();
        assert!(full.ends_with("it exists and is not empty; name another, or remove it"), "{full}");
        let file = OutputFolder::plan(&path.join("file")).unwrap_err().to_string();
        assert!(file.ends_with("it exists and is no folder; name another"), "{file}");
        let within = OutputFolder::plan(&path.join("file/below")).unwrap_err().to_string();
        assert!(
            within.contains("below`: it cannot be made, as ") && within.ends_with("file is a file; name another"),
            "{within}"
        );
        assert!(OutputFolder::plan(Path::new("")).unwrap_err().to_string().contains("has no name"));
    }
}
