//! French words by what they do in a sentence.

use crate::language::table::Words;

pub(super) const WORDS: Words = Words {
    stop: "l' d' s' n' qu' c' j' m' t' lorsqu' puisqu' y s'y lui-même elle-même eux-mêmes elles-mêmes le la les l un une des du de d au aux à en dans sur sous par pour avec sans entre vers chez contre depuis \
           pendant avant après dès jusque jusqu jusqu'à selon malgré parmi hors sauf envers durant lors outre et ou où mais donc or ni car \
           que qu qui quoi dont lequel laquelle lesquels lesquelles auquel auxquels duquel desquels si comme quand lorsque lorsqu puisque puisqu \
           quoique parce afin ce cet cette ces c ça cela ceci celui celle ceux celles-ci ceux-ci celui-ci celle-ci celui-là celles ceux-là \
           il ils elle elles on nous vous je j tu me m te t se s lui leur leurs son sa ses mon ma mes ton ta tes notre nos votre vos \
           y ne n pas plus moins très trop peu beaucoup assez tant tout toute tous toutes aucun aucune nul nulle chaque plusieurs quelque quelques \
           certain certaine certains certaines autre autres même mêmes tel telle tels telles aussi encore déjà toujours jamais souvent parfois \
           rarement presque environ surtout notamment seulement ainsi alors ensuite puis enfin d'abord cependant pourtant toutefois néanmoins \
           désormais bientôt ici là là-bas ailleurs partout maintenant hier demain aujourd'hui bien mal mieux mieux-être fort vite ensemble \
           est sont était étaient fut furent sera seront serait seraient été être étant a ont avait avaient eut eurent aura auront aurait \
           avoir ayant eu peut peuvent pouvait pouvaient put purent pourra pourrait pouvoir doit doivent devait devaient dut durent devra devoir \
           fait font faisait faisaient fit firent faire va vont allait allaient alla aller vient viennent deux trois quatre cinq six sept \
           huit neuf dix onze douze vingt trente cent cents mille million millions milliard milliards etc non oui c'est-à-dire quant-à \
           autour loin près dedans dehors dessus dessous devant derrière grâce face afin-que tandis alors-que soit ailleurs davantage sinon voire",
    weak: "différent différente différents différentes divers diverses particulier particulière général générale générales principaux principal principale \
           principales important importante importants importantes essentiel essentielle nouveau nouvelle nouveaux nouvelles ancien ancienne anciens anciennes \
           grand grande grands grandes petit petite petits petites gros grosse premier première premiers premières dernier dernière derniers dernières \
           second seconde deuxième troisième quatrième bon bonne bons bonnes meilleur meilleure mauvais mauvaise long longue longs longues court courte haut haute \
           hauts hautes bas basse fort forte forts fortes faible faibles simple simples complexe même seul seule seuls seules propre propres vrai vraie vrais \
           faux jeune jeunes vieux vieille célèbre célèbres possible possibles impossible nécessaire capable connu connue réel réelle total totale entier entière \
           chose choses façon manière manières sorte sortes type types forme formes exemple exemples cas fait faits partie parties part parts nombre nombres \
           quantité groupe groupes ensemble série reste suite résultat résultats effet effets cause causes raison raisons problème problèmes question questions \
           réponse réponses idée idées point points vue sujet but temps fois jour jours semaine semaines mois an ans année années heure heures minute minutes \
           seconde secondes moment moments siècle siècles époque période homme hommes femme femmes enfant enfants personne personnes gens place lieu lieux \
           côté côtés fin début milieu figure figures tableau chapitre section page texte livre leçon mot mots terme termes nom noms niveau étape étapes \
           ordre condition conditions situation rôle importance différence changement augmentation baisse hausse besoin moyen moyens moitié quart fond \
           janvier février mars avril mai juin juillet août septembre octobre novembre décembre lundi mardi mercredi jeudi vendredi samedi dimanche \
           pour-cent kilomètre kilomètres mètre mètres centimètre degré degrés euro euros plupart majorité minorité autrui lendemain veille nuit matin soir \
           tête main vie mort monde pays ville villes coup titre main-forte élément éléments aspect aspects facteur facteurs cours lieu-dit",
    definite: "le la les l du des au aux",
    indefinite: "un une",
    before_noun: "le la les l' un une des du de d' au aux ce cet cette ces son sa ses leur leurs notre nos votre vos chaque plusieurs quelques en par pour avec sans entre dans sur sous",
    before_verb: "il elle ils elles on nous vous je j' tu ne n' se s' qui y peut peuvent doit doivent",
    joiners: "de | d' | du | des | de la | de l'",
    pronouns: "il ils elle elles celui celle ceux celles y leur leurs lui celui-ci celle-ci ceux-ci celles-ci",
    person_pronouns: "",
    demonstratives: "ce cet cette ces cela ceci ça tel telle tels telles",
    leaning_openings: "cependant | pourtant | toutefois | néanmoins | donc | ainsi | alors | ensuite | puis | enfin | mais | et | ou | or | car | \
                       de plus | en outre | par ailleurs | d'ailleurs | en effet | en revanche | au contraire | par exemple | par conséquent | en conséquence | \
                       c'est pourquoi | pour cette raison | pour ces raisons | d'une part | d'autre part | d'un côté | de l'autre | de même | également | \
                       le premier | la première | le second | la seconde | le deuxième | la deuxième | le troisième | la troisième | les deux | les uns | les autres | \
                       l'un | l'une | l'autre | d'autres | certains | certaines | plusieurs d'entre eux | la plupart d'entre | tous deux | toutes deux | ces | cette | cet | ce | cela | ceci | \
                       c'est | ce sont | il | ils | elle | elles | trois jours plus tard | quelques | peu après | le lendemain | la veille | à ce moment | à cette | à cet | à ces | \
                       dans ce | dans cette | dans ces | en même temps | à partir de là | bientôt | désormais | dès lors | le résultat | la raison | la conséquence | les conséquences | \
                       la réponse | une deuxième | un deuxième | un autre | une autre | autre | deux autres | en ce sens | de ce fait | voilà | voici | là | ici | y",
    leaning_words: "celui-ci celle-ci ceux-ci celles-ci ce-dernier cette-dernière ces-derniers donc ainsi",
    needs_source: "voir figure | voir la figure | voir le tableau | figure | fig. | ci-dessus | ci-dessous | ci-contre | ce chapitre | chapitre précédent | \
                   chapitre suivant | cette section | cette leçon | ce texte | cet article | nous avons vu | nous verrons | comme on l'a vu | annexe | https: | http: | www.",
    auxiliaries: "est sont était étaient fut furent sera seront serait seraient a ont avait avaient eut eurent aura auront aurait auraient peut peuvent \
                  pouvait pouvaient doit doivent devait devaient va vont fait font fit firent",
    subordinators: "parce que puisque quoique bien lorsque quand si comme tandis alors pendant afin pour où",
    relatives: "qui que qu' dont où lequel laquelle lesquels lesquelles",
    singular_verbs: "est était fut a avait",
    plural_verbs: "sont étaient furent ont avaient",
    plural_endings: "!ss !us !is !as !ès !os !ps s x",
    noun_endings: "tion sion ment té isme iste ance ence ure age eur esse ie logie phie nomie",
    adjective_endings: "eux euse euses ique iques able ables ible ibles if ive ifs ives al ale aux ales el elle elles aire aires",
    clause_breaks: ", mais | , et | ; | , tandis | , alors que | , car",
    adding_words: "aussi même également encore",
    announcing_words: "étapes façons raisons choses possibilités formes effets cas voies",
    signposts: "note notes remarque attention avertissement conseil rappel important exemple étape règle tâche astuce",
    disclaimers: "mythe erreur erreurs faux incorrect préjugé",
    after_demonstrative: "qui que qu' dont de d'",
    past_verbs: "était étaient fut furent eut eurent avait avaient",
    past_endings: "gna nda rta ssa ça nna mba usa isa ait aient èrent irent urent",
    other_endings: "ment-à",
    empty_heads: "partie résultat raison exemple cause conséquence façon manière moyen sorte cas fait question problème point moment temps fois peu plus moins \
                  rôle suite part but succès échec début fin étape mesure même seul seule première premier dernière dernier symbole signe",
    word_heads: "mot mots terme nom expression",
    argument_heads: "cause causes raison raisons conséquence conséquences résultat objectif avantage différence",
    people: "roi reine empereur impératrice président ministre écrivain auteur peintre philosophe mathématicien physicien chimiste biologiste historien historienne \
             médecin ingénieur général moine prêtre pape saint avocat juge paysan marchand savant professeur inventeur explorateur homme femme fils fille député",
    back_matter: "références | bibliographie | sources | notes | pour aller plus loin | à lire | lectures conseillées | remerciements | table des matières | sommaire | \
                  index | liens | crédits | contact | voir aussi",
    generic_headings: "introduction | aperçu | contexte | résumé | conclusion | discussion | résultats | méthodes | préface | avant-propos | définitions | exemples | notes | généralités | bilan",
    objective_headings: "objectifs | objectifs d'apprentissage | objectifs pédagogiques | compétences visées",
    ..Words::EMPTY
};
