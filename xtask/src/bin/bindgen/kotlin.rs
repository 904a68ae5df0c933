//! What UniFFI's Kotlin generator leaves out, put into its text. Each step names what it expects to find and fails without
//! it, so that another release of the generator cannot drop one in silence. What the steps call is written by hand, in
//! `bindings/kotlin/core`: `CoreLibrary`, `CoreThreads` and `CoreArguments`.

use std::fmt::Write as _;

/// Calls on objects of the core; nobody makes these.
const FOREIGN_TRAITS: [&str; 5] =
    ["autheventlistener", "corestore", "coretokenprovider", "devicefacts", "refreshmetadata"];
const CALL: &str = "UniffiLib.uniffi_portcullis_fn_";

/// The generated text with everything that `CoreLibrary` and its neighbours do.
pub(crate) fn complete(generated: &str, version: &str) -> Result<String, String> {
    let mut text = generated.to_owned();
    choose_the_library(&mut text, version)?;
    check_the_library_first(&mut text)?;
    resume_on_other_threads(&mut text)?;
    let text = call_back_on_daemon_threads(&text)?;
    let text = name_fields(&text)?;
    check_arguments(&text)
}

/// `CoreLibrary` says which file is loaded, and knows which versions belong together.
fn choose_the_library(text: &mut String, version: &str) -> Result<(), String> {
    const BODY: &str = r#"    val libOverride = System.getProperty("uniffi.component.$componentName.libraryOverride")
    if (libOverride != null) {
        return libOverride
    }
    return "portcullis"
"#;
    const CONTRACT: &str = "    val bindings_contract_version = ";
    let contract =
        text.split_once(CONTRACT).and_then(|(_, rest)| rest.lines().next()).ok_or_else(|| missing(CONTRACT))?;
    let constants =
        format!("\ninternal const val CORE_CONTRACT = {contract}\n\ninternal const val CORE_VERSION = \"{version}\"\n");
    replace(text, BODY, "    return CoreLibrary.name(componentName)\n")?;
    text.push_str(&constants);
    Ok(())
}

/// Every call, a `toString` included, comes by here before it names `UniffiLib`.
fn check_the_library_first(text: &mut String) -> Result<(), String> {
    const CALL: &str = "    var status = UniffiRustCallStatus()\n    val return_value = callback(status)\n";
    replace(text, CALL, &format!("    CoreLibrary.ready()\n{CALL}"))
}

/// The generated callback resumes on the runtime's thread, and an unconfined coroutine goes on there.
fn resume_on_other_threads(text: &mut String) -> Result<(), String> {
    replace(
        text,
        "uniffiContinuationHandleMap.remove(data).resume(pollResult)",
        "CoreThreads.resume(uniffiContinuationHandleMap.remove(data), pollResult)",
    )
}

/// A callback that blocks must not keep the JVM from ending: JNA is told so for every one, before the core gets them.
fn call_back_on_daemon_threads(text: &str) -> Result<String, String> {
    const TABLE: &str = "    internal var vtable = UniffiVTableCallbackInterface";
    const REGISTER: &str = "    internal fun register(lib: UniffiLib) {";
    let mut out = String::with_capacity(text.len());
    let mut callbacks = String::new();
    let mut in_table = false;
    let mut tables = 0;
    for line in text.lines() {
        push_line(&mut out, line);
        if line.starts_with(TABLE) {
            in_table = true;
            callbacks.clear();
        } else if in_table && line == "    )" {
            in_table = false;
        } else if in_table {
            callbacks.push_str(line.trim());
        } else if line == REGISTER {
            if callbacks.is_empty() {
                return Err(missing(TABLE));
            }
            push_line(&mut out, &format!("        CoreThreads.daemon({})", callbacks.trim_end_matches(',')));
            callbacks.clear();
            tables += 1;
        }
    }
    if tables == FOREIGN_TRAITS.len() { Ok(out) } else { Err(format!("{tables} tables of callbacks were found")) }
}

/// A text that cannot be sent is named with the fields on the way to it.
fn name_fields(text: &str) -> Result<String, String> {
    const SIZE: &str = ".allocationSize(value.`";
    const ITEMS: &str = "val sizeForItems = value.map { ";
    let mut out = String::with_capacity(text.len());
    let mut fields = 0;
    for line in text.lines() {
        let Some((before, rest)) = line.split_once(SIZE) else {
            // A list's items have numbers.
            match line.split_once(ITEMS).and_then(|(indent, rest)| Some((indent, rest.strip_suffix(".sum()")?))) {
                Some((indent, size)) => {
                    push_line(&mut out, &format!("{indent}val sizeForItems = coreItems(value) {{ {size}"))
                }
                None => push_line(&mut out, line),
            }
            continue;
        };
        let (name, after) = rest.split_once("`)").ok_or_else(|| missing("`)"))?;
        let start = before.find("FfiConverter").ok_or_else(|| missing("FfiConverter"))?;
        let (indent, converter) = before.split_at(start);
        let wrapped = format!("{indent}coreField(\"{name}\") {{ {converter}{SIZE}{name}`) }}{after}");
        push_line(&mut out, &wrapped);
        fields += 1;
    }
    // Texts say what they cannot be; everything else is made of them.
    let text_size = "    override fun allocationSize(value: String): ULong {\n";
    replace(&mut out, text_size, &format!("{text_size}        coreText(value)\n"))?;
    if fields > 0 { Ok(out) } else { Err(missing(SIZE)) }
}

/// All arguments are checked before the first is lowered: what a refused one leaves behind is never freed.
fn check_arguments(text: &str) -> Result<String, String> {
    let lines: Vec<&str> = text.lines().collect();
    let mut checks: Vec<(usize, String)> = Vec::new();
    for (index, line) in lines.iter().enumerate() {
        let Some(function) = line.trim_start().strip_prefix(CALL) else { continue };
        let is_call = ["method_", "constructor_", "func_"].iter().any(|kind| function.starts_with(kind));
        let is_foreign = FOREIGN_TRAITS.iter().any(|name| function.starts_with(&format!("method_{name}_")));
        if !is_call || is_foreign || function.contains("_uniffi_trait_") {
            continue;
        }
        let arguments = arguments(&lines[index + 1..]);
        if arguments.is_empty() {
            continue;
        }
        let before = lines[..index].iter().rev().take_while(|line| !line.contains(" fun `"));
        let earlier = before.map(|line| line.trim_start()).position(|line| line.starts_with("return "));
        let start =
            earlier.map(|back| index - 1 - back).ok_or_else(|| format!("{function} does not begin with a return"))?;
        let mut check = String::new();
        for (converter, name) in arguments {
            let is_optional = converter.starts_with("FfiConverterOptional");
            let check_one = if is_optional { "coreOptional" } else { "coreArgument" };
            let _ = writeln!(check, "        {check_one}(\"{name}\", `{name}`) {{ {converter}.allocationSize(it) }}");
        }
        checks.push((start, check));
    }
    if checks.is_empty() {
        return Err(missing(CALL));
    }
    let mut out = String::with_capacity(text.len());
    let mut checks = checks.into_iter().peekable();
    for (index, line) in lines.iter().enumerate() {
        if let Some((_, check)) = checks.next_if(|(start, _)| *start == index) {
            out.push_str(&check);
        }
        push_line(&mut out, line);
    }
    if checks.next().is_none() { Ok(out) } else { Err("two calls share a return".to_owned()) }
}

/// The arguments that the lines after a call lower, up to the call's end: converter and name.
fn arguments<'a>(lines: &[&'a str]) -> Vec<(&'a str, &'a str)> {
    let mut found = Vec::new();
    for line in lines.iter().map(|line| line.trim()) {
        if let Some((converter, rest)) = line.split_once(".lower(`")
            && let Some((name, _)) = rest.split_once("`)")
        {
            found.push((converter, name));
        }
        if line.ends_with("_status)") || line == ")" {
            break;
        }
    }
    found
}

fn replace(text: &mut String, expected: &str, new: &str) -> Result<(), String> {
    if text.matches(expected).count() != 1 {
        return Err(missing(expected));
    }
    *text = text.replacen(expected, new, 1);
    Ok(())
}

fn missing(expected: &str) -> String {
    format!("the generated Kotlin does not have this once:\n{expected}")
}

fn push_line(out: &mut String, line: &str) {
    out.push_str(line);
    out.push('\n');
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn arguments_are_checked_before_the_call_begins() {
        let call = "    fun `a`() {\n            return X.lift(\n    uniffiRustCall() { _status ->\n    \
                    UniffiLib.uniffi_portcullis_fn_func_a(\n        FfiConverterString.lower(`name`),\n        \
                    FfiConverterOptionalString.lower(`other`),_status)\n}\n    )\n    }\n";
        let checked = check_arguments(call).unwrap();
        let expected = "    fun `a`() {\n        coreArgument(\"name\", `name`) { FfiConverterString.allocationSize(it) }\n        \
                        coreOptional(\"other\", `other`) { FfiConverterOptionalString.allocationSize(it) }\n            \
                        return X.lift(\n";
        assert!(checked.starts_with(expected), "{checked}");
        assert_eq!(checked.len() - call.len(), expected.len() - "    fun `a`() {\n            return X.lift(\n".len());
    }

    #[test]
    fn a_text_that_is_not_there_is_an_error() {
        assert!(complete("another generator's text", "0.1.0").unwrap_err().contains("bindings_contract_version"));
        assert!(call_back_on_daemon_threads("").is_err());
        assert!(name_fields("").is_err());
        assert!(check_arguments("").is_err());
    }
}
