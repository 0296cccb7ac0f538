//! The facts of laws.

use super::{
    files::Expected,
    score::{Score, plain},
};
use gazette::numeral;
use serde_json::{Value, json};

/// Scores one law.
pub fn score(expected: &Expected, law: &Value, score: &mut Score) {
    score.fact("kind", &json!("law"), &law["kind"]);
    head(expected, law, score);
    history(expected, law, score);
    outline(expected, law, score);
    let articles = articles(law);
    numbers(expected, &articles, score);
    samples(expected, &articles, score);
    points(expected, law, score);
}

/// Title, dates, number of the order.
fn head(expected: &Expected, law: &Value, score: &mut Score) {
    for key in ["title", "adopted", "approved", "published", "effective", "latest_revision"] {
        if let Some(fact) = expected.get(key) {
            score.fact(key, fact, &law[key]);
        }
    }
    if let Some(fact) = expected.get("order_no") {
        score.contained("order_no", fact, &law["order_number"]);
    }
    if let Some(fact) = expected.get("revision_order_no") {
        let texts: String = list(&law["history"]).iter().map(|act| plain(&act["text"])).collect();
        score.contained("revision_order_no", fact, &json!(texts));
    }
}

/// Every act with its day, and the lists of days some documents give instead.
fn history(expected: &Expected, law: &Value, score: &mut Score) {
    let acts = list(&law["history"]);
    let days = |kinds: &[&str]| -> Vec<Value> {
        let of_kind =
            acts.iter().filter(|act| kinds.is_empty() || kinds.contains(&plain(&act["act"]).as_str()));
        of_kind.map(|act| act["date"].clone()).collect()
    };
    for fact in expected.list("history") {
        let day = &fact["date"];
        let printed = plain(&fact["act"]);
        let kind = [
            ("通过", "adopted"),
            ("批准", "approved"),
            ("公布", "published"),
            ("修正", "amended"),
            ("修订", "revised"),
        ]
        .into_iter()
        .find_map(|(word, kind)| printed.contains(word).then_some(kind));
        score.check(&format!("history {printed} date"), day, &json!(days(&[])), days(&[]).contains(day));
        if let Some(kind) = kind {
            let of_day: Vec<&Value> =
                acts.iter().filter(|act| act["date"] == *day).map(|act| &act["act"]).collect();
            score.check(
                &format!("history {printed} act"),
                &json!(kind),
                &json!(of_day),
                of_day.contains(&&json!(kind)),
            );
        }
    }
    for day in expected.list("amendments") {
        let changes = days(&["amended", "revised"]);
        score.check("amendment", day, &json!(changes), changes.contains(day));
    }
    for (key, kind) in [("latest_revision_whole", "revised"), ("latest_amendment", "amended")] {
        if let Some(fact) = expected.get(key) {
            let last = days(&[kind]).last().cloned().unwrap_or(Value::Null);
            score.fact(key, fact, &last);
        }
    }
}

/// Parts, chapters, sections, annexes.
fn outline(expected: &Expected, law: &Value, score: &mut Score) {
    let (parts, chapters) = (list(&law["parts"]), list(&law["chapters"]));
    let sections: Vec<&Value> = chapters.iter().flat_map(|chapter| list(&chapter["sections"])).collect();
    let counts = [
        ("parts", parts.len()),
        ("chapters_present", chapters.len()),
        ("sections", sections.len()),
        ("annexes", list(&law["annexes"]).len()),
    ];
    for (key, count) in counts {
        if let Some(fact) = expected.get(key) {
            score.fact(key, fact, &json!(count));
        }
    }
    if let Some(fact) = expected.get("chapters_by_part") {
        score.fact("chapters_by_part", fact, &parts.iter().map(|part| part["chapters"].clone()).collect());
    }
    if let Some(fact) = expected.get("sections_in_chapter") {
        let holding = chapters.iter().filter(|chapter| !list(&chapter["sections"]).is_empty());
        let holding: Vec<String> = holding.map(|chapter| plain(&chapter["number"])).collect();
        score.check("sections_in_chapter", fact, &json!(holding), holding == [plain(fact)]);
    }
    let parts: Vec<&Value> = parts.iter().collect();
    let chapters: Vec<&Value> = chapters.iter().collect();
    let levels =
        [("part_headings", &parts), ("chapter_headings", &chapters), ("section_headings", &sections)];
    for (key, found) in levels {
        for (index, fact) in expected.list(key).iter().enumerate() {
            let got = found.get(index).map_or(Value::Null, |found| json!([found["number"], found["title"]]));
            score.fact(&format!("{key} {}", index + 1), &heading(&plain(fact)), &got);
        }
    }
}

/// A printed heading as number and title: 第四节听证程序 gives 4 and 听证程序; 附则 has no number.
fn heading(printed: &str) -> Value {
    let numbered = printed.strip_prefix('第').and_then(|rest| {
        let (number, rest) = rest.split_at(rest.find(['编', '章', '节'])?);
        Some((numeral::parse(number)?, rest.chars().skip(1).collect::<String>()))
    });
    match numbered {
        Some((number, title)) => json!([number.to_string(), title]),
        None => json!([null, printed]),
    }
}

/// All articles in the order of the text.
fn articles(law: &Value) -> Vec<&Value> {
    let mut all: Vec<&Value> = list(&law["articles"]).iter().collect();
    for chapter in list(&law["chapters"]) {
        all.extend(list(&chapter["articles"]));
        all.extend(list(&chapter["sections"]).iter().flat_map(|section| list(&section["articles"])));
    }
    all.sort_by_key(|article| article["span"][0].as_u64());
    all
}

/// How many articles there are, which is the last, and whether they stand in order.
fn numbers(expected: &Expected, articles: &[&Value], score: &mut Score) {
    let numbers: Vec<String> = articles.iter().map(|article| plain(&article["number"])).collect();
    let inserted = numbers.iter().filter(|number| number.contains('-')).count();
    let counts = [
        ("articles", numbers.len()),
        ("articles_zhi", inserted),
        ("articles_plain", numbers.len() - inserted),
    ];
    for (key, count) in counts {
        if let Some(fact) = expected.get(key) {
            score.fact(key, fact, &json!(count));
        }
    }
    if let Some(fact) = expected.get("last_article") {
        let last = numbers.last().cloned().unwrap_or_default();
        score.check("last_article", fact, &json!(last), last == number(fact));
    }
    for fact in expected.list("articles_starting_mid_line") {
        score.check(&format!("article {fact}"), fact, &Value::Null, numbers.contains(&number(fact)));
    }
    for fact in expected.list("order_check") {
        let mut named = named_articles(&plain(fact));
        named.sort_unstable();
        let ranks: Vec<(u32, u32)> = numbers.iter().filter_map(|number| rank(number)).collect();
        let at = |wanted: Option<&(u32, u32)>| ranks.iter().position(|rank| Some(rank) == wanted);
        let stretch = at(named.first()).zip(at(named.last())).and_then(|(from, to)| ranks.get(from..=to));
        let in_order = stretch
            .is_some_and(|stretch| stretch.is_sorted() && named.iter().all(|named| stretch.contains(named)));
        score.check("order_check", fact, &json!(stretch), in_order);
    }
}

/// 第一百二十条之六 and the like in a sentence, as (120, 6).
fn named_articles(sentence: &str) -> Vec<(u32, u32)> {
    let (mut named, mut last) = (Vec::new(), 0);
    for (at, mark) in sentence.match_indices(['第', '之']) {
        let rest = &sentence[at + mark.len()..];
        let figures: String = rest.chars().take_while(|character| numeral::is_numeral(*character)).collect();
        let Some(value) = numeral::parse(&figures) else { continue };
        if mark == "第" {
            last = value;
            named.push((value, 0));
        } else if sentence[..at].ends_with('条') {
            named.pop();
            named.push((last, value));
        } else {
            named.push((last, value));
        }
    }
    named
}

/// "120-2" as (120, 2).
fn rank(number: &str) -> Option<(u32, u32)> {
    let (article, inserted) = number.split_once('-').unwrap_or((number, "0"));
    Some((article.parse().ok()?, inserted.parse().ok()?))
}

/// The number of an article as the reader writes it: 9 → "9", "120之二" → "120-2".
fn number(fact: &Value) -> String {
    let printed = plain(fact);
    match printed.split_once('之') {
        Some((article, inserted)) => {
            format!("{article}-{}", numeral::parse(inserted).map_or(inserted.to_owned(), |n| n.to_string()))
        }
        None => printed,
    }
}

/// Items of single articles, in all and list by list.
fn samples(expected: &Expected, articles: &[&Value], score: &mut Score) {
    for sample in expected.list("sample_articles") {
        let wanted = number(&sample["article"]);
        let found = articles.iter().find(|article| plain(&article["number"]) == wanted);
        let items = found.map(|article| list(&article["items"]));
        let lists = items.map(|items| {
            let starts = (0..items.len()).filter(|at| *at == 0 || is_first(&items[*at]));
            let starts: Vec<usize> = starts.collect();
            let ends = starts.iter().skip(1).copied().chain([items.len()]);
            let sizes: Vec<usize> = starts.iter().zip(ends).map(|(from, to)| to - from).collect();
            if sizes.is_empty() { vec![0] } else { sizes }
        });
        let place = format!("sample article {}", plain(&sample["article"]));
        if let Some(fact) = sample.get("items") {
            score.fact(&format!("{place} items"), fact, &json!(items.map(<[Value]>::len)));
        }
        if let Some(fact) = sample.get("item_lists") {
            score.fact(&format!("{place} item_lists"), fact, &json!(lists));
        }
        if let Some(fact) = sample.get("paragraphs") {
            score.fact(
                &format!("{place} paragraphs"),
                fact,
                &json!(found.map(|a| list(&a["paragraphs"]).len())),
            );
        }
    }
}

fn is_first(item: &Value) -> bool {
    let printed = plain(&item["number"]);
    numeral::parse(printed.trim_matches(|character: char| !numeral::is_numeral(character))) == Some(1)
}

/// Points of a decision.
fn points(expected: &Expected, law: &Value, score: &mut Score) {
    let points = list(&law["points"]);
    if let Some(fact) = expected.get("numbered_points") {
        score.fact("numbered_points", fact, &json!(points.len()));
    }
    for sample in expected.list("sample_points") {
        let found = points.iter().find(|point| plain(&point["number"]) == plain(&sample["point"]));
        let paragraphs = found.map(|point| list(&point["paragraphs"]).len());
        let place = format!("sample point {}", sample["point"]);
        score.fact(&format!("{place} paragraphs"), &sample["paragraphs"], &json!(paragraphs));
    }
}

/// The members of a list; none where there is no list.
pub fn list(value: &Value) -> &[Value] {
    value.as_array().map_or(&[], Vec::as_slice)
}
