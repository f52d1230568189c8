//! Typed ids: UUID v7 in sixteen bytes, ordered by the time they were made, one type per noun, so
//! that a channel's id cannot be handed in for a variant's.

use super::Ms;
use std::sync::{Mutex, PoisonError};
use uuid::{ContextV7, Timestamp, Uuid};

static ORDER: Mutex<ContextV7> = Mutex::new(ContextV7::new());

/// A new id for the instant `at`; later calls within one millisecond sort after earlier ones.
pub fn fresh(at: Ms) -> Uuid {
    let ms = u64::try_from(at.0).unwrap_or(0);
    let nanos = u32::try_from(ms % 1_000).unwrap_or(0) * 1_000_000;
    let order = ORDER.lock().unwrap_or_else(PoisonError::into_inner);
    Uuid::new_v7(Timestamp::from_unix(&*order, ms / 1_000, nanos))
}

macro_rules! ids {
    ($($name:ident),* $(,)?) => {$(
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize, sqlx::Type, utoipa::ToSchema)]
        #[sqlx(transparent)]
        #[serde(transparent)]
        #[schema(value_type = Uuid)]
        pub struct $name(pub Uuid);

        impl $name {
            pub fn new(at: Ms) -> Self {
                Self(fresh(at))
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                self.0.fmt(f)
            }
        }

        impl std::str::FromStr for $name {
            type Err = uuid::Error;
            fn from_str(text: &str) -> Result<Self, uuid::Error> {
                Uuid::parse_str(text).map(Self)
            }
        }
    )*};
}

ids!(
    ArmId,
    AssetId,
    BackendId,
    BatchId,
    BootId,
    BudgetId,
    ChannelId,
    CommentId,
    DuelId,
    EntryId,
    ExperimentId,
    FixtureId,
    GuestId,
    SlotId,
    IdeaId,
    ImportId,
    InvitationId,
    JobId,
    MarketId,
    MemberId,
    PartId,
    PieceId,
    PlayId,
    PriceId,
    ProjectId,
    PromptId,
    PromptVersionId,
    PublicationId,
    ReferenceId,
    ReferenceSetId,
    ReviewId,
    RunId,
    SessionId,
    SlateId,
    TokenId,
    TrialId,
    VariantId,
);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_of_one_millisecond_keep_their_order() {
        let ids: Vec<Uuid> = (0..1_000).map(|_| fresh(Ms(1_800_000_000_123))).collect();
        let mut sorted = ids.clone();
        sorted.sort();
        sorted.dedup();
        assert_eq!(ids, sorted);
    }
}
