//! Why a file is not taken, and what to do instead.

use serde::{Deserialize, Serialize};
use thiserror::Error;

/// Why a file is not taken. Pages have the same in the words of their reader, by `name`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, Error)]
#[serde(rename_all = "kebab-case")]
pub enum Refusal {
    /// Nothing is in it.
    #[error("the file is empty · choose it again")]
    Empty,
    /// It is larger than files may be.
    #[error("the file is larger than 20 MB · hand in fewer pages or smaller pictures")]
    TooLarge,
    /// It is none of the kinds that are taken.
    #[error("this kind of file is not taken · save it as PDF, Word, Excel, JPEG, PNG or text")]
    UnknownKind,
    /// Its parts do not fit together.
    #[error("the file is damaged · open it, save it again and hand in the new one")]
    Damaged,
    /// It opens with a password only.
    #[error("the file is locked with a password · save it without one")]
    Locked,
    /// It holds a program: a macro, a script, a control.
    #[error("the file holds a program · save it without macros, or as PDF")]
    Program,
    /// It holds other files.
    #[error("the file holds other files · hand them in one by one")]
    OtherFiles,
    /// Something of it is fetched from elsewhere when it is opened.
    #[error("the file fetches something from elsewhere when it is opened · save it as PDF")]
    FromElsewhere,
    /// It unpacks to far more than a document holds.
    #[error("the file unpacks to far more than a document holds · save only the document itself")]
    Bomb,
}

impl Refusal {
    /// All of them.
    pub const ALL: [Self; 9] = [
        Self::Empty,
        Self::TooLarge,
        Self::UnknownKind,
        Self::Damaged,
        Self::Locked,
        Self::Program,
        Self::OtherFiles,
        Self::FromElsewhere,
        Self::Bomb,
    ];

    /// Name as texts and answers of the child spell it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Empty => "empty",
            Self::TooLarge => "too-large",
            Self::UnknownKind => "unknown-kind",
            Self::Damaged => "damaged",
            Self::Locked => "locked",
            Self::Program => "program",
            Self::OtherFiles => "other-files",
            Self::FromElsewhere => "from-elsewhere",
            Self::Bomb => "bomb",
        }
    }

    /// The refusal of this name.
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|one| one.name() == name)
    }
}
