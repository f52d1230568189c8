//! From what was asked for to what is frozen: the prompt, the backend, what is drafted from, and the
//! text rendered over all of it. Reads only.

use super::backends::{self, BackendName, Medium, SKETCH};
use super::model::{NewRun, Parameters};
use super::store::{self, Planned};
use super::{costs, media};
use crate::create::budgets;
use crate::create::projects::{self, Project};
use crate::create::prompts::{self, Choice, Chosen, Given, IdeaWords, Label, ParentWords, Purpose};
use crate::platform::id::{IdeaId, PieceId, ProjectId, VariantId};
use crate::platform::locale::Locale;
use crate::platform::{Error, FieldError, House, Outcome};

/// Longest text sent, in characters: a rendered template may hold a long script.
const LONGEST: usize = 100_000;
/// How many drafts are asked for when nobody said.
const COUNT: i64 = 12;
const COUNT_MAX: i64 = 60;

/// Reads what the run is asked with and renders it; nothing is written yet.
pub async fn prepare(house: &House, project: ProjectId, new: &NewRun) -> Outcome<Planned> {
    let project = projects::find_for_system(house.db.read(), project).await?;
    if new.medium != Medium::Text {
        return media::prepare(house, &project, new).await;
    }
    let count = new.count.unwrap_or(COUNT);
    if !(1..=COUNT_MAX).contains(&count) {
        return Err(Error::field("count", "runs-error-count"));
    }
    let backend = backend(house, &new.backend).await?;
    let chosen = chosen(house, project.id, new).await?;
    let purpose = chosen.as_ref().map(|chosen| chosen.purpose).or(new.purpose).unwrap_or_default();
    if let Some(play) = new.play {
        store::play(house.db.read(), project.id, play).await?;
    }
    let source = source(house, project.id, purpose, new).await?;
    let (adapter, service) = backends::open(house, backend.id).await?;
    let wanted = locale(new, &source, &project)?;
    let locale = adapter.tongue(&wanted, (&project.locale, &subject(&project, &source), &[project.niche.as_str(), &project.perspective].join(" ")));
    let given = Given {
        locale: locale.to_string(),
        count,
        lenses: new.lenses.clone(),
        idea: source.idea,
        parent: source.parent,
        avoid: source.avoid,
        inputs: new.inputs.clone(),
    };
    let inputs = prompts::recorded(prompts::context(&project, purpose, &given), chosen.as_ref());
    let rendered = match &chosen {
        Some(chosen) => rendered(chosen, &inputs)?,
        None if backend.id == SKETCH => String::new(),
        None => return Err(Error::field("prompt", "runs-error-no-prompt")),
    };
    if !adapter.makes(&service).contains(&Medium::Text) {
        return Err(Error::field("backend", "runs-error-medium"));
    }
    let mut parameters = parameters(&project, new, locale, chosen.as_ref());
    parameters.wanted = Some(wanted.to_string()).filter(|wanted| *wanted != parameters.locale);
    let model = parameters.model.model.get_or_insert_with(|| adapter.model(&service, Medium::Text)).clone();
    parameters.model.model = Some(model.clone()).filter(|model| !model.is_empty());
    parameters.tariff = backends::tariff(house.db.read(), backend.id, &model, house.now()).await?.of(Medium::Text);
    // Inside a budget an answer has an end, so that what it can cost is known.
    if parameters.model.max_tokens.is_none() && parameters.tariff.token_out.is_some() && budgets::has_budget(house.db.read(), project.id).await? {
        parameters.model.max_tokens = Some(costs::most_tokens(count));
    }
    Ok(Planned {
        purpose,
        medium: Medium::Text,
        variant: None,
        backend: backend.id,
        idea: source.idea_id,
        piece: source.piece,
        parent: source.parent_id,
        inputs: serde_json::to_string(&inputs).map_err(Error::broken)?,
        rendered,
        parameters,
        prompt_version: chosen.map(|chosen| chosen.id),
        count,
        currency: service.get_or("currency", "USD").to_owned(),
    })
}

/// What was said, else the language of what is drafted from, else the project's.
fn locale(new: &NewRun, source: &Source, project: &Project) -> Outcome<Locale> {
    let tags = [new.locale.trim(), source.locale.as_str(), project.locale.as_str()];
    let tag = tags.into_iter().find(|tag| !tag.is_empty()).unwrap_or_default();
    tag.parse().map_err(|key| Error::field("locale", key))
}

/// What the drafts are about: the idea in its words, else the project's niche.
fn subject(project: &Project, source: &Source) -> String {
    let idea = [source.idea.title.as_str(), &source.idea.hook].join(" ");
    if idea.trim().is_empty() { project.niche.clone() } else { idea }
}

fn rendered(chosen: &Chosen, inputs: &serde_json::Map<String, serde_json::Value>) -> Outcome<String> {
    let text = prompts::render(&chosen.template, inputs)
        .map_err(|fault| Error::Invalid(vec![FieldError::new("inputs", fault.key).with("line", fault.line).with("detail", fault.detail)]))?;
    let text = match prompts::avoidance(&chosen.template, inputs) {
        Some(block) => format!("{text}\n\n{block}"),
        None => text,
    };
    if text.chars().count() > LONGEST {
        return Err(Error::Invalid(vec![FieldError::new("prompt", "error-too-long").with("max", LONGEST)]));
    }
    Ok(text)
}

fn parameters(project: &Project, new: &NewRun, locale: Locale, chosen: Option<&Chosen>) -> Parameters {
    Parameters {
        locale: locale.to_string(),
        lenses: new.lenses.clone(),
        model: chosen.map(|chosen| chosen.settings.clone()).unwrap_or_default(),
        seed: u64::try_from(project.seed).unwrap_or(1),
        play: new.play,
        ..Parameters::default()
    }
}

async fn backend(house: &House, asked: &str) -> Outcome<BackendName> {
    let db = house.db.read();
    let found = if asked.trim().is_empty() { backends::default_one(db).await? } else { backends::resolve(db, asked.trim()).await? };
    found.ok_or_else(|| Error::field("backend", "runs-error-backend"))
}

async fn chosen(house: &House, project: ProjectId, new: &NewRun) -> Outcome<Option<Chosen>> {
    let label = new.label.unwrap_or(Label::Live);
    let choice = match (new.prompt, new.version) {
        (Some(prompt), Some(number)) => Choice::Version(prompt, number),
        (Some(prompt), None) => Choice::Label(prompt, label),
        (None, _) => Choice::Any(new.purpose.unwrap_or_default(), label),
    };
    let found = prompts::choose(house.db.read(), project, choice).await?;
    match &found {
        None if new.prompt.is_some() => Err(Error::field("prompt", "runs-error-prompt")),
        Some(chosen) if new.purpose.is_some_and(|purpose| purpose != chosen.purpose) => Err(Error::field("prompt", "runs-error-purpose")),
        _ => Ok(found),
    }
}

/// What variants are drafted from.
#[derive(Default)]
struct Source {
    idea_id: Option<IdeaId>,
    piece: Option<PieceId>,
    parent_id: Option<VariantId>,
    idea: IdeaWords,
    parent: ParentWords,
    avoid: ParentWords,
    locale: String,
}

async fn source(house: &House, project: ProjectId, purpose: Purpose, new: &NewRun) -> Outcome<Source> {
    let db = house.db.read();
    if purpose == Purpose::Ideas {
        // Ideas come from the project alone; what is named beside it must be there all the same.
        if let Some(parent) = new.parent {
            store::parent(db, project, parent).await?;
        }
        if let Some(piece) = new.piece {
            store::piece(db, project, piece).await?;
        }
        if let Some(idea) = new.idea {
            store::idea(db, project, idea).await?;
        }
        return Ok(Source::default());
    }
    let mut source = Source { idea_id: new.idea, piece: new.piece, ..Source::default() };
    if let Some(parent) = new.parent {
        let (piece, locale, words) = store::parent(db, project, parent).await?;
        (source.piece, source.locale, source.parent, source.parent_id) = (Some(piece), locale, words, Some(parent));
    }
    if let Some(avoid) = new.avoid {
        let (piece, locale, words) = store::parent(db, project, avoid).await.map_err(|_| Error::field("avoid", "runs-error-parent"))?;
        (source.piece, source.locale, source.avoid) = (Some(piece), locale, words);
    }
    if let Some(piece) = source.piece {
        let (idea, title) = store::piece(db, project, piece).await?;
        source.idea_id = idea;
        source.idea.title = title;
    }
    match source.idea_id {
        Some(idea) => match store::idea(db, project, idea).await {
            Ok((locale, words)) => {
                source.idea = words;
                if source.locale.is_empty() {
                    source.locale = locale;
                }
            }
            // A piece outlives its idea.
            Err(_) if source.piece.is_some() => source.idea_id = None,
            Err(error) => return Err(error),
        },
        None if source.piece.is_none() => return Err(Error::field("idea", "runs-error-no-idea")),
        None => {}
    }
    Ok(source)
}
