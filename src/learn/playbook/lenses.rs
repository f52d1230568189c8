//! A stock of lenses to explore with, in the language of the project; what its own ideas used comes on top.

/// (English, Chinese) per axis.
const STOCK: [(&str, &[(&str, &str)]); 3] = [
    (
        "angle",
        &[
            ("a beginner's eyes", "新手视角"),
            ("how it is made", "幕后制作"),
            ("two that disagree", "两种看法"),
            ("a mistake and its lesson", "一次失误"),
            ("one object", "一件物品"),
            ("then and now", "今昔对比"),
        ],
    ),
    ("format", &[("short video", "短视频"), ("series episode", "连续剧集"), ("carousel", "图集"), ("question to viewers", "观众提问")]),
    ("emotion", &[("tenderness", "温柔"), ("suspense", "悬念"), ("pride", "自豪"), ("laughter", "好笑"), ("longing", "思念")]),
];

/// The axes with their values for a project of this locale; `markets` are its own.
pub fn stock(locale: &str, markets: &[String]) -> Vec<(&'static str, Vec<String>)> {
    let chinese = locale.starts_with("zh");
    let mut axes: Vec<(&'static str, Vec<String>)> = STOCK
        .iter()
        .map(|(axis, values)| (*axis, values.iter().map(|(english, han)| (if chinese { *han } else { *english }).to_owned()).collect()))
        .collect();
    axes.push(("market", markets.iter().take(6).cloned().collect()));
    axes
}
