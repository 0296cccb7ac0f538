//! The official wording beside our own, where a text was imported.

use crate::error::PageError;
use domain::Citation;
use edition::Edition;
use store::{OfficialExcerpt, OfficialText, Store};

/// Clauses of an imported text, for one page.
pub struct Official(OfficialExcerpt);

impl Official {
    /// The clauses cited, in one reading; none where the text was not imported or has none of them.
    pub async fn read(
        store: &Store,
        document: &str,
        citations: impl IntoIterator<Item = Citation>,
    ) -> Result<Option<Self>, PageError> {
        let anchors: Vec<String> = citations.into_iter().map(|citation| citation.to_string()).collect();
        let excerpt = store.official_excerpt(document, &anchors).await?;
        Ok(excerpt.filter(|excerpt| !excerpt.clauses.is_empty()).map(Self))
    }

    /// The text they were taken from.
    pub fn text(&self) -> &OfficialText {
        &self.0.text
    }

    /// The wording of a clause.
    pub fn wording(&self, citation: &Citation) -> Option<&str> {
        let anchor = citation.to_string();
        let clause = self.0.clauses.iter().find(|clause| clause.anchor == anchor);
        clause.map(|clause| clause.text.as_str()).filter(|text| !text.trim().is_empty())
    }
}

/// Whether a document belongs to the edition whose pages these are.
pub fn is_of_edition(edition: &Edition, document: &str) -> bool {
    let regulation = edition.regulation.as_ref().is_some_and(|regulation| regulation.id == document);
    regulation || edition.task_list.as_ref().is_some_and(|list| list.id == document)
}
