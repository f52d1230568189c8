//! What espeak-ng really says. Each test needs the program.

use super::espeak::{phonemes, say};
use super::{speakable, voice};

#[test]
fn what_a_voice_stumbles_over_is_left_out() {
    assert_eq!(speakable("红脸🎭的人 [[h@l'oU]] ❤️ -w x"), "红脸 的人 h@l'oU -w x");
    assert_eq!(speakable("🎭"), "");
}

#[tokio::test]
#[ignore = "needs espeak-ng"]
async fn chinese_is_read_in_mandarin_and_not_spelled_out() {
    let line = "锣鼓一响，红脸的人先走上台。簪子掉了，囍字还在。";
    assert!(phonemes("cmn", line).await.contains("(en)"), "the voice that is not used is still wrong; if not, the map can be simpler");
    for locale in ["zh-Hans", "zh-HK"] {
        let said = phonemes(voice(locale).unwrap(), line).await;
        assert!(!said.is_empty() && !said.contains("(en)"), "{locale}: {said}");
    }
}

#[tokio::test]
#[ignore = "needs espeak-ng"]
async fn a_line_has_its_own_length_whatever_stands_in_it() {
    let folder = tempfile::tempdir().unwrap();
    let said = async |voice: &str, line: &str| say(folder.path(), "x", voice, line).await.unwrap().ms();
    let short = said("vi", "Người mặt đỏ").await;
    assert!((400..2_500).contains(&short), "{short}");
    assert!(said("vi", "Người mặt đỏ không bao giờ nói dối khán giả của mình").await > short);
    // Words, not options and not markup.
    assert!(said("en-us", "--version <voice name=\"x\"> & 100% of 'it' \\ {x}").await > 1_000);
    assert_eq!(said("en-us", "🎭…").await, 0);
    for locale in ["zh", "yue", "vi", "id", "ms", "th", "my", "ja", "ko", "hi", "ta", "es-MX", "pt-BR", "fr", "en", "en-GB", "ar", "ru", "hak", "shn"]
    {
        assert!(said(voice(locale).unwrap(), "1 2 3").await > 200, "{locale} has a voice");
    }
    assert!(said("vi-vn-x-south", "Người mặt đỏ").await > 400);
}
