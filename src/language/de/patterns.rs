//! What shows in German that a sentence defines, gives a cause, contrasts, orders or illustrates.

use crate::language::table::{DefinitionPattern, Form, Patterns};

pub(super) const PATTERNS: Patterns = Patterns {
    definitions: &[
        DefinitionPattern {
            expression: r"^Als (?P<term>[^,;:()]{3,50}?) bezeichnete? man (?:im \d+\. Jahrhundert )?(?P<body>(?:die|das|den|einen|eine|ein) [^;]{12,})$",
            form: Form::Refers,
        },
        DefinitionPattern {
            expression: r"^Unter (?:dem Begriff |einer |einem |der |dem )?(?P<term>[^,;:()]{3,50}?) versteht man (?P<body>(?:die|das|den|einen|eine|ein) [^;]{12,})$",
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
            expression: r"^(?P<body>(?:Die|Das|Eine|Ein|Diese|Dieses) [^,;:.()]{8,90}?) (?:nennt man|heißt|heißen) (?P<term>[^,;:.()]{3,40}?)[.]$",
            form: Form::Called,
        },
        DefinitionPattern {
            expression: r"^(?P<body>(?:Der|Die|Das|Ein|Eine) [^,;:.()]{8,90}?) (?:wird|werden) (?P<term>\p{Lu}[^,;:.()]{2,40}?) genannt[.]$",
            form: Form::Called,
        },
        DefinitionPattern {
            expression: r"^(?P<body>(?:Der|Die|Das|Ein|Eine) [^,;:.()]{8,90}?) (?:wird|werden) als (?P<term>\p{Lu}[^,;:.()]{2,40}?) bezeichnet[.]$",
            form: Form::Called,
        },
        DefinitionPattern {
            expression: r"(?P<term>\b\p{Lu}[^,;:.()]{2,40}?), (?:das heißt|also) (?P<body>(?:der|die|das|eine?) [^;]{12,}?)[.]$",
            form: Form::Apposition,
        },
    ],
    causes: &[r"^(?P<effect>[^;:]{10,160}?), (?:weil|da) (?P<cause>[^;:]{10,160})[.]$"],
    conditions: &[
        r"^Als (?P<condition>[^,;:]{8,110} (?:\p{L}+ten?|war|waren|wurden?|kam|kamen|begann|begannen)), (?P<outcome>[^;:]{8,220})[.]$",
        r"^(?:Wenn|Sobald) (?P<condition>[^,;:]{8,110}), (?P<outcome>[^;:]{8,220})[.]$",
    ],
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
