//! How new each draft is, measured soon after it was written, whoever wrote it; what repeats; what others publish.

use crate::app::{self, Client, TestApp};
use reqwest::{Method, StatusCode, multipart};
use serde_json::{Value, json};
use troupe::choose::originality;
use troupe::platform::id::{MemberId, ProjectId, VariantId};

/// A piece of its own with one variant.
async fn variant(api: &Client, project: &str, hook: &str) -> String {
    let piece = api.make(&format!("/api/v1/projects/{project}/pieces"), json!({ "title": "Piece" })).await;
    api.make(&format!("/api/v1/pieces/{piece}/variants"), json!({ "title": "Untitled", "hook": hook })).await
}

async fn measured(app: &TestApp, api: &Client, id: &str) -> Value {
    let path = format!("/api/v1/variants/{id}/originality");
    app.eventually("measuring", async || Some(api.json(&path).await).filter(|known| !known.is_null())).await
}

fn figure(known: &Value, name: &str) -> f64 {
    known[name].as_f64().unwrap()
}

#[tokio::test]
async fn a_draft_is_measured_soon_and_again_when_its_words_change() {
    let app = app::start().await;
    let (browser, api) = app.owner().await;
    let project = api.project("Opera").await;
    let first = variant(&api, &project, "Did you know why his face is red").await;
    assert_eq!(figure(&measured(&app, &api, &first).await, "originality"), 1.0, "nothing came before it");
    let other = variant(&api, &project, "A drum stops in the empty hall").await;
    let new = measured(&app, &api, &other).await;
    assert!(figure(&new, "originality") > 0.8 && new["reference"].is_null(), "{new}");
    let twin = variant(&api, &project, "Did you know why his mask is red").await;
    let like = measured(&app, &api, &twin).await;
    assert!(figure(&like, "originality") < figure(&new, "originality"), "{like}");
    assert_eq!(like["nearest"][0]["variant"], first.as_str());
    assert!(figure(&like["nearest"][0], "similarity") > 0.7 && figure(&like, "percentile") < 0.5);
    assert!(figure(&like, "gain") < figure(&new, "gain"), "a twin adds less to the last twenty");
    let page = browser.page(&format!("/variants/{twin}/originality")).await;
    assert!(page.contains("Did you know why his</mark> face is red"), "shared passages are marked");
    let version = api.json(&format!("/api/v1/variants/{twin}")).await["version"].clone();
    let edit = json!({ "hook": "Nobody sings in the rain any more", "version": version });
    assert_eq!(api.request(Method::PATCH, &format!("/api/v1/variants/{twin}")).json(&edit).send().await.unwrap().status(), StatusCode::OK);
    app.eventually("measuring again", async || (figure(&measured(&app, &api, &twin).await, "originality") > 0.6).then_some(())).await;
    app.stop().await;
}

#[tokio::test]
async fn other_languages_and_edits_of_one_work_are_no_repetition_and_siblings_are() {
    let app = app::start().await;
    let (_, api) = app.owner().await;
    let project = api.project("Opera").await;
    let piece = api.make(&format!("/api/v1/projects/{project}/pieces"), json!({ "title": "Piece" })).await;
    let path = format!("/api/v1/pieces/{piece}/variants");
    let hook = "Did you know why his face is red";
    let master = api.make(&path, json!({ "title": "One", "hook": hook, "locale": "en" })).await;
    let edited = api.make(&path, json!({ "title": "One", "hook": hook, "locale": "en", "parent": master })).await;
    let abroad = api.make(&path, json!({ "title": "One", "hook": hook, "locale": "vi" })).await;
    for id in [&edited, &abroad] {
        let known = measured(&app, &api, id).await;
        assert!(figure(&known, "own") < 0.01, "{known}");
    }
    let sibling = api.make(&path, json!({ "title": "One", "hook": hook, "locale": "en" })).await;
    let known = measured(&app, &api, &sibling).await;
    assert!(figure(&known, "own") > 0.99 && figure(&known, "originality") < 0.01, "{known}");
    app.stop().await;
}

/// Twenty texts that open alike against twenty that do not, in five languages of the studio.
#[tokio::test]
async fn near_duplicates_are_narrower_than_a_diverse_set_in_five_languages() {
    let app = app::start().await;
    let (_, api) = app.owner().await;
    let sets: [(&str, &str, [&str; 10]); 5] = [
        (
            "en",
            "Did you know why his face is red {}",
            [
                "A drum stops in the hall",
                "Salt on the stage floor",
                "My teacher never sang twice",
                "Two kings, one mask",
                "Rain came before the chorus",
                "She sewed gold for years",
                "What wolves hear at night",
                "Nobody claps in Suzhou",
                "Eight beats of silence",
                "The fan opens slowly",
            ],
        ),
        (
            "zh-Hans",
            "你知道为什么他的脸是红色的吗{}",
            [
                "鼓声忽然停了",
                "台上撒了一层盐",
                "师父从不唱第二遍",
                "两位君王一张面具",
                "雨比合唱先到",
                "她绣金线绣了十年",
                "夜里狼听见什么",
                "苏州没有人鼓掌",
                "八拍的沉默之后",
                "扇子慢慢打开",
            ],
        ),
        (
            "vi",
            "Bạn có biết vì sao mặt ông ấy màu đỏ {}",
            [
                "Tiếng trống dừng giữa rạp",
                "Muối rắc trên sàn diễn",
                "Thầy tôi không hát hai lần",
                "Hai vua, một chiếc mặt nạ",
                "Mưa đến trước dàn đồng ca",
                "Cô thêu chỉ vàng nhiều năm",
                "Đêm xuống sói nghe gì",
                "Ở Tô Châu chẳng ai vỗ tay",
                "Tám nhịp lặng im",
                "Chiếc quạt mở thật chậm",
            ],
        ),
        (
            "th",
            "รู้ไหมทำไมหน้าของเขาจึงเป็นสีแดง {}",
            [
                "กลองหยุดกลางโรง",
                "เกลือบนพื้นเวที",
                "ครูไม่เคยร้องซ้ำ",
                "สองกษัตริย์หนึ่งหน้ากาก",
                "ฝนมาก่อนเสียงประสาน",
                "เธอปักดิ้นทองหลายปี",
                "กลางคืนหมาป่าได้ยินอะไร",
                "ไม่มีใครปรบมือที่ซูโจว",
                "แปดจังหวะแห่งความเงียบ",
                "พัดคลี่ออกช้าๆ",
            ],
        ),
        (
            "id",
            "Tahukah kamu mengapa wajahnya merah {}",
            [
                "Gendang berhenti di aula",
                "Garam di lantai panggung",
                "Guru tak pernah bernyanyi dua kali",
                "Dua raja, satu topeng",
                "Hujan datang sebelum paduan suara",
                "Ia menyulam emas bertahun-tahun",
                "Apa yang didengar serigala malam",
                "Tak ada tepuk tangan di Suzhou",
                "Delapan ketukan hening",
                "Kipas terbuka perlahan",
            ],
        ),
    ];
    let ends = ["a", "bb", "c1", "d2", "e5", "f7", "g9", "h3", "k4", "m6"];
    for (locale, pattern, diverse) in sets {
        let mut widths = Vec::new();
        for is_same in [true, false] {
            let project = api.project(&format!("{locale} {is_same}")).await;
            for (end, other) in ends.iter().zip(diverse) {
                let hook = if is_same { pattern.replace("{}", end) } else { other.to_owned() };
                let piece = api.make(&format!("/api/v1/projects/{project}/pieces"), json!({ "title": "Piece" })).await;
                let id = api.make(&format!("/api/v1/pieces/{piece}/variants"), json!({ "title": ".", "hook": hook, "locale": locale })).await;
                assert_eq!(api.post(&format!("/api/v1/variants/{id}/approval"), json!({})).await.status(), StatusCode::OK);
            }
            let path = format!("/api/v1/projects/{project}/originality");
            let window = app
                .eventually("a window of ten", async || {
                    Some(api.json(&path).await["windows"][0].clone()).filter(|window| window["n"] == 10 && window["originality"].is_number())
                })
                .await;
            widths.push(window);
        }
        let of = |at: usize, name: &str| figure(&widths[at], name);
        assert!(of(0, "vendi_1") * 1.8 < of(1, "vendi_1"), "{locale}: {} and {}", of(0, "vendi_1"), of(1, "vendi_1"));
        assert!(of(0, "homogeneity") > of(1, "homogeneity") && of(0, "vendi_2") < of(1, "vendi_2"), "{locale}");
        assert!(of(0, "distinct_2") < of(1, "distinct_2"), "{locale}: distinct-2");
        assert!(of(0, "self_bleu") > of(1, "self_bleu"), "{locale}: self-BLEU");
        assert!(of(0, "deflate") > of(1, "deflate"), "{locale}: compression");
    }
    app.stop().await;
}

#[tokio::test]
async fn the_radar_names_what_repeats_and_its_floor_can_be_moved() {
    let app = app::start().await;
    let (browser, api) = app.owner().await;
    let project = api.project("Opera").await;
    let path = format!("/projects/{project}/originality");
    assert!(browser.page(&path).await.contains("Nothing to compare yet"));
    for end in ["his face is red", "the drum is silent", "masks have no mouth", "she never bows?"] {
        let id = variant(&api, &project, &format!("Did you know why {end}")).await;
        api.post(&format!("/api/v1/variants/{id}/approval"), json!({})).await;
    }
    let waiting = variant(&api, &project, "Salt on the stage floor").await;
    measured(&app, &api, &waiting).await;
    app.eventually("a window", async || (api.json(&format!("/api/v1{path}")).await["windows"][0]["n"] == 4).then_some(())).await;
    let page = browser.page(&path).await;
    assert!(page.contains("“Did you know why …”") && page.contains("100 %"), "the opening is named with its share");
    // The trend has dots of its own once the last ones were looked at twice.
    let map = page.split("id=\"repeats\"").next().unwrap();
    assert_eq!(map.matches("<circle").count(), 4, "one dot for each own work");
    assert!(page.contains("Salt on the stage floor") && page.contains("Nearest own"), "what the draft would add");
    for wrong in ["", "1.2", "-0.1", "NaN", "inf", "low"] {
        let answer = browser.form(&format!("/projects/{project}/floor"), &[("floor", wrong)]).await;
        assert_eq!(answer.status(), StatusCode::UNPROCESSABLE_ENTITY, "{wrong:?}");
        assert!(answer.text().await.unwrap().contains("between 0 and 1"), "{wrong:?}");
    }
    assert_eq!(browser.form(&format!("/projects/{project}/floor"), &[("floor", "0,95")]).await.status(), StatusCode::SEE_OTHER);
    assert_eq!(api.json(&format!("/api/v1{path}")).await["floor"], 0.95);
    assert!(browser.page(&path).await.contains("less new than your floor"));
    let patched = api.request(Method::PATCH, &format!("/api/v1/projects/{project}/floor")).json(&json!({ "floor": 2 })).send().await.unwrap();
    assert_eq!(patched.status(), StatusCode::UNPROCESSABLE_ENTITY);
    app.stop().await;
}

#[tokio::test]
async fn references_are_kept_once_as_excerpts_and_drafts_are_held_against_them() {
    let app = app::start().await;
    let (browser, api) = app.owner().await;
    let project = api.project("Opera").await;
    let draft = variant(&api, &project, "Why does the red face never lie").await;
    assert_eq!(figure(&measured(&app, &api, &draft).await, "originality"), 1.0);
    let path = format!("/projects/{project}/references");
    let send = |form: multipart::Form| browser.request(Method::POST, &path).multipart(form).send();
    let empty = send(multipart::Form::new().text("name", "Others").text("lines", " \n\u{200b}\n")).await.unwrap();
    assert_eq!(empty.status(), StatusCode::UNPROCESSABLE_ENTITY);
    assert!(empty.text().await.unwrap().contains("value=\"Others\""), "the form is kept");
    let lines = "Why does the red face never lie\nWhy does the red face never lie\n你知道吗？\nمرحبا بالعالم\n👍👍👍";
    assert_eq!(send(multipart::Form::new().text("name", "Others").text("lines", lines)).await.unwrap().status(), StatusCode::SEE_OTHER);
    let file = multipart::Part::bytes(b"\xff\xfe\x00".to_vec()).file_name("a.csv");
    assert_eq!(send(multipart::Form::new().text("name", "Broken").part("file", file)).await.unwrap().status(), StatusCode::UNPROCESSABLE_ENTITY);
    let file = multipart::Part::bytes("id,headline\n1,\"Drums, and salt\"\n2,Masks\n".as_bytes().to_vec()).file_name("a.csv");
    assert_eq!(send(multipart::Form::new().text("name", "Table").part("file", file)).await.unwrap().status(), StatusCode::SEE_OTHER);
    let paste = "戏曲很好看 ".repeat(60_000);
    assert_eq!(send(multipart::Form::new().text("name", "Long").text("lines", paste)).await.unwrap().status(), StatusCode::SEE_OTHER);
    let sets = api.json(&format!("/api/v1{path}")).await;
    let counts: Vec<(&str, i64)> =
        sets["items"].as_array().unwrap().iter().map(|set| (set["name"].as_str().unwrap(), set["texts"].as_i64().unwrap())).collect();
    assert_eq!(counts, [("Others", 4), ("Table", 2), ("Long", 1)]);
    let longest: i64 = sqlx::query_scalar("select max(length(excerpt)) from reference_texts").fetch_one(app.house.db.read()).await.unwrap();
    assert!(longest <= 161, "{longest}");
    let near = app
        .eventually("measuring against them", async || Some(measured(&app, &api, &draft).await).filter(|known| known["reference"].is_number()))
        .await;
    assert!(figure(&near["nearest_references"][0], "similarity") > 0.8, "{near}");
    assert!(browser.page(&format!("/variants/{draft}/originality")).await.contains("Nearest of what others publish"));
    let set = sets["items"][0]["id"].as_str().unwrap();
    assert_eq!(browser.request(Method::POST, &format!("/references/{set}?_method=DELETE")).send().await.unwrap().status(), StatusCode::SEE_OTHER);
    assert_eq!(api.json(&format!("/api/v1{path}")).await["items"].as_array().unwrap().len(), 2);
    assert_eq!(browser.form(&format!("/bin/reference/{set}/restoration"), &[]).await.status(), StatusCode::SEE_OTHER);
    assert_eq!(api.json(&format!("/api/v1{path}")).await["items"].as_array().unwrap().len(), 3);
    app.stop().await;
}

/// A picture of waves, as PNG.
fn waves(width: u32, height: u32, light: f64, across: f64, down: f64) -> Vec<u8> {
    let shade = |x: u32, y: u32| {
        let at = f64::from(x) / f64::from(width) * across + f64::from(y) / f64::from(height) * down;
        image::Luma([(light * (127.0 + 100.0 * at.sin())) as u8])
    };
    let mut bytes = std::io::Cursor::new(Vec::new());
    image::GrayImage::from_fn(width, height, shade).write_to(&mut bytes, image::ImageFormat::Png).unwrap();
    bytes.into_inner()
}

#[tokio::test]
async fn a_picture_that_looks_the_same_is_found_and_another_one_is_not() {
    let app = app::start().await;
    let (browser, api) = app.owner().await;
    let project = api.project("Opera").await;
    let pictures = [waves(200, 160, 1.0, 9.0, 4.0), waves(120, 96, 0.8, 9.0, 4.0), waves(200, 160, 1.0, -17.0, 14.0)];
    let mut ids = Vec::new();
    for (hook, bytes) in ["A drum stops in the hall", "Salt on the stage floor", "Nobody claps in Suzhou"].into_iter().zip(pictures) {
        let id = variant(&api, &project, hook).await;
        let form = multipart::Form::new().part("file", multipart::Part::bytes(bytes).file_name("still.png"));
        let made = api.request(Method::POST, &format!("/api/v1/variants/{id}/assets")).multipart(form).send().await.unwrap();
        assert_eq!(made.status(), StatusCode::CREATED);
        // Each has its hash before the next is held against it.
        let kept = async || sqlx::query_scalar("select count(*) from picture_hashes").fetch_one(app.house.db.read()).await.ok();
        app.eventually("the hash", async || kept().await.filter(|n: &i64| *n > ids.len() as i64)).await;
        ids.push(id);
    }
    let [first, smaller, other] = ids.as_slice() else { panic!("three drafts") };
    let like = app
        .eventually("the same look", async || Some(measured(&app, &api, smaller).await["pictures"].clone()).filter(|list| list[0].is_object()))
        .await;
    assert_eq!((like.as_array().unwrap().len(), &like[0]["variant"]), (1, &json!(first)), "smaller and darker, and the same: {like}");
    assert!(like[0]["distance"].as_i64().unwrap() <= 10, "{like}");
    app.eventually("all of it", async || (api.json(&format!("/api/v1/projects/{project}/originality")).await["waiting"] == 0).then_some(())).await;
    assert_eq!(measured(&app, &api, other).await["pictures"], json!([]), "another picture is another look");
    assert!(browser.page(&format!("/variants/{smaller}/originality")).await.contains("Pictures that look the same"));
    assert!(!browser.page(&format!("/variants/{other}/originality")).await.contains("Pictures that look the same"));
    app.stop().await;
}

#[tokio::test]
async fn odd_texts_have_an_answer() {
    let app = app::start().await;
    let (browser, api) = app.owner().await;
    let project = api.project("Opera").await;
    let long = "戏曲 opera ".repeat(2_000);
    for hook in ["", "a", "好", "👍", "👩‍👩‍👧", "مرحبا بالعالم", "a\u{301}\u{301}\u{301}", "戏曲 meets ละคร và 🎭", long.get(..999).unwrap_or("")]
    {
        let hook: String = hook.chars().take(900).collect();
        for _ in 0..2 {
            let id = variant(&api, &project, &hook).await;
            let known = measured(&app, &api, &id).await;
            assert!((0.0..=1.0).contains(&figure(&known, "originality")), "{hook:?}");
            browser.page(&format!("/variants/{id}/originality")).await;
        }
    }
    browser.page(&format!("/projects/{project}/originality")).await;
    app.stop().await;
}

#[tokio::test]
async fn what_waits_survives_a_kill_and_what_lies_in_the_bin_waits_there() {
    let app = app::start().await;
    let (_, api) = app.owner().await;
    let project = api.project("Opera").await;
    let kept = variant(&api, &project, "A drum stops in the hall").await;
    measured(&app, &api, &kept).await;
    // As if the process had died before it was measured, and had come back.
    app.house
        .db
        .write(async |tx| {
            sqlx::query("delete from originalities").execute(&mut *tx).await?;
            sqlx::query("insert into unmeasured (variant_id, project_id) select id, project_id from variants").execute(&mut *tx).await?;
            Ok::<_, troupe::platform::Error>(())
        })
        .await
        .unwrap();
    originality::start(&app.house);
    measured(&app, &api, &kept).await;
    let binned = variant(&api, &project, "Salt on the stage floor").await;
    measured(&app, &api, &binned).await;
    assert_eq!(api.request(Method::DELETE, &format!("/api/v1/variants/{binned}")).send().await.unwrap().status(), StatusCode::NO_CONTENT);
    let after = variant(&api, &project, "Salt on the stage floor").await;
    let known = measured(&app, &api, &after).await;
    assert!(figure(&known, "own") < 0.5, "what lies in the bin is nobody's repetition: {known}");
    app.stop().await;
}

#[tokio::test]
async fn the_nearest_of_many_is_found_and_handed_to_the_desk() {
    let app = app::start().await;
    let member = app.member("owner", troupe::web::Role::Owner).await;
    let api = app.program(member, &[troupe::web::Scope::All]).await;
    let project = api.project("Opera").await;
    let piece = api.make(&format!("/api/v1/projects/{project}/pieces"), json!({ "title": "Piece" })).await;
    let first = variant(&api, &project, "My grandfather hid the red mask under the stage").await;
    measured(&app, &api, &first).await;
    fill(&app, &project, &piece, 700).await;
    let path = format!("/api/v1/projects/{project}/originality");
    app.eventually("seven hundred", async || (api.json(&path).await["waiting"] == 0).then_some(())).await;
    let draft = variant(&api, &project, "My grandfather hid a red mask under our stage").await;
    let known = measured(&app, &api, &draft).await;
    assert_eq!(known["nearest"][0]["variant"], first.as_str(), "far behind the last fifty: {known}");
    assert!(figure(&known, "own") < 0.5, "and no repetition of the last fifty");
    let id: VariantId = draft.parse().unwrap();
    let beside = originality::of_variants(app.house.db.read(), member, &[id]).await.unwrap();
    let one = &beside[&id];
    assert!(!one.below_floor && one.nearest.as_ref().is_some_and(|near| near.1.starts_with("My grandfather hid the red")), "{one:?}");
    let stranger = MemberId(uuid::Uuid::now_v7());
    assert!(originality::of_variants(app.house.db.read(), stranger, &[id]).await.unwrap().is_empty());
    app.stop().await;
}

/// Variants of invented words, straight into the database as an import writes them.
async fn fill(app: &TestApp, project: &str, piece: &str, n: u32) {
    let (project, piece): (ProjectId, uuid::Uuid) = (project.parse().unwrap(), piece.parse().unwrap());
    let now = app.house.now();
    app.house
        .db
        .write(async move |tx| {
            for at in 0..n {
                let words: Vec<String> = (0..6).map(|word| format!("{:x}", (at * 31 + word * 17 + 7).wrapping_mul(2_654_435_761))).collect();
                sqlx::query(
                    "insert into variants (id, project_id, piece_id, locale, title, state, author, human_share, created_ms, updated_ms)
                     values (?, ?, ?, 'en', ?, 'archived', 'import', 1, ?, ?)",
                )
                .bind(VariantId::new(now))
                .bind(project)
                .bind(piece)
                .bind(words.join(" "))
                .bind(now)
                .bind(now)
                .execute(&mut *tx)
                .await?;
            }
            Ok::<_, troupe::platform::Error>(())
        })
        .await
        .unwrap();
}

#[tokio::test]
async fn a_narrowing_loop_is_told_on_today() {
    let app = app::start().await;
    let (browser, api) = app.owner().await;
    let project = api.project("Opera").await;
    let id = variant(&api, &project, "Did you know why his face is red").await;
    let other = variant(&api, &project, "Did you know why his mask is red").await;
    assert!(!browser.page("/").await.contains("The loop narrows"));
    let owner: ProjectId = project.parse().unwrap();
    let pairs = json!([[id, other, 0.91]]).to_string();
    app.house
        .db
        .write(async move |tx| {
            sqlx::query(
                "insert into windows (project_id, at_ms, variant_id, n, vendi_1, vendi_2, homogeneity, distinct_2, self_bleu, deflate, repetition,
                   suggested, narrow, pairs) values (?, 9000000000000, ?, 20, 4.2, 3.1, 0.8, 0.2, 0.7, 4, 2, 0.9, 1, ?)",
            )
            .bind(owner)
            .bind(id.parse::<VariantId>().unwrap())
            .bind(pairs)
            .execute(tx)
            .await?;
            Ok::<_, troupe::platform::Error>(())
        })
        .await
        .unwrap();
    let page = browser.page("/").await;
    assert!(page.contains("The loop narrows") && page.contains("4.2") && page.contains("his mask is red"), "{page}");
    assert!(browser.page(&format!("/projects/{project}/originality")).await.contains("look too much alike"));
    app.stop().await;
}
