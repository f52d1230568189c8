//! The third act: what goes out, where and when.

pub mod calendar;
pub mod channels;
pub mod publications;
pub mod slots;
