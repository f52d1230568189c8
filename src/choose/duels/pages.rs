//! Pages of duels: one pair after the other, and the ranking.
//!
//! A pair stands in its own address, so that a reload, or what others do meanwhile, never changes it under the reader:
//! `/duels` leads to the address of the pair that is next.

use super::actions::{self, Decided};
use super::api;
use super::judges::Judges;
use super::model::{Better, COMPARED, ChosenBy, Field, NewDuel, Next, Taste, points, seed};
use super::store::{self, Named};
use crate::create::variants::{self, Asset, Variant};
use crate::platform::clock::DAY;
use crate::platform::id::{DuelId, MemberId, PieceId, ProjectId, VariantId};
use crate::platform::{Error, House, Ms, Outcome};
use crate::stats::proportion::Share;
use crate::web::charts::{Scale, Tone, interval};
use crate::web::{Ability, Access, Answer, Failure, Form, Me, Routes, Said, Shell, page};
use askama::Template;
use axum::extract::{Path, Query, State};
use axum::http::StatusCode;
use serde::Deserialize;
use std::collections::{HashMap, HashSet};
use url::form_urlencoded;

/// Drafts of which all pairs are soon answered; then the page says so.
const FEW: usize = 12;

pub fn routes() -> Routes {
    let (read, decide) = (Access::Member(Ability::Read), Access::Member(Ability::Decide));
    Routes::new()
        .get("/projects/{project}/duels", read, show)
        .post("/projects/{project}/duels", decide, create)
        .delete("/duels/{duel}", decide, destroy)
        .get("/projects/{project}/tastes", read, tastes)
        .merge(api::routes())
}

/// What is asked about.
#[derive(Clone, Debug, Default)]
pub struct Asking {
    /// A language; the one with the most drafts when empty
    pub locale: String,
    pub piece: Option<PieceId>,
    /// Pairs to pass over
    pub skip: u32,
}

impl Asking {
    /// The query of an address, without its question mark.
    fn query(&self, next: Option<(&Next, Option<DuelId>)>) -> String {
        let mut query = form_urlencoded::Serializer::new(String::new());
        if !self.locale.is_empty() {
            query.append_pair("locale", &self.locale);
        }
        if let Some(piece) = self.piece {
            query.append_pair("piece", &piece.to_string());
        }
        if self.skip > 0 {
            query.append_pair("skip", &self.skip.to_string());
        }
        if let Some((next, after)) = next {
            query.append_pair("left", &next.left.to_string()).append_pair("right", &next.right.to_string());
            query.append_pair("chosen_by", next.chosen_by.name());
            if let Some(after) = after {
                query.append_pair("after", &after.to_string());
            }
        }
        query.finish()
    }
}

/// The query of the page: what is asked about, and the pair of this address.
#[derive(Default, Deserialize)]
#[serde(default)]
struct View {
    locale: String,
    piece: Option<PieceId>,
    skip: u32,
    left: Option<VariantId>,
    right: Option<VariantId>,
    chosen_by: Option<ChosenBy>,
    after: Option<DuelId>,
}

impl View {
    fn asking(&self) -> Asking {
        Asking { locale: self.locale.clone(), piece: self.piece, skip: self.skip }
    }
    fn pair(&self) -> Option<Next> {
        Some(Next { left: self.left?, right: self.right?, chosen_by: self.chosen_by? })
    }
}

/// One of the two, under a letter.
struct Side {
    letter: &'static str,
    draft: Variant,
    assets: Vec<Asset>,
}

impl Side {
    fn first(&self, kind: &str) -> Option<&Asset> {
        self.assets.iter().find(|asset| asset.kind == kind)
    }
}

struct Shown {
    next: Next,
    sides: [Side; 2],
}

#[derive(Template)]
#[template(path = "choose/duels/show.html")]
struct DuelPage {
    shell: Shell,
    waiting: i64,
    asking: Asking,
    locales: Vec<(String, i64)>,
    shown: Option<Shown>,
    last: Option<DuelId>,
    answered: i64,
    /// This member has answered every pair there is
    exhausted: bool,
}

impl DuelPage {
    fn within(&self, asking: Asking) -> String {
        path(&self.shell, &asking)
    }
    fn of_locale(&self, locale: &str) -> String {
        self.within(Asking { locale: locale.to_owned(), skip: 0, ..self.asking.clone() })
    }
    fn of_piece(&self, piece: &PieceId) -> String {
        self.within(Asking { piece: Some(*piece), skip: 0, ..self.asking.clone() })
    }
    fn of_all_pieces(&self) -> String {
        self.within(Asking { piece: None, skip: 0, ..self.asking.clone() })
    }
    fn skipped(&self) -> String {
        self.within(Asking { skip: self.asking.skip.saturating_add(1), ..self.asking.clone() })
    }
    /// The language that is asked about.
    fn locale(&self) -> &str {
        match (&self.shown, self.asking.locale.as_str()) {
            (Some(shown), _) => &shown.sides[0].draft.locale,
            (None, "") => self.locales.first().map_or("", |(locale, _)| locale),
            (None, asked) => asked,
        }
    }
}

fn path(shell: &Shell, asking: &Asking) -> String {
    let query = asking.query(None);
    shell.within(&if query.is_empty() { "/duels".to_owned() } else { format!("/duels?{query}") })
}

/// The address of a pair without the base path.
fn address(project: ProjectId, asking: &Asking, next: Option<(&Next, Option<DuelId>)>) -> String {
    let query = asking.query(next);
    if query.is_empty() { format!("/projects/{project}/duels") } else { format!("/projects/{project}/duels?{query}") }
}

/// The next pair for a member, and the last of their answers that stands.
pub async fn next(house: &House, member: MemberId, project: ProjectId, asking: &Asking) -> Outcome<(Option<Next>, Option<DuelId>)> {
    let db = house.db.read();
    let last = store::last(db, member, project).await?;
    let locale = match asking.locale.as_str() {
        "" => match store::locales(db, member, project, asking.piece).await?.into_iter().next() {
            Some((fullest, _)) => fullest,
            None => return Ok((None, last)),
        },
        asked => asked.to_owned(),
    };
    let candidates = store::candidates(db, member, project, &locale, asking.piece).await?;
    let field = Field { answers: store::between(db, &candidates).await?, own: store::own(db, member, project).await?, candidates };
    let (seed, skip) = (seed(project, member, last), asking.skip);
    let found = tokio::task::spawn_blocking(move || field.next(seed, skip)).await.map_err(Error::broken)?;
    Ok((found, last))
}

/// Both drafts of a pair, when this member may see them.
pub async fn sides(house: &House, member: MemberId, left: VariantId, right: VariantId) -> Outcome<(Variant, Variant)> {
    let db = house.db.read();
    Ok((variants::find(db, member, left).await?, variants::find(db, member, right).await?))
}

/// The pair of this address while it can still be answered.
async fn pinned(house: &House, member: MemberId, project: ProjectId, view: &View, last: Option<DuelId>) -> Outcome<Option<Shown>> {
    let Some(next) = view.pair().filter(|next| next.left != next.right && view.after == last) else { return Ok(None) };
    let (left, right) = match sides(house, member, next.left, next.right).await {
        Err(Error::NotFound) => return Ok(None),
        found => found?,
    };
    let meets = |draft: &Variant| draft.project_id == project && COMPARED.contains(&draft.state.as_str());
    if !meets(&left) || !meets(&right) || left.locale != right.locale {
        return Ok(None);
    }
    let db = house.db.read();
    let (of_left, of_right) = (variants::assets(db, left.id).await?, variants::assets(db, right.id).await?);
    let sides = [Side { letter: "A", draft: left, assets: of_left }, Side { letter: "B", draft: right, assets: of_right }];
    Ok(Some(Shown { next, sides }))
}

async fn show(State(house): State<House>, me: Me, Path(project): Path<ProjectId>, Query(view): Query<View>) -> Answer {
    let shell = me.shell(Some(project)).await?.at("curate");
    let (db, member, asking) = (house.db.read(), me.member.id, view.asking());
    let last = store::last(db, member, project).await?;
    let shown = pinned(&house, member, project, &view, last).await?;
    if shown.is_none()
        && let (Some(found), last) = next(&house, member, project, &asking).await?
    {
        return Ok(me.go(&address(project, &asking, Some((&found, last)))));
    }
    let locales = store::locales(db, member, project, asking.piece).await?;
    let answered = store::answered_since(db, member, project, house.now().plus(-DAY)).await?;
    let waiting = shell.hot("curate");
    let exhausted = match &shown {
        Some(shown) => all_answered(&house, member, project, (&shown.sides[0].draft.locale, asking.piece)).await?,
        None => false,
    };
    Ok(page(StatusCode::OK, &DuelPage { shell, waiting, asking, locales, shown, last, answered, exhausted }))
}

/// Whether a member has answered every pair of these drafts.
async fn all_answered(house: &House, member: MemberId, project: ProjectId, (locale, piece): (&str, Option<PieceId>)) -> Outcome<bool> {
    let db = house.db.read();
    let drafts = store::candidates(db, member, project, locale, piece).await?;
    if drafts.len() > FEW {
        return Ok(false);
    }
    let own = store::own(db, member, project).await?;
    let known: HashSet<(VariantId, VariantId)> = own.into_iter().flat_map(|(left, right)| [(left, right), (right, left)]).collect();
    Ok(drafts.iter().enumerate().all(|(at, one)| drafts.iter().skip(at + 1).all(|other| known.contains(&(*one, *other)))))
}

#[derive(Deserialize)]
struct DuelForm {
    left: VariantId,
    right: VariantId,
    outcome: Better,
    chosen_by: ChosenBy,
    /// Empty: no answer of this member stood
    #[serde(default)]
    after: String,
    #[serde(default)]
    locale: String,
    #[serde(default)]
    piece: String,
}

async fn create(State(house): State<House>, me: Me, Path(project): Path<ProjectId>, Form(form): Form<DuelForm>) -> Answer {
    me.shell(Some(project)).await?;
    let asking = Asking { locale: form.locale, piece: form.piece.parse().ok(), skip: 0 };
    let after: Option<DuelId> = match form.after.as_str() {
        "" => None,
        id => Some(id.parse().map_err(|_| Failure::Bad("failure-form"))?),
    };
    let duel = NewDuel { left: form.left, right: form.right, outcome: form.outcome, chosen_by: form.chosen_by, after };
    let (now, member, actor) = (house.now(), me.member.id, me.actor());
    let decided = house.db.write(async move |tx| actions::decide(tx, (&actor, member), project, duel, Some(after), now).await).await;
    house.jobs.ring();
    let said = match decided {
        Ok(Decided::Counted(_)) => None,
        Ok(Decided::Before) => Some("duels-said-before"),
        // Somebody decided on one of the two, or binned it, while it was compared.
        Err(Error::Refused { key: "duels-gone" | "duels-two-languages", .. }) => Some("duels-said-gone"),
        Err(error) => return Err(error.into()),
    };
    let (found, last) = next(&house, member, project, &asking).await?;
    let path = address(project, &asking, found.as_ref().map(|found| (found, last)));
    Ok(match said {
        Some(key) => me.go_saying(&path, Said::new(key)),
        None => me.go(&path),
    })
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Back {
    locale: String,
    piece: String,
}

/// Takes an answer back and asks the same again.
async fn destroy(State(house): State<House>, me: Me, Path(id): Path<DuelId>, Query(back): Query<Back>) -> Answer {
    let (now, member, actor) = (house.now(), me.member.id, me.actor());
    let asked = house.db.write(async move |tx| actions::undo(tx, (&actor, member), id, now).await).await?;
    house.jobs.ring();
    let asking = Asking { locale: back.locale, piece: back.piece.parse().ok(), skip: 0 };
    let last = store::last(house.db.read(), member, asked.project).await?;
    let again = Next { left: asked.left, right: asked.right, chosen_by: asked.chosen_by };
    Ok(me.go_saying(&address(asked.project, &asking, Some((&again, last))), Said::new("duels-said-undone")))
}

/// A draft in the ranking.
struct Placed {
    taste: Taste,
    named: Named,
    drawn: String,
}

#[derive(Template)]
#[template(path = "choose/duels/tastes.html")]
struct TastesPage {
    shell: Shell,
    waiting: i64,
    locale: String,
    /// Languages with a ranking, and how many drafts are in each
    locales: Vec<(String, usize)>,
    placed: Vec<Placed>,
    judges: Judges,
    measured: Option<Ms>,
}

impl TastesPage {
    fn heading(&self) -> String {
        match self.placed.first() {
            None => self.shell.t("tastes-none-title").into_owned(),
            // The best liked is named only when the answers set it apart.
            Some(first) if first.taste.rank_high == 1 => self.shell.t("tastes-heading-one").into_owned(),
            Some(first) => self.shell.n("tastes-heading", first.taste.rank_high),
        }
    }
    fn share(&self, share: &Share) -> String {
        let percent = |share: f64| format!("{:.0} %", share * 100.0);
        self.shell.ab("tastes-interval", "low", percent(share.low), "high", percent(share.high))
    }
    fn percent(&self, share: &Share) -> String {
        format!("{:.0} %", share.value * 100.0)
    }
    fn alpha(&self, alpha: &f64) -> String {
        format!("{alpha:.2}").replace('-', "−")
    }
    fn missing(&self) -> usize {
        Judges::FEWEST.saturating_sub(self.judges.shared)
    }
    fn ranks(&self, taste: &Taste) -> String {
        if taste.rank_low == taste.rank_high { taste.rank_low.to_string() } else { format!("{}–{}", taste.rank_low, taste.rank_high) }
    }
    fn of_locale(&self, locale: &str) -> String {
        let query = form_urlencoded::Serializer::new(String::new()).append_pair("locale", locale).finish();
        self.shell.within(&format!("/tastes?{query}"))
    }
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct TastesView {
    locale: String,
}

async fn tastes(State(house): State<House>, me: Me, Path(project): Path<ProjectId>, Query(view): Query<TastesView>) -> Answer {
    let shell = me.shell(Some(project)).await?.at("curate");
    let (db, member) = (house.db.read(), me.member.id);
    let all = store::tastes(db, member, project).await?;
    let locales = by_language(&all);
    let locale = if view.locale.is_empty() { locales.first().map(|(locale, _)| locale.clone()).unwrap_or_default() } else { view.locale };
    let mut ranked: Vec<Taste> = all.into_iter().filter(|taste| taste.locale == locale).collect();
    ranked.sort_by_key(|taste| taste.rank);
    let mut names = store::names(db, &ranked.iter().map(|taste| taste.variant_id).collect::<Vec<_>>()).await?;
    let placed = placed(&shell, ranked, &mut names);
    let judges = Judges::of(&store::judged(db, member, project).await?);
    let measured = store::measured(db, project).await?;
    let waiting = shell.hot("curate");
    Ok(page(StatusCode::OK, &TastesPage { shell, waiting, locale, locales, placed, judges, measured }))
}

/// Languages with how many ranked drafts, the fullest first.
fn by_language(tastes: &[Taste]) -> Vec<(String, usize)> {
    let mut counts: HashMap<&str, usize> = HashMap::new();
    for taste in tastes {
        *counts.entry(&taste.locale).or_default() += 1;
    }
    let mut locales: Vec<(String, usize)> = counts.into_iter().map(|(locale, n)| (locale.to_owned(), n)).collect();
    locales.sort_by(|a, b| b.1.cmp(&a.1).then_with(|| a.0.cmp(&b.0)));
    locales
}

fn placed(shell: &Shell, ranked: Vec<Taste>, names: &mut HashMap<VariantId, Named>) -> Vec<Placed> {
    let ends: Vec<(f64, f64)> = ranked.iter().map(Taste::ends).collect();
    let lo = ends.iter().map(|ends| ends.0).fold(35.0, f64::min);
    let hi = ends.iter().map(|ends| ends.1).fold(65.0, f64::max);
    let rows = ranked.into_iter().zip(ends).filter_map(|(taste, (low, high))| {
        let tone = if low > 50.0 { Tone::Good } else { Tone::Plain };
        let label = shell.ab("tastes-interval", "low", format!("{low:.0}"), "high", format!("{high:.0}"));
        let drawn = interval((low, points(taste.theta), high), Scale { lo, hi }, Some(50.0), tone, &label);
        Some(Placed { named: names.remove(&taste.variant_id)?, taste, drawn })
    });
    rows.collect()
}
