//! OpenSSL's constant-time exponentiation, from the machine's libcrypto if there is one. The only unsafe code of the
//! benches.
#![allow(unsafe_code)]

use std::ffi::{CStr, c_char, c_int, c_void};
use std::ptr::null_mut;

use crate::oracle::{SignIn, modulus};

type Number = *mut c_void;
type Context = *mut c_void;
type Montgomery = *mut c_void;

type NewNumber = unsafe extern "C" fn() -> Number;
type NewContext = unsafe extern "C" fn() -> Context;
type NewMontgomery = unsafe extern "C" fn() -> Montgomery;
type SetMontgomery = unsafe extern "C" fn(Montgomery, Number, Context) -> c_int;
type FromBytes = unsafe extern "C" fn(*const u8, c_int, Number) -> Number;
type ToBytes = unsafe extern "C" fn(Number, *mut u8, c_int) -> c_int;
type Power = unsafe extern "C" fn(Number, Number, Number, Number, Context, Montgomery) -> c_int;
type Version = unsafe extern "C" fn(c_int) -> *const c_char;

/// libcrypto with the modulus set up once. Lives as long as the process, so nothing is freed.
pub struct Library {
    /// Keeps the code loaded.
    _library: libloading::Library,
    from_bytes: FromBytes,
    to_bytes: ToBytes,
    power: Power,
    context: Context,
    montgomery: Montgomery,
    modulus: Number,
    base: Number,
    exponent: Number,
    result: Number,
    version: String,
}

impl Library {
    pub fn load() -> Option<Self> {
        let names = ["libcrypto.so.3", "libcrypto.3.dylib", "/opt/homebrew/opt/openssl@3/lib/libcrypto.3.dylib"];
        // SAFETY: loading libcrypto runs its initialisers, which expect nothing of the process.
        let library = names.iter().find_map(|name| unsafe { libloading::Library::new(*name) }.ok())?;
        // SAFETY: the types above are those of OpenSSL 3's headers; every pointer that goes in came from a constructor
        // of the same library, and the byte slices are as long as stated.
        unsafe {
            let new_number: NewNumber = *library.get(b"BN_new\0").ok()?;
            let new_context: NewContext = *library.get(b"BN_CTX_new\0").ok()?;
            let new_montgomery: NewMontgomery = *library.get(b"BN_MONT_CTX_new\0").ok()?;
            let set_montgomery: SetMontgomery = *library.get(b"BN_MONT_CTX_set\0").ok()?;
            let from_bytes: FromBytes = *library.get(b"BN_bin2bn\0").ok()?;
            let version: Version = *library.get(b"OpenSSL_version\0").ok()?;
            let prime = modulus();
            let modulus = from_bytes(prime.as_ptr(), c_int::try_from(prime.len()).ok()?, null_mut());
            let (context, montgomery) = (new_context(), new_montgomery());
            if set_montgomery(montgomery, modulus, context) != 1 {
                return None;
            }
            Some(Self {
                from_bytes,
                to_bytes: *library.get(b"BN_bn2binpad\0").ok()?,
                power: *library.get(b"BN_mod_exp_mont_consttime\0").ok()?,
                context,
                montgomery,
                modulus,
                base: new_number(),
                exponent: new_number(),
                result: new_number(),
                version: short(&CStr::from_ptr(version(0)).to_string_lossy()),
                _library: library,
            })
        }
    }

    /// "OpenSSL 3.0.17", for example.
    pub fn version(&self) -> &str {
        &self.version
    }

    /// g^a, g^x and S.
    pub fn three_powers(&self, sign_in: &SignIn) -> [Vec<u8>; 3] {
        [self.power(&[2], &sign_in.a), self.power(&[2], &sign_in.x), self.power(&sign_in.base, &sign_in.exponent)]
    }

    pub fn power(&self, base: &[u8], exponent: &[u8]) -> Vec<u8> {
        let length = |bytes: &[u8]| c_int::try_from(bytes.len()).unwrap();
        let mut bytes = vec![0; modulus_length()];
        // SAFETY: as in `load`; the numbers are this value's own and no thread shares it.
        unsafe {
            (self.from_bytes)(base.as_ptr(), length(base), self.base);
            (self.from_bytes)(exponent.as_ptr(), length(exponent), self.exponent);
            let done = (self.power)(self.result, self.base, self.exponent, self.modulus, self.context, self.montgomery);
            assert_eq!(done, 1, "BN_mod_exp_mont_consttime failed");
            assert_eq!((self.to_bytes)(self.result, bytes.as_mut_ptr(), length(&bytes)), length(&bytes));
        }
        bytes
    }
}

fn modulus_length() -> usize {
    portcullis::srp::group::LENGTH
}

/// Name and version without the date.
fn short(version: &str) -> String {
    version.split_whitespace().take(2).collect::<Vec<_>>().join(" ")
}
