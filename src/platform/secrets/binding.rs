//! Whether a key file belongs to a studio. A value sealed at the first start says so; a studio from
//! before such a value is asked through the secrets that it holds.

use super::{KeyError, Place, Secrets, key_file};
use crate::platform::db::Tx;
use crate::platform::recurring::set_mark;
use crate::platform::{Error, Ms, Outcome};
use sqlx::SqlitePool;
use std::path::Path;
use uuid::Uuid;

const MARK: &str = "key_check";
const PLACE: Place = Place { table: "marks", row: Uuid::nil(), column: MARK };

/// What in a studio was sealed.
struct Sealed {
    /// The value that is there to be opened.
    mark: Option<Vec<u8>>,
    secrets: Vec<(Place, Vec<u8>)>,
}

impl Sealed {
    async fn of(db: &SqlitePool) -> Result<Sealed, sqlx::Error> {
        let mark = sqlx::query_scalar!("select value from marks where name = ?", MARK).fetch_optional(db).await?;
        let mut secrets = Vec::new();
        for row in sqlx::query!(r#"select id as "id: Uuid", secret as "secret!" from channels where secret is not null"#).fetch_all(db).await? {
            secrets.push((Place { table: "channels", row: row.id, column: "secret" }, row.secret));
        }
        for row in sqlx::query!(r#"select id as "id: Uuid", secret as "secret!" from backends where secret is not null"#).fetch_all(db).await? {
            secrets.push((Place { table: "backends", row: row.id, column: "secret" }, row.secret));
        }
        Ok(Sealed { mark: mark.and_then(|text| hex::decode(text).ok()), secrets })
    }

    fn is_empty(&self) -> bool {
        self.mark.is_none() && self.secrets.is_empty()
    }

    fn opened(&self, secrets: &Secrets) -> usize {
        self.secrets.iter().filter(|(place, value)| secrets.open(*place, value).is_ok()).count()
    }

    /// Whether this is the key that things were sealed with; without the mark one of them is enough.
    fn fits(&self, secrets: &Secrets) -> bool {
        match &self.mark {
            Some(mark) => secrets.open(PLACE, mark).is_ok(),
            None => self.secrets.is_empty() || self.opened(secrets) > 0,
        }
    }
}

impl Secrets {
    /// The key of the studio behind `db`. A missing file is made only while nothing was sealed; the
    /// key of another studio is refused.
    pub async fn of_studio(db: &SqlitePool, path: &Path) -> Result<Secrets, KeyError> {
        let sealed = Sealed::of(db).await?;
        if !sealed.is_empty() && key_file::is_missing(path) {
            return Err(KeyError::Lost(path.to_owned()));
        }
        let secrets = Secrets::from_file(path)?;
        if sealed.fits(&secrets) { Ok(secrets) } else { Err(KeyError::Foreign(path.to_owned())) }
    }

    /// Seals the value by which the key is known from now on, where there is none or one of an older
    /// key. A studio with secrets of lost keys is left as it is.
    pub async fn bind(&self, db: &SqlitePool) -> Outcome<Option<String>> {
        let sealed = Sealed::of(db).await?;
        let stands = sealed.mark.as_ref().is_some_and(|mark| !self.is_outdated(mark));
        if stands || sealed.opened(self) < sealed.secrets.len() {
            return Ok(None);
        }
        self.seal(PLACE, "troupe").map(|value| Some(hex::encode(value))).map_err(Error::broken)
    }

    /// What is wrong with the key file of a studio, if anything is; makes none.
    pub async fn trouble(db: &SqlitePool, path: &Path) -> Result<Option<KeyError>, sqlx::Error> {
        let sealed = Sealed::of(db).await?;
        if key_file::is_missing(path) {
            return Ok(Some(KeyError::Lost(path.to_owned())).filter(|_| !sealed.is_empty()));
        }
        Ok(match Secrets::from_file(path) {
            Ok(secrets) if sealed.fits(&secrets) => None,
            Ok(_) => Some(KeyError::Foreign(path.to_owned())),
            Err(error) => Some(error),
        })
    }
}

/// Keeps the value of [`Secrets::bind`].
pub async fn keep(tx: &mut Tx, value: &str, at: Ms) -> Outcome<()> {
    set_mark(tx, MARK, value, at).await
}
