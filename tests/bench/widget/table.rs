//! The table.

use crate::look::Look;
use crate::widgets::WIDGETS;

/// The name of a row, and what it takes of a look.
type Row = (&'static str, fn(&Look) -> Option<f64>);

const ROWS: [Row; 6] = [
    ("bytes before the click, brotli", |look| Some(look.before)),
    ("bytes with the form, brotli", |look| Some(look.all)),
    ("blocked by long tasks, ms", |look| Some(look.blocked)),
    ("layout shift", |look| Some(look.shift)),
    ("click to form, warm cache, ms", |look| look.form),
    ("event to pixel, ms", |look| look.pixel),
];

/// Prints the medians of all rounds, and how many times ours the others are.
pub fn print(looks: &[Vec<Look>]) {
    print!("\n{:<32}", "");
    for widget in &WIDGETS {
        print!("{:>24}", widget.name);
    }
    println!();
    for (name, take) in ROWS {
        print!("{name:<32}");
        let medians: Vec<Option<f64>> = looks
            .iter()
            .map(|looks| median(looks.iter().filter_map(take).collect()))
            .collect();
        let ours = medians.first().copied().flatten();
        for (at, value) in medians.iter().enumerate() {
            print!("{:>24}", cell(*value, ours.filter(|_| at > 0)));
        }
        println!();
    }
    println!(
        "\nMedians; in brackets, how many times ours. The processor is slowed down four times, the \
         network is this\nmachine's own. Their services are not reached: what they load from there \
         is not counted, and `-` is what\ndoes not come about without them. ringcentral-c2d only \
         finds numbers in the page; it has no form. Judge the\nratios: milliseconds depend on the \
         machine."
    );
}

fn cell(value: Option<f64>, ours: Option<f64>) -> String {
    let Some(value) = value else {
        return "-".to_owned();
    };
    let text = if value < 10.0 && value.fract() > 0.0 {
        format!("{value:.3}")
    } else {
        format!("{value:.0}")
    };
    match ours {
        Some(ours) if ours > 0.0 => format!("{text} ({:.1}x)", value / ours),
        _ => text,
    }
}

fn median(mut values: Vec<f64>) -> Option<f64> {
    values.sort_by(f64::total_cmp);
    values.get(values.len() / 2).copied()
}
