//! The second act: what is worth going out. A model only ever drafts; a person decides.

pub mod curate;
pub mod duels;
pub mod guests;
pub mod lineage;
pub mod originality;
