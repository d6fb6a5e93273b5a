//! Application default credentials of Google Cloud: a file names a service account, its key signs for a
//! token, and the token is what Vertex AI is shown. Google's token server is one of our own here.

use std::sync::{Arc, Mutex};

use aws_lc_rs::encoding::{AsDer, Pkcs8V1Der};
use aws_lc_rs::rsa::{KeyPair, KeySize};
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use axum::routing::post;
use axum::{Form, Json, Router};
use base64::Engine;
use base64::engine::general_purpose::{STANDARD, URL_SAFE, URL_SAFE_NO_PAD};
use serde_json::{Value, json};
use tokio::net::TcpListener;
use tokio::task::JoinSet;

use crate::support::llm_simulator::Simulator;
use crate::support::{LESSON, Program};

const ACCOUNT: &str = "writer@school.iam.gserviceaccount.com";
const TOKEN: &str = "token-canary-7d12";
/// What is written below a private key in a file of credentials.
const KEY_ID: &str = "key-canary-90ab";

/// Hands out tokens, or refuses to, and keeps what it was asked with.
struct TokenServer {
    address: String,
    asked: Arc<Mutex<Vec<Asked>>>,
    _server: JoinSet<()>,
}

/// A signed wish for a token.
#[derive(Clone, serde::Deserialize)]
struct Asked {
    grant_type: String,
    assertion: String,
}

#[derive(Clone)]
struct Desk {
    asked: Arc<Mutex<Vec<Asked>>>,
    hands_out: bool,
}

impl TokenServer {
    async fn open(hands_out: bool) -> TokenServer {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = format!("http://{}/token", listener.local_addr().unwrap());
        let asked = Arc::new(Mutex::new(Vec::new()));
        let desk = Desk { asked: Arc::clone(&asked), hands_out };
        let router = Router::new().route("/token", post(hand_out)).with_state(desk);
        let mut server = JoinSet::new();
        server.spawn(async move { axum::serve(listener, router).await.unwrap() });
        TokenServer { address, asked, _server: server }
    }

    fn asked(&self) -> Vec<Asked> {
        self.asked.lock().unwrap().clone()
    }
}

async fn hand_out(State(desk): State<Desk>, Form(asked): Form<Asked>) -> Response {
    desk.asked.lock().unwrap().push(asked);
    if !desk.hands_out {
        return (StatusCode::BAD_REQUEST, Json(json!({ "error": "invalid_grant" }))).into_response();
    }
    Json(json!({ "access_token": TOKEN, "token_type": "Bearer", "expires_in": 3599 })).into_response()
}

/// Gives what a file of credentials for that token server holds.
fn credentials(server: &TokenServer) -> Value {
    let key = KeyPair::generate(KeySize::Rsa2048).unwrap();
    let der: Pkcs8V1Der<'_> = key.as_der().unwrap();
    let body = STANDARD.encode(der.as_ref());
    let lines: Vec<&str> = body.as_bytes().chunks(64).map(|line| str::from_utf8(line).unwrap()).collect();
    let [begin, end] = ["BEGIN", "END"].map(|word| format!("-----{word} PRIVATE KEY-----"));
    json!({
        "type": "service_account",
        "project_id": "school",
        "private_key_id": KEY_ID,
        "private_key": format!("{begin}\n{}\n{end}\n", lines.join("\n")),
        "client_email": ACCOUNT,
        "client_id": "1",
        "auth_uri": server.address,
        "token_uri": server.address,
    })
}

/// Runs `generate` with Vertex AI as the writer, and default credentials from a file.
async fn generate(server: &TokenServer, vertex: &Simulator) -> (Program, crate::support::Finished) {
    let program = Program::new();
    program.write("lesson.md", LESSON);
    program.write("credentials.json", credentials(server).to_string());
    let (file, vertex) = (program.path("credentials.json"), vertex.url());
    let environment = [
        ("CONTENT_FACTORY_WRITER", "vertex"),
        ("CONTENT_FACTORY_LLM__VERTEX__BASE_URL", vertex.as_str()),
        ("GOOGLE_CLOUD_PROJECT", "school"),
        ("GOOGLE_APPLICATION_CREDENTIALS", file.to_str().unwrap()),
        ("CONTENT_FACTORY_LOG__FILTER", "trace"),
    ];
    let finished =
        program.run_with(&["generate", "lesson.md", "--kinds", "one_pager_summary"], &environment, b"").await;
    (program, finished)
}

/// Reads the claims of a signed wish.
fn claims(asked: &Asked) -> Value {
    let claims = asked.assertion.split('.').nth(1).unwrap();
    let bytes = URL_SAFE.decode(claims).or_else(|_| URL_SAFE_NO_PAD.decode(claims)).unwrap();
    serde_json::from_slice(&bytes).unwrap()
}

#[tokio::test]
async fn a_service_account_signs_for_a_token_once_and_vertex_is_shown_it_each_time() {
    let (server, vertex) = (TokenServer::open(true).await, Simulator::fast().await.unwrap());
    let (program, finished) = generate(&server, &vertex).await;
    assert_eq!(finished.code, Some(0), "{}", finished.err);
    assert!(program.path("out/one_pager_summary.md").exists());
    let asked = server.asked();
    assert_eq!(asked.len(), 1, "a token is kept for as long as it is good");
    assert_eq!(asked[0].grant_type, "urn:ietf:params:oauth:grant-type:jwt-bearer");
    let claims = claims(&asked[0]);
    assert_eq!(claims["iss"], ACCOUNT);
    assert_eq!(claims["aud"], server.address);
    assert_eq!(claims["scope"], "https://www.googleapis.com/auth/cloud-platform");
    let calls = vertex.ledger().entries;
    assert!(calls.len() >= 2 && calls.iter().all(|call| call.caller == TOKEN), "{calls:?}");
    for secret in [TOKEN, KEY_ID, "PRIVATE KEY", &asked[0].assertion] {
        assert!(!finished.err.contains(secret) && !finished.out.contains(secret), "{secret} is shown");
    }
}

#[tokio::test]
async fn an_account_that_gets_no_token_is_a_clear_failure_and_nothing_is_sent() {
    let (server, vertex) = (TokenServer::open(false).await, Simulator::fast().await.unwrap());
    let (_program, finished) = generate(&server, &vertex).await;
    assert_eq!(finished.code, Some(1), "{}", finished.err);
    assert!(finished.err.contains("authentication"), "{}", finished.err);
    assert!(!server.asked().is_empty());
    assert_eq!(vertex.ledger().calls, 0, "nothing is asked without a token");
    assert!(!finished.err.contains("PRIVATE KEY") && !finished.err.contains(KEY_ID));
}
