//! Verbs on prompts.

pub(super) mod files;
pub(super) mod fixtures;
pub(super) mod parts;

use super::model::{Checked, Label, NewPrompt, NewVersion, Purpose, wrong};
use super::parts::Source;
use super::{store, template};
use crate::platform::db::Tx;
use crate::platform::events::{Actor, Event, record};
use crate::platform::id::{MemberId, ProjectId, PromptId, PromptVersionId};
use crate::platform::jobs::{Ending, Job};
use crate::platform::text::Checks;
use crate::platform::{Error, House, Ms, Outcome};
use crate::web::{Me, Words};
use serde_json::json;

/// A new prompt; its first version is live at once, so that it can be run.
pub async fn create(tx: &mut Tx, actor: &Actor, by: Option<MemberId>, project: ProjectId, prompt: &NewPrompt, at: Ms) -> Outcome<PromptId> {
    let (name, version) = prompt.check()?;
    store::project_locale(tx, by, project).await?;
    includes(tx, project, &version).await?;
    let id = store::insert(tx, project, &name, prompt.purpose, by, at)
        .await
        .map_err(|error| error.taken("prompts.project_id, prompts.name", "name", "prompts-error-name-taken"))?;
    store::add_version(tx, id, &version, by, at).await?;
    store::move_label(tx, id, Label::Live, 1, by, at).await?;
    record(tx, actor, at, Event::new("prompt.created", id.0).within(project).detail(json!({ "name": name }))).await?;
    Ok(id)
}

/// A further version of a prompt; its id and the number it got.
pub async fn add_version(tx: &mut Tx, actor: &Actor, by: MemberId, id: PromptId, version: &NewVersion, at: Ms) -> Outcome<(PromptVersionId, i64)> {
    let checked: Checked = version.check()?;
    let (project, _) = store::project_of(tx, by, id, false).await?;
    includes(tx, project, &checked).await?;
    let (version_id, number) = store::add_version(tx, id, &checked, Some(by), at).await?;
    record(tx, actor, at, Event::new("prompt.versioned", id.0).within(project).detail(json!({ "number": number }))).await?;
    if let Some(label) = version.label {
        move_label(tx, actor, by, id, (label, number), at).await?;
    }
    Ok((version_id, number))
}

/// Whether every part a version includes is there.
async fn includes(tx: &mut Tx, project: ProjectId, version: &Checked) -> Outcome<()> {
    if template::included(&version.template).is_empty() {
        return Ok(());
    }
    let all = store::parts_in(tx, project).await?;
    Source::gather(&version.template, &all).map(|_| ()).map_err(|fault| Error::Invalid(vec![wrong(&fault)]))
}

/// Moves a label to a version that exists.
pub async fn move_label(tx: &mut Tx, actor: &Actor, by: MemberId, id: PromptId, (label, number): (Label, i64), at: Ms) -> Outcome<()> {
    let (project, _) = store::project_of(tx, by, id, false).await?;
    store::move_label(tx, id, label, number, Some(by), at).await?;
    let detail = json!({ "label": label.name(), "number": number });
    record(tx, actor, at, Event::new("prompt.labelled", id.0).within(project).detail(detail)).await
}

/// Gives a prompt another name; its versions stay.
pub(super) async fn rename(house: &House, me: &Me, id: PromptId, name: &str) -> Outcome<()> {
    let mut checks = Checks::new();
    let name = checks.required("name", name, 80);
    checks.finish()?;
    let (now, member, actor) = (house.now(), me.member.id, me.actor());
    house
        .db
        .write(async move |tx| {
            let (project, _) = store::project_of(tx, member, id, false).await?;
            store::rename(tx, id, &name, now)
                .await
                .map_err(|error| error.taken("prompts.project_id, prompts.name", "name", "prompts-error-name-taken"))?;
            record(tx, &actor, now, Event::new("prompt.changed", id.0).within(project).detail(json!({ "name": name }))).await
        })
        .await
}

/// Puts a prompt into the bin, or takes it out again.
pub(super) async fn bin(house: &House, me: &Me, id: PromptId, binned: bool) -> Outcome<(ProjectId, String)> {
    let (now, member, actor) = (house.now(), me.member.id, me.actor());
    house
        .db
        .write(async move |tx| {
            let (project, name) = store::project_of(tx, member, id, !binned).await?;
            store::set_deleted(tx, id, binned.then_some(now)).await.map_err(|error| match error {
                Error::Constraint(_) => Error::refused("prompts-cannot-restore"),
                other => other,
            })?;
            let kind = if binned { "prompt.binned" } else { "prompt.restored" };
            record(tx, &actor, now, Event::new(kind, id.0).within(project)).await?;
            Ok((project, name))
        })
        .await
}

/// Gives a project that never had a prompt its first two, in its own language, each live.
pub async fn seed(tx: &mut Tx, project: ProjectId, by: Option<MemberId>, at: Ms) -> Outcome<()> {
    if store::any(tx, project).await? {
        return Ok(());
    }
    let words = Words::of(&store::project_locale(tx, by, project).await?);
    for (purpose, template) in seeds(words) {
        let name = words.t(if purpose == Purpose::Ideas { "prompts-seed-ideas" } else { "prompts-seed-variants" }).into_owned();
        let prompt =
            NewPrompt { name, purpose, template: template.to_owned(), note: words.t("prompts-seed-note").into_owned(), ..NewPrompt::default() };
        create(tx, &Actor::system(), by, project, &prompt, at).await?;
    }
    Ok(())
}

/// The first prompts of a language; the last one stands first in the list.
fn seeds(words: Words) -> [(Purpose, &'static str); 2] {
    if words.is_chinese() {
        [(Purpose::Variants, include_str!("../seeds/variants.zh-Hans.txt")), (Purpose::Ideas, include_str!("../seeds/ideas.zh-Hans.txt"))]
    } else {
        [(Purpose::Variants, include_str!("../seeds/variants.en.txt")), (Purpose::Ideas, include_str!("../seeds/ideas.en.txt"))]
    }
}

/// The same, asked for by whoever made the project.
pub async fn seed_job(house: House, job: Job) -> Ending {
    let Some(project) = job.project else { return Ending::Done };
    let now = house.now();
    match house.db.write(async move |tx| seed(tx, project, None, now).await).await {
        // A project that went into the bin meanwhile needs no prompts.
        Ok(()) | Err(Error::NotFound) => Ending::Done,
        Err(error) => {
            tracing::warn!(%error, "first prompts could not be written");
            Ending::Retry { class: "not_written", reason: "job-broken".into(), after_ms: None }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::create::projects::{Market, Project};
    use crate::create::prompts::context::asked;
    use crate::create::prompts::{Given, IdeaWords, context, render};

    fn project() -> Project {
        let said = |text: &str| text.to_owned();
        Project {
            id: ProjectId::new(Ms(0)),
            name: said("name"),
            niche: said("NICHE"),
            perspective: said("PERSPECTIVE"),
            audience: said("AUDIENCE"),
            stance: said("raw"),
            style_guide: said("STYLE"),
            locale: said("vi"),
            zone: said("UTC"),
            seed: 1,
            sample: false,
            two_step: false,
            version: 1,
            markets: vec![Market { locale: said("vi-VN"), zone: said("UTC") }],
        }
    }

    #[test]
    fn the_first_prompts_ask_for_nothing_and_carry_the_perspective() {
        let idea = IdeaWords { title: "TITLE".into(), hook: "HOOK".into(), angle: "ANGLE".into(), why_now: "WHY".into() };
        for words in [Words::English, Words::Chinese] {
            for (purpose, template) in seeds(words) {
                assert_eq!(asked(&template.into()), Vec::<String>::new());
                let given = Given { locale: "th".into(), count: 7, idea: idea.clone(), ..Given::default() };
                let text = render(&template.into(), &context(&project(), purpose, &given)).unwrap();
                for word in ["NICHE", "PERSPECTIVE", "AUDIENCE", "STYLE", "th", "7"] {
                    assert!(text.contains(word), "{word} is missing from {text}");
                }
                assert_eq!(purpose == Purpose::Variants, text.contains("HOOK") && text.contains("WHY"));
                assert!(!text.contains("\n\n\n"), "{text}");
                let bare = render(&template.into(), &context(&project(), purpose, &Given::default())).unwrap();
                assert!(!bare.contains("HOOK") && !bare.contains("\n\n\n"), "{bare}");
            }
        }
    }
}
