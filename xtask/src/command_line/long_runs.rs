//! The arguments of the commands that run for as long as they are told to.

use std::time::{SystemTime, UNIX_EPOCH};

use super::request::Request;
use crate::steps::fuzz::{LongRun, TARGETS};
use crate::steps::soak::Soak;
use crate::steps::{Step, mutants};

pub fn fuzz(rest: &[String]) -> Result<Request, String> {
    if let [replay, file] = rest
        && replay == "--replay"
    {
        return Ok(Request::FuzzReplay(file.into()));
    }
    let (mut minutes, mut seed, mut targets) = (1, some_seed(), Vec::new());
    let mut words = rest.iter();
    while let Some(word) = words.next() {
        match word.as_str() {
            "--minutes" => minutes = number(word, words.next())?,
            "--seed" => seed = number(word, words.next())?,
            name => match TARGETS.into_iter().find(|target| *target == name) {
                Some(target) => targets.push(target),
                None => return Err(format!("fuzz knows no target {name:?}: {}", TARGETS.join(", "))),
            },
        }
    }
    if targets.is_empty() {
        targets = TARGETS.to_vec();
    }
    let seconds: u64 = minutes * 60;
    Ok(Request::Steps(targets.into_iter().map(|target| Step::Fuzz(LongRun { target, seconds, seed })).collect()))
}

pub fn mutants(rest: &[String]) -> Result<Request, String> {
    let mut options = mutants::Options::default();
    let mut words = rest.iter();
    while let Some(word) = words.next() {
        match word.as_str() {
            "--shard" => {
                options.shard = Some(words.next().filter(|shard| is_shard(shard)).ok_or("--shard takes K/N")?.clone())
            }
            "--thorough" => options.thorough = true,
            flag if flag.starts_with('-') => return Err(format!("mutants takes no {flag}")),
            path => options.paths.push(path.to_owned()),
        }
    }
    if options.shard.is_some() && !options.thorough {
        return Err("--shard is for --thorough".to_owned());
    }
    Ok(Request::Mutants(options))
}

pub fn soak(rest: &[String]) -> Result<Request, String> {
    let mut soak = Soak { operations: Soak::OPERATIONS, seed: some_seed().into() };
    let mut words = rest.iter();
    while let Some(word) = words.next() {
        match word.as_str() {
            "--operations" => soak.operations = number(word, words.next())?,
            "--seed" => soak.seed = number(word, words.next())?,
            unknown => return Err(format!("soak takes --operations and --seed, not {unknown:?}")),
        }
    }
    Ok(Request::Steps(vec![Step::Soak(soak)]))
}

fn number<T: std::str::FromStr>(flag: &str, word: Option<&String>) -> Result<T, String> {
    word.and_then(|word| word.replace('_', "").parse().ok()).ok_or_else(|| format!("{flag} takes a number"))
}

fn is_shard(text: &str) -> bool {
    let numbers = text.split_once('/').and_then(|(k, n)| Some((k.parse::<u32>().ok()?, n.parse::<u32>().ok()?)));
    numbers.is_some_and(|(k, n)| k < n)
}

/// Another one for each run, which is printed. libFuzzer takes 0 for none.
fn some_seed() -> u32 {
    SystemTime::now().duration_since(UNIX_EPOCH).map_or(1, |since| since.subsec_nanos().max(1))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(line: &str) -> Vec<String> {
        line.split_whitespace().map(str::to_owned).collect()
    }

    #[test]
    fn a_target_runs_for_its_minutes_with_its_seed() {
        let run = |target| Step::Fuzz(LongRun { target, seconds: 120, seed: 7 });
        let asked = fuzz(&words("--minutes 2 record --seed 7 file"));
        assert_eq!(asked, Ok(Request::Steps(vec![run("record"), run("file")])));
        assert!(matches!(fuzz(&[]), Ok(Request::Steps(steps)) if steps.len() == TARGETS.len()));
        assert_eq!(fuzz(&words("--replay a/b")), Ok(Request::FuzzReplay("a/b".into())));
        assert!(fuzz(&words("--minutes soon")).is_err_and(|text| text.contains("--minutes")));
        assert!(fuzz(&words("recrod")).is_err_and(|text| text.contains("recrod")));
    }

    #[test]
    fn a_shard_is_one_of_several() {
        let options = mutants::Options { thorough: true, shard: Some("0/4".into()), paths: vec!["src/session".into()] };
        assert_eq!(mutants(&words("--thorough --shard 0/4 src/session")), Ok(Request::Mutants(options)));
        assert_eq!(mutants(&[]), Ok(Request::Mutants(mutants::Options::default())));
        for wrong in ["--thorough --shard 4/4", "--thorough --shard 1", "--shard", "--shard 0/4", "--fast"] {
            assert!(mutants(&words(wrong)).is_err(), "{wrong}");
        }
    }

    #[test]
    fn a_soak_takes_numbers() {
        let asked = Soak { operations: 5000, seed: 3 };
        assert_eq!(soak(&words("--operations 5_000 --seed 3")), Ok(Request::Steps(vec![Step::Soak(asked)])));
        assert!(soak(&words("--operations")).is_err());
        assert!(soak(&words("--now")).is_err_and(|text| text.contains("--now")));
    }
}
