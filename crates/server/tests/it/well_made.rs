//! What a page must be, whatever it shows.

use std::collections::HashSet;

/// What every page must be: one language, one heading, ids that are unique, and nothing inline that a policy refuses.
pub(super) fn well_made(path: &str, html: &str, lang: &str) {
    assert!(html.starts_with("<!DOCTYPE html>"), "{path}");
    assert!(html.contains(&format!("<html lang=\"{lang}\"")), "{path}");
    assert_eq!(html.matches("<h1").count(), 1, "{path} has one h1");
    assert_eq!(html.matches("<main").count(), 1, "{path}");
    let mut seen = HashSet::new();
    for part in html.split(" id=\"").skip(1) {
        let id = part.split('"').next().unwrap();
        assert!(seen.insert(id), "{path}: id \"{id}\" stands twice");
    }
    for bad in [
        " onclick=",
        " onload=",
        " onchange=",
        " onsubmit=",
        " style=\"",
        "<style",
        "javascript:",
        "src=\"http",
        "href=\"http",
    ] {
        assert!(!html.contains(bad), "{path} holds {bad}");
    }
    for script in html.split("<script").skip(1) {
        let head = script.split('>').next().unwrap();
        assert!(
            head.contains("src=\"/assets/") || head.contains("application/json"),
            "{path}: <script{head}>"
        );
    }
    // Every chart has its table and its sentence.
    assert_eq!(
        html.matches("<figure class=\"chart\"").count(),
        html.matches("<details class=\"data\"").count(),
        "{path}"
    );
    for tag in ["div", "table", "section", "figure", "ol", "ul", "dl", "form", "tr", "td", "a", "span", "p"] {
        let open = html.matches(&format!("<{tag} ")).count() + html.matches(&format!("<{tag}>")).count();
        assert_eq!(open, html.matches(&format!("</{tag}>")).count(), "{path}: <{tag}>");
    }
}
