//! The texts: every language says everything, with the same gaps.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use call::{Failure, Reason, State};

use super::{ended, live, told};
use crate::event::Event;
use crate::model::{HangUp, Line, Model, Stage};
use crate::number::Flaw;
use crate::told::{Told, Wanted};
use crate::words;

/// Longer ones do not fit on a button or a line; measured in characters.
const LONGEST: usize = 130;

type Texts = BTreeMap<String, String>;

fn locales() -> BTreeMap<String, Texts> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("locales");
    let files = std::fs::read_dir(folder).expect("the folder of texts");
    files
        .map(|file| {
            let path = file.expect("a file").path();
            let name = path.file_stem().expect("a name").to_string_lossy();
            let text = std::fs::read_to_string(&path).expect("a text");
            let texts = serde_json::from_str(&text);
            (
                name.clone().into_owned(),
                texts.unwrap_or_else(|e| panic!("{name}: {e}")),
            )
        })
        .collect()
}

fn gaps(text: &str) -> BTreeSet<&str> {
    let parts = text.split('{').skip(1);
    parts
        .map(|part| part.split('}').next().unwrap_or_default())
        .collect()
}

#[test]
fn every_language_says_everything_with_the_same_gaps() {
    let all = locales();
    let english = &all["en"];
    assert!(all.len() >= 14, "{:?}", all.keys());
    for (tongue, texts) in &all {
        let keys: Vec<_> = texts.keys().collect();
        assert_eq!(keys, english.keys().collect::<Vec<_>>(), "{tongue}");
        for (key, text) in texts {
            assert_eq!(gaps(text), gaps(&english[key]), "{tongue}: {key}");
            assert!(
                !text.trim().is_empty() && text.trim() == text,
                "{tongue}: {key}"
            );
            assert!(
                text.chars().count() <= LONGEST,
                "{tongue}: {key} is too long"
            );
            assert!(!text.contains(['<', '>', '@', '#']), "{tongue}: {key}");
        }
    }
}

#[test]
fn no_language_is_another_one_left_as_it_was() {
    let all = locales();
    let english = &all["en"];
    for (tongue, texts) in all.iter().filter(|(tongue, _)| *tongue != "en") {
        let same = texts.iter().filter(|(key, text)| english[*key] == **text);
        let same: Vec<_> = same.map(|(key, _)| key).collect();
        assert!(same.len() <= 2, "{tongue}: {same:?}");
    }
}

#[test]
fn the_languages_are_those_that_are_offered() {
    let script = include_str!("../tongue.js");
    let list = script.split("TONGUES = \"").nth(1).expect("the list");
    let offered: Vec<_> = list
        .split('"')
        .next()
        .unwrap_or_default()
        .split(' ')
        .collect();
    assert_eq!(locales().keys().collect::<Vec<_>>(), offered);
}

/// Everything that the model can have said.
fn said() -> BTreeSet<&'static str> {
    let mut keys = BTreeSet::new();
    let mut note = |model: &Model| {
        let (head, detail) = words::status(model);
        keys.extend([head, detail, words::line(model), words::again(model)]);
        keys.insert(words::promise(model.you_first()));
    };
    let mut models = vec![live()];
    let states = [
        State::Initiating,
        State::CallingCaller,
        State::CallingCallee,
        State::Connected,
    ];
    for state in states {
        let mut model = live();
        told(&mut model, Told::bare(state));
        models.push(model);
    }
    for reason in Reason::ALL {
        for seconds in [0, 5] {
            let mut model = live();
            told(&mut model, ended(*reason, seconds));
            models.push(model);
        }
    }
    for failure in Failure::ALL {
        let mut model = live();
        let code = Some(failure.as_str().to_owned());
        told(
            &mut model,
            Told {
                code,
                ..Told::bare(State::Failed)
            },
        );
        models.push(model);
    }
    for model in &mut models {
        for hang_up in [HangUp::Not, HangUp::Asked, HangUp::Overdue, HangUp::Refused] {
            for line in [Line::Fine, Line::Slow, Line::Lost] {
                for agent in [false, true] {
                    (model.hang_up, model.line, model.facts.agent) = (hang_up, line, agent);
                    note(model);
                }
            }
        }
    }
    let mut model = live();
    model.stage = Stage::Captcha {
        wanted: Wanted::default(),
    };
    note(&model);
    keys.remove("");
    keys
}

#[test]
fn everything_that_can_be_said_has_words() {
    let all = locales();
    for key in said() {
        assert!(all["en"].contains_key(key), "{key}");
    }
    for flaw in [
        Flaw::Empty,
        Flaw::NoCountry,
        Flaw::TooShort,
        Flaw::TooLong,
        Flaw::NotANumber,
        Flaw::NoConsent,
        Flaw::OtherTerms,
    ] {
        assert!(all["en"].contains_key(words::flaw(flaw)), "{flaw:?}");
    }
}

#[test]
fn no_text_is_left_over() {
    let sources = [
        include_str!("../words.rs"),
        include_str!("../view.rs"),
        include_str!("../view/form.rs"),
        include_str!("../tongue.js"),
    ]
    .concat();
    for key in locales()["en"].keys() {
        let named =
            sources.contains(&format!("\"{key}\"")) || sources.contains(&format!("ours.{key}"));
        assert!(named, "nobody says {key}");
    }
}

#[test]
fn words_that_change_change_nothing_else() {
    let mut model = live();
    let before = model.clone();
    assert_eq!(model.step(Event::Words, 0.0), []);
    assert_eq!(model, before);
}
