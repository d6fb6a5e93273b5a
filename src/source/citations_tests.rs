//! Small documents: what goes out of them, and what stays.

use super::super::view::unify_line_ends;
use super::*;

/// The text without its references, by a document that holds nothing else.
fn without(text: &str) -> String {
    let run = unify_line_ends(text);
    let vocabulary = super::super::lines::Vocabulary::default();
    let cites = Citations::of(std::iter::once(run.as_slice()));
    super::super::block::text(&super::super::lines::tidy(&run, &vocabulary, cites))
}

/// Shows that a text numbers its sources.
const CITING: &str = "Plants grow.[1] They need light.[2] ";

fn without_where_sources_are_numbered(text: &str) -> String {
    without(&format!("{CITING}{text}")).replacen("Plants grow. They need light. ", "", 1)
}

#[test]
fn numbers_of_the_subject_stay() {
    for text in [
        "The function f has the domain [1, 5] and the range [2, 10].",
        "On [1, 5] it grows, in [2, 10] it falls, over [3, 4] it rests.",
        "The set [1, 2, 3] and the list [4] and the vector [5, 6] are short.",
        "In Lua a[1] is the first, a[2] the second, a[3] the third.",
        "The row_sum[1] is less than row_sum[2] and rowSum[3] or x2[4].",
        "In F# xs.[0] is the first and xs.[1] the second. Then xs.[2] and xs.[3].",
        "Then [1] = 5 and [2] + [3] is [4].",
        "Take [5] of the pills.",
        "A list such as [1, 2, 3] holds three numbers. It emits [1, 2, 3] as output.",
        "It rises [1, 2], rests [2, 3] and falls [3, 4].",
        "It stores [1], drops [2, 3] and keeps [4, 5].",
        "It rises throughout [1, 2] and falls throughout [2, 3], and rests inside [3, 4].",
        "[1] At first it grew. [2] And it fell. [3] And it rested. [4] It rose. [5] It is well. [6] So be it.",
        "Sorting it emits [1]. Then it emits [2]. At last it emits [3]. It emits [4].",
    ] {
        assert_eq!(without(text), text);
    }
}

#[test]
fn parts_with_a_number_and_indices_stay_where_sources_are_numbered() {
    for text in [
        "The reasons follow from section [2] of the order, as rule [4] says, and from para [1].",
        "Das folgt aus Abschnitt [2], und Gleichung [3] gilt auch. Siehe Rn [4].",
        "El artículo [2] y la regla [3] lo dicen.",
        "L'équation [2] et le chapitre [3] le disent.",
        "The array x [3] holds values, and row_sum [4] and x2 [5] hold more.",
    ] {
        assert_eq!(without_where_sources_are_numbered(text), text);
    }
    let text = "The expert [7] gives CO2 [3] and vitamin C [4].";
    assert_eq!(without_where_sources_are_numbered(text), "The expert gives CO2 and vitamin C.");
}

#[test]
fn brackets_of_program_text_stay_without_evidence_to_the_contrary() {
    for text in [
        "The call concat(a,[2]) joins two lists, and push(xs,[3]) adds one.",
        "The expression a?.[1] gives the second value or nothing at all.",
        "In F# xs.[1] is the first and xs.[2] the second.",
        "Short strings,[2] lists of them and “abc”[1] are fine.",
    ] {
        assert_eq!(without(text), text);
    }
    let text = "The call concat(a,[2]) joins a?.[1] with f(x)[3] and m[4].";
    assert_eq!(without_where_sources_are_numbered(text), text);
}

#[test]
fn references_go_where_the_document_shows_them() {
    for (text, wanted) in [
        ("It grows.[12]", "It grows."),
        ("It grows [1] and falls [2], as plants [1] do [3].", "It grows and falls, as plants do."),
        ("Plants[1] and roots[2] grow.[3] In [1, 5] it rests.", "Plants and roots grow. In [1, 5] it rests."),
        (
            "It lies at 100 km [4]. It is 400 m [12], or so [7, 9]. It ends [3]. It leads to Rome [8]. So it was before [5].",
            "It lies at 100 km. It is 400 m, or so. It ends. It leads to Rome. So it was before.",
        ),
        ("It grows.[1][2] It falls.[3]", "It grows. It falls."),
        ("It grows. [1] It falls. [2] It rests. [3]", "It grows. It falls. It rests."),
        (
            "It has a domain.[1] It is found in the range [2]. It rests [3].",
            "It has a domain. It is found in the range. It rests.",
        ),
        ("植物从土壤中吸收水分。[1]它们把水送到叶子里。[2]", "植物从土壤中吸收水分。它们把水送到叶子里。"),
    ] {
        assert_eq!(without(text), wanted);
    }
}

#[test]
fn what_joins_references_goes_with_them() {
    for (text, wanted) in [
        ("See Smith [1] and [2] or Lee [3].", "See Smith or Lee."),
        ("It turns light into energy [1], [2].", "It turns light into energy."),
        ("It passes to the leaves [2] and [5].", "It passes to the leaves."),
        ("It is taken up by leaves [1]–[3]. It grows.", "It is taken up by leaves. It grows."),
        (
            "Es steigt von [1] bis [3], [5] und [7]; es fällt.",
            "Es steigt von [1] bis [3], [5] und [7]; es fällt.",
        ),
        ("Das Wasser steigt [1] bis [3], [5] und [7]; es fällt.", "Das Wasser steigt; es fällt."),
        ("It grows [4]-[6], [8], and [9] there.", "It grows there."),
    ] {
        assert_eq!(without_where_sources_are_numbered(text), wanted);
    }
}

#[test]
fn a_span_of_references_names_those_between_its_ends() {
    let text =
        "It makes energy [1], [2]. It enters the leaves [1]–[3]. Chlorophyll takes blue [4]. It rises [5].";
    assert_eq!(without(text), "It makes energy. It enters the leaves. Chlorophyll takes blue. It rises.");
}

#[test]
fn a_list_of_numbers_stays_where_the_text_has_lists_of_its_own() {
    let kept = "The function peaks [2, 3]. It is found in [0, 1].";
    assert_eq!(without_where_sources_are_numbered(kept), kept);
    assert_eq!(without_where_sources_are_numbered("The plant peaks [2, 3]."), "The plant peaks.");
    assert_eq!(without_where_sources_are_numbered("It emits [2, 3] there."), "It emits [2, 3] there.");
    let shown = "It grows.[3, 4] The plant peaks [2, 3] there.";
    assert_eq!(without_where_sources_are_numbered(shown), "It grows. The plant peaks there.");
}
