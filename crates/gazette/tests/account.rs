//! Whatever happens to a document, the reader neither panics nor loses a character: each belongs to a
//! structure, to `unparsed`, to markup, or is white space.

use gazette::{Hints, Reading, Span, span::is_space};
use proptest::prelude::*;
use serde_json::Value;

const LAW: &str = "\
样城茶叶市场办法
（2031年3月4日样城人民代表大会常务委员会第五次会议通过）
目　录
第一章　总则
第二章　交易
第一章　总则
第一条　为了让茶叶市场有序，制定本办法。
第二条　本办法所称茶叶，是指绿茶、红茶。
干花不算茶叶。
第二章　交易
第一节　摊位
第三条　摊主应当：
（一）挂出价目；
（二）用准秤：
1.每月自查；
2.每年送检。
前款所称送检，由市场管理人安排。
第三条之一　摊位可以转让。
第四条　本办法自2031年5月1日起施行。
附件：茶叶名录
1.样城绿
";

const TASK_TABLE: &str = "\
样城茶事清单
样政办〔2031〕9号
到2032年，茶园达到5万亩以上，力争卖茶超过3亿元。
总任务\t序号\t工作\t目标\t措施\t单位\t时限\t联系人
一、种好茶\t1\t扩茶园\t<p>1.新种茶园200亩以上；</p><p>2.补苗率不低于90%。</p>\t<p>1.选地块。</p><p>2.育好苗。</p>\t<p>*市茶叶局 市林业局</p>\t2031-2033年\t<p>某某 0000-00000000</p>
总任务\t序号\t工作\t目标\t措施\t单位\t时限\t联系人
\t1\t扩茶园\t<p>1.新种茶园200亩以上；</p><p>2.补苗率不低于95%。</p>\t<p>3.修水渠。</p>\t<p>*市茶叶局 市林业局</p>\t2031-2033年\t<p>某某 0000-00000000</p>
二、卖好茶\t2\t办茶市\t全年办茶市12场\t<ol><li>定日子。</li><li>搭棚子。</li></ol>\t市商务局\t长期\t<p>某某</p>
";

const BRACKET_LIST: &str = "\
样城人民政府办公室关于印发《样城晒谷方案》的通知
样政办发〔2031〕3号
各村：
现将方案印发给你们。
2031年6月7日
样城晒谷方案
一、工作目标
到2031年底，晒谷场不少于40个，晒谷2.5万吨左右，位列全省前三。
二、重点任务
（一）修好晒谷场
1.平整场地。年内平整30个，成本控制在20万元以内。（责任单位：市农业局、各村）
2.添置设备，完成时间为2031年9月底前。（牵头单位：市机械局；配合单位：市财政局等有关部门）
（二）管好谷子
1.防雨。（市气象局负责，2031年8月底前完成）
2.防鸟（市林业局牵头，市农业局配合）
三、保障措施
（一）加强领导。各村要上心。
《样城晒谷办法》（样政办〔2020〕1号）同时废止。
";

const HTML_TABLE: &str = "\
<html><head><title>样城</title><style>p{color:red}</style></head><body>
<div class=\"nav\"><a href=\"#\">首页</a> <a href=\"#\">公开</a></div>
<div id=\"text\"><h1>样城渔船改装清单</h1><p>发布时间：2031-02-03</p>
<table border=1><tr><th>序号</th><th>改装事项</th><th>分值</th><th>牵头单位</th><th>配合单位</th><th>完成时限</th></tr>
<tr><td colspan=\"6\">（一）船体（2项，30分）</td></tr>
<tr><td>1</td><td rowspan=2>换船板&nbsp;&amp;刷漆，合格率&ge;95%。</td><td>10</td><td>市渔业局<br>市船检局</td><td>市财政局</td><td>2031年7月底前</td></tr>
<tr><td>2</td><td>20</td><td>市渔业局</td><td>各县（市、区）</td><td>长期</td></tr>
<tr><td>二</td><td>装导航：1.买设备（得5分）；2.会使用（得6分）</td><td>11</td><td>市渔业局</td><td></td><td></td></tr>
</table><!-- 页尾 --><p>样城渔业局<br/>2031年2月1日</p><script>if (a<b) {}</script></div></body></html>
";

const DOCUMENTS: [&str; 4] = [LAW, TASK_TABLE, BRACKET_LIST, HTML_TABLE];

/// Pieces that mean something to the reader.
const PIECES: [&str; 54] = [
    "第", "条", "第九条 ", "第二章 ", "第一节", "第二编 ", "之一", "（一）", "（", "）", "一、", "十二、",
    "1.", "2．", "①", "\n", "\n\n", "\t", "\t\t\t", "|", "\n| 1 | 2 | 3 |\n", "|---|---|---|", "# ", "**",
    "*", ">", "<", "<p>", "</p>", "<td>", "</td>", "<tr>", "<table>", "</table>", "<br>", "&amp;",
    "&#x4e00;", "<!--", "<li>", "<script>", "责任单位：", "牵头单位", "不少于10%", "2031年12月底前",
    "附件：", "\u{3000}", "\u{feff}", "\u{200b}", "\r", "\r\n", "\u{2028}", "\u{85}", "\u{ad}",
    "责任编辑：某某",
];

/// One change to a text; places are shares of its length, so that they fit any text.
#[derive(Clone, Debug)]
enum Mutation {
    Delete { from: u16, length: usize },
    Insert { at: u16, piece: usize },
    Replace { at: u16, character: char },
    Repeat { from: u16, length: usize, at: u16 },
    Swap { first: u16, second: u16 },
    Cut { at: u16 },
    Append { document: usize, from: u16 },
}

fn mutation() -> impl Strategy<Value = Mutation> {
    let place = any::<u16>;
    prop_oneof![
        4 => (place(), 1..40_usize).prop_map(|(from, length)| Mutation::Delete { from, length }),
        8 => (place(), 0..PIECES.len()).prop_map(|(at, piece)| Mutation::Insert { at, piece }),
        2 => (place(), any::<char>()).prop_map(|(at, character)| Mutation::Replace { at, character }),
        3 => (place(), 1..120_usize, place()).prop_map(|(from, length, at)| Mutation::Repeat { from, length, at }),
        2 => (place(), place()).prop_map(|(first, second)| Mutation::Swap { first, second }),
        1 => place().prop_map(|at| Mutation::Cut { at }),
        1 => (0..DOCUMENTS.len(), place()).prop_map(|(document, from)| Mutation::Append { document, from }),
    ]
}

/// The place a share of the length means.
fn place(share: u16, length: usize) -> usize {
    usize::from(share) * length / usize::from(u16::MAX)
}

fn mutate(text: &mut Vec<char>, mutation: &Mutation) {
    match *mutation {
        Mutation::Delete { from, length } => {
            let from = place(from, text.len());
            text.drain(from..(from + length).min(text.len()));
        }
        Mutation::Insert { at, piece } => {
            let at = place(at, text.len());
            text.splice(at..at, PIECES[piece].chars());
        }
        Mutation::Replace { at, character } => {
            let at = place(at, text.len());
            if let Some(old) = text.get_mut(at) {
                *old = character;
            }
        }
        Mutation::Repeat { from, length, at } => {
            let (from, at) = (place(from, text.len()), place(at, text.len()));
            let piece = text[from..(from + length).min(text.len())].to_vec();
            text.splice(at..at, piece);
        }
        Mutation::Swap { first, second } => {
            let mut lines: Vec<String> =
                text.iter().collect::<String>().split('\n').map(str::to_owned).collect();
            let last = lines.len() - 1;
            lines.swap(place(first, last), place(second, last));
            *text = lines.join("\n").chars().collect();
        }
        Mutation::Cut { at } => text.truncate(place(at, text.len())),
        Mutation::Append { document, from } => {
            let other: Vec<char> = DOCUMENTS[document].chars().collect();
            text.extend(&other[place(from, other.len())..]);
        }
    }
}

/// The reading of a text, and the first stretch of it that nothing accounts for.
fn read(text: &str, file_name: Option<&str>) -> Option<(Reading, Option<String>)> {
    let manuscript = gazette::manuscript(text.as_bytes(), Hints { file_name }).ok()?;
    let reading = gazette::structure(&manuscript);
    let characters: Vec<char> = manuscript.text.chars().collect();
    let mut known: Vec<bool> = characters.iter().map(|character| is_space(*character)).collect();
    let regions = reading.regions().iter().map(|region| region.span);
    let unparsed = reading.unparsed().iter().map(|unparsed| unparsed.span);
    for Span { from, to } in regions.chain(unparsed).chain(manuscript.markup.iter().copied()) {
        known[from as usize..to as usize].fill(true);
    }
    let lost = known.iter().position(|known| !known).map(|from| {
        let to = (from..known.len()).find(|at| known[*at]).unwrap_or(known.len());
        format!("[{from}, {to}) {}", characters[from..to].iter().collect::<String>())
    });
    Some((reading, lost))
}

/// Texts of a reading that stand neither inside their span, character after character, nor, as a cell that
/// several rows share, anywhere else.
fn strays(value: &Value, characters: &[char]) -> Vec<String> {
    let mut found = Vec::new();
    match value {
        Value::Array(members) => {
            found.extend(members.iter().flat_map(|member| strays(member, characters)));
        }
        Value::Object(members) => {
            found.extend(members.values().flat_map(|member| strays(member, characters)));
            let edge = |at: usize| value["span"][at].as_u64().and_then(|at| usize::try_from(at).ok());
            let stretch = edge(0).zip(edge(1)).map(|(from, to)| &characters[from..to]);
            for key in ["text", "wording"] {
                if let (Some(stretch), Some(text)) = (stretch, value[key].as_str())
                    && !stands_in(stretch, text)
                    && !stands_in(characters, text)
                {
                    found.push(format!("{key} {text} in {}", stretch.iter().collect::<String>()));
                }
            }
        }
        _ => {}
    }
    found
}

fn stands_in(stretch: &[char], text: &str) -> bool {
    let mut rest = stretch.iter();
    text.chars().all(|character| is_space(character) || rest.any(|other| *other == character))
}

#[test]
fn the_documents_are_what_they_are_before_anything_happens_to_them() {
    let kinds = ["law", "task_list", "task_list", "task_list"];
    for (text, kind) in DOCUMENTS.iter().zip(kinds) {
        let (reading, lost) = read(text, None).unwrap();
        assert_eq!(serde_json::to_value(&reading).unwrap()["kind"], kind, "{text}");
        assert_eq!(lost, None);
    }
}

#[test]
fn a_radical_in_a_title_is_read_as_its_character_and_stands_in_its_span() {
    let text = LAW.replacen("办法", "办法\u{f900}", 1);
    let manuscript = gazette::manuscript(text.as_bytes(), Hints::default()).unwrap();
    let characters: Vec<char> = manuscript.text.chars().collect();
    let json = serde_json::to_value(gazette::structure(&manuscript)).unwrap();
    assert_eq!(json["title"], "样城茶叶市场办法\u{8c48}");
    assert_eq!(characters.len(), text.chars().count());
    assert_eq!(strays(&json, &characters), Vec::<String>::new());
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(600) })]

    #[test]
    fn no_change_of_a_document_makes_the_reader_panic_or_lose_a_character(
        document in 0..DOCUMENTS.len(),
        mutations in prop::collection::vec(mutation(), 0..12),
        name in prop::option::of(prop::sample::select(vec!["a.md", "a.html", "a.txt"])),
    ) {
        let mut text: Vec<char> = DOCUMENTS[document].chars().collect();
        for mutation in &mutations {
            mutate(&mut text, mutation);
        }
        let text: String = text.into_iter().collect();
        if let Some((reading, lost)) = read(&text, name) {
            prop_assert_eq!(lost, None, "{:?}: {}", name, text);
            prop_assert!(serde_json::to_string(&reading).is_ok());
        }
    }

    #[test]
    fn what_is_read_stands_where_its_span_says(
        document in 0..DOCUMENTS.len(),
        mutations in prop::collection::vec(mutation(), 0..8),
    ) {
        let mut text: Vec<char> = DOCUMENTS[document].chars().filter(|c| *c != '&').collect();
        for mutation in &mutations {
            mutate(&mut text, mutation);
        }
        text.retain(|character| *character != '&');
        let text: String = text.into_iter().collect();
        if let Ok(manuscript) = gazette::manuscript(text.as_bytes(), Hints::default()) {
            // Spans count in the reading text, where characters stand for radicals, one for one.
            let characters: Vec<char> = manuscript.text.chars().collect();
            let json = serde_json::to_value(gazette::structure(&manuscript)).unwrap();
            let strays = strays(&json, &characters);
            prop_assert!(strays.is_empty(), "{:?}: {}", strays, text);
        }
    }

    #[test]
    fn no_bytes_make_the_reader_panic(
        document in 0..DOCUMENTS.len(),
        changes in prop::collection::vec((any::<u16>(), any::<u8>()), 0..20),
        in_gb18030 in any::<bool>(),
    ) {
        let text = DOCUMENTS[document];
        let mut bytes = if in_gb18030 {
            encoding_rs::GB18030.encode(text).0.into_owned()
        } else {
            text.as_bytes().to_vec()
        };
        for (at, byte) in changes {
            let at = place(at, bytes.len() - 1);
            bytes[at] = byte;
        }
        if let Err(error) = gazette::read(&bytes, Hints::default()) {
            prop_assert!(error.to_string().contains(" · "));
        }
    }
}
