//! Whether a sentence has left out its subject, in a language that may: then it needs the sentence
//! that names it.
//!
//! Without a parser: a subject is a noun phrase that no preposition governs, before the finite verb of
//! the main clause or, after verbs that have no object, behind it. In doubt the subject counts as left
//! out, for a sentence that is kept back does less harm than one that nobody understands. The words
//! stand in `language::dropping`.

use super::token::{Class, Token};
use crate::language::{Dropping, Lexicon};

/// Words among which a sentence says when.
const OPENING_TOKENS: usize = 8;

/// Whether a sentence or clause has left out its subject.
pub(in crate::extractive) fn drops_subject(tokens: &[Token], lexicon: &Lexicon) -> bool {
    let Some(dropping) = lexicon.dropping.as_ref() else { return false };
    let normal = super::fitness::normal_form(tokens);
    let opens = |phrase: &&str| {
        normal.strip_prefix(*phrase).is_some_and(|rest| rest.is_empty() || rest.starts_with(' '))
    };
    if lexicon.impersonal_openings.iter().any(opens) {
        return false;
    }
    let walk = Walk { tokens, lexicon, dropping };
    // What a question asks for is its subject, or stands before it ("¿Por qué unas nubes …?").
    let asks = tokens.first().is_some_and(|first| first.text == "¿");
    !asks && (walk.is_elliptical() || walk.lacks_subject())
}

/// A walk over a sentence.
struct Walk<'a> {
    tokens: &'a [Token],
    lexicon: &'a Lexicon,
    dropping: &'a Dropping,
}

impl Walk<'_> {
    fn word(&self, at: usize) -> &str {
        self.tokens.get(at).map_or("", |token| token.lower.as_str())
    }

    /// "Muchos viven …", "La mitad vive …", "Las de Caracas …": a noun is left out.
    fn is_elliptical(&self) -> bool {
        let quantified =
            self.tokens.iter().take_while(|token| self.dropping.quantifiers.contains(&*token.lower));
        let after = quantified.count();
        let stands_for_noun = after > 0
            && self.tokens.get(after).is_some_and(|next| {
                next.class == Class::Mark
                    || self.is_finite(after)
                    || self.dropping.clitics.contains(&*next.lower)
            });
        let article = self.is_article(0);
        let bare = article && self.dropping.of.contains(self.word(1));
        let of_what = (2..4).any(|at| self.dropping.of.contains(self.word(at)));
        let part = article && self.dropping.parts.contains(self.word(1)) && !of_what;
        let relational = (0..2).any(|at| {
            let bound = at == 0 || self.dropping.prepositions.contains(self.word(0));
            let next = self.word(at + 1);
            bound
                && self.dropping.relational.contains(self.word(at))
                && !self.dropping.prepositions.contains(next)
                && !self.lexicon.relatives.contains(next)
        });
        stands_for_noun || bare || part || relational || self.counts_from_before()
    }

    /// "Dos años más tarde, …": later than what the sentence before tells.
    fn counts_from_before(&self) -> bool {
        let opening = self.tokens.iter().take(OPENING_TOKENS).take_while(|token| token.class != Class::Mark);
        let end = opening.count();
        let mut times = (0..end).filter(|at| self.dropping.times.contains(self.word(*at)));
        times.any(|at| {
            let next = if self.word(at + 1) == "más" { at + 2 } else { at + 1 };
            let later = ["después", "antes", "tarde"].contains(&self.word(next));
            let after = self.word(next + 1);
            later && next < end && !self.dropping.of.contains(after) && after != "que"
        })
    }

    /// Walks to the finite verb of the main clause and looks for its subject on the way, then behind it.
    fn lacks_subject(&self) -> bool {
        let mut seen = Seen::default();
        let subordinate = self.lexicon.subordinators.contains(self.word(0))
            && !self.dropping.prepositions.contains(self.word(0));
        if subordinate && let Some(verb) = self.verb_after_clitics(1) {
            // "Si se saca agua de un pozo, …" is said of everybody.
            let general = verb > 1 && self.word(verb - 1) == self.dropping.reflexive;
            let ends = self.tokens.get(verb + 1).is_none_or(|next| next.class == Class::Mark);
            return !self.subject_follows(verb) && (ends || !general);
        }
        for (at, token) in self.tokens.iter().enumerate() {
            let word = token.lower.as_str();
            if matches!(word, ":" | ";") {
                return false;
            }
            if token.class == Class::Mark {
                seen = Seen { subject: seen.subject, time: seen.time, ..Seen::default() };
            } else if self.is_relative(at) {
                seen.relative = true;
            } else if self.dropping.prepositions.contains(word) {
                seen.governed = true;
                seen.noun = false;
            } else if self.is_finite(at) {
                if seen.relative {
                    seen.relative = false;
                    seen.noun = true;
                } else {
                    // "El siglo XIX fue …": here the stretch of time is what is spoken of.
                    let of_time = seen.time && self.dropping.copulas.contains(word);
                    return !seen.subject && !of_time && !self.subject_follows(at);
                }
            } else {
                seen.take(self.part(at), self.tells_time(at));
            }
        }
        false
    }

    /// Whether "que" and the like begin a relative clause here, and not an object.
    fn is_relative(&self, at: usize) -> bool {
        at > 0 && self.lexicon.relatives.contains(self.word(at))
    }

    /// What a word does for the noun phrase it belongs to.
    fn part(&self, at: usize) -> Part {
        let Some(token) = self.tokens.get(at) else { return Part::Other };
        let word = token.lower.as_str();
        let before = at.checked_sub(1).map_or("", |before| self.word(before));
        let joined = matches!(before, "y" | "e" | "o" | "u" | "ni");
        let after_number = before.chars().next().is_some_and(char::is_numeric);
        if self.is_article(at) || self.lexicon.quantifiers.contains(word) {
            let clitic = self.dropping.clitics.contains(word) && self.is_finite(at + 1);
            return if joined || clitic { Part::Other } else { Part::Opens };
        }
        match token.class {
            Class::Number => Part::Number,
            Class::Content if self.lexicon.has_other_ending(word) => Part::Other,
            Class::Content if at == 0 && self.dropping.is_participle(word) => Part::Other,
            Class::Content if token.is_capitalised() && after_number => Part::Name,
            Class::Content => Part::Noun,
            Class::Stop | Class::Verb | Class::Mark => Part::Other,
        }
    }

    /// Whether the phrase that a determiner or number opens tells when ("cada día", "dos años después").
    fn tells_time(&self, at: usize) -> bool {
        let opens = matches!(self.part(at), Part::Opens | Part::Number);
        let near = if opens { at..at + 3 } else { at..at + 1 };
        near.into_iter().any(|place| self.dropping.times.contains(self.word(place)))
            || self.is_article(at)
                && self.tokens.get(at + 1).is_some_and(|next| next.class == Class::Number)
                && self.dropping.of.contains(self.word(at + 2))
    }

    /// Whether a noun phrase behind the verb is its subject.
    fn subject_follows(&self, at: usize) -> bool {
        let dropping = self.dropping;
        let verb = self.word(at);
        let next = self.word(at + 1);
        let reflexive = (1..=2).any(|back| {
            at.checked_sub(back).is_some_and(|place| {
                self.word(place) == dropping.reflexive
                    && (place + 1..at).all(|between| dropping.clitics.contains(self.word(between)))
            })
        });
        if dropping.impersonal.contains(verb) && !dropping.is_participle(next) {
            return true;
        }
        if dropping.modals.contains(verb) && self.is_infinitive(at + 1) {
            let infinitive = next;
            let bare = infinitive.strip_suffix(dropping.reflexive).unwrap_or(infinitive);
            let takes_subject = bare != infinitive || reflexive || self.is_intransitive_infinitive(bare);
            return takes_subject && self.noun_phrase_at(at + 2, verb);
        }
        if reflexive {
            return !dropping.copulas.contains(verb) && self.noun_phrase_at(at + 1, verb);
        }
        if next == "lugar" {
            return true;
        }
        if dropping.copulas.contains(verb) {
            let judges = dropping.judgements.contains(next);
            let passive = dropping.is_participle(next) && self.opens_phrase(at + 2);
            return judges || passive;
        }
        dropping.is_intransitive(verb) && self.noun_phrase_at(at + 1, verb)
    }

    fn is_infinitive(&self, at: usize) -> bool {
        let word = self.word(at);
        let word = word.strip_suffix(self.dropping.reflexive).unwrap_or(word);
        ["ar", "er", "ir", "ír"].iter().any(|ending| word.ends_with(ending))
    }

    /// "aparecer" as "aparece".
    fn is_intransitive_infinitive(&self, infinitive: &str) -> bool {
        let form = infinitive.strip_suffix('r').unwrap_or(infinitive);
        self.dropping.is_intransitive(form)
            || form.strip_suffix('i').is_some_and(|stem| self.dropping.is_intransitive(&format!("{stem}e")))
    }

    /// Whether a noun phrase of the verb's number begins there.
    fn noun_phrase_at(&self, at: usize, verb: &str) -> bool {
        let Some(first) = self.tokens.get(at) else { return false };
        let word = first.lower.as_str();
        let names = first.class == Class::Content && first.is_capitalised();
        let plain = first.class == Class::Content
            && !self.lexicon.has_other_ending(word)
            && !self.dropping.is_participle(word);
        if names {
            return true;
        }
        let plural = verb.ends_with('n');
        if self.opens_phrase(at) {
            let counted = first.class == Class::Number || self.dropping.quantifiers.contains(word);
            return counted || plural == (word.ends_with('s') || self.is_joined_pair(at));
        }
        plain && (!plural || self.lexicon.looks_plural(word) || self.is_joined_pair(at))
    }

    /// Whether an article, a number or the like opens a noun phrase there.
    fn opens_phrase(&self, at: usize) -> bool {
        let Some(token) = self.tokens.get(at) else { return false };
        let word = token.lower.as_str();
        let definite = self.is_article(at) && !self.dropping.prepositions.contains(word);
        definite || token.class == Class::Number || self.lexicon.quantifiers.contains(word)
    }

    /// "la minería y el comercio": two singulars make a plural.
    fn is_joined_pair(&self, at: usize) -> bool {
        (at..at + 6).any(|near| matches!(self.word(near), "y" | "e"))
    }

    fn is_article(&self, at: usize) -> bool {
        let word = self.word(at);
        self.lexicon.definite.contains(word) || self.lexicon.indefinite.contains(word)
    }

    /// Place of the finite verb that follows at once, clitics left aside.
    fn verb_after_clitics(&self, at: usize) -> Option<usize> {
        let mut place = at;
        while self.dropping.clitics.contains(self.word(place)) {
            place += 1;
        }
        self.is_finite(place).then_some(place)
    }

    /// Whether a word is a finite verb there; one that may be a noun is none after an article.
    fn is_finite(&self, at: usize) -> bool {
        let Some(token) = self.tokens.get(at) else { return false };
        let word = token.lower.as_str();
        if self.dropping.is_not_finite(word) || token.is_capitalised() && at > 0 {
            return false;
        }
        if self.lexicon.is_only_verb(word) {
            return true;
        }
        let Some(before) = at.checked_sub(1).and_then(|before| self.tokens.get(before)) else { return false };
        let noun_before = before.class == Class::Content || before.class == Class::Mark;
        let clitic = self.dropping.clitics.contains(&*before.lower) && !self.is_article(at - 1);
        self.lexicon.may_be_verb(word) && (noun_before || clitic)
    }
}

/// What a word does for a noun phrase.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Part {
    /// An article or the like, which opens one.
    Opens,
    /// A number.
    Number,
    /// A name.
    Name,
    /// Another noun or adjective.
    Noun,
    /// Nothing.
    Other,
}

/// What was met on the way to the verb.
#[derive(Default)]
struct Seen {
    /// A noun phrase that can be the subject.
    subject: bool,
    /// A preposition governs what comes.
    governed: bool,
    /// What it governs has had its noun.
    noun: bool,
    /// The next verb is a relative clause's.
    relative: bool,
    /// A phrase that tells when.
    time: bool,
}

impl Seen {
    fn take(&mut self, part: Part, tells_time: bool) {
        let begins_anew = self.governed && self.noun && matches!(part, Part::Opens | Part::Name);
        let opens = matches!(part, Part::Opens | Part::Number | Part::Noun | Part::Name);
        if opens && tells_time && (!self.governed || begins_anew) {
            (self.governed, self.noun, self.time) = (true, false, true);
        } else if begins_anew {
            self.governed = false;
            self.subject = true;
        } else if !self.governed && opens {
            self.subject = true;
        }
        if self.governed && matches!(part, Part::Noun | Part::Name | Part::Number) {
            self.noun = true;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::drops_subject;
    use crate::extractive::analysis::tokens;
    use crate::language::language;

    fn drops(sentence: &str) -> bool {
        let lexicon = language("es").lexicon();
        drops_subject(&tokens(sentence, lexicon), lexicon)
    }

    #[test]
    fn a_sentence_whose_subject_stands_before_it_needs_that_sentence() {
        for sentence in [
            "En los acuíferos profundos y en los hielos de la Antártida puede quedar retenida durante miles de años.",
            "En 1817 atravesó la cordillera con unos 5000 hombres y liberó Chile.",
            "En 1819 cruzó los Andes con un ejército agotado.",
            "Entró en Lima en julio de 1821 y proclamó la independencia.",
            "Poseían haciendas, minas y comercios en todo el país.",
            "Crearon nuevos impuestos y enviaron funcionarios a las colonias.",
            "Se produce porque el Sol calienta la superficie de los mares.",
            "Se conocen como núcleos de condensación.",
            "Fue ejecutado en 1815 en la capital.",
            "Al evaporarse, toma calor de la piel.",
            "Durante dos años gobernó sin oposición.",
            "El 14 de julio de 1790 juró la constitución en París.",
            "Cada año produce millones de toneladas de trigo.",
            "Si sigue bajando, alcanza los acuíferos.",
            "Cuando se evapora, absorbe calor.",
            "Como no podían competir, cerraron sus talleres.",
            "No guarda memoria de lo ocurrido.",
            "Las de Caracas y Buenos Aires se constituyeron en 1810.",
            "Muchos viven en las ciudades de la costa.",
            "La mitad vive en las ciudades de la costa.",
            "Por debajo estaban los criollos de las ciudades.",
            "Para formar gotas necesita partículas en el aire.",
            "Dos años más tarde, la batalla de Carabobo aseguró la independencia.",
            "En 1826, menos de veinte años después, solo conservaba en América dos islas.",
        ] {
            assert!(drops(sentence), "{sentence}");
        }
    }

    #[test]
    fn a_sentence_with_its_subject_stands() {
        for sentence in [
            "El agua subterránea se mueve despacio.",
            "En 1808, Napoleón Bonaparte invadió la península ibérica.",
            "En 1806 Napoleón invadió Prusia.",
            "En las principales ciudades se formaron juntas de gobierno.",
            "En la cima se encontraban los peninsulares.",
            "En el desierto existen plantas que almacenan agua.",
            "En 1783 nació Simón Bolívar en Caracas.",
            "En el siglo XIX surgió una nueva clase social.",
            "El siglo XIX fue una época de grandes cambios.",
            "El 16 de septiembre de 1810, el sacerdote llamó a sus feligreses.",
            "Por cada grado que sube la temperatura, el aire puede contener más vapor.",
            "Para evaporarse, el agua necesita mucha energía.",
            "Cuando la lluvia llega al suelo, puede seguir varios caminos.",
            "Cuando sube la temperatura, el hielo se derrite.",
            "Si se saca de un acuífero más agua de la que le llega, su nivel desciende.",
            "Dos años después de la batalla, el ejército cruzó la frontera.",
            "En 1812 fue aprobada la Constitución de Cádiz.",
            "En diciembre de 1824 tuvo lugar la batalla de Ayacucho.",
            "En general es necesario vacunar a casi toda la población.",
            "Hay dos tipos de células en la sangre.",
            "¿Por qué unas nubes producen lluvia y otras no?",
            "Se llama antígeno a cualquier molécula extraña.",
            "Muchas bacterias se multiplican peor con fiebre.",
            "La mitad de la población vive en las ciudades.",
            "Por debajo de los cero grados, el agua se congela.",
            "No todos los ejemplos animaban a los criollos.",
            "Después de una infección, la mayoría de los linfocitos muere.",
            "En la atmósfera pueden formarse nubes de gotas diminutas.",
        ] {
            assert!(!drops(sentence), "{sentence}");
        }
    }

    #[test]
    fn a_language_that_says_its_subjects_drops_none() {
        let lexicon = language("en").lexicon();
        assert!(!drops_subject(&tokens("Went to Lima in 1821.", lexicon), lexicon));
    }
}
