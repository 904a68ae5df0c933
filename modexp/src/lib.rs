//! Powers with secret exponents modulo the 3072-bit MODP prime (RFC 3526 §5), in constant time and safe Rust.
//!
//! Numbers are crypto-bigint's; only the Montgomery product, the square and what is built from them are written here,
//! four rows at a time. A crate of its own, so that it is compiled for speed while the rest is compiled for size.
//! The README explains the kernel and says what is checked against what.

mod comb;
mod kernel;
mod power;
mod product;
mod reduction;
mod square;

use crypto_bigint::modular::ConstMontyForm;
use crypto_bigint::{U3072, const_monty_params};

pub use comb::generator_power;
pub use power::power;

const_monty_params!(
    Modulus,
    U3072,
    "ffffffffffffffffc90fdaa22168c234c4c6628b80dc1cd129024e088a67cc74020bbea63b139b22514a08798e3404ddef9519b3cd3a431b302b0a6df25f14374fe1356d6d51c245e485b576625e7ec6f44c42e9a637ed6b0bff5cb6f406b7edee386bfb5a899fa5ae9f24117c4b1fe649286651ece45b3dc2007cb8a163bf0598da48361c55d39a69163fa8fd24cf5f83655d23dca3ad961c62f356208552bb9ed529077096966d670c354e4abc9804f1746c08ca18217c32905e462e36ce3be39e772c180e86039b2783a2ec07a28fb5c55df06f4c52c9de2bcbf6955817183995497cea956ae515d2261898fa051015728e5a8aaac42dad33170d04507a33a85521abdf1cba64ecfb850458dbef0a8aea71575d060c7db3970f85a6e1e4c7abf5ae8cdb0933d71e8c94e04a25619dcee3d2261ad2ee6bf12ffa06d98a0864d87602733ec86a64521f2b18177b200cbbe117577a615d6c770988c0bad946e208e24fa074e5ab3143db5bfce0fd108e4b82d120a93ad2caffffffffffffffff",
    "The prime N of the 3072-bit MODP group."
);

/// A number modulo [`Modulus`], in Montgomery form with R = 2^3072.
pub type Element = ConstMontyForm<Modulus, { U3072::LIMBS }>;

#[cfg(test)]
mod tests;
