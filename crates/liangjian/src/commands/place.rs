//! Where the data are: a folder, or a PostgreSQL database. Every command that opens them asks alike.

use std::path::PathBuf;
use store::Location;

/// Arguments that name the data.
#[derive(Clone, Debug, clap::Args)]
pub struct Place {
    /// Folder of the data; it is created on the first start.
    #[arg(long, value_name = "DIR", default_value = Place::FOLDER)]
    pub data: PathBuf,
    /// Keep the data in this PostgreSQL database instead of the data folder.
    #[arg(long, value_name = "URL")]
    pub postgres: Option<String>,
}

impl Place {
    const FOLDER: &'static str = "./data";

    /// The location the store opens.
    pub fn location(&self) -> Location {
        match &self.postgres {
            Some(url) => Location::Postgres(url.clone()),
            None => Location::Sqlite(self.data.clone()),
        }
    }
}

impl Default for Place {
    fn default() -> Self {
        Self { data: PathBuf::from(Self::FOLDER), postgres: None }
    }
}
