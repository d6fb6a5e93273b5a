//! What shows in French that a sentence defines, gives a cause, contrasts, orders or illustrates.

use crate::language::table::{DefinitionPattern, Form, Patterns};

pub(super) const PATTERNS: Patterns = Patterns {
    definitions: &[
        DefinitionPattern {
            expression: r"^(?P<term>(?:L[ea]s? |L['’]|Une? )[^,;:()]{2,60}?)(?: \([^)]{1,40}\))? (?:désigne|désignent|signifie|signifient|se définit comme|se définissent comme) (?P<body>[^;]{12,})$",
            form: Form::Refers,
        },
        DefinitionPattern {
            expression: r"^On (?:appelle|nomme) (?P<term>[^,;:()]{2,50}?) (?P<body>(?:l[ea]s? |l['’]|une? |des |tout |toute )[^;]{12,})$",
            form: Form::Refers,
        },
        DefinitionPattern {
            expression: r"^(?P<term>(?:L[ea]s? |L['’]|Une? )[^,;:()]{2,60}?)(?: \([^)]{1,40}\))? (?:est|sont|était|étaient) (?P<body>(?:une?|l[ea]s?|l['’]|des) ?[^;]{12,})$",
            form: Form::Copula,
        },
        DefinitionPattern {
            expression: r"(?P<body>\b(?:une? |l[ea]s? |l['’])[^,;:.()]{8,80}?),? (?:appelée?s?|nommée?s?|dite?s?) (?P<term>[^,;:.()]{2,40}?)[.,]",
            form: Form::Called,
        },
        DefinitionPattern {
            expression: r"^(?P<term>(?:L[ea]s? |L['’])[^,;:.()]{2,50}?), (?P<body>(?:une? |l[ea]s? |l['’]|impôt |régime |assemblée |forteresse )[^,;:]{12,}?), .*$",
            form: Form::Apposition,
        },
        DefinitionPattern {
            expression: r"(?P<term>\b[^,;:.()]{2,50}?), c['’]est-à-dire (?P<body>(?:une? |l[ea]s? |l['’]|des )[^;]{12,}?)[.]$",
            form: Form::Apposition,
        },
    ],
    causes: &[
        r"^(?P<effect>[^;:]{10,160}?),? parce qu(?:e |['’])(?P<cause>[^;:]{10,160})[.]$",
        r"^(?P<effect>[^;:]{10,160}?), car (?P<cause>[^;:]{10,160})[.]$",
        r"^(?P<effect>[^;:]{10,160}?), puisqu(?:e |['’])(?P<cause>[^;:]{10,160})[.]$",
    ],
    conditions: &[
        r"^(?:Quand|Lorsque) (?P<condition>[^,;:]{8,110}), (?P<outcome>[^;:]{8,220})[.]$",
        r"^Si (?P<condition>[^,;:]{8,110}), (?P<outcome>[^;:]{8,220})[.]$",
    ],
    contrast: &[
        r"(?i)\b(?:tandis que|alors que|contrairement à|au lieu de|par rapport à|en revanche|au contraire|mais|plutôt que)\b",
    ],
    sequence: &[
        r"(?i)^(?:d['’]abord|ensuite|puis|enfin|alors)\b",
        r"(?i)\b(?:première|deuxième|seconde|troisième|dernière) (?:étape|phase)\b",
        r"(?i)\b(?:puis|ensuite|quelques jours plus tard)\b",
    ],
    example: &[r"(?i)\b(?:par exemple|p\. ?ex\.|tels? que|telles? que|comme l['’]exemple|notamment)\b"],
    function: &[
        r"(?i)\b(?:permet|permettent|sert|servent|empêche|empêchent|protège|protègent|transforme|transforment|provoque|provoquent|détermine) ",
    ],
};
