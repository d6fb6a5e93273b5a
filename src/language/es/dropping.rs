//! Spanish leaves a subject out where the sentence before has named it ("Entró en Lima en 1821.").

use crate::language::dropping::DroppingWords;

pub(super) const DROPPING: DroppingWords = DroppingWords {
    prepositions: "a al ante bajo con contra de del desde durante en entre hacia hasta mediante para por según sin sobre tras excepto salvo",
    clitics: "se me te nos os lo le les la los las no nunca jamás también tampoco ya aún todavía casi solo sólo apenas",
    reflexive: "se",
    finite: "es son fue fueron era eran está están estaba estaban estuvo estuvieron ha han había habían hay hubo puede pueden podía podían pudo debe deben debía debían suele suelen solía solían \
             tiene tienen tenía tenían tuvo va van iba iban da dan dio dieron vio vieron dijo hizo puso propuso impuso expuso compuso supuso opuso dispuso depuso repuso vino intervino convino previno provino \
             trajo atrajo contrajo extrajo condujo produjo redujo introdujo tradujo dedujo indujo sedujo reprodujo anduvo obtuvo mantuvo detuvo contuvo sostuvo retuvo supo quiso cupo quedó quepa predijo contradijo bendijo \
             satisfizo deshizo rehízo sería serían será serán tendrá tendrán podrá podrán hará harán habrá habrán vendrá vendrán dirá dirán \
             pedía podía quería moría unía reunía definía sentía surgía exigía dirigía elegía protegía regía corregía perseguía seguía conseguía distinguía oía reía sufría abría cubría residía decidía dividía pretendía crecía \
             servía vivía movía resolvía volvía devolvía envolvía",
    finite_endings: "!policía !mercancía !andalucía !quía !amnistía !valía !homilía !melancolía !anomalía !dominó !haba !sílaba !guayaba !traba !baba !aldaba !varón !alemán \
                     ó aron ieron jeron ñeron yeron aba aban ían ará erá irá arán erán irán cía ndía eía aía tenía venía ponía bía mitía rtía lía rría uía",
    not_finite: super::verbs::NOT_FINITE,
    intransitive: "está están estaba estaban estuvo estuvieron había hubo existe existen existió cae caen cayó cayeron caía caían muere mueren murió murieron moría morían viene vienen vino vinieron venía venían proviene provienen \
                   empieza empiezan comienza comienzan entra entran entró entraron nace nacen sale salen salió salieron va van iba iban hierve hierven rige rigen consta constan crece crecen parece parecen tuvo tuvieron \
                   corre corren corrió fluye fluyen fluyó fluyeron sube suben subió subieron baja bajan bajó bajaron brota brotan circula circulan abunda abundan reina reinan reinaba reinó",
    intransitive_stems: (
        "lleg qued falt bast empez comenz estall fracas predomin abund viaj circul brot termin acab rein aument triunf emigr brill flot",
        "aparec desaparec surg nac ocurr suced viv crec permanec resid florec exist transcurr persist prevalec convien corr conviv",
    ),
    stem_endings: ("a an ó aron aba aban ará arán", "e en ió ieron ía ían erá irá erán irán"),
    copulas: "es son fue fueron era eran será serán sería serían hizo hace hacen hicieron hacía volvió vuelve vuelven volvieron sintió siente resulta resultó resultan parece pareció parecen",
    impersonal: "hay había hubo habrá hace hacía basta conviene cabe ocurre sucede",
    judgements: "posible imposible necesario preciso importante fácil difícil habitual frecuente cierto común conveniente evidente probable mejor decir fundamental esencial imprescindible",
    modals: "puede pueden podía podían pudo pudieron podrá podrán debe deben debía debían suele suelen solía solían va van iba iban",
    participle_endings: "ado ada ados adas ido ida idos idas ído ída ídos ídas",
    times: "día días semana semanas mes meses año años siglo siglos década décadas hora horas minuto minutos noche mañana tarde vez veces momento verano invierno otoño primavera enero febrero marzo abril mayo junio julio agosto \
            septiembre octubre noviembre diciembre lunes martes miércoles jueves viernes sábado domingo",
    relational: "debajo encima dentro fuera detrás delante enfrente alrededor además aparte",
    quantifiers: "algunos algunas muchos muchas varios varias pocos pocas unos unas todos todas ambos ambas casi uno una dos tres cuatro cinco otros otras ninguno ninguna demasiados demasiadas bastantes estos estas",
    parts: "mitad tercio cuarto mayoría minoría resto parte",
    of: "de del",
};
