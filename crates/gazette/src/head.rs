//! The head of an official document: title, number, issuer, dates, and the labels a website puts above it.

use crate::{date, manuscript::Line, reading::Account, span::is_space};
use chrono::NaiveDate;
use regex::Regex;
use serde::Serialize;
use std::sync::LazyLock;

/// What stands above the text.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Head {
    /// Title of the document itself.
    pub title: String,
    /// Title of the notice that hands it down, where there is one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub notice_title: Option<String>,
    /// Document number, e.g. 温政办〔2023〕82号.
    pub document_number: Option<String>,
    /// Who issued it.
    pub issuer: Option<String>,
    /// Date under the signature.
    pub issued_on: Option<NaiveDate>,
    /// Date a website published it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub published_on: Option<NaiveDate>,
    /// Last day of validity, where the text names one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub valid_to: Option<NaiveDate>,
}

/// Words that end the title of an official document, longest first.
const TYPES: [&str; 78] = [
    "管理条例", "实施细则", "实施方案", "行动方案", "行动计划", "若干举措", "若干措施", "任务清单",
    "责任分工", "工作要点", "工作方案", "条例", "办法", "规定", "决定", "细则", "规则", "通知", "意见",
    "方案", "计划", "措施", "清单", "通告", "公告", "批复", "决议", "规划", "函", "指标", "修正案", "解释",
    "规范", "法典", "准则", "章程", "规程", "守则", "纲要", "标准", "目录", "指引", "工作规程", "考核细则",
    "责任清单", "分工方案", "重点任务", "主要指标", "工作任务", "实施意见", "任务分解表", "分解表", "分工表",
    "责任表", "一览表", "工作台账", "工作安排", "要点", "行动", "总结", "明细表", "汇总表", "若干政策",
    "政策", "白皮书", "报告", "目标", "分解", "任务书", "考核办法", "考核标准", "评价指标", "指标体系",
    "清单表", "计划表", "进度表", "安排表", "法",
];

static NUMBER: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"[\p{Han}]{1,16}\s*[〔\[［【（(]\s*(?:19|20)[0-9]{2}\s*[〕\]］】）)]\s*第?\s*[0-9]{1,5}\s*号")
        .expect("the pattern is constant")
});

static LABEL: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(concat!(
        r"^[【\[]?\s*(?P<label>标\s*题|发布人|责任编辑|字\s*体|字号|作者|时\s*间|日\s*期|浏览|阅读次数|点击数|名\s*称|发文字号|文\s*号|发布时间|发布日期|发文日期|成文日期|印发日期|公布日期|施行日期|生效日期|实施日期|",
        r"信息来源|来\s*源|发文机关|发文单位|公开责任部门|发布机构|制定机关|索引号|索\s*引\s*号|主题分类|主题词|有效性|时效性|效力级别|失效日期|详情页链接|原文链接|链接|正文|统一编号|浏览次数)",
        r"\s*[】\]]?\s*(?:[:：]\s*(?P<value>.*))?$"
    ))
    .expect("the pattern is constant")
});

/// A labelled line, such as `文号：…`: the label without blanks, and its value.
pub fn labelled(line: &str) -> Option<(String, String)> {
    if line.chars().count() > 200 {
        return None;
    }
    let captures = LABEL.captures(line)?;
    let label: String = captures["label"].chars().filter(|c| !is_space(*c)).collect();
    let value = captures.name("value").map(|m| m.as_str().trim().to_owned()).unwrap_or_default();
    (captures.name("value").is_some() || label == "正文").then_some((label, value))
}

/// Whether a cell is the label of a metadata table.
pub fn is_label(text: &str) -> bool {
    let bare = text.trim_end_matches(['：', ':']);
    bare.chars().count() <= 8 && labelled(&format!("{bare}：")).is_some()
}

/// A document number that is all a line says.
pub fn document_number(line: &str) -> Option<String> {
    let squeezed: String = line.chars().filter(|c| !is_space(*c)).collect();
    let found = NUMBER.find(&squeezed)?;
    let around = squeezed.chars().count() - found.as_str().chars().count();
    (around <= 2).then(|| found.as_str().to_owned())
}

/// Whether a line reads like the title of an official document.
pub fn is_title(line: &str) -> bool {
    // Longer than any title, in bytes.
    if line.len() > 600 {
        return false;
    }
    let squeezed: String = line.chars().filter(|c| !is_space(*c)).collect();
    let bare = bare_title(&squeezed);
    let count = bare.chars().count();
    (4..=90).contains(&count)
        && TYPES.iter().any(|end| bare.ends_with(end))
        && !squeezed.contains(['。', '；', '？', '：', ':'])
        && !bare.ends_with("办法》")
        && crate::numeral::marker(&squeezed).is_none()
        && !crate::law::opens_structure(line)
}

/// A title without what brackets add at its end: （试行）, （195条）, （2023年本）.
fn bare_title(title: &str) -> &str {
    let open = title.rfind(['（', '(']).filter(|_| title.ends_with(['）', ')']));
    open.map_or(title, |at| &title[..at])
}

/// A line that is only a date, as under a signature.
pub fn lone_date(line: &str) -> Option<NaiveDate> {
    let found = date::all(line);
    let [only] = found.as_slice() else { return None };
    let rest: usize = line.chars().filter(|c| !is_space(*c)).count()
        - line[only.bytes.clone()].chars().filter(|c| !is_space(*c)).count();
    (rest <= 4).then_some(only.date)
}

/// A line that is the name of the person who signs: 省长　某某.
pub fn is_signer(line: &str) -> bool {
    let offices = [
        "总理", "省长", "市长", "县长", "区长", "州长", "主席", "部长", "局长", "主任", "院长", "检察长",
        "署长", "行长",
    ];
    if line.len() > 80 {
        return false;
    }
    // An office, a blank, a name of two to four characters: 省长　某某, 市 长　某　某.
    let words: Vec<&str> = line.split(is_space).filter(|word| !word.is_empty()).collect();
    let han = |text: &str| text.chars().all(|c| matches!(c, '\u{4e00}'..='\u{9fff}'));
    (1..words.len()).any(|at| {
        let (office, name) = (words[..at].concat(), words[at..].concat());
        offices.iter().any(|end| office.ends_with(end))
            && office.chars().count() <= 10
            && (2..=4).contains(&name.chars().count())
            && han(&office)
            && han(&name)
            && !["会议", "办公", "令", "质量", "信箱", "热线", "负责"].iter().any(|word| name.contains(word))
    })
}

/// A line of the page around a document: breadcrumbs, imprints.
pub fn is_furniture(line: &str) -> bool {
    let bare: String = line.chars().filter(|c| !is_space(*c)).take(200).collect();
    let crumbs = bare.matches(['>', '›', '»', '＞']).count() >= 2
        && bare.chars().count() < 80
        && !bare.contains(['。', '，']);
    let here = ["当前位置", "您的位置", "您现在的位置", "所在位置"]
        .iter()
        .any(|word| bare.starts_with(word) || bare.starts_with(&format!("您{word}")));
    let imprint =
        ["ICP备", "网站标识码", "版权所有", "公网安备", "Copyright"].iter().any(|word| bare.contains(word));
    let tools = ["打印本页", "关闭窗口", "【打印】", "【关闭】", "字体：【大中小】", "分享到"]
        .iter()
        .any(|word| bare.contains(word) && bare.chars().count() < 40);
    here || crumbs || imprint || tools
}

/// A line that closes a text: a date under a signature, a note on publication, a list of annexes.
pub fn is_closing(line: &str) -> bool {
    let bare: String = line.chars().filter(|c| !is_space(*c)).take(60).collect();
    lone_date(line).is_some()
        || is_signer(line)
        || bare.starts_with("（此件")
        || bare.starts_with("(此件")
        || (bare.starts_with("附件") && bare.chars().count() < 60)
        || bare.starts_with("抄送")
        || bare.starts_with("主送")
}

/// Reads the head from the lines of the document and of the page around it, and claims what it used.
pub fn read(lines: &[Line], page: &[Line], account: &mut Account) -> Head {
    let mut head = Head::default();
    for line in page.iter().chain(lines) {
        labels(&mut head, line, account);
    }
    for line in lines.iter().take(40) {
        if head.document_number.is_none()
            && let Some(number) = document_number(line.as_str())
        {
            head.document_number = Some(number);
        }
        if document_number(line.as_str()).is_some() {
            account.claim(line.span(), "document number");
        }
    }
    titles(&mut head, lines, page, account);
    signature(&mut head, lines, account);
    head.valid_to = valid_to(lines);
    head
}

fn labels(head: &mut Head, line: &Line, account: &mut Account) {
    let parts = line.as_str().split(['\u{3000}', '|']).map(str::trim).filter(|part| !part.is_empty());
    let mut found = false;
    for (label, value) in parts.filter_map(labelled) {
        found = true;
        match label.as_str() {
            "发文字号" | "文号" => {
                head.document_number = document_number(&value).or(head.document_number.take());
            }
            "成文日期" | "发文日期" | "印发日期" => {
                head.issued_on = date::first(&value).or(head.issued_on);
            }
            "发布时间" | "发布日期" | "公布日期" | "时间" | "日期" => {
                head.published_on = date::first(&value).or(head.published_on);
            }
            "发文机关" | "发文单位" | "发布机构" | "制定机关" => {
                head.issuer = Some(value).filter(|v| !v.is_empty()).or(head.issuer.take());
            }
            "失效日期" => head.valid_to = date::first(&value).or(head.valid_to),
            "标题" | "名称" if head.title.is_empty() => head.title = squeeze(&value),
            _ => {}
        }
    }
    if found {
        account.claim(line.span(), "metadata");
    }
}

/// A title printed over one to four lines, with the lines it takes.
fn title_at(lines: &[Line], at: usize) -> Option<(String, usize)> {
    let mut title = String::new();
    for (taken, line) in lines[at..].iter().take(4).enumerate() {
        let text = squeeze(line.as_str());
        let stop = text.contains(['。', '；', '，'])
            || text.starts_with(['（', '('])
            || document_number(&text).is_some()
            || lone_date(&text).is_some()
            || is_signer(line.as_str())
            || (taken > 0 && line.heading.is_some() && lines[at].heading != line.heading);
        if stop
            || text.chars().count() > 60
            || labelled(line.as_str()).is_some()
            || text.ends_with(['：', ':'])
        {
            return None;
        }
        if heading_of_annex(&text) {
            return None;
        }
        title.push_str(&text);
        if is_title(&title) && !title.ends_with("关于印发") {
            return Some((title, taken + 1));
        }
        if crate::numeral::marker(&text).is_some() {
            return None;
        }
    }
    None
}

/// A line that only says that an annex starts.
fn heading_of_annex(text: &str) -> bool {
    text.chars().count() <= 5 && text.starts_with("附件")
}

fn titles(head: &mut Head, lines: &[Line], page: &[Line], account: &mut Account) {
    let first = |line: &&Line| line.heading == Some(1) && !line.text.is_empty();
    let marked = page.iter().chain(lines).find(first);
    let mut found: Vec<(String, usize, usize)> = Vec::new();
    let mut at = 0;
    while at < lines.len().min(200) && found.len() < 4 {
        match title_at(lines, at) {
            Some((title, taken)) if found.is_empty() || at < 60 || lines[at].heading.is_some() => {
                found.push((title, at, taken));
                at += taken;
            }
            _ => at += 1,
        }
    }
    let labelled = std::mem::take(&mut head.title);
    let printed = marked.map(|line| squeeze(line.as_str())).filter(|t| is_title(t));
    let heading = printed.or(Some(labelled).filter(|t| !t.is_empty()));
    let plain = marked.map(|line| squeeze(line.as_str()));
    let plain = plain.filter(|text| (4..=90).contains(&text.chars().count()) && !text.ends_with("文件"));
    let notice = found
        .iter()
        .map(|(title, ..)| title.clone())
        .chain(heading.clone())
        .find(|t| t.ends_with("通知") && t.contains("印发"));
    let own = found
        .iter()
        .map(|(t, ..)| t)
        .find(|t| Some(*t) != notice.as_ref() && handed_down(notice.as_deref(), t));
    head.title = match (own, &notice, found.first(), heading) {
        (Some(own), Some(_), ..) => own.clone(),
        (_, _, _, Some(heading)) => heading,
        (_, _, Some((title, ..)), _) => title.clone(),
        _ => plain.unwrap_or_else(|| fallback(lines, page)),
    };
    head.title = without_annex(without_page_number(&head.title)).to_owned();
    head.notice_title = notice.filter(|title| *title != head.title);
    for (title, from, taken) in &found {
        if *title == head.title || Some(title) == head.notice_title.as_ref() {
            lines[*from..from + taken].iter().for_each(|line| account.claim(line.span(), "title"));
        }
    }
    for line in page.iter().chain(lines) {
        let text = squeeze(line.as_str());
        if text == head.title || Some(&text) == head.notice_title.as_ref() {
            account.claim(line.span(), "title");
        }
    }
}

/// 附件1：… : the title of an annex is what follows.
fn without_annex(title: &str) -> &str {
    let Some(rest) = title.strip_prefix("附件") else { return title };
    let rest = rest.trim_start_matches(|c: char| {
        crate::numeral::is_numeral(c) || matches!(c, '：' | ':' | '.' | '、' | '-')
    });
    if rest.is_empty() { title } else { rest }
}

/// In a text layer the number of the page may be glued to the title.
fn without_page_number(title: &str) -> &str {
    let bare = title.trim_start_matches(|c: char| c.is_ascii_digit());
    let counts = ["年", "届", "次", "个", "项", "条", "月", "大", "+", "·", "-", "."];
    let glued = bare.len() < title.len()
        && title.len() - bare.len() <= 3
        && !counts.iter().any(|word| bare.starts_with(word));
    if glued && !bare.is_empty() && !bare.starts_with(|c: char| c.is_ascii()) { bare } else { title }
}

/// Whether a notice about printing and handing down names this title.
fn handed_down(notice: Option<&str>, title: &str) -> bool {
    let plain = |text: &str| {
        text.chars().filter(|c| !matches!(c, '《' | '》' | '〈' | '〉' | '“' | '”' | '"')).collect::<String>()
    };
    notice.is_some_and(|notice| plain(notice).contains(&plain(bare_title(title))))
}

/// Without any line that looks like a title: the first short line without an end mark.
fn fallback(lines: &[Line], page: &[Line]) -> String {
    let usable = |line: &&Line| {
        let text = squeeze(line.as_str());
        (4..=60).contains(&text.chars().count())
            && !text.contains(['。', '；'])
            && labelled(line.as_str()).is_none()
            && crate::numeral::marker(&text).is_none()
            && !crate::law::opens_structure(line.as_str())
    };
    let found =
        lines.iter().take(10).find(usable).or_else(|| page.iter().find(|line| line.heading.is_some()));
    found.map(|line| squeeze(line.as_str())).unwrap_or_default()
}

fn signature(head: &mut Head, lines: &[Line], account: &mut Account) {
    let mut dated = lines.iter().enumerate().filter_map(|(at, line)| Some((at, lone_date(line.as_str())?)));
    let Some((at, date)) = dated.next_back() else {
        head.issuer = head.issuer.take().or_else(|| issuer_of(head));
        return;
    };
    head.issued_on = head.issued_on.or(Some(date));
    account.claim(lines[at].span(), "signature");
    let signer = lines[..at].iter().rev().take(2).map(|line| (squeeze(line.as_str()), line.span()));
    let is_body =
        |name: &str| name.chars().count() <= 30 && !name.contains(['。', '，', '：']) && is_issuer(name);
    if let Some((name, span)) = signer.into_iter().find(|(name, _)| is_body(name)) {
        account.claim(span, "signature");
        head.issuer = head.issuer.take().or(Some(name));
    }
    head.issuer = head.issuer.take().or_else(|| issuer_of(head));
}

fn is_issuer(name: &str) -> bool {
    ["政府", "办公室", "办公厅", "委员会", "局", "厅", "部", "院", "会", "署", "办", "委", "中心", "小组"]
        .iter()
        .any(|end| name.ends_with(end))
}

/// The body named before 关于 in a title.
fn issuer_of(head: &Head) -> Option<String> {
    let title = head.notice_title.as_ref().unwrap_or(&head.title);
    let (issuer, _) = title.split_once("关于")?;
    (issuer.chars().count() >= 2).then(|| issuer.to_owned())
}

static VALID: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"有效期?(?:限)?(?:为|自[^。；]{0,30})?(?:至|到)([^。；，,）)]{6,20})")
        .expect("the pattern is constant")
});

fn valid_to(lines: &[Line]) -> Option<NaiveDate> {
    lines.iter().rev().find_map(|line| VALID.captures(line.as_str()).and_then(|c| date::first(&c[1])))
}

/// Without white space but between Latin words.
pub fn squeeze(text: &str) -> String {
    crate::span::Text::from_source(text, 0).squeezed().as_str().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn titles_and_numbers_are_told_from_sentences() {
        assert!(is_title("某市促进民营经济发展若干举措"));
        assert!(is_title("某市数据办法（试行）"));
        assert!(!is_title("现将《某市方案》印发给你们，请认真组织实施。"));
        assert!(!is_title("一、总体方案"));
        assert_eq!(document_number("某政办 〔2023〕 82号").as_deref(), Some("某政办〔2023〕82号"));
        assert_eq!(document_number("按照《某办法》（某政办〔2023〕82号）的规定执行"), None);
        assert_eq!(lone_date("2018年12月6日").map(|d| d.to_string()).as_deref(), Some("2018-12-06"));
        assert_eq!(lone_date("自2018年12月6日起施行，试行两年"), None);
        assert_eq!(labelled("发布时间：2025-09-16").unwrap().1, "2025-09-16");
    }
}
