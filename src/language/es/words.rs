//! Spanish words by what they do in a sentence.

use crate::language::table::Words;

pub(super) const WORDS: Words = Words {
    stop: "a al ante bajo cabe con contra de del desde durante en entre hacia hasta mediante para por según sin so sobre tras vía \
           el la los las lo un una unos unas y e ni o u pero mas sino que qué quien quién quienes quiénes cual cuál cuales cuáles cuyo cuya cuyos cuyas \
           como cómo cuando cuándo donde dónde adonde cuanto cuánto cuanta cuánta cuantos cuántos porque pues si sí no nunca jamás siempre \
           yo tú él ella ello ellos ellas nosotros nosotras vosotros usted ustedes me te se nos os le les mi mis tu tus su sus nuestro nuestra nuestros \
           nuestras suyo suya este esta esto estos estas ese esa eso esos esas aquel aquella aquello aquellos aquellas tal tales dicho dicha dichos dichas \
           mismo misma mismos mismas otro otra otros otras cada todo toda todos todas alguno alguna algunos algunas algún ningún ninguno ninguna nada nadie algo alguien \
           varios varias mucho mucha muchos muchas poco poca pocos pocas más menos muy tan tanto tanta tantos tantas demasiado bastante casi apenas solo sólo también tampoco \
           ya aún todavía ahora antes después luego entonces hoy ayer mañana aquí allí ahí allá cerca lejos dentro fuera arriba abajo encima debajo delante detrás alrededor \
           así bien mal además incluso excepto salvo aunque mientras sino sea ambos ambas demás uno dos tres cuatro cinco seis siete ocho nueve diez once doce veinte treinta cien ciento mil millones millón \
           primer primero primera segundo segunda tercer tercero tercera cuarto cuarta quinto quinta último última ser es son era eran fue fueron sido siendo está están estaba estaban estado estar \
           ha han había habían haber hay haya he hemos hubo tiene tienen tenía tenían tener tuvo puede pueden podía podían poder pudo debe deben debía deber suele suelen etc embargo obstante \
           través partir pesar debido gracias respecto cuenta vez veces decir ejemplo menudo sobre-todo quizá quizás enseguida pronto tarde temprano etcétera",
    weak: "diferente diferentes diverso diversa diversos diversas distinto distinta distintos distintas cierto cierta ciertos ciertas particular particulares específico específica general generales \
           principal principales mayor mayores menor menores importante importantes significativo esencial básico básica común comunes típico normal especial especiales similar similares parecido parecida posible \
           posibles imposible necesario necesaria disponible grande grandes gran pequeño pequeña pequeños pequeñas alto alta altos altas bajo baja bajos bajas largo larga corto corta nuevo nueva nuevos nuevas \
           viejo antiguo antigua antiguos antiguas moderno reciente actual actuales anterior anteriores siguiente siguientes bueno buena buen malo mala mejor mejores peor verdadero verdadera real reales entero entera completo completa \
           total totales único única doble múltiple múltiples adicional simple sencillo sencilla complejo compleja fácil difícil claro clara fuerte fuertes débil rico pobre ancho amplio amplia profundo directo directa famoso \
           conocido conocida llamado llamada llamados llamadas propio propia cosa cosas manera maneras modo modos tipo tipos clase clases forma formas caso casos hecho hechos parte partes pieza \
           número números cantidad cantidades grupo grupos conjunto serie par gama variedad mayoría minoría resto resultado resultados efecto efectos causa causas razón razones problema problemas pregunta preguntas respuesta respuestas \
           idea ideas punto puntos vista cuestión asunto uso usos fin fines objetivo tiempo tiempos día días semana semanas mes meses año años hora horas minuto minutos momento siglo siglos década décadas edad época \
           periodo período persona personas gente hombre hombres mujer mujeres niño niños lugar lugares sitio zona zonas área lado lados final principio comienzo centro figura tabla capítulo sección página texto libro lección unidad tema curso estudiante \
           lector nombre nombres palabra palabras término términos significado nivel niveles paso pasos etapa etapas fase fases posición orden condición condiciones situación papel importancia diferencia diferencias cambio cambios aumento disminución \
           pérdida ayuda intento oportunidad ventaja ventajas desventaja coste costo necesidad trabajo mitad tercio media medio promedio tamaño longitud anchura altura profundidad distancia peso metro metros kilómetro kilómetros centímetro milímetro milímetros litro \
           litros gramo gramos kilogramo kilogramos grado grados euro euros dólar dólares ciento porcentaje factor factores elemento elementos componente componentes característica características rasgo rasgos aspecto aspectos \
           enorme enormes inmenso propios mundo país países ciudad ciudades casa método métodos técnica técnicas proceso procesos sistema sistemas modelo modelos producto productos actividad actividades acción acciones valor valores tasa término medida medidas \
           interés atención mano ojo cabeza consecuencia consecuencias conclusión experimento estudio estudios investigador científico científicos experto autor autores dirección igual iguales libre relativo entonces recorrido camino caminos relación",
    definite: "el la los las del al",
    indefinite: "un una unos unas",
    before_noun: "el la los las del al un una unos unas su sus este esta estos estas ese esa esos esas aquel aquella cada ningún ninguna algún alguna algunos algunas de en con por para sobre entre sin mediante hacia desde contra según durante tras",
    before_verb: "se no ellos ellas él ella nosotros puede pueden debe deben suele suelen que lo le les quien quienes",
    singular_determiners: "un una cada este esta ese esa",
    quantifiers: "un una uno dos tres cuatro cinco cada ningún ninguna algún alguna algunos algunas varios varias muchos muchas pocos pocas todo toda todos todas otro otra otros otras mismo misma este esta estos estas ese esa esos esas su sus más ambos ambas unos unas",
    page_words: "página diapositiva",
    caption_words: "tabla figura cuadro gráfico",
    joiners: "de | del | de la | de las | de los | de el",
    pronouns: "ello él ella ellos ellas su sus suyo suya",
    person_pronouns: "",
    demonstratives: "este esta esto estos estas ese esa eso esos esas aquello tal tales dicho dicha dichos dichas éste ésta ése ésa",
    bare_articles: "",
    leaning_openings: "sin embargo | además | también | por eso | por ello | por tanto | por lo tanto | en consecuencia | así | entonces | luego | después | pero | y | e | o | ni | no obstante | \
                       por otra parte | por otro lado | por una parte | por un lado | por su parte | en cambio | por el contrario | en primer lugar | en segundo lugar | en tercer lugar | finalmente | por último | por ejemplo | es decir | \
                       o sea | de este modo | de esta manera | de esta forma | de ahí | de ese modo | gracias a ello | gracias a ella | gracias a él | el resultado | la respuesta | la razón | el motivo | la consecuencia | el primero | el segundo | \
                       la primera | la segunda | el tercero | la tercera | el último | la última | otro | otra | otros | otras | el otro | la otra | los otros | las otras | los demás | las demás | el resto | una parte | ambos | ambas | los dos | las dos | uno de ellos | una de ellas | \
                       la mayoría de ellos | el mismo | la misma | lo mismo | lo contrario | lo que | tampoco | aun así | allí | aquí | ahora | más tarde | a continuación | a su vez | en él | en ella | en ellos | entre ellos | entre ellas | para ello | con ello | desde entonces | \
                       al principio | al final | con el tiempo | poco después | al mismo tiempo | mientras tanto | en resumen | en conclusión | de hecho | en realidad | existe , además | de nuevo | esto es | en otras palabras | dicho de otro modo | \
                       existen dos | hay dos | hay tres | existen tres | supongamos | consideremos | imaginemos | recordemos | como consecuencia | como resultado | todo ello | todo esto | la diferencia | el problema | la cuestión",
    leaning_words: "",
    leaning_phrases: "cada uno de ellos | cada una de ellas | más . | menos . | efecto parecido | efecto similar | por su parte | además | por tanto | por lo tanto | en consecuencia | en cambio | sin embargo | no obstante | a su vez | también participan | mismo fenómeno | el mismo efecto | el mismo resultado | la misma razón | el mismo motivo | de ellas | de ellos | de ella | el otro | la otra | entonces",
    imagined: "!cualquiera !siquiera !quiera -aría -ería -iría -dría -arían -erían -irían -drían -iera -ieran -iese",
    degrees: "tan tanto tanta tantos tantas semejante semejantes",
    after_degree: "que como",
    asks_about: "pregunta preguntas",
    process_endings: "ción sión miento ciclo proceso cultivo",
    unnamed: "proceso procesos método métodos técnica sistema sistemas problema problemas pregunta situación resultado resultados efecto efectos cambio cambios diferencia idea punto estudio experimento conclusión caso casos ejemplo comparación \
              modelo razón razones causa causas condición condiciones producto acción tipo clase forma conjunto etapa fase paso",
    needs_source: "véase | ver figura | figura | fig. | tabla | cuadro | como se muestra | como se ve | más arriba | más abajo | como vimos | como hemos visto | hemos visto | veremos | este capítulo | esta sección | este texto | \
                   esta lección | este curso | este artículo | esta unidad | esta página | nuestro ejemplo | el ejemplo anterior | a continuación se | los siguientes | las siguientes | lo siguiente | apartado | apéndice | et al | ibíd | https: | http: | www.",
    auxiliaries: "es son era eran fue fueron está están estaba estaban ha han había habían hay hubo puede pueden podía podían debe deben debía debían suele suelen tiene tienen tenía tenían sería serían será serán",
    subordinators: "porque pues aunque mientras cuando donde si como que hasta desde antes después ya",
    relatives: "que quien quienes cual cuales cuyo cuya cuyos cuyas donde",
    singular_verbs: "es fue era está ha tiene puede llama denomina",
    plural_verbs: "son fueron eran están han tienen pueden llaman denominan",
    plural_endings: "!sis !is !us s",
    noun_endings: "ción sión dad tad miento ismo anza encia ancia logía grafía metría eza ez tud aje sis itis",
    impersonal_openings: "hay | existe | existen | basta | conviene | se llama | se llaman | se denomina | se denominan | se entiende por",
    adjective_endings: "al ales ivo iva oso osa ente ante able ible ico ica ado ada ido ida ados adas idos idas ivos ivas osos osas",
    clause_breaks: ", pero | , así que | , de modo que | , por lo que | , y | , mientras que | , aunque | , porque | , ya que | , pues ",
    adding_words: "también incluso tampoco además aún todavía",
    announcing_words: "caminos pasos formas maneras razones cosas opciones etapas posibilidades efectos casos vías",
    signposts: "nota notas aviso atención advertencia consejo recuerda recuerde importante ejemplo paso regla tarea ojo",
    disclaimers: "mito error errores falso incorrecto equivocación falacia",
    after_demonstrative: "que",
    past_verbs: "fue fueron era eran estaba estaban había habían tuvo tenía tenían hizo hicieron pudo pudieron vio dio",
    past_endings: "aron ieron aba aban ían ó",
    ending_exceptions: "",
    other_endings: "mente ando iendo ándose iéndose arse erse irse arlo arla erlo izar ificar",
    empty_heads: "parte resultado resultados razón razones causa ejemplo ejemplos importante principal problema cuestión caso forma manera modo lugar poco mayor menor mejor peor primera primer primero segundo segunda último última único única misma mismo \
                  actividad hecho consecuencia clave gran grande buen buena tema pregunta respuesta éxito fracaso signo error sorpresa excepción punto idea comienzo final inicio base más menos que paso-previo",
    word_heads: "palabra palabras término nombre expresión voz",
    argument_heads: "causa causas razón razones motivo motivos consecuencia consecuencias resultado objetivo importancia ventaja diferencia",
    people: "militar caudillo virrey libertador prócer revolucionario revolucionaria dirigente líder jefe almirante capitán coronel conquistador fraile misionero misionera activista dramaturgo ensayista enfermero enfermera maestra profesor historiador historiadora rey reina emperador emperatriz presidente ministro poeta escritor escritora autor autora pintor pintora compositor filósofo matemático matemática médico médica ingeniero ingeniera monje sacerdote papa obispo santo soldado general \
             comerciante profesor profesora maestro inventor explorador fundador político política abogado juez agricultor astrónomo navegante arquitecto cirujano impresor artesano músico cantante actor actriz economista científico científica físico químico biólogo -ólogo -óloga -ista -ógrafo",
    back_matter: "referencias | bibliografía | fuentes | notas | lecturas recomendadas | para saber más | índice | contenido | agradecimientos | créditos | enlaces | contacto | sobre el autor | derechos de autor",
    generic_headings: "introducción | resumen | conclusión | conclusiones | antecedentes | presentación | prólogo | prefacio | ideas para recordar | ideas principales | ideas clave | definiciones | ejemplos | notas | apuntes | documento | sin título | capítulo 1 | unidad 1 | tema 1 | lección 1",
    objective_headings: "objetivos | objetivos de aprendizaje | resultados de aprendizaje | metas de aprendizaje",
};

/// Folds regular plurals: "océanos", "evaporaciones", "raíces".
pub(super) fn singular(word: &str) -> String {
    let kept = ["sis", "is", "us"].iter().any(|ending| word.ends_with(ending)) || word.chars().count() < 4;
    if kept {
        return word.to_owned();
    }
    if let Some(stem) = word.strip_suffix("iones") {
        return format!("{stem}ión");
    }
    if let Some(stem) = word.strip_suffix("ces") {
        return format!("{stem}z");
    }
    match word.strip_suffix("es") {
        Some(stem) if stem.ends_with(['d', 'l', 'n', 'r', 'j']) && stem.chars().count() > 2 => {
            stem.to_owned()
        }
        _ => word.strip_suffix('s').unwrap_or(word).to_owned(),
    }
}
