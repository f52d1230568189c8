//! Signatures of all texts of a project, 256 to a row: written by slot, searched in order.
//!
//! Invariant: a slot's place in the rows is its number; the place of a text that lost its words holds no id.

use crate::platform::db::Tx;
use crate::platform::id::{ProjectId, VariantId};
use crate::platform::{Error, Outcome};
use crate::stats::minhash::{BYTES, Signature};
use futures_util::TryStreamExt;
use sqlx::SqlitePool;
use std::cmp::Reverse;
use std::collections::{BTreeMap, BinaryHeap};
use uuid::Uuid;

const PER_ROW: i64 = 256;
const ID: usize = 16;

/// The likeliest so far of one text: by equal bits.
struct Likeliest {
    signature: Signature,
    kept: BinaryHeap<Reverse<(u32, [u8; ID])>>,
    most: usize,
}

impl Likeliest {
    fn offer(&mut self, id: &[u8; ID], bits: &Signature) {
        let equal = self.signature.equal(bits);
        if self.kept.len() >= self.most {
            if self.kept.peek().is_none_or(|Reverse((least, _))| equal <= *least) {
                return;
            }
            self.kept.pop();
        }
        self.kept.push(Reverse((equal, *id)));
    }
}

/// For each signature the `most` variants of the project whose signatures agree best, itself included.
pub async fn likeliest(db: &SqlitePool, project: ProjectId, signatures: &[Signature], most: usize) -> Outcome<Vec<Vec<VariantId>>> {
    let mut all: Vec<Likeliest> = signatures.iter().map(|signature| Likeliest { signature: *signature, kept: BinaryHeap::new(), most }).collect();
    let mut rows = sqlx::query!("select ids, bits from signatures where project_id = ? order by chunk", project).fetch(db);
    while let Some(row) = rows.try_next().await? {
        for (id, bits) in row.ids.as_chunks::<ID>().0.iter().zip(row.bits.as_chunks::<BYTES>().0) {
            if *id == [0; ID] {
                continue;
            }
            let bits = Signature::from_bytes(bits);
            all.iter_mut().for_each(|one| one.offer(id, &bits));
        }
    }
    Ok(all.into_iter().map(|one| one.kept.into_iter().map(|Reverse((_, id))| VariantId(Uuid::from_bytes(id))).collect()).collect())
}

/// A text to be signed; without a signature it has no words any more.
pub struct Signed {
    pub id: VariantId,
    pub version: i64,
    pub signature: Option<Signature>,
}

/// What is written into one row: place, id and bits.
type Place = (usize, [u8; ID], [u8; BYTES]);

/// Writes signatures into their slots; a new text gets the next one.
pub async fn sign(tx: &mut Tx, project: ProjectId, texts: &[Signed]) -> Outcome<()> {
    let mut next = sqlx::query_scalar!(r#"select coalesce(max(slot) + 1, 0) as "n!: i64" from signature_slots where project_id = ?"#, project)
        .fetch_one(&mut *tx)
        .await?;
    let mut rows: BTreeMap<i64, Vec<Place>> = BTreeMap::new();
    for text in texts {
        let known = sqlx::query_scalar!("select slot from signature_slots where variant_id = ?", text.id).fetch_optional(&mut *tx).await?;
        let slot = match (known, text.signature) {
            (None, None) => continue,
            (None, Some(_)) => {
                next += 1;
                next - 1
            }
            (Some(slot), _) => slot,
        };
        if text.signature.is_some() {
            sqlx::query!(
                "insert into signature_slots (variant_id, project_id, slot, version) values (?, ?, ?, ?)
                 on conflict (variant_id) do update set version = excluded.version",
                text.id,
                project,
                slot,
                text.version
            )
            .execute(&mut *tx)
            .await?;
        } else {
            sqlx::query!("delete from signature_slots where variant_id = ?", text.id).execute(&mut *tx).await?;
        }
        let place = usize::try_from(slot % PER_ROW).map_err(Error::broken)?;
        let (id, bits) = text.signature.map_or(([0; ID], [0; BYTES]), |signature| (*text.id.0.as_bytes(), signature.to_bytes()));
        rows.entry(slot / PER_ROW).or_default().push((place, id, bits));
    }
    for (chunk, places) in rows {
        write(tx, project, chunk, &places).await?;
    }
    Ok(())
}

async fn write(tx: &mut Tx, project: ProjectId, chunk: i64, places: &[Place]) -> Outcome<()> {
    let known = sqlx::query!("select ids, bits from signatures where project_id = ? and chunk = ?", project, chunk).fetch_optional(&mut *tx).await?;
    let size = usize::try_from(PER_ROW).map_err(Error::broken)?;
    let (mut ids, mut bits) = known.map_or_else(|| (vec![0; size * ID], vec![0; size * BYTES]), |row| (row.ids, row.bits));
    for (place, id, signature) in places {
        if let Some(kept) = ids.as_chunks_mut::<ID>().0.get_mut(*place) {
            *kept = *id;
        }
        if let Some(kept) = bits.as_chunks_mut::<BYTES>().0.get_mut(*place) {
            *kept = *signature;
        }
    }
    sqlx::query!(
        "insert into signatures (project_id, chunk, ids, bits) values (?, ?, ?, ?)
         on conflict (project_id, chunk) do update set ids = excluded.ids, bits = excluded.bits",
        project,
        chunk,
        ids,
        bits
    )
    .execute(tx)
    .await?;
    Ok(())
}
