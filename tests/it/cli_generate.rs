//! The main job from a shell.

use std::io::Read;
use std::process::Stdio;

use content_factory::content::Kind;
use serde_json::Value;

use crate::support::{LESSON, Program, TOO_THIN, TestApp, thin_lesson};

fn package(program: &Program, folder: &str) -> Value {
    serde_json::from_slice(&std::fs::read(program.path(&format!("{folder}/package.json"))).unwrap()).unwrap()
}

#[tokio::test]
async fn a_text_becomes_files_of_every_kind_and_a_table() {
    let program = Program::new();
    program.write("lesson.md", LESSON);
    let finished = program.run(&["generate", "lesson.md"]).await;
    assert_eq!(finished.code, Some(0), "{}", finished.err);
    assert!(finished.err.starts_with("writer: extractive"), "{}", finished.err);
    let package = package(&program, "out");
    assert_eq!(package["status"], "completed");
    for kind in Kind::ALL {
        let piece: Value =
            serde_json::from_slice(&std::fs::read(program.path(&format!("out/{kind}.json"))).unwrap())
                .unwrap();
        assert_eq!(piece, package["content"][kind.as_str()], "{kind}");
        assert!(std::fs::read_to_string(program.path(&format!("out/{kind}.md"))).unwrap().starts_with("# "));
        assert!(
            finished.out.lines().any(|line| line.starts_with(kind.as_str()) && line.contains("done")),
            "{kind}"
        );
        assert!(finished.err.contains(&format!("{kind}: done")), "{}", finished.err);
    }
    assert!(finished.out.contains("quality") && finished.out.contains("$0.00"), "{}", finished.out);
    assert_eq!(std::fs::read_dir(program.path("out")).unwrap().count(), 17);
    assert_eq!(std::fs::read_dir(program.folder.path()).unwrap().count(), 2, "nothing else is left");
}

#[tokio::test]
async fn a_thin_text_ends_with_3_or_1_keeps_what_was_made_and_says_what_is_missing() {
    let program = Program::new();
    program.write("thin.md", thin_lesson());
    let partial = program.run(&["generate", "thin.md"]).await;
    assert_eq!(partial.code, Some(3), "{}", partial.err);
    assert!(partial.err.contains("flashcards: failed, "), "{}", partial.err);
    assert!(partial.out.lines().any(|line| line.starts_with("flashcards") && line.contains("failed")));
    assert_eq!(package(&program, "out")["status"], "partial");
    assert!(program.path("out/outline.md").exists() && !program.path("out/flashcards.md").exists());
    let failed = program.run(&["generate", "thin.md", "--kinds", "flashcards"]).await;
    assert_eq!(failed.code, Some(1), "{}", failed.err);
}

#[tokio::test]
async fn a_folder_holds_one_package_and_files_of_others_stay() {
    let program = Program::new();
    program.write("lesson.md", LESSON);
    std::fs::create_dir(program.path("out")).unwrap();
    program.write("out/notes.md", "mine");
    program.write("out/flashcards.md", "mine too, until a run of ours makes cards here");
    let first = program.run(&["generate", "lesson.md", "--kinds", "faqs"]).await;
    assert_eq!(first.code, Some(0), "{}", first.err);
    let second =
        program.run(&["generate", "lesson.md", "--kinds", "one_pager_summary", "--formats", "md"]).await;
    assert_eq!(second.code, Some(0), "{}", second.err);
    assert!(
        second.err.contains("removed, of an earlier run: outline.json, faqs.md, faqs.json"),
        "{}",
        second.err
    );
    let files = std::fs::read_dir(program.path("out")).unwrap();
    let mut files: Vec<String> = files.map(|file| file.unwrap().file_name().into_string().unwrap()).collect();
    files.sort();
    assert_eq!(files, ["flashcards.md", "notes.md", "one_pager_summary.md", "outline.md", "package.json"]);
}

#[tokio::test]
#[cfg(target_os = "linux")]
async fn a_folder_that_takes_no_files_ends_with_2_before_anything_runs() {
    let program = Program::new();
    program.write("lesson.md", LESSON);
    let refused = program.run(&["generate", "lesson.md", "--out", "/proc"]).await;
    assert_eq!(refused.code, Some(2), "{}", refused.err);
    assert!(!refused.err.contains("done"), "{}", refused.err);
}

#[tokio::test]
async fn flags_choose_kinds_formats_and_folder_and_a_dash_reads_standard_input() {
    let program = Program::new();
    let arguments = [
        "generate",
        "-",
        "--kinds",
        "faqs,flashcards",
        "--formats",
        "md",
        "--out",
        "a/b",
        "--tone",
        "friendly",
        "--audience",
        "young learners",
        "--difficulty",
        "beginner",
        "--priority",
        "high",
        "--no-cache",
        "--max-cost-usd",
        "0.50",
        "--target-duration",
        "10",
        "--target-pages",
        "2",
        "--language",
        "en",
    ];
    let finished = program.run_with(&arguments, &[], LESSON.as_bytes()).await;
    assert_eq!(finished.code, Some(0), "{}", finished.err);
    let mut files: Vec<String> = std::fs::read_dir(program.path("a/b"))
        .unwrap()
        .map(|file| file.unwrap().file_name().into_string().unwrap())
        .collect();
    files.sort();
    assert_eq!(files, ["faqs.md", "flashcards.md", "outline.md", "package.json"]);
    assert!(finished.out.contains("not applied: tone"), "{}", finished.out);
}

#[tokio::test]
async fn a_server_does_the_same_as_this_process() {
    let app = TestApp::start().await;
    let program = Program::new();
    program.write("lesson.md", LESSON);
    let here = program.run(&["generate", "lesson.md", "--out", "here"]).await;
    let there = program
        .run(&["generate", "lesson.md", "--out", "there", "--server", &app.address, "--api-key", &app.key])
        .await;
    assert_eq!((here.code, there.code), (Some(0), Some(0)), "{}", there.err);
    for kind in Kind::ALL {
        for format in ["md", "json"] {
            let read =
                |folder: &str| std::fs::read_to_string(program.path(&format!("{folder}/{kind}.{format}")));
            assert_eq!(read("here").unwrap(), read("there").unwrap(), "{kind}.{format}");
        }
    }
}

#[tokio::test]
async fn bad_input_ends_with_2_and_says_what_to_change() {
    let program = Program::new();
    program.write("lesson.md", LESSON);
    program.write("latin1.txt", b"caf\xe9 ".repeat(20));
    program.write("short.txt", "é".repeat(49));
    program.write("long.txt", "é".repeat(200_001));
    program.write("longer.txt", "a".repeat(900_000));
    program.write("nul.txt", format!("\0{LESSON}"));
    program.write("empty.txt", "");
    program.write("thin.md", TOO_THIN);
    let cases: [(&[&str], &str); 17] = [
        (&["missing.md"], "missing.md"),
        (&["latin1.txt"], "not UTF-8"),
        (&["short.txt"], "50"),
        (&["long.txt"], "200000"),
        (&["longer.txt"], "200000"),
        (&["nul.txt"], "NUL"),
        (&["empty.txt"], "the text"),
        (&["thin.md"], "no outline"),
        (&["lesson.md", "--kinds", "faqs,poem"], "poem"),
        (&["lesson.md", "--formats", "odt"], "odt"),
        (&["lesson.md", "--difficulty", "odd"], "--difficulty"),
        (&["lesson.md", "--target-pages", "21", "--tone", "x"], "--target-pages"),
        (&["lesson.md", "--language", "es"], "language"),
        (&["--topic", "Photosynthesis"], "model"),
        (&["lesson.md", "--out", "lesson.md"], "folder"),
        (&["lesson.md", "--server", "somewhere", "--api-key", "x"], "--server"),
        (&[], "FILE"),
    ];
    for (arguments, said) in cases {
        let finished = program.run(&[&["generate"], arguments].concat()).await;
        assert_eq!(finished.code, Some(2), "{arguments:?}: {}", finished.err);
        assert_eq!(finished.out, "", "{arguments:?}");
        assert!(finished.err.contains(said) && finished.err.len() < 2000, "{arguments:?}: {}", finished.err);
    }
}

#[tokio::test]
async fn a_server_that_refuses_or_is_not_there_is_told_apart() {
    let app = TestApp::start().await;
    let program = Program::new();
    program.write("lesson.md", LESSON);
    let address = app.address.clone();
    let arguments = ["generate", "lesson.md", "--server", &address, "--api-key", "cf_wrong"];
    let refused = program.run(&arguments).await;
    assert_eq!(refused.code, Some(2));
    assert!(refused.err.contains("401"), "{}", refused.err);
    app.stop().await;
    let gone = program.run(&arguments).await;
    assert_eq!(gone.code, Some(1));
}

#[tokio::test]
async fn a_table_that_nobody_reads_is_no_failure() {
    let program = Program::new();
    program.write("lesson.md", LESSON);
    let mut command = std::process::Command::new(env!("CARGO_BIN_EXE_content-factory"));
    command.args(["generate", "lesson.md", "--kinds", "faqs"]).current_dir(program.folder.path()).env_clear();
    let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    drop(child.stdout.take());
    let mut said = String::new();
    child.stderr.take().unwrap().read_to_string(&mut said).unwrap();
    assert_eq!(child.wait().unwrap().code(), Some(0), "{said}");
    assert!(!said.contains("panicked"), "{said}");
}

#[tokio::test]
async fn generating_beside_a_running_service_touches_nothing_of_it() {
    let program = Program::new();
    let (_child, _, _) = program.serve(&[]).await;
    let data = || {
        let mut files: Vec<_> =
            std::fs::read_dir(program.path("data")).unwrap().map(|file| file.unwrap().file_name()).collect();
        files.sort();
        files
    };
    let before = data();
    program.write("lesson.md", LESSON);
    let finished = program.run(&["generate", "lesson.md", "--kinds", "faqs"]).await;
    assert_eq!(finished.code, Some(0), "{}", finished.err);
    assert_eq!(data(), before);
}
