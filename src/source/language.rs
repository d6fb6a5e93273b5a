//! Identifies the language of the prose. The trigrams of `whatlang` cover 70 languages; for those
//! that teaching material is mostly written in, function words are counted first, because they
//! are surer on short texts.

use std::collections::HashMap;
use std::hash::{BuildHasherDefault, Hasher};
use std::sync::LazyLock;

/// The code for a language that could not be identified (ISO 639-2 `und`).
const UNDETERMINED: &str = "und";

/// Characters looked at in all; more do not change the answer.
const MAX_SAMPLE_CHARACTERS: usize = 20_000;
/// Length of one of the samples whose agreement is measured.
const SAMPLE_CHARACTERS: usize = 300;
/// Words below which no answer is called reliable.
const MIN_RELIABLE_WORDS: usize = 12;
/// Share of function words from which their count decides alone.
const MIN_SHARE: f64 = 0.18;
/// How far the first language must lead the second, as a share of its count.
const MIN_LEAD: f64 = 0.25;
/// Words below which a share means nothing.
const MIN_WORDS_TO_COUNT: u32 = 6;
/// Confidence from which an answer is called reliable.
const MIN_RELIABLE_CONFIDENCE: f64 = 0.6;

/// The language of a text.
#[derive(Clone, Debug, PartialEq)]
pub struct Language {
    /// ISO 639-1, or ISO 639-3 where no two-letter code exists; `und` when unknown.
    pub code: String,
    /// From 0 to 1; lowered when parts of the text disagree.
    pub confidence: f64,
    /// Whether to rely on it: enough text, of one language.
    pub reliable: bool,
}

/// Frequent words that hardly occur in the other languages of the table.
const FUNCTION_WORDS: [(&str, &str); 7] = [
    (
        "en",
        "the of and to is are was were that which with from this these those has have had by it as at not but they their its be been can will would there when who what how if than into about between because you your we our his her he she",
    ),
    (
        "es",
        "el los las del y una por con para que es son fue fueron como más pero sus se lo al está están entre también cuando donde porque desde hasta sobre muy ya o e ha han sin cada esta este estos estas según",
    ),
    (
        "fr",
        "le les des du et une par avec pour que qui est sont était étaient dans sur ne pas plus cette ces ce leur leurs aux au mais comme où elle il ils elles nous vous été être entre sans ou donc l'on c'est",
    ),
    (
        "de",
        "der die das und ist sind war waren ein eine einen einem einer den dem des mit von für auf nicht auch sich wird werden wurde wurden als bei durch zu zum zur im aus nach über oder dass aber wenn haben hat",
    ),
    (
        "it",
        "il lo gli della delle dei degli del che è sono era erano con per una un nel nella nelle alla alle anche come più si non questo questa questi tra fra ma o dal dalla",
    ),
    (
        "pt",
        "o os as da das do dos um uma que é são foi foram com para por mais não em na no nas nos ao aos também como mas seu sua seus entre pela pelo ou quando muito já até",
    ),
    (
        "nl",
        "de het een van en is zijn was waren dat die met voor op niet ook als bij door te aan uit naar over of maar deze dit wordt worden werd hebben heeft er om zich",
    ),
];

/// Which of the languages of [`FUNCTION_WORDS`] have a word, one bit each in the order of the table; the
/// words are packed, see [`packed`].
static LANGUAGES_OF: LazyLock<HashMap<u64, u8, Scatter>> = LazyLock::new(languages_of);
/// Bytes of the longest function word; a longer word need not be looked up.
const LONGEST_FUNCTION_WORD: usize = size_of::<u64>();

/// Spreads packed words over a table: every word of every text is looked up, and the table is ours alone,
/// so that nobody can choose words that meet in it.
type Scatter = BuildHasherDefault<Multiplied>;

/// Multiplies by 2⁶⁴ over the golden ratio. Source: Knuth, The Art of Computer Programming 3, 6.4.
#[derive(Default)]
struct Multiplied(u64);

impl Hasher for Multiplied {
    fn finish(&self) -> u64 {
        self.0
    }

    fn write(&mut self, bytes: &[u8]) {
        bytes.iter().for_each(|byte| self.write_u64(self.0 ^ u64::from(*byte)));
    }

    fn write_u64(&mut self, number: u64) {
        self.0 = number.wrapping_mul(0x9e37_79b9_7f4a_7c15).rotate_left(32);
    }
}

/// Packs a word of at most eight bytes into one number, in lower case as far as it is ASCII.
fn packed(word: &str) -> Option<u64> {
    let shifted = |number: u64, byte: u8| number << 8 | u64::from(byte.to_ascii_lowercase());
    (word.len() <= LONGEST_FUNCTION_WORD).then(|| word.bytes().fold(0, shifted))
}

/// How often the function words of each language occur in a text.
#[derive(Clone, Copy, Debug, Default)]
struct Tally {
    votes: [u32; FUNCTION_WORDS.len()],
    words: u32,
}

/// Identifies the language of prose without markup.
pub(super) fn identify<'a>(paragraphs: impl Iterator<Item = &'a str>) -> Language {
    let samples = samples(paragraphs);
    let tallies: Vec<Tally> = samples.iter().map(|sample| Tally::of(sample)).collect();
    let sum = tallies.iter().fold(Tally::default(), |sum, tally| sum.plus(tally));
    let Some((code, mut confidence)) = identify_one(|| samples.join(" "), &sum) else {
        return Language { code: UNDETERMINED.to_owned(), confidence: 0.0, reliable: false };
    };
    let long_samples: Vec<(&String, &Tally)> =
        samples.iter().zip(&tallies).filter(|(sample, _)| has_enough_words(&[*sample])).collect();
    let judged = u32::try_from(long_samples.len()).unwrap_or(u32::MAX);
    if judged >= 2 {
        let agreeing = long_samples.iter().filter(|(sample, tally)| {
            identify_one(|| (*sample).clone(), tally).is_some_and(|(own, _)| own == code)
        });
        let agreeing = u32::try_from(agreeing.count()).unwrap_or(u32::MAX);
        confidence *= f64::from(agreeing) / f64::from(judged);
    }
    let is_enough = has_enough_words(&samples)
        || samples.iter().flat_map(|sample| sample.chars()).any(is_unspaced_script);
    let reliable = is_enough && confidence >= MIN_RELIABLE_CONFIDENCE;
    Language { code: code.to_owned(), confidence: confidence.clamp(0.0, 1.0), reliable }
}

fn is_unspaced_script(character: char) -> bool {
    matches!(u32::from(character), 0xe00..=0xe7f | 0x3040..=0x30ff | 0x3400..=0x9fff)
}

/// Cuts the paragraphs into samples of similar length.
fn samples<'a>(paragraphs: impl Iterator<Item = &'a str>) -> Vec<String> {
    let mut samples: Vec<String> = Vec::new();
    let (mut total, mut latest) = (0_usize, 0_usize);
    for paragraph in paragraphs {
        let room = MAX_SAMPLE_CHARACTERS.saturating_sub(total);
        if room == 0 {
            break;
        }
        let cut = if paragraph.len() > room { paragraph.char_indices().nth(room) } else { None };
        let piece = match cut {
            Some((end, _)) => paragraph.get(..end).unwrap_or(paragraph),
            None => paragraph,
        };
        let length = piece.chars().count();
        total += length;
        match samples.last_mut() {
            Some(last) if latest < SAMPLE_CHARACTERS => {
                last.push(' ');
                last.push_str(piece);
                latest += length + 1;
            }
            _ => {
                samples.push(piece.to_owned());
                latest = length;
            }
        }
    }
    samples
}

/// Tells whether texts have words enough for a reliable answer.
fn has_enough_words(texts: &[impl AsRef<str>]) -> bool {
    let words = texts.iter().flat_map(|text| text.as_ref().split_whitespace());
    words.take(MIN_RELIABLE_WORDS).count() == MIN_RELIABLE_WORDS
}

fn languages_of() -> HashMap<u64, u8, Scatter> {
    let mut table: HashMap<u64, u8, Scatter> = HashMap::default();
    for (language, (_, words)) in FUNCTION_WORDS.iter().enumerate() {
        for word in words.split(' ').filter_map(packed) {
            *table.entry(word).or_default() |= 1 << language;
        }
    }
    table
}

impl Tally {
    fn of(text: &str) -> Tally {
        let mut tally = Tally::default();
        for word in text.split(|mark: char| !mark.is_alphabetic() && mark != '\'') {
            if word.is_empty() {
                continue;
            }
            tally.words += 1;
            let word = if word.is_ascii() { packed(word) } else { packed(&word.to_lowercase()) };
            let Some(languages) = word.and_then(|word| LANGUAGES_OF.get(&word)) else { continue };
            for (language, votes) in tally.votes.iter_mut().enumerate() {
                *votes += u32::from((languages >> language) & 1);
            }
        }
        tally
    }

    fn plus(mut self, other: &Tally) -> Tally {
        self.votes.iter_mut().zip(other.votes).for_each(|(votes, more)| *votes += more);
        self.words += other.words;
        self
    }
}

/// Identifies the language of a text whose function words were counted.
fn identify_one(text: impl FnOnce() -> String, tally: &Tally) -> Option<(&'static str, f64)> {
    let words = tally.words;
    let codes = FUNCTION_WORDS.iter().map(|(code, _)| *code);
    let mut ranking: Vec<(&'static str, f64)> =
        codes.zip(tally.votes.map(f64::from)).filter(|(_, votes)| *votes > 0.0).collect();
    ranking.sort_by(|one, two| two.1.total_cmp(&one.1));
    let leader = ranking.first().map(|(code, count)| {
        let second = ranking.get(1).map_or(0.0, |(_, count)| *count);
        (*code, *count, count / f64::from(words.max(1)), (count - second) / count)
    });
    if let Some((code, _, share, lead)) = leader
        && words >= MIN_WORDS_TO_COUNT
        && share >= MIN_SHARE
        && lead >= MIN_LEAD
    {
        return Some((code, 0.5 + lead.min(1.0) / 2.0));
    }
    let found = whatlang::detect(&text());
    if let Some(found) = found.as_ref().filter(|found| found.confidence() >= MIN_RELIABLE_CONFIDENCE) {
        return Some((two_letters(found.lang().code()), found.confidence()));
    }
    // Lists have few function words; what there are still tell more than an unsure detector.
    if let Some((code, count, share, lead)) = leader
        && share >= MIN_SHARE / 2.0
        && lead >= 2.0 * MIN_LEAD
    {
        let confidence = if count >= 4.0 { MIN_RELIABLE_CONFIDENCE } else { MIN_RELIABLE_CONFIDENCE / 2.0 };
        return Some((code, confidence));
    }
    found.map(|found| (two_letters(found.lang().code()), found.confidence()))
}

/// ISO 639-1 for the ISO 639-3 codes that whatlang gives.
///
/// Source: ISO 639-3 code tables, read 2026-11-20.
const CODES: [(&str, &str); 70] = [
    ("epo", "eo"),
    ("eng", "en"),
    ("rus", "ru"),
    ("cmn", "zh"),
    ("spa", "es"),
    ("por", "pt"),
    ("ita", "it"),
    ("ben", "bn"),
    ("fra", "fr"),
    ("deu", "de"),
    ("ukr", "uk"),
    ("kat", "ka"),
    ("ara", "ar"),
    ("hin", "hi"),
    ("jpn", "ja"),
    ("heb", "he"),
    ("yid", "yi"),
    ("pol", "pl"),
    ("amh", "am"),
    ("jav", "jv"),
    ("kor", "ko"),
    ("nob", "nb"),
    ("dan", "da"),
    ("swe", "sv"),
    ("fin", "fi"),
    ("tur", "tr"),
    ("nld", "nl"),
    ("hun", "hu"),
    ("ces", "cs"),
    ("ell", "el"),
    ("bul", "bg"),
    ("bel", "be"),
    ("mar", "mr"),
    ("kan", "kn"),
    ("ron", "ro"),
    ("slv", "sl"),
    ("hrv", "hr"),
    ("srp", "sr"),
    ("mkd", "mk"),
    ("lit", "lt"),
    ("lav", "lv"),
    ("est", "et"),
    ("tam", "ta"),
    ("vie", "vi"),
    ("urd", "ur"),
    ("tha", "th"),
    ("guj", "gu"),
    ("uzb", "uz"),
    ("pan", "pa"),
    ("aze", "az"),
    ("ind", "id"),
    ("tel", "te"),
    ("pes", "fa"),
    ("mal", "ml"),
    ("ori", "or"),
    ("mya", "my"),
    ("nep", "ne"),
    ("sin", "si"),
    ("khm", "km"),
    ("tuk", "tk"),
    ("aka", "ak"),
    ("zul", "zu"),
    ("sna", "sn"),
    ("afr", "af"),
    ("lat", "la"),
    ("slk", "sk"),
    ("cat", "ca"),
    ("tgl", "tl"),
    ("hye", "hy"),
    ("cym", "cy"),
];

fn two_letters(code: &'static str) -> &'static str {
    CODES.iter().find(|(three, _)| *three == code).map_or(code, |(_, two)| two)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn code(text: &str) -> (String, bool) {
        let language = identify(std::iter::once(text));
        (language.code, language.reliable)
    }

    #[test]
    fn short_prose_is_identified_by_its_function_words() {
        for (wanted, text) in [
            (
                "en",
                "Plants use the energy of the sun to make sugar from water and carbon dioxide in their leaves.",
            ),
            (
                "es",
                "Las plantas usan la energía del sol para producir azúcar con el agua y el dióxido de carbono.",
            ),
            (
                "fr",
                "Les plantes utilisent l'énergie du soleil pour produire du sucre avec de l'eau dans les feuilles.",
            ),
            (
                "de",
                "Die Pflanzen nutzen die Energie der Sonne, um aus Wasser und Kohlendioxid den Zucker zu bilden.",
            ),
            (
                "ru",
                "Растения используют энергию солнца, чтобы производить сахар из воды и углекислого газа в листьях.",
            ),
            (
                "ja",
                "植物は太陽のエネルギーを使って、水と二酸化炭素から糖を作ります。これを光合成と呼びます。",
            ),
        ] {
            assert_eq!(code(text), (wanted.to_owned(), true), "{text}");
        }
    }

    #[test]
    fn lists_with_few_function_words_are_not_taken_for_a_rare_language() {
        let outcomes = "Explain supply and demand. Analyze market failures. Evaluate fiscal policy of states. \
                        Compare taxes and subsidies. Interpret elasticity. Draw the production frontier.";
        assert_eq!(code(outcomes), ("en".to_owned(), true));
    }

    #[test]
    fn no_function_word_is_too_long_to_be_looked_up() {
        let words = FUNCTION_WORDS.iter().flat_map(|(_, words)| words.split(' '));
        for word in words {
            assert!(packed(word).is_some_and(|packed| LANGUAGES_OF.contains_key(&packed)), "{word}");
            assert_eq!(packed(&word.to_ascii_uppercase()), packed(word));
        }
        assert_eq!(packed("photosynthesis"), None);
    }

    #[test]
    fn too_little_or_mixed_text_is_not_reliable() {
        assert!(!code("Photosynthesis").1);
        assert!(!code("12 34 56 78").1);
        let english =
            "The plants use the energy of the sun and they make sugar from the water that is in the soil. "
                .repeat(8);
        let german = "Die Pflanzen nutzen die Energie der Sonne und bilden den Zucker aus dem Wasser, das im Boden ist. ".repeat(4);
        let mixed = identify([english.as_str(), german.as_str()].into_iter());
        assert!(!mixed.reliable, "{mixed:?}");
    }

    #[test]
    fn every_language_of_the_detector_has_a_code() {
        for language in whatlang::Lang::all() {
            assert!(two_letters(language.code()).len() == 2, "{}", language.code());
        }
    }
}
