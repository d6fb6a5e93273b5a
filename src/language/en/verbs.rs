//! English verbs and their forms.
//!
//! Regular verbs are inflected by rule; a trailing `+` doubles the last consonant ("stop+" makes
//! "stopped"). Verbs whose base or third person is as often a noun stand in `ALSO_NOUNS`.

use crate::language::table::{Tense, VerbForm};

const REGULAR: &str = "\
    expire absorb accelerate accept accommodate accompany accomplish accumulate achieve acquire activate adapt \
    add adhere adjust admit+ adopt affect aggravate agree allow alter alternate amplify analyse analyze \
    announce anticipate apologise appear apply appoint approve argue arrange arrive ask assemble assert \
    assign assimilate assist associate assume assure attach attain attend attract attribute authorize \
    avoid await ban+ behave believe belong boast breathe broaden calculate capture carry catalyse \
    catalyze cease characterise characterize circulate clarify classify coexist coincide collapse \
    collect collide combine communicate compare compensate compete compile complain complement comply \
    compose comprehend comprise compute conceal conclude condense conduct confess confine confirm \
    conform confront confuse connect conquer conserve consider consist constitute constrain consult \
    consume contain contaminate contend continue contradict contribute converge convert convey convince \
    cooperate coordinate cope correlate correspond counteract crave create criticise criticize \
    crystallise crystallize curb customise customize decide declare decode decompose decorate dedicate \
    deduce defend define degrade delegate deliver demonstrate denote deny depart depend depict deplete \
    deploy deprive derive descend describe deserve destroy detach detect deter+ deteriorate determine \
    develop devise devote diagnose dictate differ differentiate diffuse digest dilute diminish disappear \
    discard discern disclose discourage discover discuss dismiss disperse displace dispose disrupt \
    disagree outweigh overturn segregate legislate allege accuse titrate rinse dissipate dissociate dissolve distinguish distort distribute divert divide dominate duplicate dwell \
    educate elaborate elect elevate elicit eliminate embark embed+ embody embrace emerge emigrate emit+ \
    emphasise emphasize employ enable enact enclose encode encompass encounter encourage endure enforce \
    engage enhance enjoy enlarge enrich ensure entail enter entrust enumerate envelop equip+ erode err \
    erupt establish evaluate evaporate evoke evolve exacerbate examine excavate exceed excite exclaim \
    exclude execute exemplify exert exhaust exist expand expect expel+ explain explode expose extend \
    extrapolate facilitate fail fasten federate ferment fertilize flourish fluctuate follow forfeit \
    formulate foster fragment fulfill fuse gather generate germinate govern happen harden harmonise \
    hesitate hinder hydrate hypothesize identify ignore illuminate illustrate imagine imitate immerse \
    immigrate impede imply impose impress improve incline include incorporate incur+ indicate induce \
    infect infer+ infiltrate inform ingest inhabit inherit inhibit initiate inject innovate inquire \
    insert insist inspect inspire install instruct insulate integrate intend intensify interact \
    interfere interpret interrupt intersect intervene introduce invade invent invest invite invoke \
    involve irritate isolate join justify juxtapose kindle learn liberate liquefy listen localise \
    localize locate loosen lubricate lure magnify maintain manage manifest manipulate manufacture mature \
    maximise maximize meander mediate melt memorize merge metabolize migrate mimic minimise minimize \
    misinterpret mobilise mobilize modify motivate multiply mutate narrate necessitate neglect negotiate \
    neutralize normalise normalize notify nourish nurture obey obliterate obscure observe obstruct \
    obtain occupy occur+ omit+ operate oppose optimise optimize ordain organise organize originate \
    overlap oxidise oxidize participate peel penetrate perceive perform persecute persist persuade \
    pertain pollinate populate possess postpone precede precipitate predict prefer+ prepare preserve \
    preside presume prevail prevent proceed proclaim prohibit proliferate promote propagate propel+ \
    propose prosper protect prove provide provoke publish purify pursue qualify quantify radiate \
    rationalize react realise realize reassure receive recognise recognize recommend reconcile \
    reconsider reconstruct recover recruit rectify recycle redistribute reduce refer+ refine reflect \
    refuse refute regain regenerate regulate reinforce reiterate rejoin relate relax relinquish rely \
    remain remember remind remove render renounce repel+ replace replicate represent reproduce require \
    resemble resist resolve resonate respire respond restrict resume retain retire retrieve reveal \
    revise revive revolve ripen rotate satisfy saturate scatter secrete sediment seem seize select serve \
    settle simplify simulate situate soften solidify solve spawn specialise specialize specify stabilise \
    stabilize standardise standardize starve sterilize stipulate strengthen subdivide submit+ subside \
    subtract succeed suffer suffice suggest summarise summarize supervise supplement suppress surpass \
    surround survive sustain swallow symbolize synthesise synthesize tackle tend terminate thicken \
    tighten tolerate transcend transcribe transform translate transmit+ traverse trigger try unfold \
    unify unite urge utilise utilize validate vanish vaporize vary verify vibrate violate visualize want \
    warn weaken weigh widen worry";

const ALSO_NOUNS: &str = "\
    act address advance aim alert amount answer attack attempt average balance base battle benefit bet \
    better block bond boost border branch brand bridge broadcast bubble budget bump burn cable call calm \
    carpet cause challenge chance change channel charge chart check claim clash class clean clear climb \
    close coach coat code comfort command comment complete compound compromise concern condition \
    conflict contact content contest contract contrast control convict cool copy correct cough count \
    cover craft crash cross crowd cry cure curve cycle damage dance date debate decay decline decrease \
    defeat delay delight demand deposit design desire detail dial diet direct discharge discount display \
    dispute document double doubt draft drain dream dress drift drill drop+ dry echo edge effect effort \
    empty end entrance envelope equal escape estimate exchange exercise exhibit experience experiment \
    exploit export extract eye face factor farm favor fear feature field figure file fill filter finance \
    finish fire fish fit+ fix flash float flood flow focus fold force forecast form frame free function \
    fund gain gap gift glow grade grant grasp ground group guarantee guess guide hand handle harm \
    harvest head heat help hope host house hunt hurry hurt hypothesise impact import increase index \
    influence initial insult interest interview invoice iron issue judge jump+ kick kiss knock label \
    labor lack land last laugh launch layer leak level lift light like limit line link list load loan \
    lock log+ look loop love lower machine map+ march mark market mask master match matter measure \
    mention mine mirror miss mistake mix model moderate monitor motion mount move murder name narrow \
    need nest network notice number object offer open orbit order pack paint parallel park part pass \
    paste pattern pause peak perfect permit phase phone picture pilot place plan+ plant plate play point \
    pollute position post pound pour power practice praise present press price print process produce \
    profit program progress project promise prompt protest pull pump purchase push question quit race \
    rain raise range rank rate ratio reach reason rebel record reform refuge regard regret reign reject \
    release rent repair repeat reply report request rescue research reserve result retreat return \
    reverse review reward risk rock rule rush sail sample scale schedule score scratch screen search \
    season seat secure sense separate sequence shade shape share shelter shift ship+ shock shop+ shout \
    sign signal silence slide slip+ slope slow smell smile smoke smooth sort sound source space span+ \
    spark spell spiral sponsor sport spot+ spray square stage stain stamp standard start state station \
    stay stem+ step+ stimulate stock stone stop+ store storm strain stream stress stretch structure \
    struggle study subject substitute suit supply support surface surge surprise surrender survey \
    suspect switch table tail talk tame target task taste tax team test thank thin thread threat thrust \
    tie time tip title tone tool top+ total touch trace track trade train transfer transport trap+ \
    travel treat trend trick trouble trust turn twist type upset use value view visit voice volume vote \
    wait walk wall wander war warm wash waste watch water wave weather weight welcome wheel whisper wish \
    witness wonder work wound wrap+ yield zone";

const IRREGULAR: &str = "\
    arise arose arisen; awake awoke awoken; bear bore borne; beat beat beaten; become became become; begin began begun; \
    bind bound bound; bite bit bitten; blow blew blown; break broke broken; breed bred bred; bring brought brought; build built built; \
    buy bought bought; catch caught caught; choose chose chosen; come came come; creep crept crept; deal dealt dealt; dig dug dug; \
    draw drew drawn; drink drank drunk; drive drove driven; eat ate eaten; fall fell fallen; feed fed fed; feel felt felt; fight fought fought; \
    find found found; flee fled fled; fly flew flown; forbid forbade forbidden; forget forgot forgotten; forgive forgave forgiven; \
    freeze froze frozen; get got got; give gave given; go went gone; grow grew grown; hang hung hung; hear heard heard; hide hid hidden; \
    hold held held; keep kept kept; know knew known; lay laid laid; lead led led; leave left left; lend lent lent; lie lay lain; lose lost lost; make made made; \
    meet met met; overcome overcame overcome; pay paid paid; ride rode ridden; ring rang rung; rise rose risen; run ran run; say said said; see saw seen; seek sought sought; \
    sell sold sold; send sent sent; shake shook shaken; shine shone shone; show showed shown; shrink shrank shrunk; sing sang sung; sink sank sunk; sit sat sat; sleep slept slept; \
    speak spoke spoken; spend spent spent; stand stood stood; steal stole stolen; stick stuck stuck; strike struck struck; swim swam swum; swing swung swung; take took taken; teach taught taught; tear tore torn; \
    tell told told; think thought thought; throw threw thrown; undergo underwent undergone; understand understood understood; undertake undertook undertaken; wear wore worn; weave wove woven; \
    win won won; wind wound wound; withdraw withdrew withdrawn; withstand withstood withstood; write wrote written; uphold upheld upheld; foresee foresaw foreseen; oversee oversaw overseen; \
    rewrite rewrote rewritten; rebuild rebuilt rebuilt; bend bent bent; swear swore sworn; sweep swept swept; swell swelled swollen; split split split; spring sprang sprung; spin spun spun; \
    set set set; put put put; cut cut cut; spread spread spread; cost cost cost; hit hit hit; let let let; shut shut shut; burst burst burst; cast cast cast; mean meant meant; read read read";

/// Irregular verbs whose base or third person is as often a noun.
const IRREGULAR_ALSO_NOUNS: &str = "beat blow break build catch deal dig draw drink drive fall feed feel fight find fly hang hold keep lay lead leave lie \
    ride ring rise run say shake shine show shrink sleep stand stick strike swim swing take tear think throw wear weave win wind bend sweep swell split spring spin \
    set put cut spread cost hit let shut burst cast mean read bear breed spring make spend";

/// Lists every known verb form once; where two verbs share a form, the unambiguous one stands.
pub(super) fn forms() -> Vec<(String, VerbForm)> {
    let mut forms = Vec::new();
    for word in ALSO_NOUNS.split_whitespace() {
        regular(word, true, &mut forms);
    }
    for word in REGULAR.split_whitespace() {
        regular(word, false, &mut forms);
    }
    let nouns: Vec<&str> = IRREGULAR_ALSO_NOUNS.split_whitespace().collect();
    for verb in IRREGULAR.split(';') {
        let mut parts = verb.split_whitespace();
        if let (Some(base), Some(past), Some(participle)) = (parts.next(), parts.next(), parts.next()) {
            irregular(base, past, participle, nouns.contains(&base), &mut forms);
        }
    }
    forms
}

fn regular(word: &str, also_noun: bool, forms: &mut Vec<(String, VerbForm)>) {
    let base = word.trim_end_matches('+');
    let doubled = match base.chars().last() {
        Some(last) if word.ends_with('+') => format!("{base}{last}"),
        _ => base.to_owned(),
    };
    let past = if let Some(stem) = base.strip_suffix('e') {
        format!("{stem}ed")
    } else if let Some(stem) = consonant_y(base) {
        format!("{stem}ied")
    } else {
        format!("{doubled}ed")
    };
    push(forms, base.to_owned(), base, Tense::Base, also_noun);
    push(forms, third(base), base, Tense::Third, also_noun);
    push(forms, past, base, Tense::Past, false);
    push(forms, gerund(base, &doubled), base, Tense::Participle, true);
}

fn irregular(base: &str, past: &str, participle: &str, also_noun: bool, forms: &mut Vec<(String, VerbForm)>) {
    push(forms, gerund(base, base), base, Tense::Participle, true);
    if participle != past {
        push(forms, participle.to_owned(), base, Tense::Participle, false);
    }
    push(forms, past.to_owned(), base, Tense::Past, false);
    push(forms, third(base), base, Tense::Third, also_noun);
    push(forms, base.to_owned(), base, Tense::Base, also_noun);
}

fn push(forms: &mut Vec<(String, VerbForm)>, form: String, base: &str, tense: Tense, also_noun: bool) {
    forms.push((form, VerbForm { base: base.to_owned(), tense, also_noun }));
}

fn consonant_y(base: &str) -> Option<&str> {
    let stem = base.strip_suffix('y')?;
    (!stem.ends_with(['a', 'e', 'i', 'o', 'u'])).then_some(stem)
}

fn third(base: &str) -> String {
    if let Some(stem) = consonant_y(base) {
        return format!("{stem}ies");
    }
    let hisses = ["s", "x", "z", "ch", "sh", "o"].iter().any(|ending| base.ends_with(ending));
    format!("{base}{}", if hisses { "es" } else { "s" })
}

fn gerund(base: &str, doubled: &str) -> String {
    if let Some(stem) = base.strip_suffix("ie") {
        return format!("{stem}ying");
    }
    match base.strip_suffix('e') {
        Some(stem) if !base.ends_with("ee") => format!("{stem}ing"),
        _ => format!("{doubled}ing"),
    }
}
