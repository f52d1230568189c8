//! The preview as a backend.

use super::{drawing, shots};
use crate::create::runs::backends::adapter::{Ask, Backend, Desk, Medium, Service};
use crate::create::runs::backends::outcome::{Submitted, Trouble};
use crate::create::runs::backends::settings::Setting;
use crate::create::variants::Author;
use crate::platform::outbound::HeaderMap;
use crate::platform::{Ms, programs};
use futures_util::future::BoxFuture;

#[derive(Debug)]
pub struct Preview;

impl Backend for Preview {
    fn kind(&self) -> &'static str {
        "preview"
    }
    fn label(&self) -> &'static str {
        "backends-preview"
    }
    fn about(&self) -> &'static str {
        "backends-preview-about"
    }
    fn settings(&self) -> &'static [Setting] {
        &[]
    }
    fn author(&self) -> Author {
        Author::Template
    }
    fn is_local(&self) -> bool {
        true
    }
    fn is_embedded(&self) -> bool {
        true
    }
    fn programs(&self) -> &'static [&'static str] {
        &[drawing::PROGRAM]
    }
    fn makes(&self, _: &Service) -> Vec<Medium> {
        if programs::found(drawing::PROGRAM).is_some() { vec![Medium::Video] } else { Vec::new() }
    }
    fn model(&self, _: &Service, _: Medium) -> String {
        String::new()
    }
    fn credentials(&self, _: &Service, _: Ms) -> Result<HeaderMap, Trouble> {
        Ok(HeaderMap::new())
    }
    fn shots(&self, ask: &Ask) -> Vec<[u8; 32]> {
        shots::of(ask, drawing::speaks()).into_iter().map(|shot| shot.key).collect()
    }
    fn submit<'a>(&'a self, desk: &'a Desk<'a>, ask: &'a Ask) -> BoxFuture<'a, Result<Submitted, Trouble>> {
        Box::pin(async move { Box::pin(drawing::film(desk, ask)).await.map(Submitted::Done) })
    }
    fn test<'a>(&'a self, desk: &'a Desk<'a>) -> BoxFuture<'a, Result<(), Trouble>> {
        Box::pin(drawing::test(desk.folder))
    }
}
