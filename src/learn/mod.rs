//! The fourth act: what happened, what it proves, what to make next.

pub mod experiments;
pub mod imports;
pub mod performance;
pub mod playbook;
