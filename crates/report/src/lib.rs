//! Texts in and out of joulegram's core, for every shell that has an allocator.
