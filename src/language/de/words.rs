//! German words by what they do in a sentence.

use crate::language::table::Words;

pub(super) const WORDS: Words = Words {
    stop: "der die das den dem des ein eine einen einem einer eines und oder aber denn doch sondern nicht kein keine keinen keinem keiner keines \
           in im an am auf aus bei beim mit nach von vom vor zu zum zur zwischen über unter durch für gegen ohne um bis seit während wegen trotz \
           innerhalb außerhalb neben hinter entlang ab außer laut gemäß statt anstatt anstelle samt gegenüber je pro als wie wenn weil da dass daß ob obwohl \
           damit sodass indem nachdem bevor ehe solange sobald falls wo wohin woher wer was welche welcher welches welchen welchem warum weshalb \
           ich du er sie es wir ihr mich dich sich uns euch ihn ihm ihnen mein dein sein seine seinen seinem seiner seines ihre ihren ihrem ihrer ihres unser unsere \
           dieser diese dieses diesen diesem jener jene jenes jenen jenem derselbe dieselbe dasselbe solche solcher solches man jemand niemand etwas nichts alles \
           alle allen aller viele vielen vieler wenige wenigen einige einigen einiger manche manchen mancher mehrere mehreren jede jeder jedes jeden jedem beide beiden beider \
           ist sind war waren wird werden wurde wurden worden geworden sei seien wäre wären gewesen hat haben hatte hatten habe hätte hätten gehabt \
           kann können konnte konnten könnte könnten muss müssen musste mussten müsste soll sollen sollte sollten will wollen wollte wollten darf dürfen durfte durften \
           mag mögen möchte lassen lässt ließ ließen gibt gab gaben auch noch schon nur sehr so zu mehr meist meistens oft immer nie wieder bereits etwa rund fast \
           kaum ganz gar sogar eben ebenso ebenfalls außerdem zudem dabei dadurch dafür dagegen daher darauf daraus darin darum davon dazu deshalb deswegen somit also \
           jedoch allerdings dennoch trotzdem hingegen vielmehr schließlich zunächst zuerst dann danach später früher heute hier dort jetzt nun einst bald \
           zugleich gleichzeitig insbesondere besonders vor-allem beispielsweise zum-beispiel unter-anderem sowie sowohl weder noch entweder zwar \
           zwei drei vier fünf sechs sieben acht neun zehn elf zwölf hundert tausend million millionen milliarde milliarden erste ersten erster zweite zweiten zweiter dritte dritten \
           bzw usw ca vgl nämlich dessen deren denen darunter damals anders gerade weit viel wenig ihrerseits langfristig längere",
    weak: "groß große großen großer großes größer größere größten klein kleine kleinen kleiner kleines neu neue neuen neuer neues alt alte alten alter hoch hohe hohen hoher \
           höhere lang lange langen kurz kurze wichtig wichtige wichtigen wichtiger wichtigste gut gute guten besser beste schlecht einfach einfache schwer stark starke starken \
           schwach schwache verschieden verschiedene unterschiedlich unterschiedliche bestimmte bestimmten allgemein allgemeine einzeln einzelne einzelnen eigen eigene eigenen \
           ganze ganzen gesamt gesamte möglich mögliche notwendig bekannt bekannte weitere weiteren weiterer andere anderen anderer anderes letzte letzten nächste nächsten \
           ding dinge sache sachen art arten weise form formen beispiel beispiele fall fälle teil teile teilen zahl zahlen anzahl menge mengen gruppe gruppen reihe rest \
           ergebnis ergebnisse folge folgen wirkung ursache ursachen grund gründe problem probleme frage fragen antwort antworten idee ideen punkt punkte thema themen ziel ziele \
           zweck zeit zeiten mal tag tage tagen woche wochen monat monate jahr jahre jahren jahrzehnt jahrzehnte jahrzehnten jahrhundert jahrhunderte jahrhunderts stunde stunden minute minuten \
           anfang ende mitte hälfte seite seiten stelle stellen ort orte orten strecke strecken land länder stadt städte mensch menschen person personen leute mann männer frau frauen kind kinder \
           abbildung tabelle kapitel abschnitt text buch wort wörter begriff begriffe name namen stufe stufen schritt schritte ordnung bedingung bedingungen rolle bedeutung \
           unterschied unterschiede änderung zunahme abnahme anstieg mittel januar februar märz april mai juni juli august september oktober november dezember \
           prozent kilometer meter zentimeter grad euro stück mehrheit vergleich gegenteil verlauf laufe tempo weg wege dach sicht bild blick hand lage maß element elemente faktor faktoren",
    definite: "der die das den dem des im am vom beim zum zur",
    indefinite: "ein eine einen einem einer eines",
    before_noun: "der die das den dem des ein eine einen einem einer eines im am vom beim zum zur in an auf aus bei mit nach von vor zu zwischen über unter durch für gegen ohne um \
                  dieser diese dieses diesen diesem jener jene sein seine seinen seinem seiner ihr ihre ihren ihrem ihrer kein keine keinen viele einige mehrere alle",
    before_verb: "er sie es wir ich man zu nicht",
    joiners: "",
    pronouns: "er sie es ihn ihm ihnen ihr ihre ihren ihrem ihrer ihres sein seine seinen seinem seiner seines deren dessen",
    person_pronouns: "",
    demonstratives: "dieser diese dieses diesen diesem jener jene jenes solche solcher solches dies",
    bare_articles: "das die der",
    leaning_openings: "der rest | jedoch | aber | doch | und | oder | denn | also | daher | deshalb | deswegen | darum | somit | folglich | außerdem | zudem | ferner | auch | ebenso | ebenfalls | \
                       dennoch | trotzdem | allerdings | hingegen | dagegen | vielmehr | zugleich | gleichzeitig | dabei | dadurch | dafür | damit | danach | darauf | daraufhin | daraus | darin | \
                       davon | dazu | dann | später | schließlich | zunächst | zuerst | zum beispiel | beispielsweise | so | nun | jetzt | hier | dort | damals | dies | dieser | diese | dieses | diesem | diesen | \
                       jener | jene | solche | er | sie | es | ihr | ihre | sein | seine | dem stehen | der erste | die erste | der zweite | die zweite | das zweite | der dritte | die dritte | ein zweiter | \
                       eine zweite | ein anderer | eine andere | andere | einige | manche | viele von | beide | die beiden | der andere | die andere | die anderen | im gegensatz dazu | im gegenteil | \
                       auf diese weise | aus diesem grund | in diesem | in dieser | in diesen | zu dieser | zu diesem | bei diesem | bei dieser | nach diesem | nach dieser | mit diesem | mit dieser | \
                       fünf jahre später | wenig später | kurz darauf | bald | seitdem | seither | die folge | die folgen | das ergebnis | der grund | die antwort | die antworten | \
                       eine wichtige rolle | mehrere ursachen | einerseits | andererseits | weder | nicht nur | ein grund | noch | wie gesagt",
    leaning_words: "letzterer letztere ersterer erstere demnach infolgedessen",
    needs_source: "siehe abbildung | abbildung | abb. | siehe tabelle | tabelle | siehe oben | siehe unten | wie oben | oben genannt | dieses kapitel | in diesem kapitel | nächsten kapitel | \
                   vorigen kapitel | diesem abschnitt | dieser text | diesem text | dieser lektion | wir haben gesehen | wir werden sehen | anhang | https: | http: | www.",
    auxiliaries: "ist sind war waren wird werden wurde wurden hat haben hatte hatten kann können konnte konnten muss müssen musste mussten soll sollen sollte sollten \
                  will wollen darf dürfen durfte lässt ließ gibt gab",
    subordinators: "weil dass obwohl wenn während nachdem bevor sodass damit indem falls ob als da",
    relatives: "der die das den dem dessen deren denen welche welcher welches wo",
    singular_verbs: "ist war hat hatte wird wurde kann konnte",
    plural_verbs: "sind waren haben hatten werden wurden können konnten",
    plural_endings: "!ung !heit !keit !schaft !tion en er s e",
    noun_endings: "ung heit keit schaft tion tät nis ismus ion ie ur tum ling",
    adjective_endings: "lich liche lichen licher liches isch ische ischen ischer ig ige igen iger bar bare baren sam same samen",
    clause_breaks: ", aber | , jedoch | ; | , doch | , denn | , sondern | , während",
    adding_words: "auch sogar ebenfalls außerdem noch",
    announcing_words: "schritte wege gründe möglichkeiten formen dinge folgen fälle",
    signposts: "hinweis anmerkung achtung warnung tipp merke wichtig beispiel schritt regel aufgabe hinweise",
    disclaimers: "irrtum irrglaube irrtümer mythos falsch fehlvorstellung fehler vorurteil",
    after_demonstrative: "jenigen",
    past_verbs: "war waren wurde wurden hatte hatten konnte konnten musste mussten sollte sollten durfte durften ließ ließen gab gaben begann begannen entstand entstanden \
                 brachte brachten führte führten machte machten bedeutete ermöglichte erlaubte veränderte zeigte wirkte löste senkte erhöhte \
                 wuchs wuchsen stieg stiegen sank sanken fiel fielen blieb blieben kam kamen ging gingen zog zogen schloss schlossen schuf schufen verlor verloren trat traten \
                 nahm nahmen fuhr fuhren trug trugen fand fanden hielt hielten galt galten lag lagen stand standen brach brachen schrieb schrieben",
    past_endings: "te ten",
    other_endings: "lich",
    empty_heads: "Teil Ergebnis Grund Beispiel Ursache Folge Weise Art Mittel Fall Frage Problem Punkt Zeit Zeitpunkt Rolle Ziel Erfolg Anfang Ende Schritt Seite Zeichen Ausnahme \
                  teil ergebnis grund beispiel ursache folge weise art mittel fall frage problem punkt zeit rolle ziel erfolg anfang ende schritt zeichen motor",
    people: "könig königin kaiser präsident minister dichter schriftsteller autor maler komponist philosoph mathematiker physiker chemiker biologe historiker historikerin arzt ingenieur \
             general mönch priester papst bischof richter anwalt bauer händler kaufmann gelehrter professor lehrer erfinder entdecker mann frau sohn tochter",
    back_matter: "literatur | literaturverzeichnis | quellen | quellenverzeichnis | anmerkungen | fußnoten | weiterführende literatur | inhaltsverzeichnis | inhalt | register | \
                  danksagung | bildnachweis | siehe auch | weblinks | einzelnachweise | kontakt | impressum",
    generic_headings: "einleitung | einführung | überblick | hintergrund | zusammenfassung | fazit | schluss | diskussion | ergebnisse | methoden | vorwort | grundlagen | definitionen | beispiele | notizen",
    objective_headings: "lernziele | ziele | kompetenzen | lernergebnisse",
    ..Words::EMPTY
};
