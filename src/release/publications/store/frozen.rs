//! The words that go out, read from an approved variant.

use crate::platform::db::Tx;
use crate::platform::id::{ChannelId, ProjectId, PublicationId, VariantId};
use crate::platform::{Error, Ms, Outcome};
use crate::release::channels::kinds::limits::Measured;
use crate::release::channels::kinds::payload::{Medium, Payload, flags, links, media_path};
use std::collections::BTreeMap;

/// What a body is made for.
pub struct Wanted<'a> {
    pub id: PublicationId,
    pub project: ProjectId,
    pub channel: ChannelId,
    pub variant: VariantId,
    pub delivery: &'a str,
    pub due: Ms,
    /// The public address, without a slash at its end.
    pub base: &'a str,
}

/// The digest of what was approved; `None` while the variant is not.
pub async fn approved_digest(tx: &mut Tx, variant: VariantId) -> Outcome<Option<Vec<u8>>> {
    let digest = sqlx::query_scalar!("select digest from variants where id = ? and state = 'approved' and deleted_ms is null", variant)
        .fetch_optional(tx)
        .await?;
    Ok(digest.flatten())
}

/// What goes out, as it was approved.
pub struct Frozen {
    pub payload: Payload,
    /// The payload as JSON, byte for byte what is kept.
    pub body: String,
    /// Of what was approved.
    pub digest: Vec<u8>,
    pub files: Vec<Measured>,
}

impl Frozen {
    /// What a row keeps of it.
    pub fn kept(self) -> (String, Vec<u8>) {
        (self.body, self.digest)
    }
}

/// What would go out now; `None` while the variant is not approved.
pub async fn freeze(tx: &mut Tx, wanted: &Wanted<'_>) -> Outcome<Option<Frozen>> {
    let row = sqlx::query!(
        "select title, caption, tags, locale, author, digest from variants where id = ? and state = 'approved' and deleted_ms is null",
        wanted.variant
    )
    .fetch_optional(&mut *tx)
    .await?;
    let Some((row, digest)) = row.and_then(|row| row.digest.clone().map(|digest| (row, digest))) else { return Ok(None) };
    let assets = sqlx::query!(
        "select a.mime, a.digest, a.origin, a.alt, a.size, a.width, a.height, a.duration_ms from variant_assets va join assets a on a.id = va.asset_id
         where va.variant_id = ? and a.deleted_ms is null order by va.position",
        wanted.variant
    )
    .fetch_all(tx)
    .await?;
    let by_model = assets.iter().any(|asset| asset.origin == "model");
    let media = assets.iter().enumerate().map(|(position, asset)| Medium {
        url: format!("{}{}", wanted.base, media_path(wanted.delivery, position)),
        mime: asset.mime.clone(),
        sha256: hex::encode(&asset.digest),
        alt: asset.alt.clone(),
        width: asset.width,
        height: asset.height,
        duration_ms: asset.duration_ms,
    });
    let files = assets.iter().map(|asset| Measured { mime: asset.mime.clone(), bytes: asset.size, duration_ms: asset.duration_ms }).collect();
    let payload = Payload {
        delivery: wanted.delivery.to_owned(),
        publication: wanted.id.0,
        project: wanted.project.0,
        channel: wanted.channel.0,
        variant: wanted.variant.0,
        title: row.title,
        links: links(&row.caption),
        caption: row.caption,
        tags: serde_json::from_str(&row.tags).unwrap_or_default(),
        locale: row.locale,
        flags: flags(&row.author, by_model),
        media: media.collect(),
        planned_at: wanted.due.rfc3339(),
        options: BTreeMap::new(),
    };
    let body = serde_json::to_string(&payload).map_err(Error::broken)?;
    Ok(Some(Frozen { payload, body, digest, files }))
}
