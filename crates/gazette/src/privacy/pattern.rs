//! What contact data look like inside a line: labels with what follows them, numbers, names in brackets.

use regex::Regex;
use std::{ops::Range, sync::LazyLock};

static CONTACT: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(concat!(
        // A bracket or the rest of a sentence that names whom to ask or who answers in person.
        r"[（(]\s*(?:联系人|联络员|联系电话|咨询电话|经办人)[^（）()]{0,80}[）)]",
        r"|(?:联\s*系\s*人|联络员|联系电话|咨询电话|经办人|联系方式|电\s*话|手\s*机|传\s*真|邮\s*箱|电子邮箱|E-?mail",
        r"|微\s*信|微信号|QQ|QQ号",
        r"|责任人|责任领导|分管领导|牵头领导|包抓领导|包联领导|联系领导|主管领导|分管负责人|主要负责人)",
        r"(?:及电话|及联系电话|和电话|电话|姓名|[（(][^（）()]{1,6}[）)])?\s*[:：][^。；;，,、）)\n]{1,60}",
        r"|(?:联系人|联络员|经办人)\s+[\p{Han}·•・]{2,16}(?:\s*[0-9—-]{5,})?",
        r"|(?:电\s*话|手\s*机|热\s*线)\s*[0-9０-９]{7,11}",
        r"|微信号?\s*[A-Za-z][0-9A-Za-z_-]{4,}|QQ号?\s*[0-9]{5,11}",
        r"|[0-9A-Za-z._-]+@[0-9A-Za-z.-]+\.[A-Za-z]{2,}"
    ))
    .expect("the pattern is constant")
});

/// One more name or number behind contact data. A name ends where the list goes on or ends.
static MORE: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(concat!(
        r"^(?:[\s、，,;；/／]*",
        r"(?P<number>[0-9０-９+＋(（][0-9０-９ )）—–－-]{4,}[0-9０-９])",
        r"|[\s、/／]+(?P<name>\p{Han}{2,3}|[\p{Han}]{1,8}[·•・][\p{Han}·•・]{1,12})(?:[\s、，,;；/／。）)0-9０-９+＋(（]|$))"
    ))
    .expect("the pattern is constant")
});

/// Whom to ask, with every name and number that the list goes on with.
pub fn contacts(line: &str) -> Vec<Range<usize>> {
    let mut found = Vec::new();
    let mut from = 0;
    while let Some(contact) = CONTACT.find_at(line, from) {
        let mut end = contact.end();
        while let Some(more) = MORE.captures(&line[end..]) {
            let name = more.name("name");
            if name.is_some_and(|name| is_office(name.as_str()) || is_word(name.as_str())) {
                break;
            }
            let Some(part) = name.or_else(|| more.name("number")) else { break };
            end += part.end();
        }
        found.push(contact.start()..end);
        from = end;
    }
    found
}

/// Telephone and identity numbers wherever they stand, in half and full width, whole and in groups.
static NUMBER: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(concat!(
        r"[1-9][0-9]{5}(?:18|19|20)[0-9]{2}(?:0[1-9]|1[0-2])(?:[0-2][0-9]|3[01])[0-9]{3}[0-9Xx]",
        r"|(?:[+＋]?[8８][6６][-－\s]?)?[1１][3-9３-９][0-9０-９]",
        r"(?:[0-9０-９]{8}|[ 　—–－-][0-9０-９]{4}[ 　—–－-][0-9０-９]{4})",
        r"|[（(][0０][0-9０-９]{2,3}[）)]\s?[0-9０-９]{7,8}|[0０][0-9０-９]{2,3}\s*[-—－–]\s*[0-9０-９]{7,8}"
    ))
    .expect("the pattern is constant")
});

/// The numbers of a line that no other digits or letters touch.
pub fn numbers(line: &str) -> impl Iterator<Item = Range<usize>> + '_ {
    let touches = |c: char| c.is_ascii_alphanumeric() || matches!(c, '０'..='９' | '.');
    NUMBER.find_iter(line).map(|found| found.range()).filter(move |range| {
        let before = line[..range.start].chars().next_back().is_some_and(touches);
        let after = line[range.end..].chars().next().is_some_and(|c| touches(c) && c != '.');
        !before && !after
    })
}

/// A name: a usual surname with one or two characters, or a name parted by a dot.
const NAME: &str = concat!(
    r"(?:(?:欧阳|上官|司马|诸葛|东方|皇甫|尉迟|公孙|令狐|慕容|[王李张刘陈杨黄赵吴周徐孙马朱胡郭何林高罗郑梁谢宋唐许韩冯邓曹彭曾肖田董潘袁蔡蒋余于杜叶程魏苏吕丁任沈姚卢姜崔钟谭陆汪范金石廖贾夏韦付方白邹孟熊秦邱江尹薛闫段雷侯龙史陶黎贺顾毛郝龚邵万钱严覃武戴莫孔向汤温康施季])",
    r"[\p{Han}]{1,2}|[\p{Han}]{1,8}[·•・][\p{Han}]{1,8}(?:[·•・][\p{Han}]{1,8})?)"
);

/// Names in brackets behind a unit: 区审批局（某某某）. Group 1 is the bracket.
static NAMED: LazyLock<Regex> = LazyLock::new(|| {
    let unit = r"(?:局|委|办|部|厅|院|中心|政府|公司|街道|镇|乡)";
    let pattern = format!(r"{unit}([（(]\s*{NAME}(?:[、，,\s]+{NAME})*[\s，,、]*[0-9０-９-]*[）)])");
    Regex::new(&pattern).expect("the pattern is constant")
});

/// Brackets behind units that hold only names.
pub fn named(line: &str) -> Vec<Range<usize>> {
    let brackets = NAMED.captures_iter(line).filter_map(|found| Some(found.get(1)?.range()));
    brackets.filter(|range| !is_office(&line[range.clone()])).collect()
}

/// A short name of a body is no person: （市人才办).
pub fn is_office(bracket: &str) -> bool {
    let bare = bracket.trim_matches(['（', '）', '(', ')']);
    [
        "局", "办", "委", "部", "院", "区", "县", "市", "州", "省", "处", "科", "组", "会", "所", "站", "段",
        "港", "山", "江", "湖",
    ]
    .iter()
    .any(|end| bare.ends_with(end))
}

/// Words of a form that stand between contact data and are no names.
fn is_word(word: &str) -> bool {
    [
        "电话", "手机", "传真", "邮箱", "邮编", "地址", "时间", "单位", "职务", "备注", "附件", "以及",
        "或者", "联系", "咨询", "负责", "可以", "应当", "欢迎", "同时", "进行", "之前", "以前", "特此",
        "通知", "公告",
    ]
    .iter()
    .any(|other| word.starts_with(other))
}
