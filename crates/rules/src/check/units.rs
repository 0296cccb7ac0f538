//! Products of units, so that what cancels out cancels: 人 × 元/人 is 元.

use crate::number::Number;
use std::{collections::BTreeMap, fmt};

/// The unit of money.
pub const YUAN: &str = "元";

/// Units of things and people that a count of rows counts too.
const COUNTABLE: [&str; 14] =
    ["人", "户", "家", "个", "项", "件", "台", "套", "间", "张", "辆", "艘", "人次", "次"];

/// Units of time, a part of them, and how many parts make the whole.
const TIME: [(&str, &str, i128); 3] = [("年", "月", 12), ("天", "小时", 24), ("小时", "分钟", 60)];

/// A product of units with their powers; without any, a bare number.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Units(BTreeMap<String, i8>);

impl Units {
    /// As it is declared: 人, 元/人, 吨·公里.
    pub fn parse(written: &str) -> Self {
        let mut units = Self::default();
        let mut sign = 1;
        let mut rest = written.trim();
        while !rest.is_empty() {
            let end = rest.find(['/', '·', '*']).unwrap_or(rest.len());
            units.put(rest[..end].trim(), sign);
            let mark = rest[end..].chars().next();
            if mark == Some('/') {
                sign = -1;
            }
            rest = &rest[end + mark.map_or(0, char::len_utf8)..];
        }
        units
    }

    /// Yuan.
    pub fn money() -> Self {
        Self::parse(YUAN)
    }

    fn put(&mut self, unit: &str, power: i8) {
        let unit = match unit {
            "" => return,
            "名" => "人",
            "个月" => "月",
            "日" => "天",
            "工作日" => "个工作日",
            "度" => "千瓦时",
            "公斤" => "千克",
            "公里" => "千米",
            other => other,
        };
        let held = self.0.entry(unit.to_owned()).or_insert(0);
        *held = held.saturating_add(power);
        if *held == 0 {
            self.0.remove(unit);
        }
    }

    /// Times other units, or over them.
    #[must_use]
    pub fn joined(&self, other: &Self, over: bool) -> Self {
        let mut joined = self.clone();
        for (unit, power) in &other.0 {
            joined.put(unit, if over { power.saturating_neg() } else { *power });
        }
        joined
    }

    /// How often money stands in it: 1 for 元/人, 2 for money times money.
    pub fn power_of_money(&self) -> i8 {
        self.0.get(YUAN).copied().unwrap_or(0)
    }

    /// Whether it is money by the piece and nothing else: 元/人.
    pub fn is_money_apiece(&self) -> bool {
        self.power_of_money() == 1 && self.0.len() == 2 && self.0.values().any(|power| *power == -1)
    }

    /// Whether it is what a count without unit counts as well: 人, 户, 件.
    pub fn is_countable(&self) -> bool {
        let mut units = self.0.iter();
        matches!((units.next(), units.next()), (Some((unit, 1)), None) if COUNTABLE.contains(&unit.as_str()))
    }

    /// The smaller unit of time that comes out of a multiplication by this number: 12 of a 年 is 月.
    pub fn refined(&self, factor: Number) -> Option<Self> {
        self.exchanged(|large, small, parts| (factor == Number::whole(parts)).then_some((large, small)))
    }

    /// The larger unit of time that comes out of a division by this number: 月 over 12 is 年.
    pub fn coarsened(&self, divisor: Number) -> Option<Self> {
        self.exchanged(|large, small, parts| (divisor == Number::whole(parts)).then_some((small, large)))
    }

    /// It is one unit of time alone, and another takes its place.
    fn exchanged<'u>(
        &self,
        pair: impl Fn(&'u str, &'u str, i128) -> Option<(&'u str, &'u str)>,
    ) -> Option<Self> {
        let pairs = TIME.iter().filter_map(|(large, small, parts)| pair(large, small, *parts));
        pairs
            .into_iter()
            .find(|(before, _)| *self == Self::parse(before))
            .map(|(_, after)| Self::parse(after))
    }

    /// Whether nothing is left.
    pub fn is_none(&self) -> bool {
        self.0.is_empty()
    }

    /// Whether something stands below the line.
    pub fn is_quotient(&self) -> bool {
        self.0.values().any(|power| *power < 0)
    }
}

impl fmt::Display for Units {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let side = |above: bool| {
            let powers = self.0.iter().filter(move |(_, power)| (**power > 0) == above);
            powers.flat_map(|(unit, power)| vec![unit.as_str(); usize::from(power.unsigned_abs())])
        };
        let joined = |above: bool| side(above).collect::<Vec<_>>().join("·");
        let (above, below) = (joined(true), joined(false));
        let above = if above.is_empty() { "1" } else { &above };
        if below.is_empty() { write!(formatter, "{above}") } else { write!(formatter, "{above}/{below}") }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn units_cancel_and_are_written_as_people_write_them() {
        let (people, per_head) = (Units::parse("人"), Units::parse("元/人"));
        assert_eq!(people.joined(&per_head, false), Units::money());
        assert_eq!(Units::money().joined(&people, true), per_head);
        assert!(people.joined(&people, true).is_none());
        assert_eq!(Units::parse("吨·公里/天").to_string(), "千米·吨/天");
        assert_eq!(Units::default().joined(&people, true).to_string(), "1/人");
        assert_eq!(Units::money().joined(&Units::money(), false).power_of_money(), 2);
    }
}
