//! Small words that show a sentence needs the ones around it: numbers that announce what is counted,
//! words that add to something said before, pronouns without what they stand for. Which sentences
//! are left out for that is known to `extractive`.

/// The cues of one language; lists of words.
#[derive(Debug)]
pub struct Cues {
    /// Two to ten, and "several".
    pub small_numbers: &'static [&'static str],
    /// Words that add to what was said ("also").
    pub additions: &'static [&'static str],
    /// Pronouns that as objects stand for something outside their clause ("them").
    pub objects: &'static [&'static str],
    /// Verbs after which such a pronoun stands for what follows ("makes it possible to").
    pub before_empty_object: &'static [&'static str],
    /// Words that begin another clause.
    pub joints: &'static [&'static str],
}

/// Returns the cues of the language with that two-letter code.
#[must_use]
pub fn cues(language: &str) -> &'static Cues {
    match language {
        "en" => &ENGLISH,
        "es" => &SPANISH,
        "fr" => &FRENCH,
        "de" => &GERMAN,
        _ => &NONE,
    }
}

static NONE: Cues =
    Cues { small_numbers: &[], additions: &[], objects: &[], before_empty_object: &[], joints: &[] };

static ENGLISH: Cues = Cues {
    small_numbers: &["two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "several"],
    additions: &["also", "too", "instead", "another"],
    objects: &["it", "them"],
    before_empty_object: &["make", "makes", "made", "making", "find", "finds", "found"],
    joints: &[
        "and", "but", "or", "because", "when", "which", "that", "who", "if", "so", "as", "while", "until",
    ],
};

static SPANISH: Cues = Cues {
    small_numbers: &[
        "dos", "tres", "cuatro", "cinco", "seis", "siete", "ocho", "nueve", "diez", "varios", "varias",
    ],
    additions: &["también", "además", "tampoco"],
    objects: &[],
    before_empty_object: &[],
    joints: &[],
};

static FRENCH: Cues = Cues {
    small_numbers: &["deux", "trois", "quatre", "cinq", "six", "sept", "huit", "neuf", "dix", "plusieurs"],
    additions: &["aussi", "également"],
    objects: &[],
    before_empty_object: &[],
    joints: &[],
};

static GERMAN: Cues = Cues {
    small_numbers: &["zwei", "drei", "vier", "fünf", "sechs", "sieben", "acht", "neun", "zehn", "mehrere"],
    additions: &[
        "auch",
        "ebenfalls",
        "allerdings",
        "jedoch",
        "deshalb",
        "damit",
        "dadurch",
        "nämlich",
        "dagegen",
    ],
    objects: &["ihn", "ihm", "ihnen"],
    before_empty_object: &[],
    joints: &["und", "oder", "aber", "weil", "wenn", "dass", "der", "die", "das"],
};
