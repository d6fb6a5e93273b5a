//! French verbs and the forms of them that a text uses.

use crate::language::table::{Tense, VerbForm};

/// Regular verbs in -er, inflected by rule.
const REGULAR: &str = "abandonner aborder absorber accepter accompagner accorder accuser adopter affirmer affronter aggraver aider ajouter aller aimer \
    alimenter allonger amener animer apparaître appeler apporter approuver arrêter arriver assurer attaquer attirer augmenter autoriser avancer \
    baisser basculer brûler calculer causer cesser changer chercher circuler citer classer commander commencer comparer compter concerner condamner confier \
    considérer consommer constater constituer continuer contribuer convoquer couler couper créer critiquer cultiver débattre débuter décider déclarer découler \
    demander demeurer dépasser déplacer déposer désigner détacher détester déterminer développer devenir diminuer discuter diviser dominer donner durer \
    échapper éclater éliminer élever emporter employer encourager engager entourer entraîner entrer envahir envoyer éprouver estimer étudier éviter évoluer exécuter \
    exercer exister expliquer exporter exposer exprimer fabriquer faciliter favoriser fonder former fonctionner frapper gagner garder gouverner grouper \
    guider habiter hésiter ignorer illustrer imaginer imposer indiquer influencer insister inspirer installer instaurer interpréter inventer jeter jouer \
    juger jurer justifier lancer laisser lier limiter livrer manger manifester manquer marcher marquer mélanger mener menacer mesurer modifier monter montrer \
    multiplier nommer noter observer occuper opposer ordonner organiser ouvrir participer partager passer payer penser permettre perturber peser placer planter porter \
    posséder pousser pratiquer précéder préciser préparer présenter presser prêter priver proclamer profiter progresser proposer protéger prouver provoquer publier \
    raconter rappeler rassembler réclamer récolter refuser regarder régler régner rejeter remarquer remplacer remporter rencontrer renforcer renverser \
    représenter réserver résister respecter ressembler rester retirer retourner retrouver réunir ruiner sembler séparer siéger signer situer souffler souligner \
    soupçonner supposer supprimer susciter tenter terminer tirer tomber toucher tourner transformer transporter travailler traverser trouver tuer utiliser varier \
    verser vivre voter voyager accumuler aspirer avaler bloquer bouger briller capter chauffer condenser creuser déborder dégager dévaler digérer écouler écraser empêcher \
    enfermer enregistrer éroder évacuer évaporer exploser freiner fusionner générer gonfler hériter injecter irriguer isoler libérer migrer nager nécessiter percer piéger plonger \
    précipiter prélever propager rayonner réchauffer récupérer refléter relâcher relier remonter repousser respirer rouler sauver sécréter stimuler stocker surveiller transférer transpirer vibrer";

/// Forms of irregular verbs.
const IRREGULAR: &str = "devint devinrent devient deviennent deviendra naît naissent naquit meurt mourut connaît connaissait connut prit prirent prend prennent prenait \
    pris prise mit mirent met mettent mettait mis mise vint vinrent venait venaient tint tinrent tient tiennent souffrit souffrait souffre rendit rendent rend rendu \
    reçut reçoit reçoivent vit virent voit voient voyait crut croit croient sut savait sait savent voulut veut veulent voulait vendit vend servait sert servent \
    suivit suit suivent suivait perdit perd perdent ouvrit offrit offre couvrit permit permet permettent permettait promit réduit réduisit produit produisent produisit \
    conduit conduisit construit construisit détruit détruisit traduit écrit écrivit écrivent lit lut dit dirent disait parut paraît apparaît apparut disparaît disparut \
    accrut accrurent croît atteint atteignit craint craignit joint rejoignit établit établirent établie établi finit finissent choisit réussit saisit fournit fournissent \
    agit agissent grandit affaiblit abolit aboli abolie élut élu élue obtint obtient maintint contient contiennent appartient soutint soutenue revint fuit s'enfuit \
    contraint contraindre combattit battit dépend dépendait dépendent répond répondit étend entendit descend descendit sortit part partit sent sentait ment vaut valait \
    fallut faut plut suffit résout résulte résultent constitue constituent fond fondent remplit remplissent ralentit enrichit enrichissent nourrit nourrissent émet émettent extrait extraient détruisent \
    construisent ensevelit jaillit jaillissent surgit surgirent grossit réfléchit agissent subit subissent définit définissent refroidit refroidissent";

const ENDINGS: [&str; 15] =
    ["er", "e", "ent", "a", "èrent", "ait", "aient", "é", "ée", "és", "ées", "ant", "era", "eront", "erait"];

/// Lists the forms.
pub(super) fn forms() -> Vec<(String, VerbForm)> {
    let regular = REGULAR.split_whitespace().filter_map(|verb| Some((verb, verb.strip_suffix("er")?)));
    let regular = regular.flat_map(|(verb, stem)| {
        ENDINGS.iter().map(move |ending| (format!("{}{ending}", softened(stem, ending)), form(verb)))
    });
    let irregular = IRREGULAR.split_whitespace().map(|word| (word.to_owned(), form(word)));
    regular.chain(irregular).collect()
}

/// Keeps the sound of c and g before a: "lançait", "mangeait".
fn softened(stem: &str, ending: &str) -> String {
    match (stem.chars().last(), ending.starts_with('a')) {
        (Some('g'), true) => format!("{stem}e"),
        (Some('c'), true) => format!("{}ç", stem.trim_end_matches('c')),
        _ => stem.to_owned(),
    }
}

fn form(base: &str) -> VerbForm {
    VerbForm { base: base.to_owned(), tense: Tense::Finite, also_noun: false }
}

#[cfg(test)]
mod tests {
    #[test]
    fn regular_verbs_are_inflected() {
        let forms: Vec<String> = super::forms().into_iter().map(|(form, _)| form).collect();
        for form in ["adopta", "adoptée", "mangeait", "commença", "votèrent", "devint"] {
            assert!(forms.iter().any(|known| known == form), "{form}");
        }
    }
}
