//! Where a buyer came upon something: the scene of every line of a cart, a quote and an order, with its evidence.
//!
//! Invariants: a scene is one of six words that never change their meaning; evidence is a short word of the program's own
//! (a slot, a query's hash, a shop), never a text of people, so it may stand in facts.

use serde::{Deserialize, Serialize};

/// Where somebody came upon what they buy.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Scene {
    /// The mall's own pages: home, categories, slots.
    Mall,
    /// The search box.
    Search,
    /// A shop's own page.
    Shop,
    /// A creator's showcase.
    Showcase,
    /// A short video.
    Video,
    /// A live room.
    Live,
}

impl Scene {
    /// Every scene.
    pub const ALL: [Self; 6] =
        [Self::Mall, Self::Search, Self::Shop, Self::Showcase, Self::Video, Self::Live];

    /// Its word in the store, in facts and in JSON.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Mall => "mall",
            Self::Search => "search",
            Self::Shop => "shop",
            Self::Showcase => "showcase",
            Self::Video => "video",
            Self::Live => "live",
        }
    }

    /// Reads its word.
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|scene| scene.as_str() == word)
    }
}

/// The most characters of an evidence.
const LONGEST: usize = 80;

/// A scene and what shows it.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "Raw")]
pub struct Via {
    /// Where.
    pub scene: Scene,
    /// What shows it: at most 80 of `a-z 0-9 : _ -`, as `slot:slt_...`, `query:9f...`, `shop:shp_...`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub evidence: Option<Box<str>>,
}

#[derive(Deserialize)]
struct Raw {
    scene: Scene,
    #[serde(default)]
    evidence: Option<Box<str>>,
}

impl TryFrom<Raw> for Via {
    type Error = BadVia;
    fn try_from(raw: Raw) -> Result<Self, BadVia> {
        Self::new(raw.scene, raw.evidence.as_deref())
    }
}

/// What was given is no scene or no evidence.
#[derive(Debug, Clone, PartialEq, Eq, kernel::Problem)]
#[problem(code = "scene")]
pub enum BadVia {
    /// Not a scene.
    #[problem(Invalid, code = "unknown", args(word))]
    Scene(String),
    /// Not an evidence.
    #[problem(Invalid, code = "bad_evidence", args(word))]
    Evidence(String),
}

impl Via {
    /// A scene with its evidence, if there is one.
    pub fn new(scene: Scene, evidence: Option<&str>) -> Result<Self, BadVia> {
        let good = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || matches!(b, b':' | b'_' | b'-');
        if let Some(text) = evidence
            && !((1..=LONGEST).contains(&text.len()) && text.bytes().all(good))
        {
            return Err(BadVia::Evidence(text.chars().take(100).collect()));
        }
        Ok(Self { scene, evidence: evidence.map(Into::into) })
    }

    /// Reads words, as a form or an address gives them.
    pub fn parse(scene: &str, evidence: Option<&str>) -> Result<Self, BadVia> {
        let known = Scene::parse(scene).ok_or_else(|| BadVia::Scene(scene.chars().take(60).collect()))?;
        Self::new(known, evidence.filter(|text| !text.is_empty()))
    }

    /// The mall, without evidence.
    pub const fn mall() -> Self {
        Self { scene: Scene::Mall, evidence: None }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_scene_is_read_as_it_is_written() {
        for scene in Scene::ALL {
            assert_eq!(Scene::parse(scene.as_str()), Some(scene));
            assert_eq!(serde_json::to_string(&scene).unwrap(), format!("\"{}\"", scene.as_str()));
        }
        assert_eq!(Scene::parse("Mall"), None);
    }

    #[test]
    fn evidence_is_a_short_word_and_never_a_text_of_people() {
        assert!(Via::new(Scene::Mall, Some("slot:slt_06bz-1")).is_ok());
        assert_eq!(Via::parse("search", Some("")).unwrap().evidence, None);
        let long = "a".repeat(81);
        for bad in ["", "Slot", "two words", "引号", &long] {
            assert!(Via::new(Scene::Mall, Some(bad)).is_err(), "{bad}");
        }
        assert!(Via::parse("street", None).is_err());
        assert!(serde_json::from_str::<Via>(r#"{"scene":"mall","evidence":"two words"}"#).is_err());
        let via = Via::new(Scene::Live, Some("room:1")).unwrap();
        assert_eq!(serde_json::from_str::<Via>(&serde_json::to_string(&via).unwrap()).unwrap(), via);
    }
}
