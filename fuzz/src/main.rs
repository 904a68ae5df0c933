//! libFuzzer with every target. `cargo xtask fuzz` builds it and says in a variable which one to try.
#![cfg_attr(fuzzing, no_main)]

#[cfg(fuzzing)]
mod engine {
    use std::sync::OnceLock;

    use portcullis_fuzz::{Target, mutation, target};

    fn chosen() -> Option<Target> {
        static CHOSEN: OnceLock<Option<Target>> = OnceLock::new();
        *CHOSEN.get_or_init(|| std::env::var("PORTCULLIS_FUZZ_TARGET").ok().and_then(|name| target(&name)))
    }

    libfuzzer_sys::fuzz_target!(|input: &[u8]| match chosen() {
        Some(target) => (target.check)(input),
        None => panic!("PORTCULLIS_FUZZ_TARGET names no target"),
    });

    // Half of the changes respect JSON, the other half are libFuzzer's own.
    libfuzzer_sys::fuzz_mutator!(|data: &mut [u8], size: usize, longest: usize, seed: u32| {
        if seed % 2 == 0 {
            return libfuzzer_sys::fuzzer_mutate(data, size, longest);
        }
        let changed = mutation::mutate(&mut fastrand::Rng::with_seed(seed.into()), &data[..size], longest);
        data[..changed.len()].copy_from_slice(&changed);
        changed.len()
    });
}

#[cfg(not(fuzzing))]
fn main() -> std::process::ExitCode {
    std::process::ExitCode::from(2) // without instrumentation there is no fuzzer
}
