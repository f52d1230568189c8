//! Files of a variant: uploaded as a stream, judged by their bytes, served by their id.

use crate::create::variants::actions::{self, NewAsset};
use crate::create::variants::store;
use crate::platform::House;
use crate::platform::id::{AssetId, VariantId};
use crate::platform::media::{Declared, Digest, NotKept, NotReceived, Refusal, Served, Stored, served};
use crate::web::{Ability, Access, Answer, Failure, Me, Routes, Said};
use axum::body::Body;
use axum::extract::multipart::Field;
use axum::extract::{DefaultBodyLimit, Multipart, Path, State};
use axum::handler::Handler;
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use tokio::io::{AsyncReadExt, AsyncSeekExt};
use tokio_util::io::ReaderStream;

/// A minute of vertical video at a good rate, several times over.
const UPLOAD_MAX: u64 = 512 << 20;

pub fn routes() -> Routes {
    let (read, make) = (Access::Member(Ability::Read), Access::Member(Ability::Make));
    Routes::new()
        .post("/variants/{variant}/assets", make, upload.layer(DefaultBodyLimit::disable()))
        .post("/variants/{variant}/assets/{asset}", make, choose)
        .get("/media/{asset}", read, show)
}

async fn upload(State(house): State<House>, me: Me, Path(id): Path<VariantId>, mut form: Multipart) -> Answer {
    let variant = store::find(house.db.read(), me.member.id, id).await?;
    let mut alt = String::new();
    let mut added = 0;
    while let Some(field) = form.next_field().await.map_err(|_| Failure::Bad("failure-form"))? {
        match field.name() {
            Some("alt") => alt = self::alt(field).await?,
            Some("file") if field.file_name().is_some_and(|name| !name.is_empty()) => {
                let asset = keep(&house, field, &alt).await?;
                let (by, actor, now, project) = (me.member.id, me.actor(), house.now(), variant.project_id);
                house.db.write(async move |tx| actions::add_asset(tx, &actor, by, (project, id), &asset, now).await).await?;
                added += 1;
            }
            _ => {}
        }
    }
    let said = if added == 0 { "variants-no-file" } else { "variants-file-added" };
    Ok(me.go_saying(&format!("/variants/{id}"), Said::new(said)))
}

/// Puts what a run made among the media, as a person chose it.
async fn choose(State(house): State<House>, me: Me, Path((id, asset)): Path<(VariantId, AssetId)>) -> Answer {
    let (by, actor, now) = (me.member.id, me.actor(), house.now());
    house.db.write(async move |tx| actions::choose_asset(tx, &actor, by, id, asset, now).await).await?;
    Ok(me.go_saying(&format!("/variants/{id}"), Said::new("variants-file-added")))
}

/// What a file shows, for those who cannot see it; it stands before the file in a form.
pub async fn alt(field: Field<'_>) -> Result<String, Failure> {
    Ok(field.text().await.map_err(|_| Failure::Bad("failure-form"))?.chars().take(300).collect())
}

/// Streams one field of a form into the store.
pub async fn keep(house: &House, field: Field<'_>, alt: &str) -> Result<NewAsset, Failure> {
    let file_name = field.file_name().unwrap_or("file").chars().take(200).collect::<String>();
    let declared = field.content_type().map(str::to_owned);
    let received = house.media.receive(field, UPLOAD_MAX).await.map_err(|error| match error {
        NotReceived::TooLarge { .. } => Failure::TooLarge,
        NotReceived::Io(cause) => Failure::House(cause.into()),
        _ => Failure::Bad("failure-upload-cut"),
    })?;
    let stored = house.media.keep(received, Declared { file_name: file_name.clone(), media_type: declared }).await;
    let Stored { digest, kind, size, dimensions, length_ms } = stored.map_err(refused)?;
    let mime = kind.media_type();
    Ok(NewAsset {
        kind: family(mime),
        mime,
        size: i64::try_from(size).unwrap_or(i64::MAX),
        digest: digest.bytes().to_vec(),
        width: dimensions.map(|(width, _)| i64::from(width)),
        height: dimensions.map(|(_, height)| i64::from(height)),
        duration_ms: length_ms,
        alt: alt.to_owned(),
        file_name,
        origin: "upload",
        run: None,
    })
}

fn refused(error: NotKept) -> Failure {
    match error {
        NotKept::Io(cause) => Failure::House(cause.into()),
        NotKept::Refused(Refusal::TooLarge) => Failure::TooLarge,
        NotKept::Refused(Refusal::Unsupported | Refusal::Disagrees { .. }) => Failure::WrongType,
        NotKept::Refused(_) => Failure::House(crate::platform::Error::refused("failure-media")),
    }
}

fn family(mime: &str) -> &'static str {
    match mime.split('/').next() {
        Some("image") => "image",
        Some("video") => "video",
        Some("audio") => "audio",
        Some("font") => "font",
        _ => "text",
    }
}

/// Serves a file to a member who may see its project; ranges as players ask for them.
pub async fn show(State(house): State<House>, me: Me, Path(id): Path<AssetId>, headers: HeaderMap) -> Answer {
    file(&house, store::asset(house.db.read(), me.member.id, id).await?, &headers).await
}

/// Serves a file to whoever the caller has seen may have it.
pub async fn serve(house: &House, id: AssetId, headers: &HeaderMap) -> Answer {
    file(house, store::any_asset(house.db.read(), id).await?, headers).await
}

async fn file(house: &House, asset: store::Asset, headers: &HeaderMap) -> Answer {
    let digest = <[u8; 32]>::try_from(asset.digest.as_slice()).map(Digest::from).map_err(crate::platform::Error::broken)?;
    let (mut file, size) = house.media.open(digest).await.map_err(|_| Failure::House(crate::platform::Error::NotFound))?;
    let range = headers.get(header::RANGE).and_then(|value| value.to_str().ok());
    let (status, length, part) = match served(range, size) {
        Served::Whole => (StatusCode::OK, size, None),
        Served::Part { first, last } => {
            file.seek(std::io::SeekFrom::Start(first)).await.map_err(|error| Failure::House(error.into()))?;
            (StatusCode::PARTIAL_CONTENT, last - first + 1, Some(format!("bytes {first}-{last}/{size}")))
        }
        Served::NotSatisfiable => return Ok(not_satisfiable(size)),
    };
    let mut answer = Body::from_stream(ReaderStream::new(file.take(length))).into_response();
    *answer.status_mut() = status;
    let head = answer.headers_mut();
    let mut put = |name: header::HeaderName, value: &str| {
        if let Ok(value) = HeaderValue::from_str(value) {
            head.insert(name, value);
        }
    };
    put(header::CONTENT_TYPE, &asset.mime);
    put(header::CONTENT_LENGTH, &length.to_string());
    put(header::ACCEPT_RANGES, "bytes");
    put(header::CACHE_CONTROL, "private, max-age=31536000, immutable");
    put(header::CONTENT_SECURITY_POLICY, "sandbox; default-src 'none'");
    put(header::CONTENT_DISPOSITION, &disposition(&asset.file_name));
    if let Some(part) = part {
        put(header::CONTENT_RANGE, &part);
    }
    Ok(answer)
}

fn not_satisfiable(size: u64) -> Response {
    let mut answer = StatusCode::RANGE_NOT_SATISFIABLE.into_response();
    if let Ok(value) = HeaderValue::from_str(&format!("bytes */{size}")) {
        answer.headers_mut().insert(header::CONTENT_RANGE, value);
    }
    answer
}

/// The file's own name, as RFC 6266 writes names of any script.
fn disposition(name: &str) -> String {
    let encoded: String = url::form_urlencoded::byte_serialize(name.as_bytes()).collect::<String>().replace('+', "%20");
    format!("inline; filename*=UTF-8''{encoded}")
}
