//! The integration tests: the real server over real SQLite.

mod publications;
