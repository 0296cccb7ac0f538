//! The words by which a fact, a question for a person or a text is recognised as something fair-competition
//! review asks about. A text that speaks of people, land, projects or contracts of the place is left alone.

use super::standards::{
    BRANCH, GOODS_OUT, GOODS_SUBSIDY, NAMED_SUPPLIER, OTHER_COST, OUTSIDERS_QUALIFY, OUTSIDERS_SUBSIDY,
    SELECTIVE, Standard, TENDER,
};
use crate::catalog::Field;

/// Something review asks about, by its words.
pub struct Sign {
    /// Code of the finding.
    pub code: &'static str,
    /// What it touches.
    pub standard: Standard,
    /// What is said of it, in Chinese and in English.
    pub said: (&'static str, &'static str),
    /// Whether it matters only where it has to be so, and not where it must not.
    pub has_side: bool,
    recognise: fn(&Spoken) -> bool,
}

/// What is known of a fact or a text in words.
#[derive(Default)]
pub struct Spoken {
    /// Words of the identifier, joined by `_`.
    name: String,
    /// Chinese texts, without blanks.
    zh: Vec<String>,
    /// English texts in small letters.
    en: Vec<String>,
}

/// Everything that is recognised; the first that fits is told.
pub const SIGNS: [Sign; 9] = [
    Sign {
        code: "local-statistics",
        standard: SELECTIVE,
        said: ("给钱以在本地纳统为条件", "Money depends on being counted in the statistics of the place"),
        has_side: true,
        recognise: is_counted_here,
    },
    Sign {
        code: "local-tax",
        standard: SELECTIVE,
        said: ("把钱与对本地的税收或财政贡献挂钩", "Money depends on tax paid to the place"),
        has_side: false,
        recognise: is_local_tax,
    },
    Sign {
        code: "relocation",
        standard: SELECTIVE,
        said: ("给钱以迁入本地为条件", "Money depends on moving into the place"),
        has_side: false,
        recognise: moves_in,
    },
    Sign {
        code: "relocation",
        standard: GOODS_OUT,
        said: ("给钱以不迁移、不退出为条件", "Money depends on not moving away or closing"),
        has_side: true,
        recognise: keeps_from_leaving,
    },
    Sign {
        code: "local-branch",
        standard: BRANCH,
        said: (
            "给钱以在本地设立机构或投资为条件",
            "Money depends on a branch, a firm or an investment in the place",
        ),
        has_side: true,
        recognise: asks_for_a_branch,
    },
    Sign {
        code: "local-content",
        standard: GOODS_SUBSIDY,
        said: ("给钱以使用或采购本地产品为条件", "Money depends on using or buying goods of the place"),
        has_side: false,
        recognise: is_local_content,
    },
    Sign {
        code: "local-record",
        standard: TENDER,
        said: (
            "给钱以本地业绩或本地社保为条件",
            "Money depends on work done or social insurance paid in the place",
        ),
        has_side: true,
        recognise: is_local_record,
    },
    Sign {
        code: "local-registration",
        standard: OUTSIDERS_SUBSIDY,
        said: (
            "给钱以在本地登记（或属于本地企业）为条件",
            "Money depends on being registered in the place or being a firm of it",
        ),
        has_side: true,
        recognise: is_registered_here,
    },
    Sign {
        code: "ownership",
        standard: SELECTIVE,
        said: ("给钱以所有制为条件", "Money depends on who owns the firm"),
        has_side: false,
        recognise: is_ownership,
    },
];

/// Phrases of texts for people, with the standard they touch.
pub const PHRASES: [(&[&str], Standard); 8] = [
    (
        &[
            "本地企业优先", "本市企业优先", "本区企业优先", "本县企业优先", "优先采购本地", "优先采购本市",
            "本地产品优先", "优先使用本地",
        ],
        OUTSIDERS_SUBSIDY,
    ),
    (&["不得迁出", "限制迁出", "迁出须", "迁出应当退回", "不得迁离", "迁离本"], GOODS_OUT),
    (&["地方贡献", "地方综合贡献", "地方财政贡献", "地方财力贡献", "地方留成", "地方经济贡献"], SELECTIVE),
    (&["一企一策", "一事一议", "名单内企业"], SELECTIVE),
    (&["现金保证金", "以现金缴纳保证金", "保证金以现金", "只接受现金"], OTHER_COST),
    (&["指定供应商", "指定的供应商", "指定品牌", "指定检测机构", "指定服务机构", "限定购买"], NAMED_SUPPLIER),
    (&["本地业绩", "本市业绩", "本地奖项", "本市奖项加分"], TENDER),
    (&["外地企业须备案", "外地企业备案", "外地企业应当备案", "进入本市须备案"], OUTSIDERS_QUALIFY),
];

/// Words for the place itself.
const PLACE: [&str; 30] = [
    "本市", "本区", "本县", "本省", "本州", "本旗", "本镇", "本乡", "本街道", "本园区", "本地", "本区域",
    "本辖区", "辖区", "我市", "我区", "我县", "我省", "我州", "当地", "区内", "市内", "县内", "省内", "县域",
    "市域", "园区内", "开发区", "高新区", "自贸",
];

/// Words for somebody or something of the place that is no firm.
const NOT_FIRMS: [&str; 26] = [
    "户籍", "户口", "居民", "人员", "职工", "员工", "毕业生", "学生", "人才", "失业", "个人", "车辆", "船",
    "不动产", "土地", "用地", "宗地", "地块", "房屋", "房产", "厂房", "商标", "专利", "合同", "项目", "活动",
];

impl Spoken {
    /// A field with its names and its question.
    pub fn field(field: &Field) -> Self {
        let mut spoken = Self { name: field.name.to_lowercase(), ..Self::default() };
        for words in [&field.label, &field.question] {
            spoken.say(&words.zh, &words.en);
        }
        spoken
    }

    /// A text in whichever language it is.
    pub fn text(text: &str) -> Self {
        let mut spoken = Self::default();
        spoken.say(text, text);
        spoken
    }

    fn say(&mut self, zh: &str, en: &str) {
        self.zh.push(zh.split_whitespace().collect());
        self.en.push(en.to_lowercase());
    }

    fn named(&self, signs: &[&str]) -> bool {
        let words = || self.name.split(['_', '[']);
        signs.iter().any(|sign| {
            if sign.contains('_') { self.name.contains(sign) } else { words().any(|word| word == *sign) }
        })
    }

    fn says(&self, zh: &[&str], en: &[&str]) -> bool {
        self.zh.iter().any(|text| has(text, zh)) || self.en.iter().any(|text| has(text, en))
    }

    /// Whether one Chinese text has a word of each list.
    fn joins(&self, one: &[&str], other: &[&str]) -> bool {
        self.zh.iter().any(|text| has(text, one) && has(text, other))
    }
}

fn has(text: &str, words: &[&str]) -> bool {
    words.iter().any(|word| text.contains(word))
}

/// Whether a text says "in such a place": 在…市, with 市 not the beginning of 市场 or of 市级.
fn is_in_a_place(text: &str) -> bool {
    let Some((_, rest)) = text.split_once('在') else { return false };
    let letters: Vec<char> = rest.chars().take(14).collect();
    letters.iter().enumerate().any(|(at, letter)| {
        let next = letters.get(at + 1).copied().unwrap_or(' ');
        let before = at.checked_sub(1).map_or(' ', |before| letters[before]);
        "市区县州省镇".contains(*letter) && !"场级域外".contains(next) && !"小社地时跨".contains(before)
    })
}

fn is_registered_here(spoken: &Spoken) -> bool {
    const ACTS: [&str; 8] = ["注册", "登记", "落户", "工商登记", "住所", "注册地", "法人资格", "设立"];
    let here = |text: &String| {
        let place = has(text, &PLACE) || is_in_a_place(text);
        let nobody = has(text, &NOT_FIRMS) || has(text, &["注册资本", "不在"]);
        let firm = has(
            text,
            &["本地企业", "本市企业", "本区企业", "本县企业", "本省企业", "我市企业", "我区企业", "我县企业"],
        );
        !nobody && (firm || (place && has(text, &ACTS)))
    };
    let named = [
        "registered_locally", "locally_registered", "local_registration", "is_local_firm", "local_firm",
        "local_company", "local_enterprise", "registered_in_city", "registered_in_county",
        "registered_in_district", "registered_here", "city_registered",
    ];
    let english = [
        "registered locally", "locally registered", "local registration", "registered in the city",
        "registered in this city", "registered in the county", "registered in this county",
        "registered in the district", "registered in this district", "registered here",
        "registered in the place", "local firm", "local enterprise", "local company",
    ];
    // The address itself is a fact; a condition on it is looked at with its codes.
    spoken.named(&named)
        || spoken.zh.iter().any(here)
        || spoken
            .en
            .iter()
            .any(|text| has(text, &english) && !has(text, &["resident", "graduate", "unemployed"]))
}

fn is_local_tax(spoken: &Spoken) -> bool {
    let named = [
        "local_contribution", "local_tax", "tax_paid", "taxes_paid", "tax_contribution",
        "fiscal_contribution", "tax_payment", "pays_tax_here", "pays_tax_locally", "local_taxpayer",
        "yearly_tax", "annual_tax",
    ];
    let zh = [
        "地方贡献", "综合贡献", "财政贡献", "税收贡献", "地方财力", "财力贡献", "经济贡献", "本地纳税",
        "本市纳税", "本区纳税", "本县纳税", "我市纳税", "在地纳税", "属地纳税", "地方留成", "地方留存",
        "实缴税", "已缴税", "入库税", "纳税总额", "年纳税额", "年税收", "亩均税收", "税收入库", "地方级税收",
    ];
    let en = [
        "local contribution", "local tax", "tax paid locally", "tax paid in the city", "taxes paid in",
        "pays tax locally", "pays tax here", "fiscal contribution", "contribution to local", "local revenue",
    ];
    let pays_here = spoken.joins(&PLACE, &["纳税", "缴税", "缴纳税", "税务关系", "纳税关系"])
        && !spoken.says(&["依法纳税", "应纳税", "小规模纳税人", "纳税信用"], &[]);
    spoken.named(&named) || spoken.says(&zh, &en) || pays_here
}

fn is_counted_here(spoken: &Spoken) -> bool {
    spoken.joins(&PLACE, &["纳统", "统计入库", "纳入统计", "入统"])
        || spoken.says(&["纳统"], &["counted in local statistics", "local statistics"])
        || spoken.named(&["local_statistics", "counted_locally"])
}

fn is_ownership(spoken: &Spoken) -> bool {
    // What belongs to the state as land or premises, and foreign capital as a sum, are no owners of a firm.
    let other =
        ["土地", "用地", "房", "物业", "资产", "资金", "利用外资", "到账", "出租人", "业主", "产权", "权属"];
    if spoken.zh.iter().any(|text| has(text, &other)) {
        return false;
    }
    let zh = ["所有制", "国有", "国企", "央企", "民营", "民企", "私营", "外资", "内资", "港澳台资"];
    let en = [
        "state-owned", "state owned", "privately owned", "private firm", "private enterprise",
        "foreign-invested",
    ];
    spoken.named(&[
        "ownership", "state_owned", "is_private", "private_firm", "foreign_invested", "foreign_owned",
    ]) || spoken.says(&zh, &en)
}

fn is_local_content(spoken: &Spoken) -> bool {
    const GOODS: [&str; 9] = ["产品", "采购", "供应商", "配套", "货物", "设备", "服务商", "原料", "建材"];
    const FIXED: [&str; 12] = [
        "本地产品", "本市产品", "本地采购", "本市采购", "本地配套", "本市配套", "本地供应商", "本市供应商",
        "本地化率", "本地品牌", "当地产品", "采购本",
    ];
    let of_place = |text: &String| {
        let made = has(text, &["生产的", "制造的", "出产"]) && has(text, &PLACE) && has(text, &GOODS);
        has(text, &FIXED) || made
    };
    let named = [
        "local_content", "local_purchase", "local_purchases", "local_supplier", "locally_made",
        "local_products", "bought_locally", "local_procurement", "supplier_is_local",
    ];
    let en = [
        "local content", "local purchase", "local supplier", "locally made", "local product",
        "bought locally", "purchased locally", "purchases from local",
    ];
    spoken.named(&named) || spoken.zh.iter().any(of_place) || spoken.says(&[], &en)
}

fn moves_in(spoken: &Spoken) -> bool {
    let zh = ["整体迁入", "迁入企业", "迁入日", "迁入本", "迁入我", "注册地迁入", "迁至本", "新迁入"];
    spoken.says(&zh, &["moved into the city", "moved to the city", "relocated to the"])
        || spoken.named(&["moved_in", "relocated_here"])
}

fn keeps_from_leaving(spoken: &Spoken) -> bool {
    let zh = [
        "不迁离", "不迁出", "不外迁", "不得迁", "承诺不迁", "不迁移", "不注销", "不得注销", "不得退出",
        "不改变纳税", "不减资", "未迁出", "不搬离",
    ];
    let en = [
        "not to move away", "will not move", "stay in the city", "not relocate", "no relocation",
        "not leave the",
    ];
    spoken.says(&zh, &en)
        || spoken.named(&["promised_to_stay", "no_relocation", "not_relocated", "stays_years"])
}

fn asks_for_a_branch(spoken: &Spoken) -> bool {
    let unit = ["分支机构", "分公司", "子公司", "独立法人", "法人机构", "区域总部"];
    let here = |text: &String| {
        let place = has(text, &PLACE) || is_in_a_place(text);
        place && has(text, &unit) && has(text, &["设立", "新设", "成立", "注册", "组建", "设有"])
    };
    let en = [
        "local branch", "local subsidiary", "branch in the city", "subsidiary in the city",
        "legal entity in the",
    ];
    spoken.zh.iter().any(here)
        || spoken.says(&[], &en)
        || spoken.named(&["local_branch", "has_local_branch", "local_subsidiary", "local_entity"])
}

fn is_local_record(spoken: &Spoken) -> bool {
    const DONE: [&str; 5] = ["业绩", "缴纳社保", "缴纳社会保险", "参加社会保险", "承接过"];
    // Insurance of the people hired is what employment grants are for.
    let people = has_any(&spoken.zh, &["招用", "人员", "职工", "毕业生", "学生", "个人", "参保人"]);
    (spoken.joins(&PLACE, &DONE) && !people)
        || spoken.says(&[], &["local track record", "projects done locally", "past projects in the city"])
        || spoken.named(&["local_track_record", "local_projects_done"])
}

fn has_any(texts: &[String], words: &[&str]) -> bool {
    texts.iter().any(|text| has(text, words))
}

/// Words of names and labels by which a fact is recognised.
pub struct Words {
    /// Parts of identifiers.
    pub names: &'static [&'static str],
    /// Parts of Chinese labels.
    pub labels: &'static [&'static str],
}

/// Honours.
pub const HONOUR: Words = Words {
    names: &["award", "honour", "honor", "prize"],
    labels: &["荣誉", "奖项", "获奖", "名牌", "称号"],
};
/// That something is of the place.
pub const LOCAL: Words = Words {
    names: &["local", "city", "county", "district", "municipal"],
    labels: &["市级", "区级", "县级", "本市", "本区", "本县", "本地", "当地"],
};
/// What names a firm.
pub const FIRM: Words = Words {
    names: &["name", "firm_name", "company", "uscc", "credit_code"],
    labels: &["企业名称", "单位名称", "信用代码"],
};
/// Size.
pub const CAPITAL: Words = Words {
    names: &["registered_capital", "turnover", "branch"],
    labels: &["注册资本", "分支机构", "营业额"],
};
/// What lies somewhere and is not the firm: a policy for land, a project or a house of the place is for all.
pub const THING: Words = Words {
    names: &[
        "land", "plot", "site", "project", "building", "house", "premises", "leases", "rented", "store",
        "road", "event", "works", "plant",
    ],
    labels: &[
        "地块", "宗地", "用地", "土地", "项目", "房屋", "厂房", "工程", "施工", "活动", "展会", "门店",
        "道路",
    ],
};

impl Words {
    /// Whether a field is called so.
    pub fn fit(&self, field: &Field) -> bool {
        let spoken = Spoken { name: field.name.clone(), ..Spoken::default() };
        spoken.named(self.names) || self.said(&field.label.zh)
    }

    /// Whether a text says so.
    pub fn said(&self, text: &str) -> bool {
        has(text, self.labels)
    }
}

impl Sign {
    /// The first sign that fits.
    pub fn of(spoken: &Spoken) -> Option<&'static Self> {
        SIGNS.iter().find(|sign| (sign.recognise)(spoken))
    }
}

/// Whether a text names a single firm: a credit code, or the end of a firm's name.
pub fn names_a_firm(text: &str) -> bool {
    let code = text.len() == 18
        && text.bytes().all(|byte| byte.is_ascii_digit() || byte.is_ascii_uppercase())
        && text.bytes().take(8).skip(2).all(|byte| byte.is_ascii_digit());
    code || ["有限公司", "有限责任公司", "股份公司", "集团公司"].iter().any(|end| text.ends_with(end))
}
