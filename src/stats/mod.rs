//! Pure mathematics for tests and tables: no I/O, no clock, no SQL, no page, and no chance but that of a given seed.
//!
//! Invariant: the same input gives the same bits on every call, so two views of one page never differ. Numbers a
//! creator acts on come from [`assess`], which refuses to name a winner where viewers were not randomised; the
//! modules beside it are the formulas it stands on, each with its source.
//!
//! - [`assess`]: what a randomised test shows, what it still lacks, and what to do
//! - [`grade`]: how strong evidence can be, given how viewers met the arms
//! - [`beta`], [`normal`], [`contest`]: exact posteriors and the comparison of several of them
//! - [`effect`], [`sequential`], [`cuped`]: effects by normal theory, valid at one look or at every look
//! - [`proportion`]: the interval of a share
//! - [`similarity`], [`minhash`]: how alike two texts are, exactly and by a small signature
//! - [`meaning`]: the same by vectors of a language model, mixed with that of words
//! - [`spearman`]: whether two figures rise together
//! - [`srm`], [`multiple`], [`power`]: the split, several comparisons, and sizes to plan for
//! - [`pooling`]: one effect on several channels
//! - [`bradley_terry`], [`agreement`]: taste from duels, and whether judges agree
//! - [`similarity`], [`diversity`], [`vendi`]: how alike texts are, and how many different ones a set holds
//! - [`attributes`], [`slate`]: what is believed of recipes, and which of them to make next
//! - [`symmetric`]: the linear algebra of it

pub mod agreement;
pub mod assess;
pub mod attributes;
pub mod beta;
pub mod bradley_terry;
pub mod contest;
pub mod cuped;
pub mod diversity;
pub mod effect;
pub mod grade;
pub mod meaning;
pub mod minhash;
pub mod multiple;
pub mod normal;
pub mod pooling;
pub mod power;
pub mod proportion;
pub mod sequential;
pub mod similarity;
pub mod slate;
pub mod spearman;
pub mod srm;
pub mod student;
pub mod symmetric;
pub mod vendi;

mod draws;
mod quadrature;

#[cfg(test)]
mod properties;
