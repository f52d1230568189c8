//! One draft under the lamp, the next ones ready, the others in the strip.

use super::{View, found, grid, waits};
use crate::choose::curate::model::{CHIPS, Filter};
use crate::choose::curate::store::{self, Beside, Hand, Review, Waiting};
use crate::create::variants::{self, Asset, Variant};
use crate::platform::diff::{Part, diff};
use crate::platform::id::{ProjectId, VariantId};
use crate::platform::{House, Outcome};
use crate::web::{Answer, Failure, Me, Shell, Slice, page};
use askama::Template;
use axum::extract::{Path, Query, State};
use axum::http::StatusCode;
use uuid::Uuid;

const IN_STRIP: i64 = 24;
const IN_LIST: i64 = 50;
/// Drafts that come with the page, so that the next one is there before it is asked for.
const AHEAD: usize = 6;

/// A draft with all that is looked at when it is decided on.
pub(super) struct Lit {
    pub variant: Variant,
    pub assets: Vec<Asset>,
    /// What differs from its parent's hook and title
    pub against: Vec<Part>,
    pub beside: Beside,
}

impl Lit {
    /// The picture shown large.
    fn still(&self) -> Option<&Asset> {
        self.assets.iter().find(|asset| asset.kind == "image")
    }

    /// What is played.
    fn played(&self) -> impl Iterator<Item = &Asset> {
        self.assets.iter().filter(|asset| asset.kind == "video" || asset.kind == "audio")
    }
}

#[derive(Template)]
#[template(path = "choose/curate/desk.html")]
struct DeskPage {
    shell: Shell,
    waiting: i64,
    filter: Filter,
    locales: Vec<String>,
    strip: Slice<Waiting>,
    /// Where this page of the strip begins
    after: Option<Uuid>,
    lit: Option<Lit>,
    ahead: Vec<Lit>,
    hands: Vec<Hand>,
    decisions: Vec<Review>,
    chips: &'static [&'static str],
}

impl DeskPage {
    /// The newest approval that stands: the way on from the desk, also after its line has gone.
    fn goes_out(&self) -> Option<&Review> {
        let stands = |review: &&Review| review.decision == "approved" && review.is_final && review.undone_ms.is_none();
        self.decisions.iter().find(stands).filter(|_| self.shell.publishes())
    }

    fn here(&self, id: &VariantId) -> String {
        let after = self.after.map(|after| format!("&after={after}")).unwrap_or_default();
        self.shell.within(&format!("/curate?lit={id}{after}{}", self.filter.query()))
    }
}

#[derive(Template)]
#[template(path = "choose/curate/decided.html")]
struct DecidedPage {
    shell: Shell,
    waiting: i64,
    state: String,
    drafts: Slice<Waiting>,
}

pub(super) async fn show(State(house): State<House>, me: Me, Path(project): Path<ProjectId>, Query(view): Query<View>) -> Answer {
    let shell = me.shell(Some(project)).await?.at("curate");
    let (db, member) = (house.db.read(), me.member.id);
    let waiting = shell.hot("curate");
    let state = match view.view.as_str() {
        "" => return lamp(&house, &me, project, view, shell).await,
        "grid" => return grid::show(&house, &me, project, view, shell).await,
        "approved" => "approved",
        "rejected" => "rejected",
        "changes" => "changes_requested",
        _ => return Err(Failure::Bad("failure-filter")),
    };
    let drafts = store::decided(db, member, project, state, view.after, IN_LIST).await?;
    Ok(page(StatusCode::OK, &DecidedPage { shell, waiting, state: state.to_owned(), drafts }))
}

async fn lamp(house: &House, me: &Me, project: ProjectId, view: View, shell: Shell) -> Answer {
    let (db, member, filter) = (house.db.read(), me.member.id, view.filter());
    let strip = store::waiting_in(db, member, project, &filter, view.after, IN_STRIP).await?;
    let asked = match view.lit {
        Some(id) => found(variants::find(db, member, id).await)?.filter(|draft| draft.project_id == project && waits(draft)),
        None => None,
    };
    let first = asked.as_ref().map(|draft| draft.id).or(strip.items.first().map(|draft| draft.id));
    let at = strip.items.iter().position(|draft| Some(draft.id) == first);
    let mut lit = None;
    if let Some(id) = first {
        let draft = match asked {
            Some(draft) => Some(draft),
            None => found(variants::find(db, member, id).await)?,
        };
        if let Some(draft) = draft {
            lit = Some(light(house, me, draft).await?);
        }
    }
    let mut ahead = Vec::new();
    for next in strip.items.iter().skip(at.map_or(0, |at| at + 1)).take(AHEAD) {
        if let Some(draft) = found(variants::find(db, member, next.id).await)? {
            ahead.push(light(house, me, draft).await?);
        }
    }
    let decisions = store::decisions(db, member, project, None, 10).await?.items;
    let (hands, locales) = (store::hands(db, member, project).await?, store::locales(db, member, project).await?);
    let waiting = shell.hot("curate");
    let desk = DeskPage { shell, waiting, filter, locales, strip, after: view.after, lit, ahead, hands, decisions, chips: CHIPS };
    Ok(page(StatusCode::OK, &desk))
}

async fn light(house: &House, me: &Me, variant: Variant) -> Outcome<Lit> {
    let (db, member) = (house.db.read(), me.member.id);
    let (assets, beside) = (variants::assets(db, variant.id).await?, store::beside(db, variant.id).await?);
    // A draft outlives its parent.
    let parent = match variant.parent_id {
        Some(parent) => found(variants::find(db, member, parent).await)?,
        None => None,
    };
    let against =
        parent.map(|parent| diff(&format!("{}\n{}", parent.title, parent.hook), &format!("{}\n{}", variant.title, variant.hook))).unwrap_or_default();
    Ok(Lit { variant, assets, against, beside })
}
