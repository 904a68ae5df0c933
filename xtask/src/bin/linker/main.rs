//! Links what is shipped: the linker as rustc calls it, but UniFFI's metadata is no symbol that others may use. Only the
//! generator of the bindings reads it, and that reads another build; unused, it falls out of the library.
//!
//! `PORTCULLIS_LINKER` names the linker to call; `cc` otherwise. Knows the version scripts of GNU's linker and LLVM's.

use std::ffi::OsString;
use std::process::{Command, ExitCode};
use std::{env, fs, io};

const VERSION_SCRIPT: &str = "-Wl,--version-script=";
const METADATA: &str = "UNIFFI_META_";

fn main() -> ExitCode {
    match link(env::args_os().skip(1).collect()) {
        Ok(code) => ExitCode::from(code),
        Err(error) => {
            let _ = io::Write::write_fmt(&mut io::stderr(), format_args!("the library could not be linked: {error}\n"));
            ExitCode::FAILURE
        }
    }
}

fn link(mut arguments: Vec<OsString>) -> io::Result<u8> {
    for argument in &mut arguments {
        let Some(script) = argument.to_str().and_then(|text| text.strip_prefix(VERSION_SCRIPT)) else { continue };
        let shorter = format!("{script}.shipped");
        fs::write(&shorter, without_metadata(&fs::read_to_string(script)?))?;
        *argument = format!("{VERSION_SCRIPT}{shorter}").into();
    }
    let linker = env::var_os("PORTCULLIS_LINKER").unwrap_or_else(|| "cc".into());
    let ended = Command::new(linker).args(arguments).status()?;
    Ok(ended.code().and_then(|code| u8::try_from(code).ok()).unwrap_or(1))
}

/// rustc writes a symbol a line.
fn without_metadata(script: &str) -> String {
    script
        .lines()
        .filter(|line| !line.trim_start().starts_with(METADATA))
        .fold(String::new(), |kept, line| kept + line + "\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_metadata_is_hidden() {
        let script = "{\n  global:\n    UNIFFI_META_PORTCULLIS_FUNC_A;\n    uniffi_portcullis_fn_func_a;\n\n  local:\n    *;\n};\n";
        let shipped = "{\n  global:\n    uniffi_portcullis_fn_func_a;\n\n  local:\n    *;\n};\n";
        assert_eq!(without_metadata(script), shipped);
    }
}
