//! Writes the made city for other engines, and measures this engine on it, for `bench/run.sh`:
//! `cargo run --release -p rules --example match_export -- FIRMS POLICIES FOLDER [ROUNDS]`.
//!
//! Without ROUNDS the folder is filled: `city.json` describes the columns, whose values and known rows are
//! little-endian binaries; `rules.json` has every distinct condition once, thresholds brought to the stored
//! whole numbers, and the policies over them; `expected.json` has the totals; `duckdb.sql` and `datafusion.sql`
//! are what `liangjian sql` prints. With ROUNDS the engine is timed, and its totals are held against
//! `expected.json`.

use rules::{
    calendar::NoCalendar,
    catalog::{Catalog, Type},
    engine::{Facts, Plan, PolicyTotals},
    expression::{Comparison, Expression, Operation, Period, Value},
    number::Number,
    policy::{Policy, RuleBook},
    population,
    sql::{Dialect, print},
    table::{Table, Values, code_count},
    vocabulary::CodeBits,
};
use std::{collections::HashMap, fs, io, path::Path, sync::Arc, time::Instant};

const SEED: u64 = 1;

/// That of the product; the peers bring their own as well.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

#[expect(clippy::disallowed_methods, reason = "this program measures what it is told to")]
fn main() -> io::Result<()> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let number = |at: usize| arguments.get(at).and_then(|argument| argument.parse::<usize>().ok());
    let (Some(firms), Some(policies), Some(folder)) = (number(0), number(1), arguments.get(2)) else {
        println!("usage: match_export FIRMS POLICIES FOLDER [ROUNDS]");
        return Ok(());
    };
    let catalog = Arc::new(population::catalog());
    let table = population::table(&catalog, firms, SEED);
    let book = Arc::new(population::rule_book(&catalog, policies, SEED));
    let folder = Path::new(folder);
    match number(3) {
        Some(rounds) => measure(rounds, &catalog, &table, &book, folder),
        None => export(&catalog, &table, &book, folder),
    }
}

fn totals(catalog: &Arc<Catalog>, table: &Table, book: &Arc<RuleBook>) -> Vec<PolicyTotals> {
    let plan = Plan::new(catalog.clone(), book.clone()).expect("it is small enough");
    plan.totals(Facts { table, calendar: &NoCalendar }, plan.everything()).expect("it fits")
}

/// One policy a line: entitled, undetermined, unknown amounts, fen.
fn totals_text(totals: &[PolicyTotals]) -> String {
    let rows: Vec<String> = totals
        .iter()
        .map(|of| format!("[{}, {}, {}, {}]", of.entitled, of.undetermined, of.amount_unknown, of.sum_fen))
        .collect();
    format!("[\n{}\n]\n", rows.join(",\n"))
}

/// Prints a line of JSON for each round: planning and matching, the table being in memory.
#[expect(clippy::disallowed_methods, reason = "this program measures")]
fn measure(
    rounds: usize,
    catalog: &Arc<Catalog>,
    table: &Table,
    book: &Arc<RuleBook>,
    folder: &Path,
) -> io::Result<()> {
    let expected = fs::read_to_string(folder.join("expected.json"))?;
    for _ in 0..rounds {
        let (cpu, begin) = (cpu_ns(), Instant::now());
        let totals = totals(catalog, table, book);
        let (wall, cpu) = (begin.elapsed().as_secs_f64(), cpu_ns() - cpu);
        let agrees = totals_text(&totals) == expected;
        println!(
            "{{\"engine\": \"liangjian\", \"form\": \"columnar engine\", \"version\": \"{}\", \"agrees\": {agrees}, \
             \"wall_s\": {wall:.6}, \"cpu_s\": {}.{:09}, \"peak_bytes\": {}}}",
            env!("CARGO_PKG_VERSION"),
            cpu / 1_000_000_000,
            cpu % 1_000_000_000,
            peak_bytes()
        );
    }
    Ok(())
}

/// Time all threads of this process were at work.
fn cpu_ns() -> u64 {
    let Ok(tasks) = fs::read_dir("/proc/self/task") else { return 0 };
    let times = tasks.flatten().filter_map(|task| fs::read_to_string(task.path().join("schedstat")).ok());
    times.filter_map(|times| times.split(' ').next()?.parse::<u64>().ok()).sum()
}

/// Most memory this process ever held.
fn peak_bytes() -> u64 {
    let status = fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    let kib = line.and_then(|line| line.trim().trim_end_matches(" kB").parse::<u64>().ok());
    kib.unwrap_or(0) * 1024
}

fn export(catalog: &Arc<Catalog>, table: &Table, book: &Arc<RuleBook>, folder: &Path) -> io::Result<()> {
    fs::create_dir_all(folder)?;
    fs::write(folder.join("city.json"), columns(catalog, table, folder)?)?;
    fs::write(folder.join("rules.json"), Stock::new(catalog).text(book))?;
    fs::write(folder.join("expected.json"), totals_text(&totals(catalog, table, book)))?;
    for (name, dialect) in [("duckdb.sql", Dialect::DuckDb), ("datafusion.sql", Dialect::DataFusion)] {
        let script = print(book, catalog, dialect);
        assert!(script.refused.is_empty(), "every made policy can be printed: {:?}", script.refused);
        // A line with nothing but a semicolon stands between two statements.
        let statements = [script.statements, vec![script.totals]].concat();
        fs::write(folder.join(name), statements.join("\n;\n"))?;
    }
    Ok(())
}

/// Writes the columns and describes them.
fn columns(catalog: &Catalog, table: &Table, folder: &Path) -> io::Result<String> {
    let mut described = Vec::new();
    for (at, (field, column)) in catalog.fields().iter().zip(&table.columns).enumerate() {
        let write = |end: &str, bytes: Vec<u8>| fs::write(folder.join(format!("{at:02}.{end}")), bytes);
        write("known", little_endian(&column.known.words, u64::to_le_bytes))?;
        let (stored, bytes) = match &column.values {
            Values::Bool(bits) => ("bits", little_endian(&bits.words, u64::to_le_bytes)),
            Values::Narrow(values) => ("i32", little_endian(values, i32::to_le_bytes)),
            Values::Date(days) => ("day", little_endian(days, i32::to_le_bytes)),
            Values::Wide(values) => ("i64", little_endian(values, i64::to_le_bytes)),
            Values::Code(codes) => ("u16", little_endian(codes, u16::to_le_bytes)),
            Values::CodeSet { ends, codes } => {
                write("ends", little_endian(ends, u32::to_le_bytes))?;
                ("sets", little_endian(codes, u16::to_le_bytes))
            }
            Values::Absent | Values::Text(_) => panic!("the made city has no such column"),
        };
        write("values", bytes)?;
        described.push(format!(
            "{{\"name\": \"{}\", \"stored\": \"{stored}\", \"scale\": {}, \"codes\": {}}}",
            field.name,
            field.kind.scale(),
            code_count(catalog, &field.kind)
        ));
    }
    Ok(format!("{{\"firms\": {}, \"columns\": [\n{}\n]}}\n", table.rows, described.join(",\n")))
}

fn little_endian<T: Copy, const SIZE: usize>(values: &[T], bytes: impl Fn(T) -> [u8; SIZE]) -> Vec<u8> {
    values.iter().flat_map(|value| bytes(*value)).collect()
}

/// The distinct conditions as they are met; of a condition and its opposite one alone.
struct Stock<'a> {
    catalog: &'a Catalog,
    atoms: Vec<String>,
    places: HashMap<String, usize>,
}

fn strange(what: &Expression) -> ! {
    panic!("the made city has no {what:?}")
}

impl<'a> Stock<'a> {
    fn new(catalog: &'a Catalog) -> Self {
        Self { catalog, atoms: Vec::new(), places: HashMap::new() }
    }

    fn text(mut self, book: &RuleBook) -> String {
        let policies: Vec<String> = book.policies.iter().map(|policy| self.policy(policy)).collect();
        format!(
            "{{\"atoms\": [\n{}\n], \"policies\": [\n{}\n]}}\n",
            self.atoms.join(",\n"),
            policies.join(",\n")
        )
    }

    /// `all` are literals, `either` pairs of them; a literal is an atom and whether it is denied.
    fn policy(&mut self, policy: &Policy) -> String {
        let (mut all, mut either) = (Vec::new(), Vec::new());
        for clause in &policy.require {
            match &clause.expression {
                Expression::Or(two) => {
                    let [one, other] = two.as_slice() else { strange(&clause.expression) };
                    either.push(format!("[{}, {}]", self.literal(one, false), self.literal(other, false)));
                }
                single => all.push(self.literal(single, false)),
            }
        }
        for exception in &policy.unless {
            assert!(exception.unless.is_empty(), "exceptions of the made city have none of their own");
            all.push(self.literal(&exception.clause.expression, true));
        }
        let due = policy.amount.as_ref().map_or("null".to_owned(), due);
        let (all, either) = (all.join(", "), either.join(", "));
        format!("{{\"id\": \"{}\", \"all\": [{all}], \"either\": [{either}], \"due\": {due}}}", policy.id)
    }

    fn literal(&mut self, expression: &Expression, denied: bool) -> String {
        let (atom, opposite) = self.atom(expression);
        let next = self.atoms.len();
        let place = *self.places.entry(atom.clone()).or_insert(next);
        if place == next {
            self.atoms.push(atom);
        }
        format!("[{place}, {}]", opposite != denied)
    }

    /// The atom of a condition, and whether the condition is its opposite.
    fn atom(&self, expression: &Expression) -> (String, bool) {
        let plain = |test: &str, column: usize| format!("{{\"test\": \"{test}\", \"column\": {column}}}");
        match expression {
            Expression::Fact(_) => (plain("flag", column(expression)), false),
            Expression::IsKnown(inner) => (plain("known", column(inner)), false),
            Expression::CodeIn(inner, codes) => (self.codes(column(inner), codes), false),
            Expression::Compare(comparison, left, right) => match (&**left, &**right) {
                (left, Expression::Arithmetic(Operation::Multiply, share, other)) => {
                    assert_eq!(*comparison, Comparison::AtLeast, "shares are a least");
                    let (numerator, denominator) = number(share).parts();
                    let (one, other) = (column(left), column(other));
                    let text = format!(
                        "{{\"test\": \"share\", \"column\": {one}, \"other\": {other}, \
                         \"numerator\": {numerator}, \"denominator\": {denominator}}}"
                    );
                    (text, false)
                }
                (Expression::Elapsed(Period::Years, from, to), years) => age(*comparison, from, to, years),
                (left, right) => self.threshold(*comparison, column(left), right),
            },
            other => strange(other),
        }
    }

    fn codes(&self, column: usize, codes: &CodeBits) -> String {
        let test = if matches!(self.kind(column), Type::CodeSet(_)) { "meets" } else { "codes" };
        let codes: Vec<String> = codes.codes().map(|code| code.to_string()).collect();
        format!("{{\"test\": \"{test}\", \"column\": {column}, \"codes\": [{}]}}", codes.join(", "))
    }

    fn kind(&self, column: usize) -> &Type {
        &self.catalog.field(column as u16).kind
    }

    fn threshold(&self, comparison: Comparison, column: usize, right: &Expression) -> (String, bool) {
        let least = match right {
            Expression::Constant(Value::Date(day)) => i128::from(chrono::Datelike::num_days_from_ce(day)),
            right => whole(number(right), u32::from(self.kind(column).scale())),
        };
        match comparison {
            Comparison::Less => (below(column, least), false),
            Comparison::AtLeast => (below(column, least), true),
            Comparison::AtMost => (below(column, least + 1), false),
            Comparison::More => (below(column, least + 1), true),
            Comparison::Equal | Comparison::NotEqual => strange(right),
        }
    }
}

fn below(column: usize, end: i128) -> String {
    format!("{{\"test\": \"below\", \"column\": {column}, \"end\": {end}}}")
}

/// So many years have passed since a day and all before it.
fn age(comparison: Comparison, from: &Expression, to: &Expression, years: &Expression) -> (String, bool) {
    let Expression::Constant(Value::Date(to)) = to else { strange(to) };
    let years = u32::try_from(whole(number(years), 0)).expect("years are few");
    let born_before = |years: u32| {
        let day = to.checked_sub_months(chrono::Months::new(12 * years)).expect("it is in the calendar");
        below(column(from), i128::from(chrono::Datelike::num_days_from_ce(&day)) + 1)
    };
    match comparison {
        Comparison::AtLeast => (born_before(years), false),
        Comparison::Less => (born_before(years), true),
        Comparison::More => (born_before(years + 1), false),
        _ => (born_before(years + 1), true),
    }
}

fn column(expression: &Expression) -> usize {
    match expression {
        Expression::Fact(field) => usize::from(*field),
        other => strange(other),
    }
}

fn number(expression: &Expression) -> Number {
    match expression {
        Expression::Constant(Value::Number(number)) => *number,
        other => strange(other),
    }
}

/// The digits of a number that has no more decimal places than the scale.
fn whole(number: Number, scale: u32) -> i128 {
    let digits = number.multiply(Number::whole(10_i128.pow(scale))).expect("it is small");
    assert!(digits.is_whole(), "thresholds have the scale of their column");
    digits.floor()
}

/// What is due in fen: `fixed`; or ⌊`numerator` × column ÷ `denominator` + ½⌋, at most `cap`.
fn due(amount: &Expression) -> String {
    let share = |column: usize, numerator: i128, denominator: i128, cap: &str| {
        format!(
            "{{\"column\": {column}, \"numerator\": {numerator}, \"denominator\": {denominator}, \"cap\": {cap}}}"
        )
    };
    match amount {
        Expression::Constant(Value::Number(yuan)) => format!("{{\"fixed\": {}}}", whole(*yuan, 2)),
        Expression::Smallest(two) => {
            let [Expression::Rounded(part, ..), cap] = two.as_slice() else { strange(amount) };
            let Expression::Arithmetic(Operation::Multiply, rate, base) = &**part else { strange(part) };
            let (numerator, denominator) = number(rate).parts();
            share(column(base), numerator, denominator, &whole(number(cap), 2).to_string())
        }
        Expression::Arithmetic(Operation::Multiply, each, heads) => {
            share(column(heads), whole(number(each), 2), 1, "null")
        }
        other => strange(other),
    }
}
