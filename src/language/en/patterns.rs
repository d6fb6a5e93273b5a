//! What shows in English that a sentence defines, gives a cause, contrasts, orders or illustrates.

use crate::language::table::{DefinitionPattern, Form, Patterns};

pub(super) const PATTERNS: Patterns = Patterns {
    definitions: &[
        DefinitionPattern {
            expression: r"(?i)^(?:in \p{L}+(?: \p{L}+)?, )?(?P<term>[^,;:()]{2,70}?)(?: \([^)]{1,40}\))? (?:refers to|denotes|means|is defined as|are defined as|is the name for|is the name given to|can be defined as|is the term for) (?P<body>[^;]{12,})$",
            form: Form::Refers,
        },
        DefinitionPattern {
            expression: r"^(?:In \p{L}+(?: \p{L}+)?, )?(?P<term>[^,;:()]{2,70}?)(?: \([^)]{1,40}\))? (?:is|are) (?P<body>(?:a|an|the|any|one of|all|those|(?:\p{L}+(?:-|,? )){0,3}\p{L}+ (?:that|which|who|whose|of|in|made|used|for|with|with which|by which|in which|capable|built|from|produced|by|on|between|placed|consisting)) .{8,})$",
            form: Form::Copula,
        },
        DefinitionPattern {
            expression: r"^(?P<term>(?:An?|The) [^,;:()]{2,60}?|\p{Lu}[\p{L}.'-]+(?: (?:of |the |de |von |van )?\p{Lu}[\p{L}.'-]+){0,3}) (?:was|were) (?P<body>(?:a|an|the) .{12,})$",
            form: Form::Copula,
        },
        DefinitionPattern {
            expression: r"^(?:\p{L}+ )?(?:define|describe|call) (?P<term>\p{L}[^,;:()]{2,40}?) as (?P<body>(?:a|an|the|any) [^;]{12,})$",
            form: Form::Refers,
        },
        DefinitionPattern {
            expression: r"^(?P<body>(?:A|An|The|Any|\p{Lu}\p{L}+) [^,;:]{10,120}?) (?:is|are) (?:called|known as|termed|named|referred to as) (?P<term>[^,;:.]{2,50}?)(?:[.]$|[,;] .*$)",
            form: Form::Called,
        },
        DefinitionPattern {
            expression: r"(?P<term>\b[^,;:.()]{2,160}?), which (?:is|are) (?P<body>\p{L})",
            form: Form::Apposition,
        },
        DefinitionPattern {
            expression: r"(?P<term>\b[^,;:.()]{2,160}?), (?P<body>an? )",
            form: Form::Apposition,
        },
        DefinitionPattern {
            expression: r"(?P<term>\b[^,;:.()]{2,160}?), (?P<body>the (?:idea|belief|claim|view|theory|principle|rule|practice|ability|process|use|study|science|art|act|power|right) (?:that|of|by|in|to) )",
            form: Form::Apposition,
        },
        DefinitionPattern {
            expression: r"(?P<body>\b(?:a|an) [^,;:.()]{8,80}?),? (?:called|known as|termed) (?P<term>[^,;:.()]{2,40}?)[.,]",
            form: Form::Called,
        },
        DefinitionPattern {
            expression: r"^(?P<term>[\p{L}\p{N}][^:,;.]{1,50}?)(?: – | — |: )(?P<body>(?:(?i:an?|the|any|one) |\p{L}+s (?:that|which|of) ).{12,})$",
            form: Form::Label,
        },
    ],
    causes: &[
        r"^(?P<effect>[^;:]{10,160}?),? because (?P<cause>[^;:]{10,160})[.]$",
        r"^(?P<effect>[^;:]{10,160}?), since (?P<cause>[^;:]{10,160})[.]$",
        r"^Because (?P<cause>[^,;:]{10,140}), (?P<effect>[^;:]{10,160})[.]$",
        r"^(?P<cause>[^;:]{10,160}?), so (?P<effect>[^;:]{10,160})[.]$",
        r"^(?P<cause>[^;:]{10,160}?), and (?:as a result|for this reason|therefore),? (?P<effect>[^;:]{10,160})[.]$",
    ],
    conditions: &[
        r"^When (?P<condition>[^,;:]{8,110}), (?P<outcome>[^;:]{8,220})[.]$",
        r"^If (?P<condition>[^,;:]{8,110}), (?P<outcome>[^;:]{8,220})[.]$",
    ],
    contrast: &[
        r"(?i)\b(?:whereas|unlike|in contrast to|as opposed to|rather than|differs? from|compared (?:with|to)|while the|more .{1,40} than)\b",
    ],
    sequence: &[
        r"(?i)^(?:first|second|third|next|then|finally|lastly|afterwards)\b",
        r"(?i)\b(?:first|second|third|final|next|last) (?:step|stage|phase|part)\b",
        r"(?i)\b(?:and then|after that|begins with|began with|followed by)\b",
    ],
    example: &[r"(?i)\b(?:for example|for instance|such as|e\.g\.|an example|examples)\b"],
    function: &[
        r"(?i)\b(?:is|are) (?:used|needed|required) (?:to|for)\b",
        r"(?i)\b(?:allows?|enables?|helps?|serves?|makes? it possible|causes?|prevents?|protects?|controls?|regulates?|converts?|determines?|carr(?:y|ies)|connects?|stores?)\b",
    ],
};
