//! A case: files in a folder of its own, a command, and what it must print.
//!
//! ```ignore
//! Case::new().file("pipeline.toml", "…").run(&["check"]).exit(2).stdout("").stderr("…");
//! ```
//!
//! The command runs inside the case's folder, without the environment's
//! variables but those that [`Case::env`] gives. Where the folder's absolute
//! path shows in the output it reads `[dir]`; nothing else is changed.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use similar::TextDiff;

/// The files and variables that a command is run with.
pub struct Case {
    folder: tempfile::TempDir,
    env: Vec<(String, String)>,
}

/// What a command did.
pub struct Ended {
    pub stdout: String,
    pub stderr: String,
    /// `None` where a signal ended it.
    pub code: Option<i32>,
    command: String,
}

impl Case {
    pub fn new() -> Self {
        Self { folder: tempfile::tempdir().expect("a temporary folder"), env: Vec::new() }
    }

    /// Writes a text file; folders on its path are made.
    pub fn file(self, path: &str, text: &str) -> Self {
        self.bytes(path, text.as_bytes())
    }

    /// Writes a file; folders on its path are made.
    pub fn bytes(self, path: &str, bytes: &[u8]) -> Self {
        let path = self.path(path);
        fs::create_dir_all(path.parent().expect("a path inside the case")).expect("a writable folder");
        fs::write(&path, bytes).expect("a writable file");
        self
    }

    /// Copies a file or a folder of this repository into the case, as `to`.
    pub fn copy(self, from: &str, to: &str) -> Self {
        copy_tree(&Path::new(env!("CARGO_MANIFEST_DIR")).join(from), &self.path(to));
        self
    }

    /// Gives the command an environment variable.
    pub fn env(mut self, name: &str, value: &str) -> Self {
        self.env.push((name.to_string(), value.to_string()));
        self
    }

    /// A path inside the case's folder.
    pub fn path(&self, path: &str) -> PathBuf {
        self.folder.path().join(path)
    }

    /// The text of a file that the command wrote.
    pub fn read(&self, path: &str) -> String {
        let path = self.path(path);
        fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
    }

    /// Runs `cutover` with the arguments and waits for its end.
    pub fn run(&self, arguments: &[&str]) -> Ended {
        let output = self.command(arguments).output().expect("the built binary starts");
        self.ended(&output, arguments)
    }

    /// As [`Case::run`], under another command such as `["taskset", "-c", "0"]`.
    pub fn under(&self, wrapper: &[&str], arguments: &[&str]) -> Ended {
        let mut command = Command::new(wrapper[0]);
        command.args(&wrapper[1..]).arg(env!("CARGO_BIN_EXE_cutover")).args(arguments);
        command.current_dir(self.folder.path()).stdin(Stdio::null());
        command.env_clear().env("PATH", "/usr/sbin:/usr/bin:/sbin:/bin").envs(self.env.iter().map(|(n, v)| (n, v)));
        let output = command.output().unwrap_or_else(|error| panic!("{}: {error}", wrapper[0]));
        self.ended(&output, arguments)
    }

    /// What a process of [`Case::command`] did, once it has ended.
    pub fn ended(&self, output: &Output, arguments: &[&str]) -> Ended {
        Ended {
            stdout: self.normalised(&output.stdout),
            stderr: self.normalised(&output.stderr),
            code: output.status.code(),
            command: format!("cutover {}", arguments.join(" ")),
        }
    }

    /// The command as [`Case::run`] runs it, for cases that need its process.
    pub fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_cutover"));
        command.args(arguments).current_dir(self.folder.path()).stdin(Stdio::null());
        command.env_clear().envs(self.env.iter().map(|(name, value)| (name, value)));
        command
    }

    fn normalised(&self, bytes: &[u8]) -> String {
        let mut text = String::from_utf8_lossy(bytes).into_owned();
        let folder = self.folder.path();
        for path in [folder.canonicalize().ok().as_deref(), Some(folder)].into_iter().flatten() {
            text = text.replace(&path.display().to_string(), "[dir]");
        }
        text
    }
}

impl Ended {
    #[track_caller]
    pub fn exit(self, code: i32) -> Self {
        let Self { command, stdout, stderr, .. } = &self;
        assert!(
            self.code == Some(code),
            "`{command}` ended with {:?}, not {code}\nstdout:\n{stdout}\nstderr:\n{stderr}",
            self.code
        );
        self
    }

    #[track_caller]
    pub fn stdout(self, expected: &str) -> Self {
        same("stdout", &self.command, expected, &self.stdout);
        self
    }

    #[track_caller]
    pub fn stderr(self, expected: &str) -> Self {
        same("stderr", &self.command, expected, &self.stderr);
        self
    }
}

/// Copies a file, or a folder with all below it, over what is there.
pub fn copy_tree(from: &Path, to: &Path) {
    if from.is_dir() {
        fs::create_dir_all(to).expect("a writable folder");
        for entry in fs::read_dir(from).expect("a folder") {
            let entry = entry.expect("an entry");
            copy_tree(&entry.path(), &to.join(entry.file_name()));
        }
    } else {
        fs::create_dir_all(to.parent().expect("a path in a folder")).expect("a writable folder");
        // Not `fs::copy`: what is read-only in a checkout need not be so here.
        fs::write(to, fs::read(from).unwrap_or_else(|error| panic!("{}: {error}", from.display()))).expect("a file");
    }
}

/// Asserts that two texts are equal, and shows where they are not.
#[track_caller]
pub fn same(what: &str, of: &str, expected: &str, found: &str) {
    if expected != found {
        let diff = TextDiff::from_lines(expected, found);
        panic!("{what} of `{of}` is not what was expected (-expected +found):\n{}", diff.unified_diff());
    }
}

/// Asserts that a generated file is what `generated` says; with the variable
/// `CUTOVER_BLESS` set, writes it instead.
#[track_caller]
pub fn in_sync(path: &str, generated: &str) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(path);
    if std::env::var_os("CUTOVER_BLESS").is_some() {
        fs::write(&path, generated).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
        return;
    }
    let kept = fs::read_to_string(&path).unwrap_or_default();
    same("the text (rerun with CUTOVER_BLESS=1)", &path.display().to_string(), generated, &kept);
}
