//! `joulegram validate`.
use crate::Failure;
use crate::args::ValidateArgs;

pub(crate) fn run(_: &ValidateArgs) -> Result<(), Failure> {
    Err(Failure::Input("nothing to validate yet".to_owned()))
}
