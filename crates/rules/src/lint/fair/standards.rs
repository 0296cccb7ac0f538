//! The standards of fair-competition review, and the exception under which something may stand.

use crate::{explain::format::both, lint::Basis};

/// A standard with what it asks.
pub type Standard = (&'static str, &'static str, &'static str);

/// Goods, factors and firms move freely.
pub const GOODS_OUT: Standard = (
    "G1",
    "第九条：不得限制商品、要素流动或企业迁移",
    "art. 9: goods, factors and firms move freely in and out",
);
/// Firms from elsewhere get the same.
pub const OUTSIDERS_SUBSIDY: Standard = (
    "G4",
    "第九条：不得对外地经营者实行歧视性补贴",
    "art. 9: outsiders are not charged, priced or subsidised differently",
);
/// Firms from elsewhere qualify in the same way.
pub const OUTSIDERS_QUALIFY: Standard =
    ("G5", "第九条：不得对外地经营者设定更严的资质要求", "art. 9: no stricter qualification for outsiders");
/// No tax favour.
pub const TAX_FAVOUR: Standard =
    ("C1", "第十条：不得给予特定经营者税收优惠", "art. 10: no tax favour for specific firms");
/// No selective money.
pub const SELECTIVE: Standard = (
    "C2",
    "第十条：不得给予特定经营者选择性、差异化的奖励或补贴",
    "art. 10: no selective, differing awards or subsidies for specific firms",
);
/// Other costs.
pub const OTHER_COST: Standard =
    ("C4", "第十条：其他影响生产经营成本的内容", "art. 10: other effects on the cost of doing business");
/// Terms of entry.
pub const ENTRY: Standard = (
    "M4",
    "第八条：不得设置不合理或歧视性的准入条件",
    "art. 8: no unreasonable or discriminating terms of entry",
);

/// Goods from elsewhere are bought and subsidised in the same way.
pub const GOODS_SUBSIDY: Standard = (
    "G4",
    "第九条：不得对外地商品、要素实行歧视性收费、价格或补贴",
    "art. 9: goods and factors from elsewhere are not charged, priced or subsidised differently",
);
/// Nobody has to set up a branch.
pub const BRANCH: Standard = (
    "G2",
    "第九条：不得排斥、限制或强制外地经营者在本地投资或设立分支机构",
    "art. 9: firms from elsewhere are neither barred from nor forced into investing or setting up branches",
);
/// Tenders are open.
pub const TENDER: Standard = (
    "G3",
    "第九条：不得排斥、限制外地经营者参加本地招标投标、政府采购",
    "art. 9: firms from elsewhere are not kept out of tenders and public purchasing",
);
/// Nobody has to buy from somebody named.
pub const NAMED_SUPPLIER: Standard = (
    "M3",
    "第八条：不得限定经营、购买或使用特定经营者提供的商品或服务",
    "art. 8: nobody is tied to goods or services of named suppliers",
);

/// A standard as it is told.
pub fn basis((standard, zh, en): Standard) -> Basis {
    let law = "公平竞争审查条例";
    Basis {
        standard,
        asks: both(format!("{law}{zh}"), format!("{law} {en}")),
        exception: both(
            format!(
                "{law}第十二条：为安全、科技进步、节能环保救灾等目的，没有影响更小的替代办法，且有期限或终止条件，三者须同时具备并写明。"
            ),
            format!(
                "{law} art. 12: it may stand if it serves security, science, energy, environment or disaster relief, no less harmful way exists, and it has a term or an end; the review has to show all three."
            ),
        ),
    }
}
