//! Arithmetic in the group SRP runs in: the 3072-bit MODP prime of RFC 3526, section 5, with generator 2.

use std::sync::OnceLock;

use crypto_bigint::modular::{BoxedMontyForm, BoxedMontyParams};
use crypto_bigint::{BoxedUint, Odd};
use num_bigint::BigUint;

pub(crate) const BITS: u32 = 3072;
const BYTES: usize = 384;

const N_HEX: &str = "ffffffffffffffffc90fdaa22168c234c4c6628b80dc1cd129024e088a67cc74020bbea63b139b22514a08798e3404dd\
ef9519b3cd3a431b302b0a6df25f14374fe1356d6d51c245e485b576625e7ec6f44c42e9a637ed6b0bff5cb6f406b7edee386bfb5a899fa5ae9f24\
117c4b1fe649286651ece45b3dc2007cb8a163bf0598da48361c55d39a69163fa8fd24cf5f83655d23dca3ad961c62f356208552bb9ed529077096\
966d670c354e4abc9804f1746c08ca18217c32905e462e36ce3be39e772c180e86039b2783a2ec07a28fb5c55df06f4c52c9de2bcbf69558171839\
95497cea956ae515d2261898fa051015728e5a8aaac42dad33170d04507a33a85521abdf1cba64ecfb850458dbef0a8aea71575d060c7db3970f85\
a6e1e4c7abf5ae8cdb0933d71e8c94e04a25619dcee3d2261ad2ee6bf12ffa06d98a0864d87602733ec86a64521f2b18177b200cbbe117577a615d\
6c770988c0bad946e208e24fa074e5ab3143db5bfce0fd108e4b82d120a93ad2caffffffffffffffff";

/// A residue modulo N.
#[derive(Clone)]
pub(crate) struct Element(BoxedMontyForm);

/// Powers of the generator for windows of four bits: `powers[i][d]` is `2^(d * 16^i)`.
struct FixedBase(Vec<[BoxedMontyForm; 16]>);

/// N as a plain integer.
pub(crate) fn modulus() -> &'static BigUint {
    static N: OnceLock<BigUint> = OnceLock::new();
    N.get_or_init(|| BigUint::parse_bytes(N_HEX.as_bytes(), 16).unwrap_or_default())
}

/// `2^e mod N` for a big-endian 256-bit exponent, by one multiplication per window.
pub(crate) fn generator_power(exponent: &[u8; 32]) -> Element {
    let table = fixed_base();
    let mut product: Option<BoxedMontyForm> = None;
    let nibbles = exponent.iter().rev().flat_map(|byte| [byte & 15, byte >> 4]);
    for (powers, digit) in table.0.iter().zip(nibbles) {
        let factor = &powers[usize::from(digit)];
        product = Some(product.map_or_else(|| factor.clone(), |product| product.mul(factor)));
    }
    Element(product.unwrap_or_else(|| BoxedMontyForm::one(params())))
}

impl Element {
    pub fn new(value: &BigUint) -> Self {
        Self::from_reduced(&(value % modulus()))
    }

    /// From big-endian bytes of a number below N, at most 384 of them; anything longer counts as zero.
    pub fn from_be_bytes(bytes: &[u8]) -> Self {
        Self::from_reduced(&BigUint::from_bytes_be(bytes))
    }

    fn from_reduced(value: &BigUint) -> Self {
        let bytes = value.to_bytes_be();
        let value = BoxedUint::from_be_slice(&bytes, BITS).unwrap_or_else(|_| BoxedUint::zero_with_precision(BITS));
        Self(BoxedMontyForm::new(value, params()))
    }

    /// `self^e` for a big-endian 256-bit exponent.
    pub fn power(&self, exponent: &[u8; 32]) -> Self {
        let exponent = BoxedUint::from_be_slice(exponent, 256).unwrap_or_else(|_| BoxedUint::zero_with_precision(256));
        Self(self.0.pow_bounded_exp(&exponent, 256))
    }

    pub fn times(&self, other: &Self) -> Self {
        Self(self.0.mul(&other.0))
    }

    pub fn plus(&self, other: &Self) -> Self {
        Self(self.0.add(&other.0))
    }

    /// 384 big-endian bytes, leading zeros included.
    pub fn to_be_bytes(&self) -> Vec<u8> {
        let bytes = self.0.retrieve().to_be_bytes().to_vec();
        debug_assert_eq!(bytes.len(), BYTES);
        bytes
    }
}

fn params() -> &'static BoxedMontyParams {
    static PARAMS: OnceLock<BoxedMontyParams> = OnceLock::new();
    PARAMS.get_or_init(|| {
        let n = BoxedUint::from_be_slice(&modulus().to_bytes_be(), BITS)
            .unwrap_or_else(|_| BoxedUint::one_with_precision(BITS));
        // N is odd; one stands in for the branch that cannot be taken.
        let odd = Odd::new(n).into_option().or_else(|| Odd::new(BoxedUint::one_with_precision(BITS)).into_option());
        match odd {
            Some(odd) => BoxedMontyParams::new_vartime(odd),
            None => std::process::abort(),
        }
    })
}

fn fixed_base() -> &'static FixedBase {
    static TABLE: OnceLock<FixedBase> = OnceLock::new();
    TABLE.get_or_init(|| {
        let mut base = Element::new(&BigUint::from(2_u8)).0;
        let windows = (0..64).map(|_| {
            let mut power = BoxedMontyForm::one(params());
            let powers = std::array::from_fn(|_| {
                let this = power.clone();
                power = power.mul(&base);
                this
            });
            base = power;
            powers
        });
        FixedBase(windows.collect())
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn powers_agree_with_plain_modular_exponentiation() {
        let exponent: [u8; 32] = std::array::from_fn(|i| (i as u8).wrapping_mul(37).wrapping_add(11));
        let plain = BigUint::from(2_u8).modpow(&BigUint::from_bytes_be(&exponent), modulus());
        let fast = generator_power(&exponent);
        assert_eq!(BigUint::from_bytes_be(&fast.to_be_bytes()), plain);
        let twice = plain.modpow(&BigUint::from_bytes_be(&exponent), modulus());
        assert_eq!(BigUint::from_bytes_be(&fast.power(&exponent).to_be_bytes()), twice);
    }

    #[test]
    fn the_prime_is_the_one_of_rfc_3526() {
        assert_eq!(modulus().bits(), u64::from(BITS));
        // k = SHA256(BYTES(N) | BYTES(g)), the published check value.
        let k = crate::crypto::sha256(&[&[0], &modulus().to_bytes_be(), &[2]]);
        assert_eq!(crate::crypto::hex(&k), "538282c4354742d7cbbde2359fcf67f9f5b3a6b08791e5011b43b8a5b66d9ee6");
    }
}
