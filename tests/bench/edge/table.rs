//! The table.

use crate::figures::{Figures, MEASURES, Measure, Samples};
use crate::options::Options;

/// Says what is about to be measured.
pub fn preface(options: &Options) {
    let Options {
        rounds,
        warm_up,
        calls,
        rate,
        rooms,
        ..
    } = options;
    println!(
        "{rounds} rounds after {warm_up} to warm up, in turns; \
         {calls} calls open at once, {rate} webhooks/s; \
         the rooms in {}",
        rooms.name()
    );
}

/// One dialect's part. Where there is no twin, its places stay empty.
pub fn print(dialect: &str, ours: &Figures, twin: Option<&Figures>) {
    println!(
        "\n{dialect:<40}{:>16}{:>16}   {:<27}",
        "ours, ms", "twin, ms", "ours / twin"
    );
    println!(
        "{:<40}{:>8}{:>8}{:>8}{:>8}   {:<20}{:>5}{:>10}",
        "", "p50", "p99", "p50", "p99", "p50 (rounds)", "p99", "samples"
    );
    for measure in &MEASURES {
        let all = measure.all(ours);
        let twins = twin.map(|twin| (measure.all(twin), ratios(measure, ours, twin)));
        let left = format!(
            "{:<40}{:>8.2}{:>8.2}",
            measure.name,
            all.median(),
            all.p99()
        );
        match twins {
            None => println!("{left}{:>54}", all.count()),
            Some((of_twin, ratios)) => println!("{left}{}", compared(&all, &of_twin, &ratios)),
        }
    }
}

fn compared(ours: &Samples, twin: &Samples, ratios: &Samples) -> String {
    let (least, most) = (ratios.least(), ratios.greatest());
    let spread = format!("{:.2} ({least:.2} to {most:.2})", ratios.median());
    format!(
        "{:>8.2}{:>8.2}   {spread:<20}{:>5.2}{:>10}",
        twin.median(),
        twin.p99(),
        ours.p99() / twin.p99(),
        format!("2x{}", ours.count()),
    )
}

/// The ratio of the medians, round by round.
fn ratios(measure: &Measure, ours: &Figures, twin: &Figures) -> Samples {
    let pairs = measure.medians(ours).into_iter().zip(measure.medians(twin));
    Samples::of(pairs.map(|(ours, twin)| ours / twin))
}

/// How to read it.
pub fn legend() {
    println!(
        "\nThe ratio of the medians is that of the middle round, with the least and the greatest \
         of all rounds.\nThe operator's own time and the client's are not in these figures. Judge the \
         ratios: milliseconds\ndepend on the machine."
    );
}
