//! A regulation as an index: what each article says in our own words, who it binds, what realises it.

use crate::{Bilingual, Language};
use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

/// What an article does.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ArticleKind {
    /// Defines a term, a purpose or a date.
    Definition,
    /// Binds a body to act.
    Duty,
    /// Sets up a standing mechanism.
    Mechanism,
    /// Orders a list to be kept or published.
    List,
    /// Gives a right or a power.
    Right,
    /// Encourages or guides.
    Encouragement,
}

/// A regulation of the city.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Regulation {
    /// Identifier: the name of its folder under `documents/`.
    #[serde(default)]
    pub id: String,
    /// Title as printed, and in English.
    pub title: Bilingual,
    /// Short name for headings.
    pub short_title: Bilingual,
    /// Who adopted it.
    pub issuer: Bilingual,
    /// Date of adoption.
    pub adopted: NaiveDate,
    /// Date of approval by the higher body, where one is needed.
    pub approved: Option<NaiveDate>,
    /// First day in force.
    pub effective: NaiveDate,
    /// Chapters in order.
    #[serde(rename = "chapter")]
    pub chapters: Vec<Chapter>,
    /// Articles in order, each naming its chapter.
    #[serde(rename = "article")]
    pub articles: Vec<Article>,
}

/// A chapter heading.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Chapter {
    /// Ordinal, from 1.
    pub number: u16,
    /// Heading.
    pub title: Bilingual,
}

/// An article, in our own words.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Article {
    /// Number as cited: "41", or "41-1" for 第四十一条之一.
    pub number: String,
    /// The chapter it stands in.
    pub chapter: u16,
    /// A heading of ours, a few words.
    pub title: Bilingual,
    /// One or two sentences of ours on what it says.
    pub gist: Bilingual,
    /// Who acts or is bound.
    pub who: Bilingual,
    /// What it does.
    pub kind: Vec<ArticleKind>,
    /// Numbers, limits and dates it sets, if any.
    #[serde(default)]
    pub limits: Option<Bilingual>,
    /// Number of listed items （一）… in the article; 0 where there is none.
    #[serde(default)]
    pub items: u16,
}

impl Regulation {
    /// The articles of one chapter, in order.
    pub fn articles_of(&self, chapter: u16) -> impl Iterator<Item = &Article> {
        self.articles.iter().filter(move |article| article.chapter == chapter)
    }

    /// The article with this number.
    pub fn article(&self, number: &str) -> Option<&Article> {
        self.articles.iter().find(|article| article.number == number)
    }

    /// The heading of a chapter; empty where the chapter is unknown.
    pub fn chapter_title(&self, number: u16, language: Language) -> &str {
        let chapter = self.chapters.iter().find(|chapter| chapter.number == number);
        chapter.map_or("", |chapter| chapter.title.get(language))
    }
}
