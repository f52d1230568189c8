//! From results to media: what was made is brought home at once, judged by its bytes, and written with the outcome.

use super::backends::{Address, Backend, Class, Medium, Product, Service, Source, Trouble, unanswered};
use super::store::{self, End, Run};
use crate::create::variants::{self, Author, NewAsset};
use crate::platform::db::Tx;
use crate::platform::events::{Actor, Event, record};
use crate::platform::media::{NotKept, NotReceived, Stored};
use crate::platform::outbound::{Method, Redirects, Request, Url};
use crate::platform::{House, Ms, Outcome};
use bytes::Bytes;
use futures_util::{StreamExt, stream};
use serde_json::json;
use std::time::Duration;
use tokio_util::io::ReaderStream;

/// Largest file brought home, in bytes: an hour of good vertical video.
const LARGEST: u64 = 4 << 30;
/// From the first byte to the last.
const DOWNLOAD: Duration = Duration::from_secs(1_800);

/// A file that is stored, and what it is drawn from when it may be used again.
#[derive(Debug)]
pub(super) struct Kept {
    pub asset: NewAsset,
    pub shot: Option<[u8; 32]>,
}

/// Stores every product, one after the other.
pub(super) async fn bring_home(
    house: &House,
    adapter: &'static dyn Backend,
    service: &Service,
    run: &Run,
    products: Vec<Product>,
) -> Result<Vec<Kept>, Trouble> {
    let mut kept = Vec::with_capacity(products.len());
    for product in products {
        let name = product.file_name.clone();
        let stored = match &product.source {
            Source::Bytes(bytes) => receive(house, stream::iter([Ok::<_, String>(bytes.clone())]), &name).await?,
            Source::File(path) => {
                let file = tokio::fs::File::open(path).await.map_err(|error| Trouble::saying(Class::Program, &error.to_string()))?;
                receive(house, ReaderStream::with_capacity(file, 256 << 10).map(|piece| piece.map_err(|error| error.to_string())), &name).await?
            }
            Source::Address(address) => download(house, adapter, service, address, &name).await?,
        };
        if !fits(run.medium(), stored.kind.media_type()) {
            return Err(Trouble::saying(Class::BadAnswer, stored.kind.media_type()));
        }
        let origin = if adapter.author() == Author::Template { "template" } else { "model" };
        kept.push(Kept { asset: asset(run, &stored, &product, origin), shot: product.shot });
    }
    Ok(kept)
}

/// Whether a file is of the family that was asked for.
fn fits(medium: Medium, mime: &str) -> bool {
    match medium {
        Medium::Image => mime.starts_with("image/"),
        Medium::Speech => mime.starts_with("audio/") || mime == "video/webm",
        // A film comes with its shots and its captions.
        Medium::Video => mime.starts_with("video/") || mime.starts_with("text/") || mime.starts_with("audio/"),
        Medium::Transcript | Medium::Embedding | Medium::Text => mime.starts_with("text/") || mime == "application/x-subrip",
    }
}

fn asset(run: &Run, stored: &Stored, product: &Product, origin: &'static str) -> NewAsset {
    let mime = stored.kind.media_type();
    let kind = match mime.split('/').next().unwrap_or_default() {
        "image" => "image",
        "video" => "video",
        "audio" => "audio",
        _ => "text",
    };
    let stem = product.file_name.split('.').next().filter(|stem| !stem.is_empty()).unwrap_or("file");
    NewAsset {
        kind,
        mime,
        size: i64::try_from(stored.size).unwrap_or(i64::MAX),
        digest: stored.digest.bytes().to_vec(),
        width: stored.dimensions.map(|(width, _)| i64::from(width)),
        height: stored.dimensions.map(|(_, height)| i64::from(height)),
        duration_ms: stored.length_ms.or(product.duration_ms),
        alt: super::model::line(run.rendered.lines().next().unwrap_or_default(), 200),
        file_name: format!("{stem}.{}", stored.kind.extension()),
        origin,
        run: Some(run.id),
    }
}

async fn receive<S, E>(house: &House, bytes: S, name: &str) -> Result<Stored, Trouble>
where
    S: futures_util::Stream<Item = Result<Bytes, E>>,
    E: std::fmt::Display,
{
    let received = house.media.receive(bytes, LARGEST).await.map_err(|error| match error {
        NotReceived::TooLarge { .. } => Trouble::new(Class::TooLong),
        NotReceived::BrokenOff(cause) => Trouble::saying(Class::Unavailable, &cause.to_string()),
        NotReceived::Io(cause) => Trouble::saying(Class::NotKept, &cause.to_string()),
    })?;
    house.media.keep_made(received, name).await.map_err(|error| match error {
        NotKept::Refused(refusal) => Trouble::saying(Class::BadAnswer, &refusal.to_string()),
        NotKept::Io(cause) => Trouble::saying(Class::NotKept, &cause.to_string()),
    })
}

/// Streams a result to disk. The key of the service goes to the service's own origin only.
async fn download(house: &House, adapter: &'static dyn Backend, service: &Service, address: &Address, name: &str) -> Result<Stored, Trouble> {
    let url: Url = address.url.parse().map_err(|_| Trouble::saying(Class::BadAnswer, &address.url))?;
    let own = service.get("base_url").parse::<Url>().is_ok_and(|base| base.origin() == url.origin());
    let headers = if address.with_key && own { adapter.credentials(service, house.now())? } else { Default::default() };
    let most = usize::try_from(LARGEST).unwrap_or(usize::MAX);
    let request = Request { headers, timeout: DOWNLOAD, max_bytes: most, redirects: Redirects::Follow(3), ..Request::new(Method::GET, url) };
    let answer = house.outbound.open(request).await.map_err(unanswered)?;
    match answer.status.as_u16() {
        200 => receive(house, answer.chunks(), name).await,
        401 | 403 | 404 | 410 => Err(Trouble::saying(Class::Expired, &answer.status.to_string())),
        _ => Err(Trouble::saying(Class::Unavailable, &answer.status.to_string())),
    }
}

/// Writes the files and the outcome together; false when the run was cancelled meanwhile, and then nothing is written.
pub(super) async fn keep(tx: &mut Tx, run: &Run, kept: &[Kept], end: &End, at: Ms) -> Outcome<bool> {
    if !store::finish(tx, run.id, end, at).await? {
        return Ok(false);
    }
    for file in kept {
        let asset = variants::attach(tx, &Actor::system(), None, run.project_id, None, &file.asset, at).await?;
        if let Some(shot) = file.shot {
            store::keep_shot(tx, shot, asset, at).await?;
        }
    }
    let detail = json!({ "made": end.made, "cost_micros": end.cost_micros });
    record(tx, &Actor::system(), at, Event::new("run.finished", run.id.0).within(run.project_id).detail(detail)).await?;
    Ok(true)
}
