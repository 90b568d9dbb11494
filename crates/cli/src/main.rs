//! The command line of joulegram.
fn main() {}
