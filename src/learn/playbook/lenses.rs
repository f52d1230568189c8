//! A stock of lenses to explore with, in the language of the project; what its own ideas used comes on top.

/// A lens by its name, in English and in Chinese; sentences about it are keyed by its name.
type Lens = (&'static str, &'static str, &'static str);

const STOCK: [(&str, &[Lens]); 3] = [
    (
        "angle",
        &[
            ("beginner", "a beginner's eyes", "新手视角"),
            ("made", "how it is made", "幕后制作"),
            ("disagree", "two that disagree", "两种看法"),
            ("mistake", "a mistake and its lesson", "一次失误"),
            ("object", "one object", "一件物品"),
            ("past", "then and now", "今昔对比"),
        ],
    ),
    (
        "format",
        &[
            ("video", "short video", "短视频"),
            ("series", "series episode", "连续剧集"),
            ("carousel", "carousel", "图集"),
            ("question", "question to viewers", "观众提问"),
        ],
    ),
    (
        "emotion",
        &[
            ("tenderness", "tenderness", "温柔"),
            ("suspense", "suspense", "悬念"),
            ("pride", "pride", "自豪"),
            ("laughter", "laughter", "好笑"),
            ("longing", "longing", "思念"),
        ],
    ),
];

/// The axes with their values for a project of this locale; `markets` are its own.
pub fn stock(locale: &str, markets: &[String]) -> Vec<(&'static str, Vec<String>)> {
    let chinese = locale.starts_with("zh");
    let mut axes: Vec<(&'static str, Vec<String>)> = STOCK
        .iter()
        .map(|(axis, values)| (*axis, values.iter().map(|(_, english, han)| (if chinese { *han } else { *english }).to_owned()).collect()))
        .collect();
    axes.push(("market", markets.iter().take(6).cloned().collect()));
    axes
}

/// The name of a lens of the stock in whichever language it is written; "other" for what somebody typed.
pub fn name(axis: &str, written: &str) -> &'static str {
    let values = STOCK.iter().find(|(known, _)| *known == axis).map_or(&[][..], |(_, values)| values);
    values.iter().find(|(_, english, han)| written == *english || written == *han).map_or("other", |(name, ..)| name)
}
