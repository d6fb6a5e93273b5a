//! The words that carry a full stop without ending a sentence, and the words that tell that a new
//! one begins. One table a language over a shared one; the decisions are made in `sentences.rs`.
//!
//! An entry is written without its last stop. A lower-case entry also matches with a capital; a
//! capitalised one only as it stands (`St.` but not `st.`).

/// What a full stop after a word says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Stop {
    /// Never the end: a title, `e.g.`.
    NeverEnds,
    /// Not the end before a number: `Fig. 3`.
    JoinsNumber,
    /// The end only when a word follows that begins sentences: `U.S.`, `Inc.`.
    EndsBeforeStarter,
    /// The end when a capital follows: `etc.`.
    EndsBeforeCapital,
}

/// The tables of one language.
#[derive(Clone, Copy, Debug)]
pub(super) struct Rules {
    never_ends: &'static str,
    joins_number: &'static str,
    ends_before_starter: &'static str,
    starters: &'static str,
    /// Whether `19.` before a noun is an ordinal number.
    pub(super) has_ordinal_stops: bool,
}

const SHARED_NEVER: &str = "Dr Mr Mrs Ms Prof vs cf approx e.g i.e viz St Mt Ft Gen Col Capt Lt Sgt Rev Hon Gov Sen Rep Pres Messrs Mme Mlle Mgr ca";
const SHARED_NUMBER: &str =
    "no nos nr fig figs vol vols ch chap sec sect art eq eqs p pp ed para ref refs tab v col";
const SHARED_STARTER: &str = "U.S U.K U.N U.S.A D.C B.C A.D B.C.E C.E Ph.D M.D B.A M.A Inc Ltd Co Corp Jr Sr Bros al S.A N.Y L.A E.U R.N.A D.N.A";
const SHARED_CAPITAL: &str = "etc";

const ENGLISH: Rules = Rules {
    never_ends: "Supt Cmdr Adm Maj Ave",
    joins_number: "Jan Feb Mar Apr Jun Jul Aug Sep Sept Oct Nov Dec",
    ends_before_starter: "a.m p.m esp incl est dept univ assn Blvd Rd",
    starters: "The A An This That These Those It He She They We I You In On At By For From With As If When While Although Because However But And So Then There Their His Her Its Our My Your Some Many Most Each Every All Both Such One Two Three After Before During Since Until Through Thus Therefore Moreover Finally First Second Today What Why How Who Where Which Not No Yes To Another Other Others Later Here Once Unlike Despite Between Under Over Several Few Only Even Now Also Instead Furthermore Nevertheless Meanwhile Without Within Or Nor Yet Is Are Was Were Do Does Did Can Could Should Would Let Whether More Less Much Any Nothing Everyone People Students",
    has_ordinal_stops: false,
};

const SPANISH: Rules = Rules {
    never_ends: "Sr Sra Srta Sres Sras D Dña Da Dra Dres Profa Lic Ing Arq Gral Cap Cnel Excmo Excma Ilmo p.ej ej Vd Uds Ud Mons Sto Sta Fco Ma",
    joins_number: "núm núms pág págs cap caps tel fasc t vid ap aprox n.º n.os siglo s",
    ends_before_starter: "EE.UU EE UU a.C d.C C a.m p.m Cía S.L S.A.R JJ.OO RR.HH depto avda",
    starters: "El La Los Las Lo Un Una Unos Unas Este Esta Estos Estas Ese Esa Eso Esto Esos Esas Aquel Aquella Es Son Era Fue Fueron Se En Por Para Con Sin Como Cuando Donde Pero Y O Si Su Sus No Al De Del Desde Hasta Entre Así También Además Aunque Luego Después Antes Según Todo Toda Todos Todas Cada Hay Ya Más Muchos Muchas Algunos Algunas Otro Otra Otros Otras Entonces Mientras Porque Sin Sobre Tras Durante Ella Ellos Ellas Él Nosotros Yo Qué Cómo Ahora Hoy Finalmente Primero Ambos Ambas Nuestro Nuestra Quien Cual A",
    has_ordinal_stops: false,
};

const FRENCH: Rules = Rules {
    never_ends: "M MM Mmes Mlles Me Pr Vve Mgr c.-à-d p.ex ex env St Ste Sts av apr",
    joins_number: "n° chap t pl fol fasc vol art al",
    ends_before_starter: "J.-C C éd coll dir boul",
    starters: "Le La Les L Un Une Des Du De D Ce Cette Ces Cet C Il Elle Ils Elles On Nous Vous Je J Tu En Dans Par Pour Avec Sans Mais Et Ou Si Son Sa Ses Leur Leurs Au Aux À Après Avant Depuis Quand Comme Cependant Ainsi Alors Puis Ensuite Enfin Aussi Pourtant Lorsque Puisque Tout Toute Tous Toutes Chaque Notre Votre Mon Ma Mes Plus Plusieurs Certains Certaines Quelques Qui Que Qu Où Pourquoi Comment Sur Sous Entre Vers Chez Pendant Aujourd Même Ceci Cela Ça Or Donc Car",
    has_ordinal_stops: false,
};

const GERMAN: Rules = Rules {
    never_ends: "z.B d.h u.a i.d.R o.ä u.ä s.o s.u v.a i.A z.T u.U m.E bzw vgl sog bspw evtl ggf gegr geb gest inkl exkl insb insbes Hr Fr Frl Dipl Ing Mag Hrsg hrsg zzgl zz resp max min Tel Str Mio Mrd Tsd ehem griech lat engl frz dt röm hl Hl",
    joins_number: "Abb Bd Bde Kap S Abs Nr Nrn Aufl Anm Jg Tab Abschn Ziff Art Anl Sp Z Rn Kl",
    ends_before_starter: "v.Chr n.Chr Chr Jh Jhd Jhdt Jhs St usw usf etc Std Min Sek GmbH e.V",
    starters: "Der Die Das Dem Den Des Ein Eine Einen Einem Einer Eines Es Er Sie Wir Ich Ihr Du In Im Am An Auf Aus Bei Beim Mit Nach Von Vom Vor Zu Zum Zur Für Und Aber Oder Doch Wenn Als Da Dann Dort Hier Diese Dieser Dieses Diesen Diesem Seine Seiner Sein Ihre Ihrer Man Auch So Durch Um Über Unter Seit Bis Während Weil Obwohl Danach Damit Dabei Dazu Deshalb Daher Jedoch Heute Später Viele Alle Allerdings Außerdem Zudem Sowohl Nur Noch Nun Jede Jeder Jedes Beide Mehr Manche Einige Andere Was Wer Wie Wo Warum Welche Ob Dadurch Dagegen Somit Schließlich Zunächst Zuerst Erst Ferner Denn Sobald Nachdem Bevor Trotz Wegen Kein Keine Unsere Unser Mein Meine",
    has_ordinal_stops: true,
};

/// For languages without a table of their own.
const OTHER: Rules = Rules {
    never_ends: "",
    joins_number: "",
    ends_before_starter: "",
    starters: ENGLISH.starters,
    has_ordinal_stops: false,
};

/// Nouns before a letter that is a label and no initial: `vitamin C.`
const LABELS: &str = "vitamin vitamins vitamina plan group type class hepatitis point figure table section appendix option case part phase grade factor series serie war step level model category exhibit line schedule grupo tipo punto figura tabla caso fase clase opción categoría groupe classe point cas typ gruppe klasse punkt fall teil phase abbildung tabelle blood team variable";

/// Nouns that an ordinal number usually stands before, where ordinals are written with a stop.
const ORDINAL_NOUNS: &str = "Januar Jänner Februar März April Mai Juni Juli August September Oktober November Dezember Jahrhundert Jahrhunderts Jahrhunderte Jahrhunderten Jahrtausend Jahrtausends Jahrtausende Weltkrieg Weltkriegs Weltkrieges Klasse Klassen Lebensjahr Lebensjahres Auflage Tag Tages Mal Semester Stock Platz Kapitel Artikel Etage Geburtstag Jahrestag Armee Band Bezirk Dynastie Grad Ordnung Generation Woche Monat Schuljahr Jh";

/// Words that an ordinal number usually stands after.
const ORDINAL_LEADS: &str = "am im zum vom der die das den dem des beim ab seit bis jeder jedes jeden ihr ihre ihren sein seine seinen und vor nach dieser diesem";

/// Names of days and months, which follow a time of day within a sentence.
const CALENDAR: &str = "Monday Tuesday Wednesday Thursday Friday Saturday Sunday January February March April May June July August September October November December EST EDT PST PDT GMT UTC ET PT CET";

impl Rules {
    /// The tables for an ISO 639-1 code.
    pub(super) fn of(language: &str) -> Rules {
        match language {
            "en" => ENGLISH,
            "es" => SPANISH,
            "fr" => FRENCH,
            "de" => GERMAN,
            _ => OTHER,
        }
    }

    /// What a stop after `word` (given without it) says, if the word is known.
    pub(super) fn stop(&self, word: &str) -> Option<Stop> {
        if listed(self.never_ends, word) {
            Some(Stop::NeverEnds)
        } else if listed(self.ends_before_starter, word) {
            Some(Stop::EndsBeforeStarter)
        } else if listed(self.joins_number, word) || listed(SHARED_NUMBER, word) {
            Some(Stop::JoinsNumber)
        } else if listed(SHARED_NEVER, word) {
            Some(Stop::NeverEnds)
        } else if listed(SHARED_STARTER, word) {
            Some(Stop::EndsBeforeStarter)
        } else {
            listed(SHARED_CAPITAL, word).then_some(Stop::EndsBeforeCapital)
        }
    }

    /// Whether a word often begins a sentence and hardly a name.
    pub(super) fn is_starter(&self, word: &str) -> bool {
        self.starters.split(' ').any(|starter| starter.len() == word.len() && starter == word)
    }
}

/// Whether a letter after this word is its label.
pub(super) fn takes_label(word: &str) -> bool {
    listed(LABELS, &word.to_lowercase())
}

/// Whether `number.` between these words is an ordinal.
pub(super) fn is_ordinal(before: &str, after: &str, rules: &Rules) -> bool {
    listed(ORDINAL_NOUNS, after) || (listed(ORDINAL_LEADS, before) && !rules.is_starter(after))
}

/// Whether the word goes on with a time of day.
pub(super) fn is_calendar(word: &str) -> bool {
    listed(CALENDAR, word)
}

fn listed(list: &str, word: &str) -> bool {
    let Some(first) = word.chars().next() else { return false };
    let lower = first.to_lowercase().next().filter(|_| first.is_uppercase());
    let rest = word.get(first.len_utf8()..);
    list.split(' ').filter(|entry| entry.len() == word.len()).any(|entry| {
        entry == word
            || lower.is_some_and(|lower| entry.starts_with(lower) && entry.get(lower.len_utf8()..) == rest)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn capitals_match_only_where_they_may() {
        let rules = Rules::of("en");
        assert_eq!(rules.stop("Fig"), Some(Stop::JoinsNumber));
        assert_eq!(rules.stop("E.g"), Some(Stop::NeverEnds));
        assert_eq!(rules.stop("dr"), None);
        assert_eq!(rules.stop("tree"), None);
        assert_eq!(rules.stop(""), None);
    }

    #[test]
    fn each_language_adds_its_own() {
        assert_eq!(Rules::of("de").stop("bzw"), Some(Stop::NeverEnds));
        assert_eq!(Rules::of("es").stop("Sra"), Some(Stop::NeverEnds));
        assert_eq!(Rules::of("en").stop("bzw"), None);
        assert!(Rules::of("de").is_starter("Die") && !Rules::of("de").is_starter("Haus"));
    }
}
