//! Planning what is not text: which backend, from which words, with which pictures. Reads only.

use super::backends::{self, BackendName, Medium};
use super::model::{NewRun, Parameters};
use super::script::spoken;
use super::store::{self, Planned};
use crate::create::projects::Project;
use crate::create::prompts::{ModelSettings, ParentWords, Purpose};
use crate::platform::id::ProjectId;
use crate::platform::locale::Locale;
use crate::platform::text::Checks;
use crate::platform::{Error, FieldError, House, Outcome};
use serde_json::json;

/// Longest words for something that is not text, in graphemes.
const WORDS: usize = 20_000;
const PICTURES: i64 = 10;
const REFERENCES: usize = 9;
const SECONDS: std::ops::RangeInclusive<i64> = 1..=60;

pub(super) async fn prepare(house: &House, project: &Project, new: &NewRun) -> Outcome<Planned> {
    let medium = new.medium;
    let count = new.count.unwrap_or(1);
    let most = if medium == Medium::Image { PICTURES } else { 1 };
    let mut checks = Checks::new();
    if !(1..=most).contains(&count) {
        checks.add(FieldError::new("count", "runs-error-count-of-media").with("max", most));
    }
    if new.frame.seconds.is_some_and(|seconds| !SECONDS.contains(&seconds)) {
        checks.wrong("frame.seconds", "runs-error-seconds");
    }
    if !new.frame.aspect.is_empty() && new.frame.aspect() != new.frame.aspect {
        checks.wrong("frame.aspect", "runs-error-aspect");
    }
    let (variant_locale, words) = match new.variant {
        Some(variant) => store::variant(house.db.read(), project.id, variant).await.map(|(_, locale, words)| (locale, words))?,
        None => (String::new(), ParentWords::default()),
    };
    let said = checks.text("text", &new.text, WORDS);
    let rendered = if said.is_empty() { words_for(medium, project, &words) } else { said };
    if rendered.is_empty() && medium != Medium::Transcript {
        checks.wrong("text", "error-required");
    }
    references(house, project.id, new, &mut checks).await?;
    let mut frame = new.frame.clone();
    if let Some(second) = new.second {
        let (_, locale, words) = store::variant(house.db.read(), project.id, second).await?;
        (frame.second_locale, frame.second_lines) = (locale, spoken(&words.script).join("\n"));
    }
    checks.finish()?;
    let tags = [new.locale.trim(), variant_locale.as_str(), project.locale.as_str()];
    let locale: Locale = tags.into_iter().find(|tag| !tag.is_empty()).unwrap_or_default().parse().map_err(|key| Error::field("locale", key))?;
    let backend = backend(house, &new.backend, medium).await?;
    let (adapter, service) = backends::open(house, backend.id).await?;
    if !adapter.makes(&service).contains(&medium) {
        return Err(Error::field("backend", "runs-error-medium"));
    }
    let model = adapter.model(&service, medium);
    let parameters = Parameters {
        locale: locale.to_string(),
        model: ModelSettings { model: Some(model.clone()).filter(|model| !model.is_empty()), ..ModelSettings::default() },
        seed: u64::try_from(project.seed).unwrap_or(1),
        tariff: backends::tariff(house.db.read(), backend.id, &model, house.now()).await?.of(medium),
        frame,
        references: new.references.clone(),
        ..Parameters::default()
    };
    let inputs = json!({ "title": words.title, "style": project.style_guide, "niche": project.niche });
    Ok(Planned {
        purpose: Purpose::Variants,
        medium,
        variant: new.variant,
        backend: backend.id,
        idea: None,
        piece: None,
        parent: None,
        inputs: inputs.to_string(),
        rendered,
        parameters,
        prompt_version: None,
        count,
        currency: service.get_or("currency", "USD").to_owned(),
    })
}

/// What a variant itself asks for, when nobody wrote other words.
pub(super) fn words_for(medium: Medium, project: &Project, words: &ParentWords) -> String {
    let lines = |parts: &[&str]| parts.iter().map(|part| part.trim()).filter(|part| !part.is_empty()).collect::<Vec<_>>().join("\n");
    match medium {
        Medium::Image | Medium::Embedding => lines(&[&words.title, &words.hook, if medium == Medium::Image { &project.style_guide } else { "" }]),
        Medium::Speech | Medium::Video => {
            let said = spoken(&words.script);
            if said.is_empty() { lines(&[&words.hook, &words.title]) } else { said.join("\n") }
        }
        Medium::Text | Medium::Transcript => String::new(),
    }
}

async fn references(house: &House, project: ProjectId, new: &NewRun, checks: &mut Checks) -> Outcome<()> {
    if new.references.len() > REFERENCES {
        checks.wrong("references", "runs-error-references");
        return Ok(());
    }
    let mut types = Vec::new();
    for id in &new.references {
        types.push(store::reference(house.db.read(), project, *id).await?.0);
    }
    let wanted = |mime: &String| match new.medium {
        Medium::Transcript => mime.starts_with("audio/") || mime.starts_with("video/"),
        _ => mime.starts_with("image/"),
    };
    if !types.iter().all(wanted) || (new.medium == Medium::Transcript && types.len() != 1) {
        checks.wrong("references", if new.medium == Medium::Transcript { "runs-error-sound" } else { "runs-error-pictures" });
    }
    Ok(())
}

/// The one that was named, or the newest that makes this.
async fn backend(house: &House, asked: &str, medium: Medium) -> Outcome<BackendName> {
    let db = house.db.read();
    if !asked.trim().is_empty() {
        return backends::resolve(db, asked.trim()).await?.ok_or_else(|| Error::field("backend", "runs-error-backend"));
    }
    making(house, medium).await?.pop().ok_or_else(|| Error::field("backend", "runs-error-no-maker"))
}

/// The connected backends that make this, in the order they were connected.
pub async fn making(house: &House, medium: Medium) -> Outcome<Vec<BackendName>> {
    let mut able = Vec::new();
    for backend in backends::usable(house.db.read()).await? {
        let (adapter, service) = backends::open(house, backend.id).await?;
        if adapter.makes(&service).contains(&medium) {
            able.push(backend);
        }
    }
    Ok(able)
}
