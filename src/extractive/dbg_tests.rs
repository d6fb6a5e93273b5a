#[test]
fn dump() {
    let f = std::env::var("F").unwrap();
    let text = std::fs::read_to_string(f).unwrap();
    let r = crate::content::Request::parse(&serde_json::json!({"syllabus_text":text})).unwrap();
    let s = std::sync::Arc::new(crate::source::Source::read(&text).unwrap());
    let a = super::Analysis::of(s, &r).unwrap();
    for (i, t) in a.terms().iter().enumerate().take(45) {
        println!(
            "T{i} {} | {} | pl {} w {:.2} secs {} def {:?}",
            t.surface, t.phrase, t.plural, t.weight, t.sections, t.definition
        );
    }
    for s in a.sentences() {
        println!(
            "S{} p{} f{:.2} i{:.2} alone={} terms {:?} {:?}\n    {}",
            s.index, s.paragraph, s.fitness, s.importance, s.stands_alone, s.terms, s.relations, s.text
        );
    }
}
