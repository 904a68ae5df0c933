//! A `toString` in each Kotlin class, in the generated text.

use std::fmt::Write as _;

use super::types::{Case, Print, Printed};

/// The generated text in which every type prints what is shown of it.
pub(crate) fn complete(generated: &str, printed: &[Printed]) -> Result<String, String> {
    let mut text = generated.to_owned();
    for data in printed {
        let (head, body) = if data.is_enum {
            (format!("sealed class {} {{\n", data.name), of_enum(data))
        } else {
            (format!("data class {} (\n", data.name), of_record(data))
        };
        let missing = || format!("the generated Kotlin does not have this once:\n{head}");
        let start = text.find(&head).ok_or_else(missing)? + head.len();
        let at = if data.is_enum {
            start
        } else {
            const END: &str = "\n){\n";
            start + text[start..].find(END).ok_or_else(missing)? + END.len()
        };
        text.insert_str(at, &body);
    }
    Ok(text)
}

fn of_record(data: &Printed) -> String {
    let shown = data.cases.iter().map(|case| arguments(case, "")).collect::<String>();
    format!("    override fun toString(): String = \"{}({shown})\"\n", data.name)
}

fn of_enum(data: &Printed) -> String {
    let mut text = "    final override fun toString(): String = when (this) {\n".to_owned();
    for case in &data.cases {
        let shown = arguments(case, "this.");
        let shown = if shown.is_empty() { shown } else { format!("({shown})") };
        let _ = writeln!(text, "        is {} -> \"{}.{}{shown}\"", case.name, data.name, case.name);
    }
    text + "    }\n"
}

fn arguments(case: &Case, owner: &str) -> String {
    let shown = case.shown().map(|part| {
        let names = if part.print == Print::Names { ".keys.sorted()" } else { "" };
        format!("{0}=${{{owner}`{0}`{names}}}", part.name)
    });
    shown.collect::<Vec<_>>().join(", ")
}

#[cfg(test)]
mod tests {
    use super::super::types::samples::{options, step};
    use super::*;

    #[test]
    fn classes_print_what_is_shown() {
        let generated = "data class Options (\n    val `a`: Int\n){\n    companion object\n}\nsealed class Step {\n}\n";
        let expected = r#"data class Options (
    val `a`: Int
){
    override fun toString(): String = "Options(authFlow=${`authFlow`}, clientMetadata=${`clientMetadata`.keys.sorted()})"
    companion object
}
sealed class Step {
    final override fun toString(): String = when (this) {
        is AskForPasskey -> "Step.AskForPasskey"
        is SignedUp -> "Step.SignedUp(parameters=${this.`parameters`.keys.sorted()})"
        is Failed -> "Step.Failed(user=${this.`user`}, error=${this.`error`})"
        is Done -> "Step.Done"
    }
}
"#;
        assert_eq!(complete(generated, &[options(), step()]).unwrap(), expected);
        assert!(complete("another generator's text", &[step()]).unwrap_err().contains("sealed class Step"));
    }
}
