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
    /// Phrases with which a text says what follows from something, in small letters.
    pub consequences: &'static [&'static str],
    /// Words of headings of sections that say why their matter counts, in small letters.
    pub stakes: &'static [&'static str],
    /// Words that say something of a part only ("some"), in small letters.
    pub partial: &'static [&'static str],
    /// Phrases with which a text reports how something is mostly spoken of, in small letters.
    pub hearsay: &'static [&'static str],
    /// Pronouns of one person, as subject and as possessive; only where the possessive can be replaced
    /// by the name with an ending.
    pub persons: &'static [(&'static str, &'static str)],
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

static NONE: Cues = Cues {
    small_numbers: &[],
    additions: &[],
    objects: &[],
    before_empty_object: &[],
    joints: &[],
    consequences: &[],
    stakes: &[],
    partial: &[],
    hearsay: &[],
    persons: &[],
};

static ENGLISH: Cues = Cues {
    small_numbers: &["two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "several"],
    additions: &["also", "too", "instead", "another"],
    objects: &["it", "them"],
    before_empty_object: &["make", "makes", "made", "making", "find", "finds", "found"],
    joints: &[
        "and", "but", "or", "because", "when", "which", "that", "who", "if", "so", "as", "while", "until",
    ],
    consequences: &[
        "made it possible",
        "makes it possible",
        "made possible",
        "makes possible",
        "led to",
        "leads to",
        "brought about",
        "brings about",
        "results in",
        "resulted in",
        "changed",
        "transformed",
        "shaped",
        "depends on",
        "depend on",
        "begins with",
        "made the",
        "makes the",
        "allows",
        "enabled",
        "enables",
        "caused",
        "causes",
        "influenced",
        "a central part of",
        "spread faster",
        "shields",
    ],
    stakes: &[
        "matters",
        "matter",
        "important",
        "importance",
        "consequences",
        "effects",
        "impact",
        "legacy",
        "significance",
    ],
    partial: &["some", "certain"],
    hearsay: &[
        "often described",
        "often called",
        "sometimes called",
        "often said",
        "sometimes said",
        "widely considered",
        "generally regarded",
        "often regarded",
    ],
    persons: &[("she", "her"), ("he", "his")],
};

static SPANISH: Cues = Cues {
    small_numbers: &[
        "dos", "tres", "cuatro", "cinco", "seis", "siete", "ocho", "nueve", "diez", "varios", "varias",
    ],
    additions: &["también", "además", "tampoco"],
    objects: &[],
    before_empty_object: &[],
    joints: &[],
    consequences: &[
        "hizo posible",
        "hace posible",
        "hicieron posible",
        "permite",
        "permiten",
        "permitió",
        "permitieron",
        "condujo a",
        "conduce a",
        "llevó a",
        "provocó",
        "provoca",
        "transformó",
        "cambió",
        "depende de",
        "dependen de",
        "da lugar a",
        "dio lugar a",
        "causa",
        "influyó en",
    ],
    stakes: &[
        "importa",
        "importan",
        "importante",
        "importancia",
        "consecuencias",
        "efectos",
        "impacto",
        "legado",
    ],
    partial: &["algunos", "algunas", "ciertos", "ciertas"],
    hearsay: &["suele describirse", "suele llamarse", "se suele decir", "a menudo se dice"],
    persons: &[],
};

static FRENCH: Cues = Cues {
    small_numbers: &["deux", "trois", "quatre", "cinq", "six", "sept", "huit", "neuf", "dix", "plusieurs"],
    additions: &["aussi", "également"],
    objects: &[],
    before_empty_object: &[],
    joints: &[],
    consequences: &[
        "a rendu possible",
        "rend possible",
        "rendit possible",
        "permet",
        "permettent",
        "a permis",
        "conduit à",
        "a conduit à",
        "mène à",
        "entraîne",
        "a entraîné",
        "entraîna",
        "transforma",
        "a transformé",
        "a changé",
        "dépend de",
        "dépendent de",
        "provoque",
        "provoqua",
    ],
    stakes: &[
        "importe",
        "important",
        "importance",
        "conséquences",
        "effets",
        "portée",
        "héritage",
        "enjeu",
        "enjeux",
    ],
    partial: &["certains", "certaines", "quelques"],
    hearsay: &["souvent décrit", "souvent appelé", "on dit souvent"],
    persons: &[],
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
    consequences: &[
        "ermöglicht",
        "ermöglichte",
        "ermöglichten",
        "macht es möglich",
        "machte es möglich",
        "führt zu",
        "führte zu",
        "führten zu",
        "bewirkt",
        "bewirkte",
        "veränderte",
        "verändert",
        "verwandelte",
        "hängt von",
        "hängen von",
        "sorgt dafür",
        "sorgte dafür",
    ],
    stakes: &["wichtig", "bedeutung", "folgen", "wirkung", "wirkungen", "auswirkungen", "erbe"],
    partial: &["manche", "mancher", "einige", "einiger", "einigen"],
    hearsay: &["oft beschrieben", "oft genannt", "wird oft als", "werden oft als"],
    persons: &[],
};
