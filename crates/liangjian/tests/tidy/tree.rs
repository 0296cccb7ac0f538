//! The files of the repository as git sees them, and the report of a rule.

use std::{fmt, fs, path::PathBuf, process::Command, sync::OnceLock};

/// A text file of the repository.
pub struct TextFile {
    /// Path from the root, with `/` between its parts.
    pub path: String,
    /// Whole content.
    pub text: String,
}

/// One violation of a rule.
pub struct Finding {
    path: String,
    line: usize,
    message: String,
}

impl Finding {
    /// A violation at `line` (from 1) of `path`.
    pub fn new(path: &str, line: usize, message: impl Into<String>) -> Self {
        Self { path: path.to_owned(), line, message: message.into() }
    }
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}: {}", self.path, self.line, self.message)
    }
}

/// The folder that holds `crates/`.
pub fn root() -> PathBuf {
    let here = PathBuf::from(env!("CARGO_MANIFEST_DIR"));
    let root =
        here.ancestors().find(|folder| folder.join("crates").is_dir() && folder.join("Cargo.lock").is_file());
    root.expect("the tests lie inside the workspace").to_path_buf()
}

/// Paths of every file that is tracked or would be, sorted, from the root.
pub fn paths() -> &'static [String] {
    static PATHS: OnceLock<Vec<String>> = OnceLock::new();
    PATHS.get_or_init(|| {
        // The clone may belong to another user than the one who tests it; hence safe.directory.
        let listing = Command::new("git")
            .args(["-c", "safe.directory=*", "ls-files", "-z", "--cached", "--others", "--exclude-standard"])
            .current_dir(root())
            .output()
            .expect("git is installed: the rules are about the files it lists");
        assert!(listing.status.success(), "git ls-files: {}", String::from_utf8_lossy(&listing.stderr));
        let text = String::from_utf8(listing.stdout).expect("paths are UTF-8");
        let mut paths: Vec<String> =
            text.split('\0').filter(|path| !path.is_empty()).map(str::to_owned).collect();
        paths.retain(|path| root().join(path).is_file());
        paths.sort();
        paths.dedup();
        paths
    })
}

/// Every file of the repository that is UTF-8 text.
pub fn texts() -> &'static [TextFile] {
    static TEXTS: OnceLock<Vec<TextFile>> = OnceLock::new();
    TEXTS.get_or_init(|| {
        let read = |path: &String| {
            let text = String::from_utf8(fs::read(root().join(path)).ok()?).ok()?;
            (!text.contains('\0')).then(|| TextFile { path: path.clone(), text })
        };
        paths().iter().filter_map(read).collect()
    })
}

/// Text files whose path begins and ends so.
pub fn texts_under(start: &str, end: &str) -> impl Iterator<Item = &'static TextFile> {
    texts().iter().filter(move |file| file.path.starts_with(start) && file.path.ends_with(end))
}

/// Rust files of the workspace.
pub fn rust_files() -> impl Iterator<Item = &'static TextFile> {
    texts_under("crates/", ".rs")
}

/// One text file by its path, if it is there.
pub fn text(path: &str) -> Option<&'static str> {
    texts().iter().find(|file| file.path == path).map(|file| file.text.as_str())
}

/// Files that tools write: nobody's wording, nobody's markers.
pub fn is_generated(path: &str) -> bool {
    path.ends_with("Cargo.lock") || path.ends_with("package-lock.json")
}

/// Fails with the whole list when there is any finding.
pub fn report(rule: &str, findings: &[Finding]) {
    let lines: Vec<String> = findings.iter().map(|finding| format!("\n  {finding}")).collect();
    assert!(findings.is_empty(), "{rule} ({} found):{}", findings.len(), lines.concat());
}
