//! How much of a text its material rests on, section by section.

use super::{Source, Span};

/// What part of the sentences is touched by evidence.
#[derive(Clone, Debug, PartialEq)]
pub struct Coverage {
    /// One entry a section, in document order.
    pub sections: Vec<SectionCoverage>,
    /// Sentences in all.
    pub sentences: u32,
    /// Sentences that some evidence overlaps.
    pub used: u32,
    /// `used` of `sentences`, 0 to 1; nothing where there are no sentences.
    pub ratio: Option<f64>,
    /// Numbers of the sections that have sentences of which none is used.
    pub untouched: Vec<usize>,
}

/// The coverage of one section, without the sections below it.
#[derive(Clone, Debug, PartialEq)]
pub struct SectionCoverage {
    /// Number of the section in [`Source::sections`].
    pub section: usize,
    /// Its heading.
    pub heading: Option<String>,
    /// Sentences in it.
    pub sentences: u32,
    /// Sentences that some evidence overlaps.
    pub used: u32,
    /// `used` of `sentences`, 0 to 1; nothing where there are no sentences.
    pub ratio: Option<f64>,
}

fn ratio(used: u32, sentences: u32) -> Option<f64> {
    (sentences > 0).then(|| f64::from(used) / f64::from(sentences))
}

/// Measures the coverage of a text by passages in any order.
pub(super) fn measure(source: &Source, passages: impl Iterator<Item = Span>) -> Coverage {
    let passages = merged(passages);
    let mut coverage =
        Coverage { sections: Vec::new(), sentences: 0, used: 0, ratio: None, untouched: Vec::new() };
    for (number, section) in source.sections().iter().enumerate() {
        let mut own = SectionCoverage {
            section: number,
            heading: section.heading.clone(),
            sentences: 0,
            used: 0,
            ratio: None,
        };
        for sentence in source.sentences().get(section.sentences.clone()).unwrap_or_default() {
            own.sentences += 1;
            own.used += u32::from(is_touched(sentence.span, &passages));
        }
        own.ratio = ratio(own.used, own.sentences);
        if own.sentences > 0 && own.used == 0 {
            coverage.untouched.push(number);
        }
        coverage.sentences += own.sentences;
        coverage.used += own.used;
        coverage.sections.push(own);
    }
    coverage.ratio = ratio(coverage.used, coverage.sentences);
    coverage
}

/// The passages in order, overlapping ones made one.
fn merged(passages: impl Iterator<Item = Span>) -> Vec<Span> {
    let mut spans: Vec<Span> = passages.filter(|span| span.start < span.end).collect();
    spans.sort_unstable();
    let mut merged: Vec<Span> = Vec::with_capacity(spans.len());
    for span in spans {
        match merged.last_mut() {
            Some(last) if span.start <= last.end => last.end = last.end.max(span.end),
            _ => merged.push(span),
        }
    }
    merged
}

fn is_touched(span: Span, passages: &[Span]) -> bool {
    let first = passages.partition_point(|passage| passage.end <= span.start);
    passages.get(first).is_some_and(|passage| passage.start < span.end)
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str =
        "# Plants\n\nPlants make sugar. They use light.\n\n## Roots\n\nRoots take up water from the soil.\n";

    #[test]
    fn every_section_counts_its_own_sentences() {
        let source = Source::read(TEXT).unwrap();
        let none = source.coverage([]);
        assert_eq!((none.sentences, none.used, none.ratio), (3, 0, Some(0.0)));
        assert_eq!(none.untouched, [0, 1]);
        let second = source.sentences()[1].span;
        let some = source.coverage([second, second]);
        assert_eq!((some.used, some.untouched), (1, vec![1]));
        assert_eq!(some.sections[0].ratio, Some(0.5));
    }

    #[test]
    fn a_passage_over_a_border_touches_both_sentences() {
        let source = Source::read(TEXT).unwrap();
        let passage = Span::of(&source.anchor("sugar. They").unwrap());
        assert_eq!(source.coverage([passage]).used, 2);
    }

    #[test]
    fn a_passage_that_ends_where_a_sentence_begins_does_not_touch_it() {
        let source = Source::read(TEXT).unwrap();
        let [first, second, ..] = source.sentences() else { panic!("two sentences") };
        let passage = Span { start: first.span.start, end: second.span.start };
        assert_eq!(source.coverage([passage]).used, 1);
    }
}
