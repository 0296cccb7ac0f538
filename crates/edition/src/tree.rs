//! The files of all editions, in memory.

use crate::problem::Problem;
use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    io::{self, Read},
    path::{Path, PathBuf},
};

/// Largest file that is read, in bytes.
pub(crate) const FILE_BYTES_MAX: u64 = 1 << 20;
/// Most files a folder of editions may hold.
const FILES_MAX: usize = 20_000;
/// Most bytes of all files together.
const BYTES_MAX: usize = 64 << 20;
/// Folders are not entered deeper than this; `load` reports far shallower paths already.
const FOLDER_DEPTH_MAX: usize = 16;

/// Every file under the folder of the editions: path relative to it, `/` as separator.
#[derive(Clone, Debug, Default)]
pub struct Tree {
    files: BTreeMap<String, Content>,
}

/// What a file holds, or why it is not read.
#[derive(Clone, Debug)]
pub(crate) enum Content {
    /// Its text.
    Text(String),
    /// It is not read: what is wrong, what to do.
    Refused(String, &'static str),
    /// A folder that cannot be read: what is wrong. What stands in it is unknown.
    Closed(String),
}

impl Tree {
    /// Reads a folder that holds one folder for each edition.
    ///
    /// Fails only if the folder itself cannot be listed or holds far too much. A file that cannot be read stays
    /// in the tree and [`crate::load`] reports it. A folder without `edition.toml` is not entered, and symbolic
    /// links are not followed.
    pub fn from_directory(path: &Path) -> Result<Self, Problem> {
        let hint = "name a folder that holds one folder for each edition";
        let file = path.display().to_string();
        let refuse = |what: String| Problem { file: file.clone(), line: None, what, hint: hint.to_owned() };
        let entries = fs::read_dir(path)
            .map_err(|error| refuse(format!("the folder of the editions cannot be read: {error}")))?;
        let mut reading = Reading::default();
        for entry in entries.filter_map(Result::ok).filter(is_folder) {
            let id = entry.file_name().to_string_lossy().into_owned();
            match fs::symlink_metadata(entry.path().join("edition.toml")) {
                Ok(_) => reading.folders.push((entry.path(), id, 1)),
                Err(error) if error.kind() == io::ErrorKind::NotFound => {
                    let what = "the edition has no edition.toml";
                    reading.refuse(format!("{id}/edition.toml"), what, MISSING_HEAD);
                }
                Err(error) => {
                    let what = format!("the file cannot be read: {error}");
                    reading.refuse(format!("{id}/edition.toml"), &what, PERMISSIONS);
                }
            }
        }
        reading.finish().map_err(refuse)?;
        Ok(reading.tree)
    }

    /// Reads one folder, whatever it holds, under its own name; answers the name too.
    pub fn from_folder(path: &Path) -> Result<(Self, String), Problem> {
        let whole = path.canonicalize().ok();
        let name = whole.as_deref().and_then(Path::file_name).map(|name| name.to_string_lossy().into_owned());
        let refuse = |what: String| {
            let hint = "name a folder of rules".to_owned();
            Problem { file: path.display().to_string(), line: None, what, hint }
        };
        let name = name.ok_or_else(|| refuse("the folder does not exist".to_owned()))?;
        let mut reading = Reading::default();
        reading.folders.push((path.to_path_buf(), name.clone(), 2));
        reading.finish().map_err(refuse)?;
        Ok((reading.tree, name))
    }

    /// A tree of texts that are already in memory: path and text.
    pub fn from_files(files: impl IntoIterator<Item = (String, String)>) -> Self {
        let content = |text: String| {
            if text.len() as u64 > FILE_BYTES_MAX { too_large() } else { Content::Text(text) }
        };
        Self { files: files.into_iter().map(|(path, text)| (path, content(text))).collect() }
    }

    /// The editions of the tree: its folders, in alphabetical order.
    pub fn edition_ids(&self) -> Vec<String> {
        let folders = self.files.keys().filter_map(|path| path.split_once('/'));
        folders.map(|(folder, _)| folder.to_owned()).collect::<BTreeSet<_>>().into_iter().collect()
    }

    /// The text of a file; nothing where it is absent or refused.
    pub(crate) fn text(&self, path: &str) -> Option<&str> {
        match self.files.get(path) {
            Some(Content::Text(text)) => Some(text),
            _ => None,
        }
    }

    /// Makes a folder of the tree one that cannot be read.
    #[cfg(test)]
    pub(crate) fn close(&mut self, folder: &str) {
        let prefix = format!("{folder}/");
        self.files.retain(|path, _| !path.starts_with(&prefix));
        self.files.insert(folder.to_owned(), Content::Closed("the folder cannot be read: denied".to_owned()));
    }

    /// Whether the file is there, readable or not.
    pub(crate) fn holds(&self, path: &str) -> bool {
        self.files.contains_key(path)
    }

    /// Whether what stands in this folder is unknown, because it or one around it cannot be read.
    pub(crate) fn is_closed(&self, folder: &str) -> bool {
        let ends = folder.match_indices('/').map(|(at, _)| at).chain([folder.len()]);
        ends.into_iter().any(|end| matches!(self.files.get(&folder[..end]), Some(Content::Closed(_))))
    }

    /// The files below a folder: path and content, in alphabetical order.
    pub(crate) fn below<'t>(&'t self, folder: &str) -> impl Iterator<Item = (&'t str, &'t Content)> {
        let prefix = format!("{folder}/");
        self.files
            .range(prefix.clone()..)
            .take_while(move |(path, _)| path.starts_with(&prefix))
            .map(|(path, content)| (path.as_str(), content))
    }

    /// The names of the folders directly below a folder, those that cannot be read among them.
    pub(crate) fn folders<'t>(&'t self, folder: &str) -> BTreeSet<&'t str> {
        let skipped = folder.len() + 1;
        let name = |(path, content): (&'t str, &Content)| match path[skipped..].split_once('/') {
            Some((name, _)) => Some(name),
            None => matches!(content, Content::Closed(_)).then_some(&path[skipped..]),
        };
        self.below(folder).filter_map(name).collect()
    }
}

/// What to do about what cannot be opened.
pub(crate) const PERMISSIONS: &str = "check its permissions";
/// What to do about a folder without a head.
pub(crate) const MISSING_HEAD: &str = "add the file; editions/sample shows its form";

/// A tree while it is read: folders still to be entered, with their relative path and depth.
#[derive(Default)]
struct Reading {
    tree: Tree,
    folders: Vec<(PathBuf, String, usize)>,
    bytes: usize,
}

impl Reading {
    /// Enters every folder that waits; answers what is wrong where there is far too much.
    fn finish(&mut self) -> Result<(), String> {
        while let Some((folder, relative, depth)) = self.folders.pop() {
            self.enter(&folder, &relative, depth);
            if self.tree.files.len() > FILES_MAX || self.bytes > BYTES_MAX {
                return Err(format!(
                    "the folder holds more than {FILES_MAX} files or {} MiB",
                    BYTES_MAX >> 20
                ));
            }
        }
        Ok(())
    }

    fn enter(&mut self, folder: &Path, relative: &str, depth: usize) {
        let entries = match fs::read_dir(folder) {
            Ok(entries) => entries,
            Err(error) => {
                let what = format!("the folder cannot be read: {error}");
                if depth == 1 {
                    return self.refuse(format!("{relative}/edition.toml"), &what, PERMISSIONS);
                }
                self.tree.files.insert(relative.to_owned(), Content::Closed(what));
                return;
            }
        };
        for entry in entries.filter_map(Result::ok).take(FILES_MAX + 1) {
            let path = format!("{relative}/{}", entry.file_name().to_string_lossy());
            if is_folder(&entry) && depth < FOLDER_DEPTH_MAX {
                self.folders.push((entry.path(), path, depth + 1));
            } else if self.bytes <= BYTES_MAX {
                let content = content_of(&entry);
                self.bytes += if let Content::Text(text) = &content { text.len() } else { 0 };
                self.tree.files.insert(path, content);
            }
        }
    }

    fn refuse(&mut self, path: String, what: &str, hint: &'static str) {
        self.tree.files.insert(path, Content::Refused(what.to_owned(), hint));
    }
}

fn is_folder(entry: &fs::DirEntry) -> bool {
    entry.file_type().is_ok_and(|kind| kind.is_dir())
}

fn too_large() -> Content {
    let what = format!("the file is larger than {} KiB", FILE_BYTES_MAX / 1024);
    Content::Refused(what, "split it into several files")
}

/// Reads one file, never more than the largest size.
fn content_of(entry: &fs::DirEntry) -> Content {
    if !entry.file_type().is_ok_and(|kind| kind.is_file()) {
        let what = "this is no plain file".to_owned();
        return Content::Refused(what, "put a plain file in its place; links are not followed");
    }
    let mut bytes = Vec::new();
    let read =
        fs::File::open(entry.path()).and_then(|file| file.take(FILE_BYTES_MAX + 1).read_to_end(&mut bytes));
    match read {
        Err(error) => Content::Refused(format!("the file cannot be read: {error}"), PERMISSIONS),
        Ok(_) if bytes.len() as u64 > FILE_BYTES_MAX => too_large(),
        Ok(_) => String::from_utf8(bytes).map_or_else(
            |_| Content::Refused("the file is not UTF-8 text".to_owned(), "save it as UTF-8"),
            Content::Text,
        ),
    }
}
