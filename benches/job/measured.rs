//! Runs a program and says what it cost: wall time, processor time, memory.

use std::fs::{self, File};
use std::mem::MaybeUninit;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Instant;

/// What one run of a program cost.
#[derive(Clone, Copy, Debug)]
pub struct Cost {
    /// From its start to its end, in seconds.
    pub wall: f64,
    /// Seconds of processor time, all threads together.
    pub cpu: f64,
    /// The most memory that it held at any time, in MiB, as the kernel counted it.
    pub peak: f64,
}

/// Runs `command` to its end. What it prints goes to the file `log`, and into
/// the error if it fails.
pub fn run(command: &mut Command, log: &Path) -> Result<Cost, String> {
    let name = command.get_program().to_string_lossy().into_owned();
    let failed = |what: &dyn std::fmt::Display| format!("{name}: {what}");
    let output = File::create(log).map_err(|error| failed(&error))?;
    let errors = output.try_clone().map_err(|error| failed(&error))?;
    let begin = Instant::now();
    let child = command.stdin(Stdio::null()).stdout(output).stderr(errors).spawn().map_err(|error| failed(&error))?;
    let pid = libc::pid_t::try_from(child.id()).map_err(|error| failed(&error))?;
    let (status, usage) = wait(pid).map_err(|error| failed(&error))?;
    let wall = begin.elapsed().as_secs_f64();
    if !(libc::WIFEXITED(status) && libc::WEXITSTATUS(status) == 0) {
        return Err(failed(&format!(
            "ended with status {status:#06x}\n{}",
            fs::read_to_string(log).unwrap_or_default()
        )));
    }
    let seconds = |time: libc::timeval| time.tv_sec as f64 + time.tv_usec as f64 / 1e6;
    // Linux counts `ru_maxrss` in KiB.
    Ok(Cost { wall, cpu: seconds(usage.ru_utime) + seconds(usage.ru_stime), peak: usage.ru_maxrss as f64 / 1024.0 })
}

/// Waits for the child; the kernel's own count of this one child comes with it,
/// which no sampling of a running process could give.
fn wait(pid: libc::pid_t) -> Result<(libc::c_int, libc::rusage), std::io::Error> {
    let mut status = 0;
    let mut usage = MaybeUninit::<libc::rusage>::zeroed();
    loop {
        // SAFETY: both pointers are valid for writes, and `pid` is a child that nobody else waits for.
        let ended = unsafe { libc::wait4(pid, &mut status, 0, usage.as_mut_ptr()) };
        if ended == pid {
            // SAFETY: all zeroes are a valid `rusage`, and `wait4` has filled it in.
            return Ok((status, unsafe { usage.assume_init() }));
        }
        let error = std::io::Error::last_os_error();
        if error.kind() != std::io::ErrorKind::Interrupted {
            return Err(error);
        }
    }
}
