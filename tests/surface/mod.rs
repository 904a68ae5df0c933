//! What an app can name in Swift and in Kotlin: types, members, the cases of enums and what these carry, each as its path
//! (`SignInStep.confirmSignInWithPasskey.request`). Read from the sources, the generated ones included.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

#[path = "tokens.rs"]
mod tokens;
#[path = "walk.rs"]
mod walk;

use walk::Language;

pub type Surface = BTreeSet<String>;

/// The areas of Kotlin's client are interfaces of their own.
const AREA: &str = "Calls";
/// What the facade is written with, and its users are not told of (bindings/kotlin/README.md, "Modules").
const BRIDGE_NAMES: [&str; 6] =
    ["AwsCredentialSet", "ConfigurationSettings", "CoreIdentity", "TokenSet", "BuiltInStorage", "SecretText"];
const BRIDGE_PREFIXES: [&str; 2] = ["Ffi", "Uniffi"];
/// Classes that the facade's own stand for.
const BRIDGE_CLASSES: [&str; 9] = [
    "AuthEventListener",
    "CancelToken",
    "DeviceFacts",
    "DeviceFactsException",
    "EventQueue",
    "ListenerException",
    "InternalException",
    "RefreshMetadata",
    "RefreshMetadataException",
];
/// The generator's own helpers, at the beginning of its file.
const BRIDGE_HELPERS: [&str; 5] = ["Disposable", "ForeignBytes", "NoHandle", "RustBuffer", "T"];
/// Names that are there to be refused.
const REFUSED: &str = "AmplifyNames";

/// What Swift's apps can name: all that the facade makes public, and what it takes over from the generated module.
pub fn swift() -> Surface {
    let facade = read("bindings/swift/Sources/Portcullis", "swift");
    let generated = read("bindings/swift/Sources/PortcullisCore", "swift");
    let taken: Vec<&str> = facade
        .lines()
        .filter_map(|line| line.strip_prefix("public typealias ")?.split_once(" = PortcullisCore."))
        .map(|(name, _)| name)
        .collect();
    let mut surface = walk::public(&facade, Language::Swift);
    let of_taken = |path: &String| taken.contains(&path.split('.').next().unwrap_or_default());
    surface.extend(walk::public(&generated, Language::Swift).into_iter().filter(of_taken));
    surface
}

/// What Kotlin's apps can name, the bridge apart, which shares their package.
pub fn kotlin() -> Surface {
    let facade = read("bindings/kotlin/portcullis/src/main/kotlin/dev/portcullis", "kt");
    let generated = read("bindings/kotlin/core/src/main/kotlin/dev/portcullis", "kt");
    let mut surface: Surface = walk::public(&facade, Language::Kotlin)
        .into_iter()
        .filter_map(|path| match path.split_once('.') {
            Some((area, member)) if area.ends_with(AREA) => Some(format!("AuthClient.{member}")),
            None if path.ends_with(AREA) => None,
            _ => Some(path),
        })
        .collect();
    surface.extend(walk::public(&generated, Language::Kotlin).into_iter().filter(|path| !is_bridge(path)));
    surface
}

fn is_bridge(path: &str) -> bool {
    let (owner, member) = path.split_once('.').map_or((path, None), |(owner, member)| (owner, Some(member)));
    let is_function = member.is_none() && owner.starts_with(char::is_lowercase);
    is_function
        || BRIDGE_NAMES.contains(&owner)
        || BRIDGE_CLASSES.contains(&owner.trim_end_matches("Interface").trim_end_matches("Impl"))
        || BRIDGE_HELPERS.contains(&owner)
        || BRIDGE_PREFIXES.iter().any(|prefix| owner.starts_with(prefix))
        || owner.contains("Core")
}

/// All sources of a folder and the folders in it, as one text.
fn read(folder: &str, extension: &str) -> String {
    let mut waiting = vec![Path::new(env!("CARGO_MANIFEST_DIR")).join(folder)];
    let mut files = Vec::new();
    while let Some(folder) = waiting.pop() {
        for entry in fs::read_dir(&folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                waiting.push(path);
            } else if path.extension().is_some_and(|found| found == extension)
                && path.file_stem().is_some_and(|stem| stem != REFUSED)
            {
                files.push(path);
            }
        }
    }
    files.sort();
    assert!(!files.is_empty(), "no .{extension} in {folder}");
    files.iter().map(|path| fs::read_to_string(path).unwrap() + "\n").collect()
}
