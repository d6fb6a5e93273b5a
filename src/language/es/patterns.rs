//! What shows in Spanish that a sentence defines, gives a cause, contrasts, orders or illustrates.

use crate::language::table::{DefinitionPattern, Form, Patterns};

pub(super) const PATTERNS: Patterns = Patterns {
    definitions: &[
        DefinitionPattern {
            expression: r"^Se (?:llaman?|denominan?|conocen? como|entiende por) (?P<term>[^,;:()]{3,60}?) a (?P<body>(?:la|los|las|una?|unos|unas|tod[oa]s?|aquell[oa]s?|cualquier) [^;]{12,})$",
            form: Form::Refers,
        },
        DefinitionPattern {
            expression: r"^Se (?:llaman?|denominan?|conocen? como|entiende por) (?P<term>[^,;:()]{3,60}?) al (?P<body>[^;]{12,})$",
            form: Form::Refers,
        },
        DefinitionPattern {
            expression: r"^(?:En \p{L}+(?: \p{L}+)?, )?(?P<term>[^,;:()]{3,70}?)(?: \([^)]{1,40}\))? (?:se refieren? a|significa|se definen? como|designa) (?P<body>[^;]{12,})$",
            form: Form::Refers,
        },
        DefinitionPattern {
            expression: r"^(?:En \p{L}+(?: \p{L}+)?, )?(?P<term>[^,;:()]{3,70}?)(?: \([^)]{1,40}\))?(?:, también (?:llamad|conocid|denominad)[oa]s? [^,]{3,50},)? (?:es|son|era|eran|fue) (?P<body>(?:el|la|los|las|una?|unos|unas|cualquier|tod[oa]|cada una?) [^;]{12,})$",
            form: Form::Copula,
        },
        DefinitionPattern {
            expression: r"^(?P<body>(?:El|La|Los|Las|Una?) [^,;:]{10,120}?) (?:se llaman?|se denominan?|reciben? el nombre de|se conocen? como) (?P<term>[^,;:.]{3,50}?)(?:[.]$|[,;] .*$)",
            form: Form::Called,
        },
        DefinitionPattern {
            expression: r"(?P<term>\b[^,;:.()]{2,160}?), que (?:es|son) (?P<body>\p{L})",
            form: Form::Apposition,
        },
        DefinitionPattern {
            expression: r"(?P<term>\b[^,;:.()]{2,160}?), (?P<body>una? )",
            form: Form::Apposition,
        },
        DefinitionPattern {
            expression: r"(?P<body>\b(?:una?|unos|unas) [^,;:.()]{8,80}?),? (?:llamad|denominad|conocid)[oa]s?(?: como)? (?P<term>[^,;:.()]{3,40}?)[.,]",
            form: Form::Called,
        },
        DefinitionPattern {
            expression: r"^(?P<term>[\p{L}\p{N}][^:,;.]{2,50}?)(?: – | — |: )(?P<body>(?i:el|la|los|las|una?|cualquier) .{12,})$",
            form: Form::Label,
        },
    ],
    causes: &[
        r"^(?P<effect>[^;:]{10,160}?),? porque (?P<cause>[^;:]{10,160})[.]$",
        r"^(?P<effect>[^;:]{10,160}?), (?:ya que|puesto que|dado que|pues) (?P<cause>[^;:]{10,160})[.]$",
        r"^Como (?P<cause>[^,;:]{10,140}), (?P<effect>[^;:]{10,160})[.]$",
        r"^(?P<cause>[^;:]{10,160}?), (?:por lo que|de modo que|así que) (?P<effect>[^;:]{10,160})[.]$",
    ],
    conditions: &[
        r"^Cuando (?P<condition>[^,;:]{8,110}), (?P<outcome>[^;:]{8,220})[.]$",
        r"^Si (?P<condition>[^,;:]{8,110}), (?P<outcome>[^;:]{8,220})[.]$",
    ],
    contrast: &[
        r"(?i)\b(?:mientras que|a diferencia de|en contraste con|en comparación con|se diferencian? de|frente a)\b",
    ],
    sequence: &[
        r"(?i)^(?:primero|segundo|luego|después|finalmente|por último|a continuación)\b",
        r"(?i)\b(?:primer|segund|tercer|últim)[oa]? (?:paso|etapa|fase|parte)\b",
        r"(?i)\b(?:a continuación|comienza con|empieza con|seguid[oa]s? de)\b",
    ],
    example: &[
        r"(?i)\b(?:por ejemplo|tales como|como ejemplos?|(?:un|otro) (?:\p{L}+ )?ejemplo (?:es|de|fue|son)|ejemplos de)\b",
    ],
    function: &[
        r"(?i)\b(?:sirven? para|se usan? para|se utilizan? para|se emplean? para)\b",
        r"(?i)\b(?:permiten?|ayudan?|hacen? posible|causan?|provocan?|impiden?|protegen?|controlan?|regulan?|convierten?|determinan?|transportan?|almacenan?)\b",
    ],
};
