//! The seam between the editions: the same names in both, and the only place that asks which one this is.

#[cfg(not(feature = "enterprise"))]
mod community;
#[cfg(feature = "enterprise")]
mod enterprise;

#[cfg(not(feature = "enterprise"))]
pub use community::*;
#[cfg(feature = "enterprise")]
pub use enterprise::*;
