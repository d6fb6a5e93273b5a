//! Tables of sentences that are easily cut in the wrong place; `|` stands where one ends.

use proptest::prelude::*;

use super::*;

fn marked(language: &str, paragraph: &str) -> String {
    let sentences = split(paragraph, &Rules::of(language));
    sentences.iter().map(|found| paragraph.get(found.range.clone()).unwrap()).collect::<Vec<_>>().join("|")
}

fn check(language: &str, table: &[&str]) {
    for wanted in table {
        assert_eq!(marked(language, &wanted.replace('|', " ")), *wanted, "{language}");
    }
}

#[test]
fn english_sentences_are_whole() {
    check(
        "en",
        &[
            "Dr. Smith and Mrs. Jones met Prof. Lee.|They talked.",
            "Some plants, e.g. Cacti and i.e. Succulents, store water.|Others do not.",
            "It grew vs. Last year by 3.14 percent.|See Fig. 3 and No. 5 on pp. 12 of Vol. 2.",
            "He said no.|The answer was final.",
            "The U.S. Congress met.|It moved to the U.S. The journey took weeks."
                .replace("U.S. The", "U.S.|The")
                .as_str(),
            "J. R. R. Tolkien wrote it.|J.R.R. Tolkien taught at Oxford.|John F. Kennedy did not.",
            "Oranges have vitamin C.|Plants make it.|You are taller than I.|We know.",
            "They fought in World War I.|Germany lost.",
            "In Brown v. Board of Education the Court agreed.|Schools changed.",
            "It is 0.07 mol/L.|Acids need twice as much.",
            "Smith et al. Showed it.|Smith et al. (2010) agreed.".replace("Showed", "showed").as_str(),
            "It opens at 9 a.m. Monday and closes at 5 p.m. The rest is dark."
                .replace("p.m. The", "p.m.|The")
                .as_str(),
            "Use version 2.0.1 of it.|It costs $3.50.|Go to example.com/a?b=1 now.",
            "“Why?” he asked.|“Stop!” she cried.|“It is late.”|He left.",
            "\"Is it true?\" she said.|(It was.)|Then she left.",
            "Really?!|Yes.|Well... I think so.|The end... Then silence."
                .replace("end... Then", "end...|Then")
                .as_str(),
            "Wait… I know.|It ended…|The crowd left.",
            "Cells, tissues, etc. The list is long.".replace("etc. The", "etc.|The").as_str(),
            "It happened in 1999.|25 people saw it.|mRNA carries the message.|pH is a measure.",
            "Is it hot?|Yes, in St. Louis and on Mt. Everest.|Acme Inc. sells it.",
            "He said: “I am here. You are there.”|Then he left.",
            "It failed (see Sec. 4. The rest is there).|It worked.",
            "Water boils at 100 °C.|Ice melts at 0 °C.",
            "There are three stages:|".trim_end_matches('|'),
        ],
    );
}

#[test]
fn spanish_sentences_are_whole() {
    check(
        "es",
        &[
            "El Sr. Pérez y la Sra. Gómez llegaron.|La Dra. Ruiz no.",
            "Hay plantas, p. ej. Los cactus, que guardan agua.|Otras no.",
            "Viajó a EE. UU. en mayo.|Vive en EE. UU. La vida es cara.".replace("UU. La", "UU.|La").as_str(),
            "¿Qué es la célula?|Es la unidad de la vida.|¡Qué bien!|Sí.",
            "Nació en el siglo I a. C. en Roma.|Murió en el 44 a. C. La ciudad lloró."
                .replace("C. La", "C.|La")
                .as_str(),
            "Véase la pág. 12 y el cap. 3.|Luego, el núm. 5.",
            "Mide 3,5 m.|Pesa 1.200 kg.|«¿Vienes?», dijo.|«Sí.»|Y se fue.",
            "El 1.º de mayo es fiesta.|J. L. Borges escribió cuentos.",
        ],
    );
}

#[test]
fn french_sentences_are_whole() {
    check(
        "fr",
        &[
            "M. Dupont et Mme. Martin arrivent.|Ils parlent.",
            "Il est né en 50 av. J.-C. à Rome.|Il vit à Lyon.",
            "Voir p. ex. La figure 3.|« Pourquoi ? » demanda-t-il.|Il partit.",
            "C'est vrai !|Oui.|L'eau bout à 100 °C.|La glace fond.",
        ],
    );
}

#[test]
fn german_sentences_are_whole() {
    check(
        "de",
        &[
            "Im 19. Jahrhundert begann es.|Am 3. Oktober endete es.|Der 2. Weltkrieg folgte.",
            "Viele Pflanzen, z. B. Kakteen, speichern Wasser.|Andere, d. h. Moose, nicht.",
            "Das gilt u. a. Für Moose.|Es war 1990.|Die Mauer fiel.".replace("Für", "für").as_str(),
            "Dr. Müller bzw. Prof. Maier kam.|Vgl. Abb. 3 und Nr. 5.|Caesar starb 44 v. Chr. in Rom.",
            "„Warum?“, fragte er.|„Es ist spät.“|Er ging.|Es kostet 3,50 Euro.",
            "Es gibt Äpfel, Birnen usw. Die Liste ist lang.".replace("usw. Die", "usw.|Die").as_str(),
        ],
    );
}

#[test]
fn list_markers_and_stray_marks_are_no_sentences() {
    check("en", &["1. The king ruled.|2. The queen fled.", "Really? ! ?|It is."]);
    assert_eq!(marked("ja", "これは水です。あれは火です。"), "これは水です。|あれは火です。");
    assert_eq!(marked("ja", "水ですか？はい！水です。"), "水ですか？|はい！|水です。");
    check("ur", &["پانی زندگی ہے۔|پودے روشنی سے خوراک بناتے ہیں۔"]);
    check("hy", &["Ջուրը կյանք է։|Բույսերը լույս են ուզում։"]);
}

#[test]
fn fragments_are_not_complete() {
    for (text, complete) in [
        ("There are three stages:", false),
        ("The light reaction.", true),
        ("and so it went.", false),
        ("He said: “I am here.", false),
        ("It rained (a lot.", false),
        ("It went on…", false),
        ("¿Qué es la célula?", true),
        ("“It is late.”", true),
        ("It is 5\" long.", true),
        ("No.", false),
        ("The steps are a) wash and b) rinse.", true),
        ("mRNA carries it.", true),
        ("پانی زندگی ہے۔", true),
        ("Ջուրը կյանք է։", true),
        ("जल जीवन है।", true),
        ("太阳照射海洋（海的水)，水升到空中。", true),
        ("水蒸气(water vapour）升到空中。", true),
        ("水蒸气（water升到空中。", false),
    ] {
        assert_eq!(
            split(text, &Rules::of("en")).last().map(|found| found.is_complete),
            Some(complete),
            "{text}"
        );
    }
}

proptest! {
    #[test]
    fn in_ascii_the_borders_of_the_annex_change_nothing(
        paragraph in "([ .!?,;:\"'()\\[\\]{}/*-]|[a-cA-C1-3IvU]|Mr[.] | U[.]S[.] |No[.] |e[.]g[.] ){0,40}",
        language in prop::sample::select(vec!["en", "de", "es", "fr", "und"]),
    ) {
        let rules = Rules::of(language);
        let all = &after_stops(&paragraph) | &borders_of_the_annex(&paragraph);
        prop_assert_eq!(split(&paragraph, &rules), split_at(all, &paragraph, &rules));
    }
}
