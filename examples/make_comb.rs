//! Writes `src/srp/comb.bin`, the table of powers of the generator.

fn main() -> std::io::Result<()> {
    std::fs::write("src/srp/comb.bin", portcullis::srp::group::make_comb())
}
