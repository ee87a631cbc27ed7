//! The table.

use crate::figures::{Figures, MEASURES, MEDIAN, Measure, P99, Samples};
use crate::options::Options;

/// Says what is about to be measured.
pub fn preface(options: &Options) {
    let Options {
        rounds,
        warm_up,
        calls,
        rate,
        ..
    } = options;
    println!(
        "{rounds} rounds after {warm_up} to warm up, in turns; \
         {calls} calls open at once, {rate} webhooks/s"
    );
}

/// One dialect's part.
pub fn print(dialect: &str, ours: &Figures, twin: &Figures) {
    println!(
        "\n{dialect:<40}{:>16}{:>16}   {:<27}",
        "ours, ms", "twin, ms", "ours / twin"
    );
    println!(
        "{:<40}{:>8}{:>8}{:>8}{:>8}   {:<20}{:>5}{:>10}",
        "", "p50", "p99", "p50", "p99", "p50 (rounds)", "p99", "samples"
    );
    for measure in &MEASURES {
        println!("{}", row(measure, ours, twin));
    }
}

fn row(measure: &Measure, ours: &Figures, twin: &Figures) -> String {
    let (of_ours, of_twin) = (measure.all(ours), measure.all(twin));
    let pairs = measure.medians(ours).into_iter().zip(measure.medians(twin));
    let ratios = Samples::of(pairs.map(|(ours, twin)| ours / twin));
    let (least, most) = (ratios.quantile(0.0), ratios.quantile(1.0));
    let spread = format!("{:.2} ({least:.2} to {most:.2})", ratios.quantile(MEDIAN));
    format!(
        "{:<40}{:>8.2}{:>8.2}{:>8.2}{:>8.2}   {spread:<20}{:>5.2}{:>10}",
        measure.name,
        of_ours.quantile(MEDIAN),
        of_ours.quantile(P99),
        of_twin.quantile(MEDIAN),
        of_twin.quantile(P99),
        of_ours.quantile(P99) / of_twin.quantile(P99),
        format!("2x{}", of_ours.count()),
    )
}

/// How to read it.
pub fn legend() {
    println!(
        "\nThe ratio of the medians is that of the middle round, with the least and the greatest \
         of all rounds.\nThe operator's own time and the client's are not in these figures. Judge the \
         ratios: milliseconds\ndepend on the machine."
    );
}
