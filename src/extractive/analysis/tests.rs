use super::*;

#[test]
fn debug() {
    let text = std::fs::read_to_string(std::env::var("F").unwrap()).unwrap();
    let request = Request::parse(&serde_json::json!({ "syllabus_text": text })).unwrap();
    let analysis = Analysis::of(Arc::new(Source::read(&text).unwrap()), &request).unwrap();
    for term in analysis.terms().iter().take(60) {
        println!(
            "{:.2} {} | {} | {} {:?}",
            term.weight,
            term.surface,
            term.phrase,
            term.sentences.len(),
            term.definition
        );
    }
    for sentence in analysis.sentences() {
        println!(
            "{:.2} {:.2} {} {} {:?}",
            sentence.fitness, sentence.importance, sentence.stands_alone, sentence.text, sentence.relations
        );
    }
}
