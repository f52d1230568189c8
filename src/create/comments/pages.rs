//! Comments as forms of the bench send them.

use super::model::NewComment;
use super::store::Author;
use super::{actions, api};
use crate::platform::id::{CommentId, VariantId};
use crate::platform::{Error, House};
use crate::web::{Ability, Access, Answer, Form, Me, Routes, Said};
use axum::extract::{Path, State};
use serde::Deserialize;

pub fn routes() -> Routes {
    let (read, comment) = (Access::Member(Ability::Read), Access::Member(Ability::Comment));
    Routes::new()
        .post("/variants/{variant}/comments", comment, create)
        .post("/comments/{comment}/settlement", comment, settle)
        .delete("/comments/{comment}/settlement", comment, reopen)
        .post("/comments/{comment}/sight", read, see)
        .delete("/comments/{comment}", comment, delete)
        .merge(api::routes())
}

/// A comment as the page's form sends it, where a number that was not typed is an empty text.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct CommentForm {
    pub body: String,
    reply_to: String,
    part: String,
    quote: String,
    beat: String,
    second: String,
}

impl CommentForm {
    /// A place in the media as people write it: "0:07", "7", "1:02.5".
    pub fn comment(&self) -> Result<NewComment, Error> {
        let second = match self.second.trim() {
            "" => None,
            text => Some(seconds(text).ok_or_else(|| Error::field("second", "comments-error-second"))?),
        };
        Ok(NewComment {
            body: self.body.clone(),
            reply_to: self.reply_to.parse().ok(),
            part: self.part.clone(),
            quote: self.quote.clone(),
            beat: self.beat.trim().parse().ok(),
            second,
        })
    }
}

fn seconds(text: &str) -> Option<f64> {
    let (minutes, rest) = text.split_once([':', '：']).unwrap_or(("0", text));
    let (minutes, rest) = (minutes.trim().parse::<u32>().ok()?, rest.trim().parse::<f64>().ok()?);
    Some(f64::from(minutes) * 60.0 + rest).filter(|second| second.is_finite())
}

async fn create(State(house): State<House>, me: Me, Path(id): Path<VariantId>, Form(form): Form<CommentForm>) -> Answer {
    let comment = form.comment()?;
    let (now, actor, by) = (house.now(), me.actor(), Author { member: Some(me.member.id), guest: None });
    let said = house.db.write(async move |tx| actions::say(tx, &actor, by, id, &comment, now).await).await?;
    Ok(me.go_saying(&format!("/variants/{id}#comment-{said}"), Said::new("comments-said")))
}

async fn settle(State(house): State<House>, me: Me, Path(id): Path<CommentId>) -> Answer {
    let variant = actions::settle(&house, &me, id, true).await?;
    Ok(me
        .go_saying(&format!("/variants/{variant}#comments"), Said::new("comments-settled").undo(format!("/comments/{id}/settlement?_method=DELETE"))))
}

async fn reopen(State(house): State<House>, me: Me, Path(id): Path<CommentId>) -> Answer {
    let variant = actions::settle(&house, &me, id, false).await?;
    Ok(me.go(&format!("/variants/{variant}#comments")))
}

async fn see(State(house): State<House>, me: Me, Path(id): Path<CommentId>) -> Answer {
    let variant = actions::see(&house, &me, id).await?;
    Ok(me.go(&format!("/variants/{variant}#comment-{id}")))
}

async fn delete(State(house): State<House>, me: Me, Path(id): Path<CommentId>) -> Answer {
    let variant = actions::delete(&house, &me, id).await?;
    Ok(me.go_saying(&format!("/variants/{variant}#comments"), Said::new("comments-deleted")))
}

#[cfg(test)]
mod tests {
    use super::seconds;

    #[test]
    fn a_place_in_a_film_is_read_as_people_write_it() {
        for (text, second) in
            [("7", Some(7.0)), ("0:07", Some(7.0)), ("1:02.5", Some(62.5)), ("1：02", Some(62.0)), ("", None), ("soon", None), ("0:inf", None)]
        {
            assert_eq!(seconds(text), second, "{text}");
        }
    }
}
