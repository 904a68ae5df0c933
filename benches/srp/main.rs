//! The CPU time of a sign-in's SRP: ours against num-bigint and OpenSSL, in one process, in interleaved rounds.
//!
//! Ours and num-bigint do the client's whole work: A, x, v, u, S, the key and the signature. crypto-bigint's own
//! constant-time exponentiation (as our crates are compiled: for size) and OpenSSL's do nothing but the three powers, so
//! their rows flatter them a little.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::print_stdout, clippy::print_stderr)]

mod openssl;
mod oracle;
mod rounds;

use std::hint::black_box;

use crypto_bigint::{U256, U3072};
use portcullis::srp::client::{Challenge, ClientSecret, Ephemeral, Identity, claim};
use portcullis::srp::group::{Element, LENGTH, element, generator_power, session_power};

use oracle::{GROUP, PASSWORD, SignIn, TIMESTAMP, USER};
use rounds::{Plan, Runner};

/// What the project asks for: our whole work at most this many times OpenSSL's exponentiations.
const GOAL: f64 = 1.3;

fn main() {
    let sign_ins: Vec<SignIn> = (0..8).map(SignIn::new).collect();
    for sign_in in &sign_ins {
        assert_eq!(ours(sign_in), sign_in.with_num_bigint(), "ours and num-bigint disagree");
        let powers = [&sign_in.public_a, &sign_in.verifier, &sign_in.shared];
        assert!(with_crypto_bigint(sign_in).iter().eq(powers), "crypto-bigint and num-bigint disagree");
    }
    let openssl = openssl::Library::load();
    if let Some(library) = &openssl {
        for sign_in in &sign_ins {
            let powers = [&sign_in.public_a, &sign_in.verifier, &sign_in.shared];
            assert!(library.three_powers(sign_in).iter().eq(powers), "OpenSSL and num-bigint disagree");
        }
    }

    let mut runner = Runner::new(Plan::from_arguments());
    let whole = runner.add("ours, the whole work", &sign_ins, |sign_in| {
        black_box(ours(sign_in));
    });
    let plain = runner.add("num-bigint, the whole work", &sign_ins, |sign_in| {
        black_box(sign_in.with_num_bigint());
    });
    let library_alone = runner.add("crypto-bigint, g^a + g^x + S", &sign_ins, |sign_in| {
        black_box(with_crypto_bigint(sign_in));
    });
    runner.add("ours, g^a", &sign_ins, |sign_in| {
        black_box(generator_power(&U256::from_be_slice(&sign_in.a)));
    });
    runner.add("ours, S", &sign_ins, |sign_in| {
        let [a, u, x] = [&sign_in.a, &sign_in.u, &sign_in.x].map(|bytes| U256::from_be_slice(bytes));
        black_box(session_power(&element(&sign_in.base), &a, &u, &x));
    });
    let peer = openssl.as_ref().map(|library| {
        let peer = runner.add("OpenSSL, g^a + g^x + S", &sign_ins, |sign_in| {
            black_box(library.three_powers(sign_in));
        });
        runner.add("OpenSSL, g^a", &sign_ins, |sign_in| {
            black_box(library.power(&[2], &sign_in.a));
        });
        runner.add("OpenSSL, S", &sign_ins, |sign_in| {
            black_box(library.power(&sign_in.base, &sign_in.exponent));
        });
        peer
    });

    let figures = runner.run();
    println!("SRP, thread CPU time of one sign-in ({} rounds, {})", figures.rounds(), std::env::consts::ARCH);
    figures.print();
    println!("ours : num-bigint = {:.2}", figures.ratio(whole, plain));
    println!("ours : crypto-bigint = {:.2}", figures.ratio(whole, library_alone));
    match (peer, &openssl) {
        (Some(peer), Some(library)) => {
            let ratio = figures.ratio(whole, peer);
            let verdict = if ratio <= GOAL { "met" } else { "missed" };
            println!("ours : {} = {ratio:.2} (goal at most {GOAL}: {verdict})", library.version());
        }
        _ => println!("OpenSSL's libcrypto not found"),
    }
}

fn ours(sign_in: &SignIn) -> String {
    let ephemeral = Ephemeral::new(ClientSecret::from_bytes(sign_in.a)).unwrap();
    let challenge = Challenge { srp_b: &sign_in.srp_b, salt: &sign_in.salt, secret_block: &sign_in.secret_block };
    claim(&ephemeral, Identity { group: GROUP, user: USER }, PASSWORD, &challenge, TIMESTAMP).unwrap().signature
}

fn with_crypto_bigint(sign_in: &SignIn) -> [Vec<u8>; 3] {
    let power = |base: &Element, exponent: &[u8], bits| {
        let mut padded = [0; LENGTH];
        padded[LENGTH - exponent.len()..].copy_from_slice(exponent);
        base.pow_amm_bounded_exp(&U3072::from_be_slice(&padded), bits).retrieve().to_be_bytes().to_vec()
    };
    let generator = element(&[2]);
    [
        power(&generator, &sign_in.a, 256),
        power(&generator, &sign_in.x, 256),
        power(&element(&sign_in.base), &sign_in.exponent, 513),
    ]
}
