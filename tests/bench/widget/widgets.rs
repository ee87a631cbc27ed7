//! What is compared: our button, and widgets that a user could pick instead. They are
//! read from npm and served from this machine; their own services are not reached, so
//! that what they load from there is not counted.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::Outcome;

/// One widget.
pub struct Widget {
    /// What the table calls it.
    pub name: &'static str,
    /// Its package and the file in it that a page includes; none for ours.
    pub package: Option<(&'static str, &'static str)>,
    /// What a page pastes; `SCRIPT` is where the file is, `EDGE` and `BUTTON` are ours.
    pub tag: &'static str,
    /// What starts a call.
    pub button: &'static str,
    /// What there is to go on with after that; none where nothing comes without its service.
    pub form: Option<&'static str>,
}

/// Ours first.
pub const WIDGETS: [Widget; 4] = [
    Widget {
        name: "Click to Dial",
        package: None,
        tag: r#"<script async src="EDGE/widget.js" data-button="BUTTON"></script>"#,
        button: "[part=button]",
        form: Some("[part~=number]"),
    },
    Widget {
        name: "ElevenLabs 0.5.4",
        package: Some(("@elevenlabs/convai-widget-embed@0.5.4", "dist/index.js")),
        tag: r##"<elevenlabs-convai agent-id="bench" override-config='{"variant":"compact","placement":"bottom-right","avatar":{"type":"orb","color_1":"#111111","color_2":"#222222"},"feedback_mode":"none","language":"en","mic_muting_enabled":false,"transcript_enabled":false,"text_input_enabled":true,"default_expanded":false,"always_expanded":false,"text_contents":{},"language_presets":{},"disable_banner":true,"text_only":false,"supports_text_only":true,"first_message":"Hello","use_rtc":false}'></elevenlabs-convai><script async src="SCRIPT"></script>"##,
        button: "button[aria-label='Start a call']",
        form: Some("textarea"),
    },
    Widget {
        name: "Vapi 0.1.1",
        package: Some((
            "@vapi-ai/client-sdk-react@0.1.1",
            "dist/embed/widget.umd.js",
        )),
        tag: r##"<vapi-widget public-key="bench" assistant-id="bench" mode="chat"></vapi-widget><script async src="SCRIPT"></script>"##,
        button: "vapi-widget [style*='cursor: pointer']",
        form: Some("vapi-widget input, vapi-widget textarea"),
    },
    Widget {
        name: "ringcentral-c2d 2.0.3",
        package: Some(("ringcentral-c2d@2.0.3", "build/index.js")),
        tag: r#"<p>Call +1 202 555 0100</p><script async src="SCRIPT" onload="new RingCentralC2D()"></script>"#,
        button: "p",
        form: None,
    },
];

impl Widget {
    /// Where its package lies, read from npm once.
    pub fn folder(&self, below: &Path) -> Outcome<Option<PathBuf>> {
        let Some((package, file)) = self.package else {
            return Ok(None);
        };
        let folder = below.join(package.replace('/', "+"));
        if !folder.join("package").join(file).exists() {
            fs::create_dir_all(&folder).map_err(|error| error.to_string())?;
            run(Command::new("npm")
                .args(["pack", "--silent", "--pack-destination"])
                .arg(&folder)
                .arg(package))?;
            let archive = fs::read_dir(&folder)
                .map_err(|error| error.to_string())?
                .filter_map(|entry| Some(entry.ok()?.path()))
                .find(|path| path.extension().is_some_and(|kind| kind == "tgz"))
                .ok_or("npm has packed nothing")?;
            run(Command::new("tar")
                .arg("xzf")
                .arg(archive)
                .arg("-C")
                .arg(&folder))?;
        }
        Ok(Some(folder.join("package").join(file)))
    }
}

fn run(command: &mut Command) -> Outcome {
    let said = command.output().map_err(|error| error.to_string())?;
    if said.status.success() {
        return Ok(());
    }
    Err(String::from_utf8_lossy(&said.stderr).into_owned())
}
