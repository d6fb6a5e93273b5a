//! What shows in German that a sentence defines, gives a cause, contrasts, orders or illustrates.

use crate::language::table::{DefinitionPattern, Form, Patterns};

pub(super) const PATTERNS: Patterns = Patterns {
    definitions: &[
        DefinitionPattern {
            expression: r"^Als (?P<term>[^,;:()]{3,50}?) bezeichnet(?:e)? man (?:im \d+\. Jahrhundert )?(?P<body>(?:die|das|eine|ein) [^;]{12,})$",
            form: Form::Refers,
        },
        DefinitionPattern {
            expression: r"^Unter (?:dem Begriff |einer |einem |der |dem )?(?P<term>[^,;:()]{3,50}?) versteht man (?P<body>(?:die|das|eine|ein) [^;]{12,})$",
            form: Form::Refers,
        },
        DefinitionPattern {
            expression: r"^(?P<term>(?:D(?:er|ie|as) |Eine? )?[^,;:()]{3,50}?)(?: \([^)]{1,40}\))? (?:bedeutet|bezeichnet|heißt) (?P<body>[^;]{12,})$",
            form: Form::Refers,
        },
        DefinitionPattern {
            expression: r"^(?P<term>(?:D(?:er|ie|as) |Eine? )?\p{Lu}[^,;:()]{2,50}?)(?: \([^)]{1,40}\))? (?:ist|sind|war|waren) (?P<body>(?:eine?|einer|der|die|das) [^;]{12,})$",
            form: Form::Copula,
        },
        DefinitionPattern {
            expression: r"^Dieses? (?P<body>\p{Ll}?[^,;:.()]{8,80}?) nennt man (?P<term>[^,;:.()]{3,40}?)[.]$",
            form: Form::Called,
        },
        DefinitionPattern {
            expression: r"(?P<term>\b\p{Lu}[^,;:.()]{2,40}?), (?:das heißt|also) (?P<body>(?:der|die|das|eine?) [^;]{12,}?)[.]$",
            form: Form::Apposition,
        },
    ],
    causes: &[r"^(?P<effect>[^;:]{10,160}?), weil (?P<cause>[^;:]{10,160})[.]$"],
    conditions: &[],
    contrast: &[
        r"(?i)\b(?:während|im gegensatz zu|anders als|dagegen|hingegen|nicht nur|sondern|statt|anstelle|anstatt|jedoch)\b",
    ],
    sequence: &[
        r"(?i)^(?:zuerst|zunächst|dann|danach|schließlich|später)\b",
        r"(?i)\b(?:erste|zweite|dritte|letzte|nächste)[rn]? (?:schritt|phase|stufe)\b",
    ],
    example: &[r"(?i)\b(?:zum beispiel|z\. ?b\.|beispielsweise|etwa wie|wie etwa|ein beispiel)\b"],
    function: &[
        r"(?i)\b(?:dient|dienen|ermöglicht|ermöglichen|verhindert|verhindern|schützt|schützen|bewirkt|bewirken|bestimmt|verbindet|verbinden) ",
    ],
};
