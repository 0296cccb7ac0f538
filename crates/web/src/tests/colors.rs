//! Contrast of the colours of the style sheet, in light and in dark.

use crate::asset::style_source;
use std::collections::BTreeMap;

/// Text on ground, at least 4.5 to 1.
const TEXT_PAIRS: [(&str, &str); 20] = [
    ("ink", "paper"),
    ("ink", "sheet"),
    ("ink", "accent-wash"),
    ("quiet", "paper"),
    ("quiet", "sheet"),
    ("quiet", "accent-wash"),
    ("accent", "paper"),
    ("accent", "sheet"),
    ("accent", "accent-wash"),
    ("seal", "paper"),
    ("seal", "sheet"),
    ("sheet", "seal"),
    ("on-accent", "accent-deep"),
    ("on-accent-quiet", "accent-deep"),
    ("mark-ink", "mark"),
    ("live", "live-wash"),
    ("partial", "partial-wash"),
    ("planned", "planned-wash"),
    ("live", "paper"),
    ("planned", "paper"),
];

/// Edges of controls and the focus ring, at least 3 to 1.
const EDGE_PAIRS: [(&str, &str); 4] =
    [("control", "paper"), ("control", "sheet"), ("focus", "paper"), ("focus", "sheet")];

/// The colours of the first `:root` block after `start`.
fn colors(source: &str, start: usize) -> BTreeMap<String, f64> {
    let block = &source[start + source[start..].find(":root {").unwrap()..];
    let block = &block[..block.find('}').unwrap()];
    let lines = block.lines().filter_map(|line| line.trim().strip_prefix("--")?.split_once(": #"));
    lines.map(|(name, value)| (name.to_owned(), luminance(value.trim_end_matches(';')))).collect()
}

/// Relative luminance of `rrggbb`.
fn luminance(color: &str) -> f64 {
    let part = |at: usize| {
        let value = f64::from(u8::from_str_radix(&color[at..at + 2], 16).unwrap()) / 255.0;
        if value <= 0.04045 { value / 12.92 } else { ((value + 0.055) / 1.055).powf(2.4) }
    };
    0.2126 * part(0) + 0.7152 * part(2) + 0.0722 * part(4)
}

#[test]
fn every_text_reads_on_its_ground_in_light_and_dark() {
    let source = style_source();
    let dark = source.find("prefers-color-scheme: dark").unwrap();
    for (scheme, start) in [("light", 0), ("dark", dark)] {
        let colors = colors(source, start);
        let pairs =
            TEXT_PAIRS.iter().map(|pair| (pair, 4.5)).chain(EDGE_PAIRS.iter().map(|pair| (pair, 3.0)));
        for ((front, ground), contrast_min) in pairs {
            let (front_light, ground_light) = (colors[*front], colors[*ground]);
            let (lighter, darker) = (front_light.max(ground_light), front_light.min(ground_light));
            let contrast = (lighter + 0.05) / (darker + 0.05);
            assert!(contrast >= contrast_min, "{scheme}: {front} on {ground} has {contrast:.2}");
        }
    }
}
