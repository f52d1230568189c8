//! Vectors of texts from any backend that can embed, for whoever compares them.
//!
//! Each call is one row of the ledger: reserved before it leaves by the most it can cost, settled when it ended, doubtful
//! when nobody knows. A call that a kill cut off is doubtful from the next start on. No run stands for it: nothing is
//! drafted, and what comes back is the caller's to keep.

use super::backends::{self, Ask, Backend, Class, Desk, Made, Medium, Rest, Service, Source, Submitted, Trouble, Used};
use super::costs;
use super::jobs::{PATIENCE, patiently};
use super::model::Parameters;
use crate::create::budgets::{self, Admission, Settlement};
use crate::create::prompts::ModelSettings;
use crate::platform::id::{BackendId, ProjectId, RunId};
use crate::platform::{Error, House, Outcome};
use std::collections::HashMap;
use std::time::Duration;
use tokio::sync::watch;
use tokio_util::sync::CancellationToken;

/// A model that turns texts into vectors.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Embedder {
    pub backend: BackendId,
    /// As the studio calls the backend
    pub name: String,
    pub model: String,
}

/// The connected backends that can embed, each with the model its settings name.
pub async fn embedders(house: &House) -> Outcome<Vec<Embedder>> {
    let mut found = Vec::new();
    for backend in backends::usable(house.db.read()).await? {
        let Ok((adapter, service)) = backends::open(house, backend.id).await else { continue };
        if adapter.makes(&service).contains(&Medium::Embedding) {
            found.push(Embedder { backend: backend.id, name: backend.name, model: adapter.model(&service, Medium::Embedding) });
        }
    }
    Ok(found)
}

/// What is asked: one vector for each text.
#[derive(Clone, Debug)]
pub struct Texts {
    pub project: ProjectId,
    pub backend: BackendId,
    pub model: String,
    /// None empty; a break of a line counts as a space
    pub texts: Vec<String>,
}

/// Asks once for the vectors of all texts, in their order. It never asks again by itself.
pub async fn embed(house: &House, asked: &Texts, stop: &CancellationToken) -> Outcome<Result<Vec<Vec<f64>>, Trouble>> {
    let (adapter, service) = match backends::open(house, asked.backend).await {
        Ok(opened) => opened,
        Err(error) => {
            tracing::warn!(%error, "a backend cannot be opened for vectors");
            return Ok(Err(Trouble::new(Class::Gone)));
        }
    };
    if !adapter.makes(&service).contains(&Medium::Embedding) {
        return Ok(Err(Trouble::saying(Class::UnknownModel, &asked.model)));
    }
    let call = Call::of(house, asked, adapter, service).await?;
    if let Err(trouble) = call.start(house, stop).await? {
        return Ok(Err(trouble));
    }
    let answered = call.ask(house, stop).await?;
    call.settle(house, &answered).await?;
    Ok(answered.and_then(|made| rows(&made, asked.texts.len())))
}

/// One call that is put together.
struct Call<'a> {
    id: RunId,
    asked: &'a Texts,
    adapter: &'static dyn Backend,
    service: Service,
    prompt: String,
    parameters: Parameters,
    count: i64,
}

impl<'a> Call<'a> {
    async fn of(house: &House, asked: &'a Texts, adapter: &'static dyn Backend, service: Service) -> Outcome<Call<'a>> {
        let now = house.now();
        let tariff = backends::tariff(house.db.read(), asked.backend, &asked.model, now).await?.of(Medium::Embedding);
        let model = ModelSettings { model: Some(asked.model.clone()), ..ModelSettings::default() };
        let line = |text: &String| text.split_whitespace().collect::<Vec<_>>().join(" ");
        let prompt = asked.texts.iter().map(line).collect::<Vec<_>>().join("\n");
        let count = i64::try_from(asked.texts.len()).map_err(Error::broken)?;
        Ok(Call { id: RunId::new(now), asked, adapter, service, prompt, parameters: Parameters { tariff, model, ..Parameters::default() }, count })
    }

    /// Waits for its place, and reserves what it may cost before anything leaves.
    async fn start(&self, house: &House, stop: &CancellationToken) -> Outcome<Result<(), Trouble>> {
        let (backend, now) = (self.asked.backend, house.now());
        if let Some(per_minute) = self.service.get("per_minute").parse::<i64>().ok().filter(|calls| *calls > 0) {
            let at = house.db.write(async move |tx| backends::turn(tx, backend, per_minute, now).await).await?;
            tokio::select! {
                () = stop.cancelled() => return Ok(Err(Trouble::new(Class::NotConnected))),
                () = tokio::time::sleep(Duration::from_millis(u64::try_from(at.since(now)).unwrap_or(0))) => {}
            }
        }
        let (now, reserve) = (house.now(), self.reservation());
        house
            .db
            .write(async move |tx| {
                if let Rest::Until(until) = backends::rest(tx, backend, now).await? {
                    return Ok(Err(Trouble { retry_after: Some(until.since(now)), ..Trouble::new(Class::RateLimited) }));
                }
                Ok::<_, Error>(match budgets::reserve(tx, &reserve, now).await? {
                    Admission::Reserved => Ok(()),
                    refused => Err(Trouble::saying(Class::OverBudget, refused.name())),
                })
            })
            .await
    }

    fn reservation(&self) -> budgets::Call {
        let is_priced = !self.parameters.tariff.is_empty();
        budgets::Call {
            project: self.asked.project,
            run: self.id,
            backend: self.asked.backend,
            model: self.asked.model.clone(),
            medium: Medium::Embedding.name(),
            currency: self.service.get_or("currency", "USD").to_owned(),
            most_micros: is_priced.then(|| costs::most(Medium::Embedding, &self.prompt, &self.parameters, self.count)),
        }
    }

    /// Until there is an answer, or somebody stops it, or a stopping server has waited long enough.
    async fn ask(&self, house: &House, stop: &CancellationToken) -> Outcome<Result<Made, Trouble>> {
        let (folder, shots, steps) = (house.media.scratch()?, HashMap::new(), watch::Sender::default());
        let desk = Desk { outbound: &house.outbound, service: &self.service, now: house.now(), folder: folder.path(), shots: &shots, steps: &steps };
        let ask = Ask {
            key: self.id.to_string(),
            medium: Medium::Embedding,
            prompt: self.prompt.clone(),
            settings: self.parameters.model.clone(),
            count: self.asked.texts.len(),
            ..Ask::default()
        };
        let given_up = async {
            stop.cancelled().await;
            if house.tasks.stopping().is_cancelled() {
                tokio::time::sleep(PATIENCE).await;
            }
        };
        let answered = tokio::select! {
            biased;
            answered = self.adapter.submit(&desk, &ask) => answered,
            () = given_up => Err(Trouble::new(Class::Unknown)),
        };
        Ok(match answered {
            Ok(Submitted::Done(made)) => Ok(made),
            // Nothing that embeds works on a task for long; what it may charge for this one is not known.
            Ok(Submitted::Pending(_)) => Err(Trouble::new(Class::Unknown)),
            Err(trouble) => Err(self.service.without_secret(trouble)),
        })
    }

    /// Closes the row of the ledger and says to the backend how it did.
    async fn settle(&self, house: &House, answered: &Result<Made, Trouble>) -> Outcome<()> {
        let (id, backend, settlement) = (self.id, self.asked.backend, self.settlement(answered));
        let trouble = answered.as_ref().err().map(|trouble| (trouble.class, trouble.retry_after));
        patiently(house, |now| {
            let settlement = settlement.clone();
            house.db.write_regardless(async move |tx| {
                budgets::settle(tx, id, &settlement, now).await?;
                match trouble {
                    None => backends::succeeded(tx, backend).await,
                    Some((class, retry_after)) => backends::troubled(tx, backend, class, retry_after, now).await.map(|_| ()),
                }
            })
        })
        .await
    }

    fn settlement(&self, answered: &Result<Made, Trouble>) -> Settlement {
        let tariff = &self.parameters.tariff;
        let spent = |used: &Used, micros| Settlement::Spent { micros, used: serde_json::to_string(used).unwrap_or_else(|_| "{}".into()) };
        match answered {
            Ok(made) if made.used == Used::default() => {
                spent(&made.used, costs::guess(Medium::Embedding, &self.prompt, &self.parameters, self.count))
            }
            Ok(made) => spent(&made.used, tariff.cost(&made.used)),
            Err(trouble) if trouble.class.is_doubtful() => Settlement::Doubtful,
            Err(trouble) if trouble.class == Class::BadAnswer && trouble.used == Used::default() && !tariff.is_empty() => Settlement::Doubtful,
            Err(trouble) if tariff.cost(&trouble.used) > 0 => spent(&trouble.used, tariff.cost(&trouble.used)),
            Err(_) => Settlement::Released,
        }
    }
}

/// The rows of figures that came: as many as were asked, of one length.
fn rows(made: &Made, asked: usize) -> Result<Vec<Vec<f64>>, Trouble> {
    let bad = || Trouble { raw: made.raw.clone(), ..Trouble::new(Class::BadAnswer) };
    let Some(Source::Bytes(bytes)) = made.products.first().map(|product| &product.source) else { return Err(bad()) };
    let row = |line: &str| line.split(',').map(|figure| figure.parse::<f64>().ok().filter(|figure| figure.is_finite())).collect::<Option<Vec<f64>>>();
    let rows: Option<Vec<Vec<f64>>> = std::str::from_utf8(bytes).unwrap_or_default().lines().map(row).collect();
    let is_even = |rows: &Vec<Vec<f64>>| rows.len() == asked && rows.windows(2).all(|pair| matches!(pair, [a, b] if a.len() == b.len()));
    rows.filter(is_even).ok_or_else(bad)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::create::runs::backends::Product;

    #[test]
    fn rows_are_as_many_as_were_asked_and_of_one_length() {
        let made = |csv: &'static str| Made { products: vec![Product::bytes(csv, "vectors.csv")], ..Made::default() };
        assert_eq!(rows(&made("0.25,2\n-1e-3,1\n"), 2).unwrap(), [[0.25, 2.0], [-0.001, 1.0]]);
        for (csv, asked) in [("1,2\n", 2), ("1,2\n1\n", 2), ("1,NaN\n", 1), ("1,inf\n", 1), ("", 1), ("1,,2\n", 1)] {
            assert_eq!(rows(&made(csv), asked).unwrap_err().class, Class::BadAnswer, "{csv:?}");
        }
        assert!(rows(&Made::default(), 1).is_err());
    }
}
