use super::*;
use crate::recording::tone;
use base64ct::{Base64, Encoding};
use proptest::prelude::{any, prop, prop_assert_eq, proptest};
use serde_json::json;

const CAMARA: Source = Source::Json(&["content", "contentType", "generatedAt", ""]);
const CHINA_MOBILE: Source = Source::Json(&["filedata", "", "", "code"]);

fn through(source: Source, target: Target, pieces: &[&[u8]]) -> Result<Vec<u8>, Spoiled> {
    let mut transcoder = Transcoder::new(source, target, "0000000");
    let mut out = Vec::new();
    for piece in pieces {
        out.extend(transcoder.feed(piece)?);
        assert!(out.is_empty() || transcoder.kind().is_some());
    }
    out.extend(transcoder.finish()?);
    Ok(out)
}

fn resource() -> String {
    let content = Base64::encode_string(&tone());
    json!({
        "callId": "theirs", "content": content, "contentType": "audio/wav",
        "generatedAt": "2026-01-01T01:00:00+01:00",
    })
    .to_string()
}

#[test]
fn every_form_becomes_every_other_wherever_it_is_split() {
    let (file, camara) = (tone(), resource());
    let china = json!({"filedata": Base64::encode_string(&file), "code": "0000000"}).to_string();
    let sources = [
        (Source::Audio(Kind::Wav), file.clone()),
        (CAMARA, camara.into_bytes()),
        (CHINA_MOBILE, china.into_bytes()),
    ];
    for (source, whole) in sources {
        for at in (0..whole.len()).step_by(97).chain(0..60) {
            let (head, tail) = whole.split_at(at);
            let bytes = through(source, Target::Audio, &[head, tail]).unwrap();
            assert_eq!(bytes, file, "{source:?} split at {at}");
            let resource = Target::Resource("ours".to_owned());
            let text = through(source, resource, &[head, tail]).unwrap();
            let read: Value = serde_json::from_slice(&text).unwrap();
            assert_eq!(read["callId"], "ours");
            assert_eq!(read["contentType"], "audio/wav");
            assert_eq!(read["content"], Base64::encode_string(&file));
            let made = (source == CAMARA).then_some("2026-01-01T00:00:00.000Z");
            assert_eq!(read.get("generatedAt").and_then(Value::as_str), made);
        }
    }
}

#[test]
fn what_is_no_audio_is_refused_whatever_it_says() {
    let page = Base64::encode_string(b"<!doctype html><script>alert(1)</script>");
    let wave = Base64::encode_string(&tone());
    for body in [
        json!({"content": page, "contentType": "audio/wav"}),
        json!({"content": page}),
        json!({"content": wave, "contentType": "text/html"}),
        json!({"content": wave, "contentType": "audio/ogg"}),
        // In the order in which a stream has them.
        json!({"a": "", "content": wave, "contentTyp": "", "contentType": "text/html"}),
    ] {
        let body = body.to_string();
        let refused = through(CAMARA, Target::Audio, &[body.as_bytes()]);
        assert_eq!(refused, Err(Spoiled::NotAudio), "{body:.60}");
    }
    let html = through(
        Source::Audio(Kind::Wav),
        Target::Audio,
        &[b"<html><body></body></html>"],
    );
    assert_eq!(html, Err(Spoiled::NotAudio));
}

#[test]
fn what_is_not_there_is_told_from_what_is_broken() {
    let missing = [
        (CAMARA, r#"{"callId":"c"}"#),
        (CAMARA, r#"{"content":"","contentType":"audio/wav"}"#),
        (CHINA_MOBILE, r#"{"code":"0001001","description":"x"}"#),
        (Source::Audio(Kind::Mpeg), ""),
    ];
    for (source, body) in missing {
        let read = through(source, Target::Audio, &[body.as_bytes()]);
        assert_eq!(read, Err(Spoiled::Missing), "{body}");
    }
    let whole = resource();
    for broken in [
        "",
        "<html></html>",
        "[]",
        &whole[..whole.len() - 1],
        r#"{"content":"UklGRg"}"#,
    ] {
        let read = through(CAMARA, Target::Audio, &[broken.as_bytes()]);
        assert_eq!(read, Err(Spoiled::Unreadable), "{broken:.40}");
    }
}

#[test]
fn no_more_goes_through_than_the_document_allows() {
    let mut transcoder = Transcoder::new(Source::Audio(Kind::Wav), Target::Audio, "");
    transcoder.feed(&tone()).unwrap();
    let piece = vec![0; MOST_BYTES / 4];
    let fed: Vec<_> = (0..4)
        .map(|_| transcoder.feed(&piece).map(|_| ()))
        .collect();
    assert_eq!(fed.last(), Some(&Err(Spoiled::TooLarge)));
}

proptest! {
    #[test]
    fn nothing_from_outside_panics(bytes in prop::collection::vec(any::<u8>(), 0..300), at: usize) {
        let (head, tail) = bytes.split_at(at % (bytes.len() + 1));
        for source in [CAMARA, CHINA_MOBILE, Source::Audio(Kind::Ogg)] {
            let once = through(source, Target::Audio, &[&bytes]);
            let split = through(source, Target::Audio, &[head, tail]);
            prop_assert_eq!(once.is_ok(), split.is_ok());
        }
    }
}
