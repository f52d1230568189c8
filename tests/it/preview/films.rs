//! A film is drawn, drawn again for one changed line, and taken back.

use super::{CHINESE, VIETNAMESE, asset, at_work, probed, seconds, stage};
use reqwest::Method;
use serde_json::json;
use std::process::Command;

#[tokio::test]
#[ignore = "needs ffmpeg"]
async fn three_lines_become_a_film_with_captions_in_two_languages() {
    let stage = stage().await;
    let variant = stage.variant(CHINESE).await;
    let run = stage.preview(&variant, json!({ "second_locale": "vi", "second_lines": VIETNAMESE })).await;
    let ended = stage.done(&run).await;
    let made: Vec<_> = ended["assets"].as_array().unwrap().iter().map(|asset| asset["file_name"].as_str().unwrap()).collect();
    assert_eq!(made, ["preview.mp4", "captions-zh-Hans.vtt", "captions-vi.vtt"], "its shots are kept aside");
    let film = asset(&ended, "video/mp4");
    assert_eq!(film["origin"], "template");
    let probed = probed(&stage.file(film).await);
    let of = |kind: &str| probed["streams"].as_array().unwrap().iter().find(|stream| stream["codec_type"] == kind).unwrap().clone();
    let (picture, sound) = (of("video"), of("audio"));
    assert_eq!((&picture["codec_name"], &picture["width"], &picture["height"]), (&json!("h264"), &json!(540), &json!(960)));
    assert_eq!((&picture["r_frame_rate"], &picture["pix_fmt"], &picture["color_space"]), (&json!("24/1"), &json!("yuv420p"), &json!("bt709")));
    assert_eq!((&sound["codec_name"], &sound["sample_rate"]), (&json!("aac"), &json!("48000")));
    assert_eq!(probed["format"]["tags"]["comment"], "template, not AI");
    let spoken: f64 = CHINESE.lines().map(spoken).sum();
    let lasts = seconds(&probed["format"]["duration"]);
    assert!((lasts - spoken).abs() < 0.2, "{lasts} s of film, {spoken} s of voice");
    assert!((seconds(&sound["duration"]) - seconds(&picture["duration"])).abs() < 0.03, "{probed}");
    let told = stage.told(&run).await;
    assert_eq!((&told["shots"], &told["drawn"], &told["no_font_has"]), (&json!(3), &json!(3), &json!("")));
    assert_eq!(stage.shots().await, 3);
    // The captions beside it end where the film ends.
    let captions = std::fs::read_to_string(stage.file(&ended["assets"][2]).await).unwrap();
    assert!(captions.starts_with("WEBVTT\n\n00:00:00.000 --> ") && captions.contains("Vì sao anh ấy"), "{captions}");
    let end = captions.lines().filter_map(|line| line.split_once(" --> ")).next_back().unwrap().1;
    let end: f64 = end.rsplit(':').next().unwrap().parse().unwrap();
    assert!((end - lasts % 60.0).abs() < 0.05, "{captions}");
    stage.app.stop().await;
}

/// How long the voice takes for a line, without the product.
fn spoken(line: &str) -> f64 {
    let folder = tempfile::tempdir().unwrap();
    let (words, wave) = (folder.path().join("words"), folder.path().join("x.wav"));
    std::fs::write(&words, line).unwrap();
    assert!(Command::new("espeak-ng").args(["-v", "cmn-latn-pinyin", "-s", "165", "-w"]).arg(&wave).arg("-f").arg(words).status().unwrap().success());
    seconds(&probed(&wave)["format"]["duration"])
}

#[tokio::test]
#[ignore = "needs ffmpeg"]
async fn a_changed_line_costs_one_shot() {
    let stage = stage().await;
    let frame = json!({ "second_locale": "vi", "second_lines": VIETNAMESE });
    let variant = stage.variant(CHINESE).await;
    let first = stage.preview(&variant, frame.clone()).await;
    stage.done(&first).await;
    assert_eq!((stage.told(&first).await["drawn"].clone(), stage.shots().await), (json!(3), 3));
    let edited = stage.variant(&CHINESE.replace("从不说谎", "总是沉默")).await;
    let second = stage.preview(&edited, frame.clone()).await;
    let ended = stage.done(&second).await;
    let told = stage.told(&second).await;
    assert_eq!((&told["drawn"], &told["used_again"], stage.shots().await), (&json!(1), &json!(2), 4));
    // Two shots that were joined before still play with a third that is new.
    let film = probed(&stage.file(asset(&ended, "video/mp4")).await);
    let frames: i64 = told["frames"].as_array().unwrap().iter().map(|frames| frames.as_i64().unwrap()).sum();
    assert_eq!(film["streams"][0]["nb_frames"], frames.to_string());
    // Nothing changed: nothing is drawn, and a line that is said twice is drawn once.
    let third = stage.preview(&edited, frame).await;
    stage.done(&third).await;
    assert_eq!((stage.told(&third).await["drawn"].clone(), stage.shots().await), (json!(0), 4));
    let twice = stage.variant("又来了。\n又来了。").await;
    let run = stage.preview(&twice, json!({})).await;
    assert_eq!(stage.done(&run).await["assets"].as_array().unwrap().len(), 2);
    assert_eq!((stage.told(&run).await["drawn"].clone(), stage.shots().await), (json!(1), 5));
    stage.app.stop().await;
}

#[tokio::test]
#[ignore = "needs ffmpeg"]
async fn any_words_and_any_shape_are_drawn() {
    let stage = stage().await;
    let script = "It's 100%: {\\pos(0,0)}\\N a \\ back, 'quoted' and; [x]=y,z 🫨\n他说：“来！”——{红}%d\n-i /etc/passwd\n🎭 ok";
    let variant = stage.variant(script).await;
    for (aspect, size) in [("9:16", (540, 960)), ("1:1", (720, 720)), ("16:9", (960, 540))] {
        let run = stage.preview(&variant, json!({ "aspect": aspect, "second_locale": "th", "second_lines": "ก{า}\nคนหน้าแดงไม่เคยโกหก" })).await;
        let ended = stage.done(&run).await;
        let film = probed(&stage.file(asset(&ended, "video/mp4")).await);
        assert_eq!((&film["streams"][0]["width"], &film["streams"][0]["height"]), (&json!(size.0), &json!(size.1)));
        assert_eq!(stage.told(&run).await["no_font_has"], "🫨");
    }
    assert_eq!(stage.shots().await, 9, "the shot that lacks a sign is not kept");
    stage.app.stop().await;
}

#[tokio::test]
#[ignore = "needs ffmpeg"]
async fn a_picture_that_was_chosen_takes_the_place_of_a_card() {
    let stage = stage().await;
    let variant = stage.variant(CHINESE).await;
    let part = reqwest::multipart::Part::bytes(crate::backends::picture()).file_name("a.png").mime_str("image/png").unwrap();
    let path = format!("/api/v1/variants/{variant}/assets");
    let sent = stage.api.request(Method::POST, &path).multipart(reqwest::multipart::Form::new().part("file", part)).send().await.unwrap();
    let picture = sent.json::<serde_json::Value>().await.unwrap()["id"].clone();
    let run = stage.run(json!({ "medium": "video", "backend": "preview", "variant": variant, "references": [picture] })).await;
    let film = stage.file(asset(&stage.done(&run).await, "video/mp4")).await;
    // The picture is one red; the upper left corner of the first shot shows it, and of the second one does not.
    let corner = |at: &str| {
        let args = ["-v", "error", "-ss", at, "-i", film.to_str().unwrap(), "-frames:v", "1", "-vf", "crop=8:8:4:4,scale=1:1", "-f", "rawvideo"];
        Command::new("ffmpeg").args(args).args(["-pix_fmt", "rgb24", "pipe:1"]).output().unwrap().stdout
    };
    let frames = stage.told(&run).await["frames"][0].as_f64().unwrap();
    let (first, second) = (corner("0.5"), corner(&format!("{:.2}", frames / 24.0 + 0.5)));
    assert!(first.iter().zip([200_i16, 30, 30]).all(|(seen, drawn)| (i16::from(*seen) - drawn).abs() < 14), "{first:?}");
    assert!(second.iter().zip([200_i16, 30, 30]).any(|(seen, drawn)| (i16::from(*seen) - drawn).abs() > 30), "{second:?}");
    stage.app.stop().await;
}

#[tokio::test]
#[ignore = "needs ffmpeg"]
async fn a_film_that_is_taken_back_leaves_no_process() {
    let stage = stage().await;
    let lines: Vec<String> = (0..40).map(|at| format!("第{at}句，锣鼓一响，红脸的人先走上台。")).collect();
    let variant = stage.variant(&lines.join("\n")).await;
    let run = stage.preview(&variant, json!({})).await;
    let data = &stage.app.data;
    stage.app.eventually("an encoder at work", async || at_work(data).contains(&"ffmpeg".to_owned()).then_some(())).await;
    let steps = async || {
        let job = "select progress_done, progress_of from jobs where kind = 'run'";
        sqlx::query_as::<_, (i64, i64)>(job).fetch_one(stage.app.house.db.read()).await.ok().filter(|(done, of)| *done > 0 && *of == 40)
    };
    stage.app.eventually("the first shot", steps).await;
    stage.api.request(Method::DELETE, &format!("/api/v1/runs/{run}")).send().await.unwrap();
    assert_eq!(stage.ended(&run).await["state"], "cancelled");
    stage.app.eventually("the end of every process", async || at_work(data).is_empty().then_some(())).await;
    // It stays ended: nothing goes on in the background.
    tokio::time::sleep(std::time::Duration::from_millis(500)).await;
    assert_eq!(at_work(data), Vec::<String>::new());
    assert_eq!(stage.shots().await, 0);
    assert_eq!(std::fs::read_dir(data.join("tmp")).unwrap().count(), 0, "the folder of the film is gone");
    stage.app.stop().await;
}
