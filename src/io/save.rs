//! Files written whole or not at all.

use std::{io::Write, path::Path};

use crate::error::{Error, Result};

/// Write a file whole or not at all: to a temporary file beside it, synced, then renamed.
///
/// # Errors
/// [`Error::File`](crate::Error::File); an older file of that name is then untouched.
pub fn save(path: &Path, content: &[u8]) -> Result<()> {
    let cannot = |cause: &dyn std::fmt::Display| Error::file("cannot write", path, &cause);
    if path.file_name().is_none() || path.is_dir() {
        return Err(cannot(&"it is a folder; give a file name"));
    }
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let mut file = tempfile::Builder::new()
        .prefix(".linli-")
        .suffix(".tmp")
        .permissions_if_unix()
        .tempfile_in(folder)
        .map_err(|error| cannot(&error))?;
    file.write_all(content).map_err(|error| cannot(&error))?;
    file.as_file().sync_all().map_err(|error| cannot(&error))?;
    file.persist(path).map_err(|error| cannot(&error.error))?;
    sync_folder(folder);
    Ok(())
}

/// Have the rename itself survive a power cut, where folders can be synced.
fn sync_folder(folder: &Path) {
    if let Ok(folder) = std::fs::File::open(folder) {
        // Some file systems refuse to sync a folder; the file itself is safe.
        let _ = folder.sync_all();
    }
}

/// Temporary files are private by default; a result is meant to be read by others.
trait Readable {
    fn permissions_if_unix(&mut self) -> &mut Self;
}

impl Readable for tempfile::Builder<'_, '_> {
    #[cfg(unix)]
    fn permissions_if_unix(&mut self) -> &mut Self {
        use std::os::unix::fs::PermissionsExt;
        self.permissions(std::fs::Permissions::from_mode(0o644))
    }

    #[cfg(not(unix))]
    fn permissions_if_unix(&mut self) -> &mut Self {
        self
    }
}
