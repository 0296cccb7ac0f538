//! What the kinds of amounts and the rhythms of payment are called, in Chinese and in English: the same on pages, in
//! explanations and in commands.

use super::{AmountKind, Frequency};

impl AmountKind {
    /// How it is written in files.
    pub fn name(self) -> &'static str {
        match self {
            Self::Payment => "payment",
            Self::Relief => "relief",
            Self::Deduction => "deduction",
            Self::Advantage => "advantage",
            Self::Volume => "volume",
        }
    }

    /// What it is called.
    pub fn label(self) -> (&'static str, &'static str) {
        match self {
            Self::Payment => ("奖补", "Payment"),
            Self::Relief => ("减免", "Relief"),
            Self::Deduction => ("扣除额", "Deduction"),
            Self::Advantage => ("评审优惠", "Advantage in evaluation"),
            Self::Volume => ("额度", "Volume"),
        }
    }
}

impl Frequency {
    /// What it is called, behind an amount.
    pub fn label(self) -> (&'static str, &'static str) {
        match self {
            Self::Once => ("一次性", "once"),
            Self::Month => ("每月", "a month"),
            Self::Quarter => ("每季度", "a quarter"),
            Self::Year => ("每年", "a year"),
        }
    }
}
