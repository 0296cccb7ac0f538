//! `bench match`: every policy of a made city against every firm, beside a bitmap loop written by hand for
//! that city. No time is printed before both have given the same totals, and the reference the same answers.

mod explaining;
mod hand_loop;

use super::{
    machine::{Setting, peak_memory_kib},
    timing::{Times, timed},
};
use anyhow::{Context as _, bail};
use explaining::Explaining;
use hand_loop::HandLoop;
use rules::{
    calendar::NoCalendar,
    catalog::{Catalog, Type},
    engine::{Facts, Plan, PolicyTotals},
    policy::RuleBook,
    population,
    reference::Firm,
    table::Table,
};
use serde::Serialize;
use std::{fmt::Write as _, num::NonZeroUsize, sync::Arc, time::Duration};

const METHOD: &str = "one process, facts in memory, planning included; engine and hand-written loop in turn, \
                      medians; totals of both compared, and a sample of firms with the reference, before";

/// The city is the same every time.
const SEED: u64 = 2026;

/// Rounds of the full match, and of one point of the curve.
const ROUNDS: usize = 5;

/// Firms that are compared with the reference.
const SAMPLE: usize = 200;

/// Firms whose facts change together.
const CHANGED: usize = 10_000;

/// Arguments of `bench match`.
#[derive(clap::Args)]
pub struct Arguments {
    /// Firms of the city.
    #[arg(long, value_name = "N", default_value = "1500000")]
    firms: NonZeroUsize,
    /// Policies.
    #[arg(long, value_name = "N", default_value = "1000")]
    policies: NonZeroUsize,
    /// Threads; as many as there are processors where it is left out.
    #[arg(long, value_name = "N")]
    threads: Option<NonZeroUsize>,
}

/// What was measured.
#[derive(Serialize)]
pub struct Report {
    method: &'static str,
    setting: Setting,
    threads: usize,
    firms: usize,
    policies: usize,
    conditions: usize,
    engine: Cost,
    hand_loop: Cost,
    /// CPU time of the engine over that of the loop.
    ratio: f64,
    plan_ms: f64,
    one_firm: Spread,
    explanation: Explaining,
    one_policy: Spread,
    changed_firms: usize,
    changed_firms_ms: f64,
    curve_of_firms: Vec<Point>,
    curve_of_policies: Vec<Point>,
    /// The most memory the process had at one time; absent where the system does not tell.
    peak_memory_kib: Option<u64>,
}

/// Wall and processor time.
#[derive(Clone, Copy, Serialize)]
struct Cost {
    wall_ms: f64,
    cpu_ms: f64,
}

#[derive(Serialize)]
struct Spread {
    median_ms: f64,
    p99_ms: f64,
}

#[derive(Serialize)]
struct Point {
    firms: usize,
    policies: usize,
    #[serde(flatten)]
    cost: Cost,
}

/// The made city.
struct City {
    catalog: Arc<Catalog>,
    table: Table,
    book: Arc<RuleBook>,
}

/// Measures; an error where the answers differ.
pub fn measure(arguments: &Arguments) -> anyhow::Result<Report> {
    let threads = arguments.threads.map_or(0, NonZeroUsize::get);
    let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build();
    let pool = pool.context("the system gives no threads to match with")?;
    pool.install(|| of_city(&City::new(arguments.firms.get(), arguments.policies.get())))
}

fn of_city(city: &City) -> anyhow::Result<Report> {
    let plan = city.plan()?;
    city.compare(&plan)?;
    let (mut engine, mut hand) = (Vec::new(), Vec::new());
    for _ in 0..ROUNDS {
        engine.push(cost(|| city.match_all())?);
        hand.push(cost(|| Ok(city.hand_loop()))?);
    }
    let (engine, hand_loop) = (median(&engine), median(&hand));
    let plans = (0..ROUNDS).map(|_| timed(|| city.plan()).1).collect();
    let (firms, policies) = (city.table.rows, city.book.policies.len());
    Ok(Report {
        method: METHOD,
        setting: Setting::read(),
        threads: rayon::current_num_threads(),
        firms,
        policies,
        conditions: plan.atom_count(),
        engine,
        hand_loop,
        ratio: engine.cpu_ms / hand_loop.cpu_ms,
        plan_ms: Times::new(plans).median_milliseconds(),
        one_firm: city.one_firm(&plan)?,
        explanation: city.explaining()?,
        one_policy: city.one_policy()?,
        changed_firms: CHANGED.min(firms),
        changed_firms_ms: city.changed_firms(&plan)?,
        curve_of_firms: curve(&[firms / 8, firms / 4, firms / 2], policies, (firms, engine), true)?,
        curve_of_policies: curve(
            &[policies / 8, policies / 4, policies / 2],
            policies,
            (firms, engine),
            false,
        )?,
        peak_memory_kib: peak_memory_kib(),
    })
}

impl City {
    fn new(firms: usize, policies: usize) -> Self {
        let catalog = Arc::new(population::catalog());
        let table = population::table(&catalog, firms, SEED);
        let book = Arc::new(population::rule_book(&catalog, policies, SEED));
        Self { catalog, table, book }
    }

    fn facts(&self) -> Facts<'_> {
        Facts { table: &self.table, calendar: &NoCalendar }
    }

    fn plan(&self) -> anyhow::Result<Plan> {
        Ok(Plan::new(Arc::clone(&self.catalog), Arc::clone(&self.book))?)
    }

    /// From the rule book to the totals.
    fn match_all(&self) -> anyhow::Result<Vec<PolicyTotals>> {
        let plan = self.plan()?;
        Ok(plan.totals(self.facts(), plan.everything())?)
    }

    fn hand_loop(&self) -> Vec<hand_loop::Sums> {
        let scale = |column: usize| match &self.catalog.fields()[column].kind {
            Type::CodeSet(_) => u32::MAX,
            kind => u32::from(kind.scale()),
        };
        HandLoop::new(&self.book, scale).run(&self.table)
    }

    /// The same totals from engine and loop, the same answers from engine and reference.
    fn compare(&self, plan: &Plan) -> anyhow::Result<()> {
        let totals = self.match_all()?;
        for (policy, (own, hand)) in totals.iter().zip(self.hand_loop()).enumerate() {
            let own = (own.entitled, own.undetermined, own.amount_unknown, own.sum_fen);
            if own != hand {
                bail!("engine {own:?} and loop {hand:?} differ · policy {policy} · report this as a fault");
            }
        }
        for sample in 0..SAMPLE.min(self.table.rows) {
            let row = sample * (self.table.rows / SAMPLE.min(self.table.rows));
            let own = plan.firm(self.facts(), row, plan.everything())?;
            if own != Firm::new(&self.catalog, &self.table, row, &NoCalendar).outcomes(&self.book) {
                bail!("engine and reference differ · firm {row} · report this as a fault");
            }
        }
        Ok(())
    }

    /// Statuses and amounts of one firm under all policies, its facts taken from the table.
    fn one_firm(&self, plan: &Plan) -> anyhow::Result<Spread> {
        let mut times = Vec::new();
        for firm in 0..1000 {
            let row = firm * 7919 % self.table.rows;
            let (answer, time) = timed(|| plan.firm(self.facts(), row, plan.everything()));
            answer?;
            times.push(time);
        }
        Ok(spread(times))
    }

    /// One policy planned anew and matched with all firms.
    fn one_policy(&self) -> anyhow::Result<Spread> {
        let mut times = Vec::new();
        for policy in self.book.policies.iter().take(50) {
            let book = RuleBook { policies: vec![policy.clone()], groups: Vec::new() };
            let book = Arc::new(book);
            let (answer, time) = timed(|| -> anyhow::Result<Vec<PolicyTotals>> {
                let plan = Plan::new(Arc::clone(&self.catalog), book)?;
                Ok(plan.totals(self.facts(), plan.everything())?)
            });
            answer?;
            times.push(time);
        }
        Ok(spread(times))
    }

    /// Some firms under all policies, before and after.
    fn changed_firms(&self, plan: &Plan) -> anyhow::Result<f64> {
        let firms = self.table.rows;
        let changed = CHANGED.min(firms);
        let rows: Vec<u32> = (0..changed).map(|at| (at * (firms / changed)) as u32).collect();
        let totals = plan.totals(self.facts(), plan.everything())?;
        let mut times = Vec::new();
        for _ in 0..ROUNDS {
            let facts = self.facts();
            let (moved, time) = timed(|| plan.moved_totals(&totals, facts, facts, &rows, plan.everything()));
            if moved? != totals {
                bail!("nothing changed and the totals moved · report this as a fault");
            }
            times.push(time);
        }
        Ok(Times::new(times).median_milliseconds())
    }
}

/// Points of the curve, the whole city last.
fn curve(
    sizes: &[usize],
    policies: usize,
    (firms, whole): (usize, Cost),
    of_firms: bool,
) -> anyhow::Result<Vec<Point>> {
    let mut points = Vec::new();
    for size in sizes.iter().copied().filter(|size| *size > 0) {
        let (firms, policies) = if of_firms { (size, policies) } else { (firms, size) };
        let city = City::new(firms, policies);
        let costs: anyhow::Result<Vec<Cost>> = (0..ROUNDS).map(|_| cost(|| city.match_all())).collect();
        points.push(Point { firms, policies, cost: median(&costs?) });
    }
    points.push(Point { firms, policies, cost: whole });
    Ok(points)
}

fn cost<T>(work: impl FnOnce() -> anyhow::Result<T>) -> anyhow::Result<Cost> {
    let before = processor_time();
    let (answer, wall) = timed(work);
    answer?;
    let milliseconds = |time: Duration| Times::new(vec![time]).median_milliseconds();
    Ok(Cost { wall_ms: milliseconds(wall), cpu_ms: milliseconds(processor_time().saturating_sub(before)) })
}

fn median(costs: &[Cost]) -> Cost {
    let middle = |figure: fn(&Cost) -> f64| {
        let mut figures: Vec<f64> = costs.iter().map(figure).collect();
        figures.sort_by(f64::total_cmp);
        figures[figures.len() / 2]
    };
    Cost { wall_ms: middle(|cost| cost.wall_ms), cpu_ms: middle(|cost| cost.cpu_ms) }
}

fn spread(times: Vec<Duration>) -> Spread {
    let times = Times::new(times);
    Spread { median_ms: times.median_milliseconds(), p99_ms: times.percentile_milliseconds(99) }
}

/// Time all threads of this process were at work; nought where the system does not tell.
fn processor_time() -> Duration {
    let Ok(tasks) = std::fs::read_dir("/proc/self/task") else { return Duration::ZERO };
    let texts =
        tasks.flatten().filter_map(|task| std::fs::read_to_string(task.path().join("schedstat")).ok());
    let times = texts.filter_map(|text| text.split(' ').next()?.parse().ok());
    times.map(Duration::from_nanos).sum()
}

impl Report {
    /// The figures for people.
    pub fn table(&self) -> String {
        let mut out = format!("{}\n{}\n", self.setting.line(), self.method);
        let Self { firms, policies, conditions, threads, .. } = self;
        let _ = writeln!(
            out,
            "{firms} firms × {policies} policies · {conditions} distinct conditions · {threads} threads\n"
        );
        let _ = writeln!(out, "{:>10} {:>10}", "wall ms", "CPU ms");
        for (name, cost) in [("engine", self.engine), ("hand-written loop", self.hand_loop)] {
            let _ = writeln!(out, "{:>10.1} {:>10.1}  {name}", cost.wall_ms, cost.cpu_ms);
        }
        let _ = writeln!(out, "engine : loop {:.2} · planning {:.1} ms of it\n", self.ratio, self.plan_ms);
        let one = |spread: &Spread| format!("median {:.3} ms, p99 {:.3} ms", spread.median_ms, spread.p99_ms);
        let _ = writeln!(out, "one firm, statuses and amounts: {}", one(&self.one_firm));
        out += &self.explanation.lines();
        let _ = writeln!(out, "one changed policy, all firms: {}", one(&self.one_policy));
        let _ = writeln!(
            out,
            "{} changed firms, all policies: {:.1} ms",
            self.changed_firms, self.changed_firms_ms
        );
        let _ = writeln!(out, "\n{:>10} {:>10} {:>10} {:>10}", "firms", "policies", "wall ms", "CPU ms");
        for Point { firms, policies, cost } in self.curve_of_firms.iter().chain(&self.curve_of_policies) {
            let _ = writeln!(out, "{firms:>10} {policies:>10} {:>10.1} {:>10.1}", cost.wall_ms, cost.cpu_ms);
        }
        if let Some(peak) = self.peak_memory_kib {
            let _ = writeln!(out, "\npeak memory of the process: {} MiB", peak.div_ceil(1024));
        }
        out
    }
}
