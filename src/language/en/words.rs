//! English words by what they do in a sentence.

use crate::language::table::Words;

pub(super) const WORDS: Words = Words {
    word_heads: "word words term name phrase expression",
    argument_heads: "",
    degrees: "",
    after_degree: "",
    impersonal_openings: "",
    imagined: "would",
    past_endings: "",
    stop: "a an the and or but nor so yet for of in on at by to from with without within into onto upon over \
           under above below between among amongst across through throughout during before after since until \
           till against toward towards about around along behind beside besides beyond despite except inside \
           near off out outside past per plus than via versus as if when whenever where wherever while whilst \
           whereas because although though unless whether once that which who whom whose what why how this these those \
           it its itself he him his himself she her hers herself they them their theirs themselves we us our \
           ours ourselves you your yours yourself i me my mine myself one ones oneself someone somebody something anyone \
           anybody anything everyone everybody everything nobody nothing none no not neither either both each \
           every all any some few fewer fewest many much more most several such same other others another own only \
           just even also too very quite rather almost nearly already still again ever never always often sometimes \
           usually seldom rarely perhaps maybe therefore thus hence however moreover furthermore nevertheless \
           nonetheless otherwise instead meanwhile then now here there today later earlier soon ago first second \
           third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth thirteenth fourteenth fifteenth sixteenth seventeenth \
           eighteenth nineteenth twentieth twenty-first merely simply mainly largely last next finally lastly together apart upward upwards downward downwards forwards backward backwards away back up down forward is are was were be been being am \
           has have had having do does did doing done can could may might must shall should will would ought \
           cannot isn't aren't wasn't weren't don't doesn't didn't can't won't couldn't wouldn't shouldn't \
           it's that's there's let's two three four five six seven eight nine ten eleven twelve twenty thirty forty fifty hundred \
           hundreds thousand thousands million millions billion billions dozen dozens half twice etc e.g i.e \
           like unlike according due less least enough well far long indeed namely yes because-of rather-than \
           apart-from about everywhere somewhere anywhere nowhere whatever whichever whoever let mr mrs ms dr prof st vs",
    weak: "different various certain particular specific general main major minor important significant \
           essential key basic common typical usual normal special similar possible impossible necessary available able unable \
           large larger largest small smaller smallest big bigger great greater greatest little high higher highest low lower \
           lowest long longer longest short shorter shortest early earlier late new newer old older modern recent \
           current present previous former latter following good better best bad worse worst right wrong true false real actual \
           whole entire full complete total overall single double multiple numerous additional further extra simple complex easy \
           hard difficult clear strong stronger strongest weak weaker rich poor wide broad deep direct indirect careful \
           famous popular well-known known unknown called named such-as sure likely unlikely rare frequent enormous huge \
           tiny vast equal free open closed own thing things way ways kind kinds type types sort sorts form forms example \
           examples case cases fact facts part parts piece pieces bit lot lots number numbers amount amounts \
           group groups set sets series pair pairs range variety majority minority rest result results effect effects cause causes reason \
           reasons problem problems question questions answer answers idea ideas point points view views issue \
           issues matter matters use uses purpose time times day days week weeks month months year years hour hours minute \
           minutes second seconds moment century centuries decade decades age period people person persons man men woman women child children \
           place places area areas side sides end ends beginning start top bottom middle front figure figures table tables chapter \
           chapters section sections page pages text texts book lesson unit topic topics course student students reader readers name names word words term terms meaning \
           level levels step steps stage stages phase phases position order condition conditions situation role roles importance \
           difference differences similarity change changes increase increases decrease decreases rise fall \
           loss gain help attempt chance choice advantage advantages disadvantage benefit benefits cost costs need needs \
           work works today tomorrow yesterday morning evening night spring summer autumn winter monday tuesday \
           wednesday thursday friday saturday sunday january february march april may june july august september \
           october november december percent percentage average size length width height depth distance weight meter meters \
           metre metres kilometer kilometers kilometre kilometres centimeter centimeters inch inches mile miles gram grams kilogram kilograms \
           degree degrees dollar dollars euro euros pound pounds cup cups everyday once-more opposite contrast comparison consequence \
           consequences outcome outcomes feature features characteristic characteristics property properties \
           aspect aspects factor factors element elements component components item items object objects member members \
           others many-of most-of another's remaining entirely mere sole main-purpose half quarter third thirds quantity quantities \
           early-on individual individuals separate responsible dependent independent capable suitable useful powerful serious \
           initial final ultimate eventual daily annual yearly relative relevant involved based related corresponding respective \
           nothing everything something mostly largely partly highly conclusion finding findings experiment experiments study studies \
           researcher researchers scientist scientists historian historians expert experts author authors critic critics direction \
           century-old given certain-kind longtime life-long world country countries city cities town towns home house \
           comes takes goes makes gives interest care attention hand hands eye eyes head view trouble luck sense mind talk look \
           method methods approach approaches technique techniques process processes system systems model models material materials \
           product products activity activities action actions event events pattern patterns value values rate rates",
    definite: "the",
    indefinite: "a an",
    before_noun: "the a an this these those its their his her our my your of in on at by with from for into through between \
                  across within each every no any some several many per via",
    before_verb: "to it they he she we you i can could may might must shall should will would cannot who not never \
                  don't doesn't didn't let that which",
    singular_determiners: "a an each every this another one",
    quantifiers: "one two three four five six seven eight nine ten each every no any some several many few all both another other same this that these those its their his her our my your more most such which whose half neither either only own next last first second third",
    page_words: "page handout slide worksheet pp",
    caption_words: "table figure fig box chart diagram",
    joiners: "",
    pronouns: "it its itself they them their theirs themselves",
    person_pronouns: "he him his himself she her hers herself",
    demonstratives: "this these those such here",
    bare_articles: "",
    leaning_openings: "however | therefore | thus | hence | moreover | furthermore | nevertheless | nonetheless | otherwise | \
                       instead | meanwhile | then | also | besides | likewise | similarly | consequently | accordingly | \
                       and | but | or | nor | so | yet | for | still | again | finally | next | later | earlier | soon | now | second | third | \
                       fourth | firstly | secondly | thirdly | lastly | first | here | there , | in addition | in contrast | by contrast | on the other hand | \
                       on the one hand | as a result | as a consequence | for example | for instance | for this reason | in other words | in fact | \
                       in short | in turn | in this | in that | in these | in such | in both cases | in either case | in some cases | \
                       in the first | in the second | in the third | in the same | at the same | at this | at that | by this | \
                       after this | after that | before that | because of this | because of that | due to this | with this | \
                       the first | the second | the third | the fourth | the last | the latter | the former | the other | the others | the rest | the two | the three | \
                       the result | the results | the consequence | the consequences | the reason | the reasons | the answer | the same | the opposite | the remaining | the comparison | \
                       the difference | the effect was | the idea was | the question is | the question was | the problem is | the outcome | the explanation | \
                       the process began | each one | one reason | one explanation | one example | one of them | one of these | one way | another | others | other | \
                       some of them | some of these | most of them | most of these | many of them | many of these | many , | some , | each of them | each of these | all of them | all of these | both | \
                       either | neither | none of | a small part | a large part | a part | a few | a small number | a minority | a majority | the majority | two further | two other | three other | a second | a third | a fourth | a further | a similar | a different | \
                       not only | not so | not all of | that | that is | which | what follows | nor does | similarly to | to do this | to do so | even so | even then | \
                       if so | if not | as such | as before | as above | early in its | above all | the new | above it | below it | suppose | consider | \
                       imagine | recall | note that | notice | let us | let's | remember | now consider | next , | such | \
                       there are two | there are three | there are several | there are many reasons | several conditions | the costs | the amount of this | \
                       at first | at this point | since then | until then | by then | from then | from there | over there | up there | \
                       more importantly | most importantly | worse | better | better still | what is more | it is | it was | as we | as you",
    leaning_words: "therefore thus hence consequently moreover furthermore nevertheless nonetheless likewise \
                    latter former now aforementioned above-mentioned thereby therein thereafter",
    leaning_phrases: "farther along | more . | less . | a similar effect | a similar way | a similar reason | any other | as well | the same | in both cases | all three | as usual | the opposite | days before . | weeks before . | months before . | years before . | in this way | do both | does both | both cases | both ways | the others",
    asks_about: "question questions",
    process_endings: "tion sion sis ing ment cycle process switching production formation erosion growth method routing construction",
    unnamed: "practice limit process method approach technique system problem question answer situation result results effect effects change changes difference \
              idea view views point study experiment findings finding conclusion case cases example comparison issue task work group groups \
              model reason reasons cause condition conditions product event action material pattern type kind form set stage step phase others",
    needs_source: "see figure | see fig | figure | fig. | see table | table | shown above | shown below | as shown | see above | see below | \
                   described above | described below | mentioned above | discussed above | discussed below | described earlier | mentioned earlier | \
                   this chapter | in chapter | next chapter | previous chapter | last chapter | this section | next section | previous section | this article | this text | \
                   this lesson | this course | this handout | this book | this unit | this page | our example | the example above | the following : | the following . | the following list | the following table | the following figure | the following example | the following pages | the following section | the following chapter | the following paragraph | the following steps | as follows | see section | see chapter | \
                   we have seen | we saw | we will see | we shall see | as we have | equation ( | the diagram | in the picture | appendix | click here | \
                   et al | ibid | https: | http: | www.",
    auxiliaries: "is are was were be been being am has have had can could may might must shall should will would cannot does do did \
                  isn't aren't wasn't weren't don't doesn't didn't can't won't couldn't wouldn't shouldn't",
    subordinators: "because since although though while whereas if when whenever where wherever until unless after before as once so that",
    relatives: "that which who whom whose where",
    singular_verbs: "is was has does",
    plural_verbs: "are were have do",
    plural_endings: "!ss !us !is !ous !as !ics s data media bacteria criteria phenomena strata stomata algae fungi nuclei larvae children women men people mice feet teeth geese",
    noun_endings: "tion sion ment ness ity ism ist ance ence ship hood dom ology ography graphy osis itis cy ics logy nomy sphere gen",
    adjective_endings: "al ive ous ent ant ful less able ible ic ary ed ing er est",
    clause_breaks: ", but | , so | , and it | , and they | , and he | , and she | , and its | , and their | , and this | , and the | , whereas | , while | , \
                    although | , though | , because | , since | , and a | , and some | , and most | , and many | , and we | , and in ",
    adding_words: "also even too still again instead therefore",
    announcing_words: "steps ways sequence reasons things options stages possibilities forms effects cases routes",
    signposts: "note notes warning caution tip tips hint remember important attention example step rule task reminder",
    disclaimers: "myth misconception misconceptions mistake mistakes error errors wrong false fallacy untrue incorrect",
    after_demonstrative: "who whose that which as of in with without on for at parts found made used produced",
    past_verbs: "was were had did could",
    other_endings: "ly ed",
    ending_exceptions: "breed speed greed bleed steed sacred hundred indeed naked kindred embed hatred supply family assembly anomaly monopoly oligopoly butterfly dragonfly ally reply fly jelly belly italy july bully rally \
                        tally multiply apply lily folly homily early daily weekly elderly friendly polypoly duopoly hillbilly",
    empty_heads: "part result results reason reasons example examples important central popular good common well-known famous similar \
                  different question matter fact consequence problem major key main case way time place lot little few bit \
                  useful helpful great big huge significant serious crucial essential necessary vital subject topic answer success failure \
                  first second third last next same best worst most more less further sign secret mistake surprise exception \
                  point idea issue wonder pity must exercise member leader rival while good-example step beginning end start \
                  turning cornerstone starting true real favorite favourite growing rare single",
    people: "scientist historian king queen emperor president minister poet writer author painter composer philosopher \
             mathematician physician doctor engineer goldsmith monk priest pope nun bishop saint soldier general merchant \
             trader scholar professor teacher inventor explorer founder ruler leader politician lawyer judge farmer \
             man woman girl boy person child son daughter brother sister wife husband mother father parent uncle aunt widow astronomer navigator architect surgeon nurse \
             printer craftsman entrepreneur musician singer actor actress artist activist economist \
             psychologist biologist geologist botanist zoologist chemist physicist sociologist anthropologist -ologist -ographer -ician",
    back_matter: "references | bibliography | works cited | further reading | recommended reading | suggested reading | sources | notes | footnotes | \
                  endnotes | acknowledgments | acknowledgements | about the author | about the authors | contents | table of contents | index | copyright | \
                  license | licence | image credits | credits | see also | external links | contact | contact information",
    generic_headings: "introduction | overview | background | summary | conclusion | conclusions | discussion | results | methods | abstract | preface | \
                       foreword | basics | definitions | examples | part 1 | part 2 | part 3 | chapter 1 | chapter 2 | chapter 3 | unit 1 | module 1 | \
                       lesson 1 | untitled | text | document | handout | notes | key terms | key points | key ideas | main ideas",
    objective_headings: "learning objectives | learning outcomes | objectives | course objectives | learning goals | intended learning outcomes | course outcomes",
};

/// Folds regular plurals: "gases", "theories", "pigments".
pub(super) fn singular(word: &str) -> String {
    let kept = ["ss", "us", "is", "ics", "ous"].iter().any(|ending| word.ends_with(ending)) || word.len() < 4;
    if kept {
        return word.to_owned();
    }
    if let Some(stem) = word.strip_suffix("ies").filter(|stem| stem.len() > 2) {
        return format!("{stem}y");
    }
    let hissing = ["sses", "shes", "ches", "xes", "zes"].iter().any(|ending| word.ends_with(ending));
    if hissing || word == "gases" {
        return word.strip_suffix("es").unwrap_or(word).to_owned();
    }
    word.strip_suffix('s').unwrap_or(word).to_owned()
}
