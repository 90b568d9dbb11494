//! A link of the page: behind its `#` stands what the scenario changes in the page's own one.
//!
//! `#1.` and base64url of a JSON merge patch (RFC 7396). Nothing is fetched: the address in front of it does not matter.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::Value;

use crate::fault::Fault;

/// What faults call a link.
pub const NAME: &str = "the link";

/// The page's own scenario, which the page reads too.
const DEFAULT: &str = include_str!("../data/default.json");
const VERSION: &str = "1";
/// The longest that the page reads and writes behind the `#`.
const LONGEST_BYTES: usize = 65_536;

/// Whether a text is a link rather than a file's name: an address, or what stands behind an address from its `#` on. A file
/// whose name begins with `#` is called `./#...`.
#[must_use]
pub fn is_link(text: &str) -> bool {
    let is_address = ["https://", "http://", "file://"].iter().any(|scheme| {
        text.get(..scheme.len()).is_some_and(|beginning| beginning.eq_ignore_ascii_case(scheme))
    });
    // A file may be called `a#1.json` or `1.json`; `{"` begins with `eyJ` in base64, and `{}` is `e30`.
    let is_patch = |patch: &str| patch.starts_with("eyJ") || patch == "e30";
    is_address || text.starts_with('#') || parts(fragment(text)).is_some_and(|(_, patch)| is_patch(patch))
}

/// The scenario of a link, as the JSON of its file.
///
/// # Errors
/// [`Fault`] if there is none behind its `#`, or one that is damaged, too long or of another version.
pub fn scenario(link: &str) -> Result<String, Fault> {
    let fault = |message: &str| Fault::new(NAME, "", message);
    let fragment = fragment(link.trim());
    if fragment.is_empty() {
        return Err(fault("it has no scenario behind a `#`, and no address is fetched"));
    }
    if fragment.len() > LONGEST_BYTES {
        let message =
            format!("it has {} characters behind its `#`: at most {LONGEST_BYTES} are read", fragment.len());
        return Err(fault(&message));
    }
    let damaged = |why: &str| fault(&format!("it is damaged: {why}"));
    let (version, patch) = parts(fragment)
        .ok_or_else(|| damaged("behind its `#` stands no version, such as `1.`, with base64url"))?;
    if version != VERSION {
        return Err(fault(&format!("it is of version {version}: this program reads version {VERSION}")));
    }
    let bytes = URL_SAFE_NO_PAD.decode(patch).map_err(|_| damaged("its base64url is cut or changed"))?;
    let patch: Value = serde_json::from_slice(&bytes).map_err(|_| damaged("it holds no whole JSON"))?;
    if !patch.is_object() {
        return Err(damaged("it holds no JSON object"));
    }
    let mut scenario: Value = serde_json::from_str(DEFAULT).map_err(|error| fault(&error.to_string()))?;
    json_patch::merge(&mut scenario, &patch);
    Ok(scenario.to_string())
}

/// What stands behind the last `#` of an address; all of it where there is none and it is no address.
fn fragment(link: &str) -> &str {
    match link.rsplit_once('#') {
        Some((_, fragment)) => fragment,
        None if link.contains("://") => "",
        None => link,
    }
}

/// Version and patch of a fragment.
fn parts(fragment: &str) -> Option<(&str, &str)> {
    let (version, patch) = fragment.split_once('.')?;
    let is_base64url = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_';
    let is_fragment = !version.is_empty()
        && version.bytes().all(|byte| byte.is_ascii_digit())
        && patch.bytes().all(is_base64url);
    is_fragment.then_some((version, patch))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scenario_file::ScenarioFile;

    fn link(patch: &str) -> String {
        format!("https://example.org/page/#1.{}", URL_SAFE_NO_PAD.encode(patch))
    }

    #[test]
    fn a_link_of_nothing_changed_is_the_pages_own_scenario() {
        let own: Value = serde_json::from_str(DEFAULT).unwrap();
        let linked: Value = serde_json::from_str(&scenario("#1.e30").unwrap()).unwrap();
        assert_eq!(linked, own);
        ScenarioFile::from_json("", DEFAULT).unwrap();
    }

    #[test]
    fn a_patch_changes_adds_and_takes_away() {
        let patch =
            r#"{"site":{"grid":"FR"},"search":null,"training":{"bottom_up":{"epochs":3}},"name":"a 词"}"#;
        let text = scenario(&link(patch)).unwrap();
        let linked: Value = serde_json::from_str(&text).unwrap();
        assert_eq!((&linked["site"]["grid"], &linked["name"]), (&Value::from("FR"), &Value::from("a 词")));
        assert_eq!(
            (linked.get("search"), &linked["training"]["bottom_up"]["epochs"]),
            (None, &Value::from(3))
        );
        assert_eq!(linked["training"]["device"], "a100");
    }

    #[test]
    fn links_are_told_from_files() {
        for text in [
            "https://a.org/#1.eyJhIjox",
            "HTTP://a.org",
            "file:///home/a/joulegram.html#1.e30",
            "#1.e30",
            "1.eyJ9",
        ] {
            assert!(is_link(text), "{text}");
        }
        for file in
            ["kws.tflite", "1.json", "./#1.json", "a#1.json", "https/1.json", "1.tflite", "a#b.json", ""]
        {
            assert!(!is_link(file), "{file}");
        }
    }

    #[test]
    fn what_is_no_scenario_is_one_sentence() {
        let deep = link(&"{\"a\":".repeat(5000));
        let long = format!("#1.{}", "A".repeat(70_000));
        for (text, sentence) in [
            (
                "https://example.org/kws.tflite",
                "the link: it has no scenario behind a `#`, and no address is fetched",
            ),
            ("#9.e30", "the link: it is of version 9: this program reads version 1"),
            (
                "#1.%%%",
                "the link: it is damaged: behind its `#` stands no version, such as `1.`, with base64url",
            ),
            ("#1.AAAAA", "the link: it is damaged: its base64url is cut or changed"),
            (&link("{\"a\":"), "the link: it is damaged: it holds no whole JSON"),
            (&link("[1]"), "the link: it is damaged: it holds no JSON object"),
            (&deep, "the link: it is damaged: it holds no whole JSON"),
            (&long, "the link: it has 70002 characters behind its `#`: at most 65536 are read"),
        ] {
            assert_eq!(scenario(text).unwrap_err().to_string(), sentence);
        }
    }
}
