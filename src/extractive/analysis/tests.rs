//! Sentences and what is seen in them, as tables.

use super::*;
use crate::language::{Form, language};

fn definitions(code: &str, sentence: &str) -> Vec<(String, String, Form)> {
    let mut finder = definition::Finder {
        language: language(code),
        key_terms: std::collections::HashMap::new(),
        names: &|_| false,
        stems: Stems::of(language(code)),
    };
    let found = finder.find(sentence).into_iter();
    found.map(|definition| (definition.phrase, definition.body, definition.form)).collect()
}

const DEFINITIONS: [(&str, &str, &str, &str, Form); 21] = [
    (
        "en",
        "Proportionality means that a law may limit a right only as far as is needed.",
        "proportionality",
        "a law may limit a right only as far as is needed",
        Form::Refers,
    ),
    (
        "en",
        "Some speak of retention, the idea that traces stay with us as long as they are used.",
        "retention",
        "the idea that traces stay with us as long as they are used",
        Form::Apposition,
    ),
    (
        "en",
        "A limiting factor is the condition that is in shortest supply and therefore sets the pace.",
        "a limiting factor",
        "the condition that is in shortest supply and therefore sets the pace",
        Form::Copula,
    ),
    (
        "de",
        "Als Industrielle Revolution bezeichnet man den tiefgreifenden Wandel von Wirtschaft und Gesellschaft.",
        "„Industrielle Revolution“",
        "der tiefgreifende Wandel von Wirtschaft und Gesellschaft",
        Form::Refers,
    ),
    (
        "de",
        "Eine Fabrik ist ein Betrieb, in dem viele Menschen unter einem Dach Waren herstellen.",
        "„Fabrik“",
        "ein Betrieb, in dem viele Menschen unter einem Dach Waren herstellen",
        Form::Copula,
    ),
    (
        "de",
        "Dieses rasche Wachstum der Städte nennt man Urbanisierung.",
        "„Urbanisierung“",
        "Das rasche Wachstum der Städte",
        Form::Called,
    ),
    ("en", "A meander is a large bend in a river.", "a meander", "a large bend in a river", Form::Copula),
    (
        "en",
        "The process began with a punch, a steel rod with a letter carved on its end.",
        "a punch",
        "a steel rod with a letter carved on its end",
        Form::Apposition,
    ),
    (
        "en",
        "The result is photorespiration, a wasteful process that consumes energy and releases carbon dioxide.",
        "photorespiration",
        "a wasteful process that consumes energy and releases carbon dioxide",
        Form::Apposition,
    ),
    (
        "en",
        "Attrition, which is the grinding of stones against each other, makes them small and round.",
        "attrition",
        "the grinding of stones against each other",
        Form::Apposition,
    ),
    (
        "en",
        "A pigment is a substance that absorbs light.",
        "a pigment",
        "a substance that absorbs light",
        Form::Copula,
    ),
    (
        "en",
        "Working memory refers to the small amount of information in mind.",
        "working memory",
        "the small amount of information in mind",
        Form::Refers,
    ),
    (
        "en",
        "Psychologists define memory as the ability to take in information.",
        "memory",
        "the ability to take in information",
        Form::Refers,
    ),
    (
        "en",
        "The fluid around the thylakoids is called the stroma.",
        "the stroma",
        "The fluid around the thylakoids",
        Form::Called,
    ),
    (
        "en",
        "Water travels through the xylem, a tissue of narrow, hollow tubes.",
        "the xylem",
        "a tissue of narrow, hollow tubes",
        Form::Apposition,
    ),
    (
        "en",
        "Carbon dioxide enters through stomata, which are tiny pores in the leaf.",
        "stomata",
        "tiny pores in the leaf",
        Form::Apposition,
    ),
    (
        "en",
        "A price ceiling is a legal maximum price, and it has an effect only below equilibrium.",
        "a price ceiling",
        "a legal maximum price",
        Form::Copula,
    ),
    (
        "en",
        "Supply is the relationship between a price and a quantity.",
        "supply",
        "the relationship between a price and a quantity",
        Form::Copula,
    ),
    (
        "es",
        "La evaporación es el paso del agua al estado gaseoso.",
        "la evaporación",
        "el paso del agua al estado gaseoso",
        Form::Copula,
    ),
    (
        "es",
        "Se llama transpiración a la pérdida de vapor de agua.",
        "transpiración",
        "la pérdida de vapor de agua",
        Form::Refers,
    ),
    (
        "es",
        "El agua alcanza los acuíferos, que son formaciones de roca o sedimento.",
        "los acuíferos",
        "formaciones de roca o sedimento",
        Form::Apposition,
    ),
];

#[test]
fn definitions_give_a_noun_phrase_and_what_it_is() {
    for (code, sentence, phrase, body, form) in DEFINITIONS {
        let wanted = (phrase.to_owned(), body.to_owned(), form);
        assert!(
            definitions(code, sentence).contains(&wanted),
            "{sentence}: {:?}",
            definitions(code, sentence)
        );
    }
}

#[test]
fn what_only_looks_like_a_definition_is_none() {
    let table = [
        "It is the process by which plants build sugar from air.",
        "This is a method that works for many kinds of plants.",
        "The result is a wasteful loss of energy and matter.",
        "Photosynthesis is also a central part of the carbon cycle.",
        "Almost every meal begins with a leaf, an alga or a bacterium that can catch sunlight.",
        "When photosystem II absorbs light, a special pair of molecules loses an electron.",
        "Carotenoids, which are yellow, orange or red, are another group of them.",
        "In the middle of the fifteenth century, a goldsmith in Mainz joined several techniques.",
        "If demand is elastic, a higher price reduces revenue.",
        "Weather matters for farm products: a late frost reduces the supply of apples.",
        "Coffee is dependent on the weather of the year before.",
        "The Pope issued the Roman Index of Forbidden Books, a list of works that nobody may read.",
        "Week 6: The normal distribution, review and midterm.",
        "Large stones roll along the bed, a process called traction.",
        "Land is the classic exception among all the things that are sold.",
        "The person who makes it is called the offeror.",
        "Silt, a layer of fine, fertile mud, covers the plain.",
        "A milder means is available, because the city could limit marches.",
    ];
    for sentence in table {
        assert_eq!(definitions("en", sentence), vec![], "{sentence}");
    }
}

#[test]
fn sentences_that_lean_on_others_do_not_stand_alone() {
    let table = [
        ("en", "Chloroplasts are descended from cyanobacteria.", true),
        ("en", "Magma rises because it is lighter than the rock around it.", true),
        ("en", "It depends heavily on attention and on time.", false),
        ("en", "However, the price of books fell by two thirds.", false),
        ("en", "Literacy rose slowly over the following centuries in all towns.", true),
        ("en", "A flood is the tide that rises and therefore drowns the fields.", true),
        ("en", "Most of what happens to us is forgotten, and much of it within hours.", true),
        ("en", "A small part was buried in the distant past and became coal.", false),
        ("en", "A small part of the carbon was buried and became coal.", true),
        ("en", "A good indicator makes the two nearly coincide in one drop.", false),
        ("en", "In this way print reached far beyond the minority.", false),
        ("en", "He spent part of his life in Strasbourg and Mainz.", false),
        ("en", "The result is a loss of energy and of matter.", false),
        ("en", "The second stage of photosynthesis is the Calvin cycle.", true),
        ("en", "In the process the plant loses water through pores.", true),
        ("en", "In some plants the process releases oxygen into the air.", false),
        ("es", "La condensación es el paso del vapor al agua.", true),
        ("es", "Se produce porque el Sol calienta la superficie.", false),
        ("es", "Por eso el sudor nos refresca la piel.", false),
        ("es", "Si sigue bajando, alcanza los acuíferos más profundos.", false),
    ];
    for (code, sentence, stands) in table {
        let lexicon = language(code).lexicon();
        assert_eq!(!leans(&tokens(sentence, lexicon), lexicon), stands, "{sentence}");
    }
}

#[test]
fn runs_end_at_verbs() {
    let table = [
        ("Photosynthesis stores energy in sugar.", vec!["Photosynthesis", "energy", "sugar"]),
        ("A milder means is available.", vec!["milder means"]),
        ("Each packet expires one hop farther along.", vec!["packet", "hop farther"]),
        ("The process releases oxygen as a by-product.", vec!["oxygen", "by-product"]),
        (
            "Printed books spread the light reactions of photosystem II.",
            vec!["books", "light reactions", "photosystem II"],
        ),
    ];
    for (sentence, wanted) in table {
        let words = tokens(sentence, language("en").lexicon());
        let found: Vec<String> = runs(&words, language("en").lexicon())
            .into_iter()
            .filter_map(|run| words.get(run).map(candidate::spelling))
            .collect();
        assert_eq!(found, wanted, "{sentence}");
    }
}
