//! Spanish verb forms that a reader must know to see where a noun phrase ends: the third persons of
//! common verbs. Questions need no other form, because Spanish keeps the order of the statement.

use crate::language::table::{Tense, VerbForm};

/// Third persons singular; the plural follows by rule.
const THIRD_PERSONS: &str = "\
    absorbe abre aparece aporta aprende aprovecha asciende atrae aumenta alcanza acelera acaba acumula adquiere agrava ajusta alimenta almacena altera anima añade aplica apoya asegura baja basta bebe busca cae calcula \
    cambia capta carece causa cede circula comienza comparte compara completa comprende comprueba concentra condensa conduce confirma conoce considera consiste construye consume contiene continúa contribuye controla convierte convive corre \
    corresponde crea crece cree cruza cubre cumple da deja demuestra denomina depende deposita desarrolla desciende describe desempeña despide destruye determina devuelve dice difiere dirige disminuye distingue distribuye divide domina dura ejerce \
    elabora eleva elige elimina emite empieza empaña emplea encuentra enfría enseña entiende entra envía equivale escapa escribe espera establece estudia evalúa evapora evita evoluciona exige existe explica expresa extiende extrae fabrica facilita \
    favorece fija fluye forma funciona gana garantiza gasta genera gira guarda habita habla hace halla hereda huye identifica impide implica impone impulsa incluye incorpora indica influye informa inicia insiste intenta interviene introduce invade inventa \
    invita lanza lee llama llega lleva llena llueve logra lucha luce mantiene marca mata mide merece mezcla modifica mostró muestra mueve muere mueren nace necesita niega nota nombra obliga observa obtiene ocasiona ocupa ocurre ofrece opera opina \
    ordena organiza parece participa pasa penetra perciben percibe perjudica permanece permite pertenece pierde piensa pide plantea posee practica precede predomina prefiere presenta pretende procede produce prohíbe promueve propone protege \
    provoca publica queda quema quiere realiza recibe recoge reconoce recorre recuerda reduce refleja refresca regresa regula relaciona renueva repercute reparte representa requiere resalta residen reside resiste resuelve resulta retiene reúne revela rige \
    rodea rompe sabe saca sale satisface seca separa señala sigue significa simboliza sirve sobrevive somete sostiene sube sucede suma supera supone surge sustituye tarda termina tiende toma trabaja transforma transmite transporta trata une usa utiliza \
    vale varía ve vende viaja vibra viene vive vuelve consta contrasta define defiende libera choca descarga descubrió escribió nació murió llegó fundó publicó inventó conquistó empezó comenzó gobernó \
    abandona abarca abastece acoge actúa acude afecta afirma agota agrega ahorra amenaza amplía analiza anuncia aplasta arrastra arruina asigna asume ataca atraviesa atrapa avanza ayuda bloquea brilla calienta carga castiga \
    celebra cierra cita coexiste coincide colabora coloca coloniza combate combina compensa compite complica comunica conecta congela conquista consigue conserva constituye contamina contrae conviene convoca coopera coordina \
    corrige corta cuenta cuesta cuida culmina cultiva cura daña decide declara dedica degrada demanda denuncia deriva derrota desaparece descansa descompone desea designa destaca destina detecta detiene difunde dilata diluye \
    disfruta dispone disuelve dobla edifica educa efectúa ejecuta emigra empuja encabeza encaja encierra encoge enfrenta enlaza enriquece enrojece entrega equilibra erosiona escasea esconde estalla estimula examina excede \
    excluye exporta expulsa falta financia firma flota fomenta fortalece fracasa frena garantiza gobierna golpea hincha hunde ilustra imita importa incrementa infecta ingresa inhibe instala integra intercambia interpreta \
    interrumpe invierte irradia justifica late lidera limita limpia madura maneja mira molesta monta motiva multiplica navega negocia nutre oculta oscila oxida paga paraliza perdura persigue persiste pesa prepara preocupa preserva \
    presiona presta previene progresa prolonga prospera provee proyecta reacciona reaparece rechaza reclama recubre recupera reemplaza refuerza regenera registra relata remite renuncia repite reproduce respalda respeta \
    respira responde restringe retira retrocede rinde selecciona siembra simplifica sintetiza sitúa solicita solidifica soporta subraya subsiste sufre sugiere suministra suprime tapa tiembla tira toca tolera traduce transcurre \
    traslada valora vence vigila vincula visita vota digiere rompe encarece mide fabrica escasea ejerce arde brota";

const IRREGULAR: &str = "\
    es son fue fueron era eran está están estaba estaban ha han había habían hay hubo tiene tienen tuvo \
    tenía puede pueden pudo podía debe deben suele suelen va van iba iban dan dijo hizo hicieron pone \
    ponen puso trae traen oye oyen cayó cupiera sea sean fuera fuesen";

/// Infinitives and participles that are never nouns here.
pub(super) const NOT_FINITE: &str = "\
    ser sido estar haber hacer poner tomar medir medirse evaporar formar formarse producir caer subir \
    bajar crecer llegar pasar dejar dejarla invadirlo escapar depositarse evaporarse mantenerlas llamado \
    llamada llamados llamadas denominado denominada denominados denominadas conocido conocida conocidos \
    conocidas aprovechar recordar describirse congelados saturado";

/// Third persons that are as often nouns.
const ALSO_NOUNS: &str = "causa forma marca suma nota muestra toma trata vale pide baja uso seca lucha cambia gasta ayuda carga cita completa conquista conserva cuenta cura demanda derrota dura entrega falta firma late limpia madura mezcla monta oculta paga pesa presta quema \
     renuncia siembra toca visita corta combate";

/// Lists every known form.
pub(super) fn forms() -> Vec<(String, VerbForm)> {
    let nouns: Vec<&str> = ALSO_NOUNS.split_whitespace().collect();
    let mut forms = Vec::new();
    for word in THIRD_PERSONS.split_whitespace() {
        push(&mut forms, word.to_owned(), nouns.contains(&word));
        if !word.ends_with('ó') && !word.ends_with('n') {
            push(&mut forms, format!("{word}n"), false);
        }
    }
    for word in IRREGULAR.split_whitespace().chain(NOT_FINITE.split_whitespace()) {
        push(&mut forms, word.to_owned(), false);
    }
    forms
}

fn push(forms: &mut Vec<(String, VerbForm)>, form: String, also_noun: bool) {
    forms.push((form.clone(), VerbForm { base: form, tense: Tense::Finite, also_noun }));
}
