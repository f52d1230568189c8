//! The third act: what goes out, where and when.

pub mod channels;
