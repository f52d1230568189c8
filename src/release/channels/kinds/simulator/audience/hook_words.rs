//! The marker words that [`super::hook_family`] reads by: lowercase, NFC, matched as its rules say.

pub const QUESTION_OPENINGS: &[&str] = &[
    "did you know",
    "do you know",
    "have you ever",
    "ever wondered",
    "what if",
    "guess what",
    "guess who",
    "bạn có biết",
    "có bao giờ",
    "đã bao giờ",
    "tại sao",
    "vì sao",
    "liệu",
    "apakah",
    "mengapa",
    "kenapa",
    "tahukah",
    "pernahkah",
];
/// Found anywhere in the sentence; scripts without spaces have no openings to speak of.
pub const QUESTION_PARTS: &[&str] =
    &["为什么", "為什麼", "为何", "為何", "是不是", "有没有", "有沒有", "难道", "難道", "能不能", "会不会", "會不會", "ทำไม", "หรือไม่"];
pub const QUESTION_ENDINGS: &[&str] = &["吗", "嗎", "呢", "phải không", "là gì", "là ai", "thế nào", "vì sao", "tại sao", "chưa nhỉ", "ไหม", "มั้ย"];

pub const STORY_OPENINGS: &[&str] = &[
    "i",
    "i'm",
    "i’m",
    "i've",
    "i’ve",
    "i'd",
    "i’d",
    "my",
    "we",
    "our",
    "when i",
    "once",
    "one day",
    "one night",
    "one morning",
    "last night",
    "last week",
    "last year",
    "the day",
    "the night",
    "it was",
    "it all started",
    "there was",
    "she",
    "he",
    "years ago",
    "long ago",
    "tôi",
    "mình",
    "ngày xưa",
    "ngày xửa",
    "ngày ấy",
    "hồi",
    "khi tôi",
    "có một",
    "một ngày",
    "một đêm",
    "đêm ấy",
    "đêm đó",
    "hôm đó",
    "hôm ấy",
    "cô ấy",
    "anh ấy",
    "bà tôi",
    "mẹ tôi",
    "cha tôi",
    "ba tôi",
    "ông tôi",
    "aku",
    "saya",
    "suatu hari",
    "pada suatu",
    "dahulu",
    "dulu",
];
pub const STORY_OPENINGS_UNSPACED: &[&str] = &[
    "我",
    "那年",
    "那天",
    "那一",
    "从前",
    "從前",
    "有一天",
    "有一年",
    "有个",
    "有個",
    "当年",
    "當年",
    "曾经",
    "曾經",
    "小时候",
    "小時候",
    "他",
    "她",
    "一个女",
    "一個女",
    "一个男",
    "一個男",
    "一个人",
    "一個人",
    "一位",
    "กาลครั้งหนึ่ง",
    "วันหนึ่ง",
    "ฉัน",
    "ผม",
    "เมื่อก่อน",
];
pub const STORY_PARTS: &[&str] = &["years ago", "days ago", "months ago", "năm trước", "ngày trước", "tahun lalu", "ปีที่แล้ว"];
pub const STORY_PARTS_UNSPACED: &[&str] = &["年前", "天前", "个月前", "個月前"];

pub const NUMBER_WORDS: &[&str] = &["two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "dua", "tiga", "empat", "lima"];
/// Vietnamese number words double as other words (năm is five and year, ba is three and father), so
/// they count only before one of [`VIETNAMESE_COUNTED`].
pub const VIETNAMESE_NUMBERS: &[&str] = &["hai", "ba", "bốn", "năm", "sáu", "bảy", "tám", "chín", "mười"];
pub const VIETNAMESE_COUNTED: &[&str] =
    &["điều", "cách", "bước", "lý", "lí", "bí", "phút", "giây", "lỗi", "mẹo", "sự", "lần", "ngày", "sai", "thứ", "câu"];
pub const HAN_NUMERALS: &str = "一二三四五六七八九十两兩百千万萬半";
pub const HAN_COUNTED: &str = "个個种種招步分秒天句件次条條点點大部位场場出折年岁歲块塊元倍成";
/// 一 mostly means "a", except before these.
pub const HAN_COUNTED_ONE: &str = "招分秒句";
