//! `troupe lab text`: diversity of a set of texts.
//!
//! Reads `{"cases":[{"id", "docs"}]}` and answers every measure twice, on words and on characters, and compression.

use serde::Deserialize;
use serde_json::{Value, json};

use crate::stats::diversity::{
    Token, Tokens, companions, cosines, deflate, distinct, jaccard, ngram_diversity, rouge_l, self_bleu, self_bleu_each, self_repetition,
};
use crate::stats::vendi::{Order, Spectrum, mean_similarity};

/// Pairs are compared with each other, and their matrix has a spectrum.
const MOST_TEXTS: usize = 500;

#[derive(Deserialize)]
pub(super) struct Case {
    docs: Vec<String>,
}

pub(super) fn answer(case: Case) -> Result<Value, String> {
    let texts: Vec<&str> = case.docs.iter().map(String::as_str).collect();
    if texts.len() > MOST_TEXTS {
        return Err(format!("{} docs are more than {MOST_TEXTS}", texts.len()));
    }
    let beside = companions(&texts);
    Ok(json!({
        "whitespace": measures(&texts, Token::Whitespace)?,
        "char": measures(&texts, Token::Character)?,
        "compression": compression(&texts),
        "companions": {
            "distinct_2": beside.distinct_2, "self_bleu_4": beside.self_bleu_4, "deflate_ratio": beside.deflate_ratio,
            "self_repetition": beside.self_repetition,
        },
    }))
}

fn measures(texts: &[&str], token: Token) -> Result<Value, String> {
    let tokens: Vec<Tokens> = texts.iter().map(|text| Tokens::of(text, token)).collect();
    let mut result = json!({
        "tokens_per_doc": tokens.iter().map(Tokens::len).collect::<Vec<_>>(),
        "ngram_diversity_1_4": ngram_diversity(&tokens),
        "self_bleu_floor0.1": self_bleu(&tokens),
        "self_bleu_per_doc": self_bleu_each(&tokens),
        "sacrebleu_none_self_bleu_mean": self_bleu(&tokens),
        "rougeL_homogenization": rouge_l(&tokens),
        "jaccard_3gram_mean": jaccard(&tokens, 3),
        "self_repetition_n4": self_repetition(&tokens, 4),
    });
    for n in 1..=4 {
        result[format!("distinct_{n}")] = json!(distinct(&tokens, n));
    }
    for n in 2..=3 {
        let cosines = cosines(&tokens, n).ok_or("the texts have no similarities")?;
        let rows: Vec<Vec<f64>> = (0..cosines.size()).map(|i| (0..cosines.size()).map(|j| cosines.at(i, j)).collect()).collect();
        result[format!("cosine_{n}gram_K")] = json!(rows);
        result[format!("vendi_cosine_{n}gram")] = json!(Spectrum::of(&cosines).score(Order::One));
        result[format!("mean_pairwise_cosine_{n}gram")] = json!(mean_similarity(&cosines));
    }
    Ok(result)
}

fn compression(texts: &[&str]) -> Value {
    let joined = texts.join("\n");
    let nine = deflate(&joined, 9);
    json!({
        "bytes_joined_newline": joined.len(),
        "raw_deflate_level6": deflate(&joined, 6).deflated,
        "raw_deflate_level9": nine.deflated,
        "ratio_raw_deflate9": nine.ratio(),
        "per_doc_raw_deflate9": texts.iter().map(|text| deflate(text, 9).deflated).collect::<Vec<_>>(),
    })
}
