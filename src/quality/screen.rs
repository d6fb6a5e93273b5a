//! Leaves out what a class should not see, as far as the piece stays valid without it.

use super::{Finding, Setting, Severity, check_piece};
use crate::content::{Document, Frame, Kind, Material};

/// What the checks say of a piece, with the form of it that they read.
#[derive(Clone, PartialEq)]
#[cfg_attr(test, derive(Debug))]
pub struct Checked {
    /// The piece in its neutral form.
    pub document: Document,
    /// What was found.
    pub findings: Vec<Finding>,
}

/// A piece after its checks.
#[derive(Clone, PartialEq)]
#[cfg_attr(test, derive(Debug))]
pub struct Screened {
    /// The piece without the items that were left out.
    pub material: Material,
    /// What the checks say about it as it is now; errors among them could not be left out.
    pub checked: Checked,
    /// Why items were left out. Paths name the list; the items are gone. To be kept with the piece,
    /// so that nothing vanishes without a word; add them to [`super::Quality::findings`].
    pub dropped: Vec<Finding>,
}

/// Leaves out items because a neighbour was left out at most this often; each round drops one at least.
const MAX_ROUNDS: usize = 4;

impl Checked {
    /// Runs every check that looks at one piece alone.
    #[must_use]
    pub fn of(material: &Material, setting: &Setting<'_>) -> Checked {
        let document = material.document(setting.language);
        let findings = check_piece(&document, setting);
        Checked { document, findings }
    }
}

/// Leaves out each item with an error, where what remains is still valid; `checked` is what the checks say
/// of the piece.
#[must_use]
pub fn screen(material: Material, checked: Checked, frame: &Frame<'_>, setting: &Setting<'_>) -> Screened {
    let mut screened = Screened { checked, dropped: Vec::new(), material };
    for _ in 0..MAX_ROUNDS {
        let Some((material, dropped)) = without_errors(&screened.material, &screened.checked.findings, frame)
        else {
            break;
        };
        screened.checked = Checked::of(&material, setting);
        screened.material = material;
        screened.dropped.extend(dropped);
    }
    screened
}

/// Drops as many faulty items as the minimum allows; `None` if there is none to drop.
fn without_errors(
    material: &Material,
    findings: &[Finding],
    frame: &Frame<'_>,
) -> Option<(Material, Vec<Finding>)> {
    let mut faulty: Vec<(String, &Finding)> = Vec::new();
    for finding in findings.iter().filter(|finding| finding.severity == Severity::Error) {
        if let Some(item) = item_of(material.kind(), &finding.path)
            && !faulty.iter().any(|(known, _)| *known == item)
        {
            faulty.push((item, finding));
        }
    }
    let mut kept = None;
    let mut pointers: Vec<String> = Vec::new();
    let mut dropped = Vec::new();
    for (item, finding) in faulty {
        pointers.push(item.clone());
        // Once the minimum is reached, no other item can be missed either.
        let Ok(shorter) = material.without(&pointers, frame) else { break };
        kept = Some(shorter);
        dropped.push(left_out(&item, finding));
    }
    kept.map(|material| (material, dropped))
}

fn left_out(item: &str, finding: &Finding) -> Finding {
    let list = item.rsplit_once('/').map_or("", |(list, _)| list);
    Finding {
        path: list.to_owned(),
        severity: Severity::Info,
        message: format!("an item was left out: {}", finding.message),
        hint: String::new(),
        ..finding.clone()
    }
}

/// Finds the item that a path lies in, if items of its list can be missed. Objectives and sections
/// cannot: other pieces name them by number. Nor can turns: the next one answers them.
fn item_of(kind: Kind, path: &str) -> Option<String> {
    let list = match kind {
        Kind::Faqs | Kind::Flashcards => "items",
        Kind::ReadingGuideQuestions => "questions",
        Kind::StudyGuide => "key_concepts",
        Kind::OnePagerSummary => "key_takeaways",
        Kind::Outline => "key_points",
        Kind::PodcastScript | Kind::DetailedReadingMaterial => return None,
    };
    let mut item = String::new();
    let mut steps = path.split('/').skip(1);
    while let Some(step) = steps.next() {
        item.push('/');
        item.push_str(step);
        if step == list {
            let index: usize = steps.next()?.parse().ok()?;
            return Some(format!("{item}/{index}"));
        }
    }
    None
}
