//! Runs as they are read, planned and ended.

use crate::create::prompts::Purpose;
use crate::create::runs::backends::{Medium, Remote};
use crate::create::runs::model::{Parameters, RunState};
use crate::platform::Ms;
use crate::platform::id::{BackendId, IdeaId, JobId, PieceId, ProjectId, PromptVersionId, RunId, VariantId};
use serde::Serialize;
use uuid::Uuid;

/// A run as a list shows it.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub struct RunLine {
    pub id: RunId,
    pub purpose: String,
    /// What it makes
    pub medium: String,
    pub backend_kind: String,
    pub backend_name: String,
    pub count: i64,
    pub state: String,
    pub error_class: Option<String>,
    pub made: i64,
    /// Millionths of the currency
    pub cost_micros: i64,
    pub currency: String,
    #[serde(rename = "created_at")]
    #[schema(value_type = String, format = DateTime)]
    pub created_ms: Ms,
    /// Who asked, when a person did
    pub author: Option<String>,
}

/// A run with everything that was asked and everything that came of it.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub struct Run {
    pub id: RunId,
    pub project_id: ProjectId,
    pub purpose: String,
    /// What it makes
    pub medium: String,
    pub prompt_version_id: Option<PromptVersionId>,
    pub backend_id: BackendId,
    pub backend_kind: String,
    pub backend_name: String,
    pub idea_id: Option<IdeaId>,
    pub piece_id: Option<PieceId>,
    pub parent_id: Option<VariantId>,
    /// What a picture, a voice or a film is made for
    pub variant_id: Option<VariantId>,
    /// What the service gave to ask again with; JSON
    #[serde(skip)]
    pub remote: Option<String>,
    /// How often it was looked at
    pub looks: i64,
    /// JSON
    #[serde(skip)]
    pub inputs: String,
    /// The text that was sent; empty when the templates of the house were filled
    pub rendered: String,
    #[serde(skip)]
    pub parameters: String,
    pub count: i64,
    pub state: String,
    /// Why it failed
    pub error_class: Option<String>,
    /// What the service itself said
    pub error_text: Option<String>,
    /// The first 2 kB of what came back
    pub raw: Option<String>,
    /// What had to be mended before the answer could be read, comma-separated
    pub repaired: Option<String>,
    pub made: i64,
    pub tokens_in: Option<i64>,
    pub tokens_out: Option<i64>,
    /// Millionths of the currency
    pub cost_micros: i64,
    pub currency: String,
    #[serde(skip)]
    pub job_id: Option<JobId>,
    #[serde(rename = "created_at")]
    #[schema(value_type = String, format = DateTime)]
    pub created_ms: Ms,
    #[serde(rename = "started_at")]
    #[schema(value_type = Option<String>, format = DateTime)]
    pub started_ms: Option<Ms>,
    #[serde(rename = "finished_at")]
    #[schema(value_type = Option<String>, format = DateTime)]
    pub finished_ms: Option<Ms>,
    pub author: Option<String>,
}

impl Run {
    pub fn purpose(&self) -> Purpose {
        self.purpose.parse().unwrap_or_default()
    }
    pub fn medium(&self) -> Medium {
        self.medium.parse().unwrap_or_default()
    }
    /// The task as the service names it.
    pub fn remote(&self) -> Option<Remote> {
        serde_json::from_str(self.remote.as_deref()?).ok()
    }
    /// Its name at the service, for people and for support.
    pub fn remote_id(&self) -> Option<String> {
        self.remote().map(|remote| remote.id).filter(|id| !id.is_empty())
    }
    pub fn state(&self) -> RunState {
        self.state.parse().unwrap_or(RunState::Failed)
    }
    pub fn parameters(&self) -> Parameters {
        serde_json::from_str(&self.parameters).unwrap_or_default()
    }
}

/// A run as it is planned.
#[derive(Debug, Clone)]
pub struct Planned {
    pub purpose: Purpose,
    pub medium: Medium,
    pub variant: Option<VariantId>,
    pub prompt_version: Option<PromptVersionId>,
    pub backend: BackendId,
    pub idea: Option<IdeaId>,
    pub piece: Option<PieceId>,
    pub parent: Option<VariantId>,
    pub inputs: String,
    pub rendered: String,
    pub parameters: Parameters,
    pub count: i64,
    pub currency: String,
}

/// What a run made, in the order it was made: ids and titles.
pub struct Made {
    pub id: Uuid,
    pub title: String,
    pub hook: String,
    pub locale: String,
}

/// The outcome of a run: added once, never edited.
#[derive(Debug, Clone, Default)]
pub struct End {
    pub state: Option<RunState>,
    pub class: Option<&'static str>,
    pub text: Option<String>,
    pub raw: Option<String>,
    pub repaired: Option<String>,
    pub made: i64,
    pub tokens_in: Option<i64>,
    pub tokens_out: Option<i64>,
    pub cost_micros: i64,
}

/// A run whose job died with an older start of the program.
pub struct Left {
    pub id: RunId,
    pub project: ProjectId,
    pub backend_kind: String,
    pub state: String,
    /// The job was put aside after dying too often.
    pub is_dead: bool,
    pub deaths: i64,
}
