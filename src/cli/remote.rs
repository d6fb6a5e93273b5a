//! A running service, over its HTTP interface like any other client.

use std::time::Duration;

use reqwest::{Client, RequestBuilder, StatusCode};
use serde::Deserialize;
use serde_json::Value;

use super::Stop;

/// A service and the right to use it.
pub(super) struct Remote {
    client: Client,
    address: String,
    key: String,
}

/// Every call here is answered at once or not at all.
const TIMEOUT: Duration = Duration::from_secs(30);

#[derive(Deserialize)]
struct Problem {
    detail: String,
    #[serde(default)]
    errors: Vec<Fault>,
}

#[derive(Deserialize)]
struct Fault {
    path: String,
    message: String,
}

impl Remote {
    pub(super) fn new(address: &str, key: &str) -> Result<Remote, Stop> {
        if !(address.starts_with("http://") || address.starts_with("https://")) {
            return Err(Stop::BadInput("--server takes an address such as http://127.0.0.1:8080".to_owned()));
        }
        if key.is_empty() {
            let missing = "the service needs an api key: set CONTENT_FACTORY_API_KEY or give --api-key";
            return Err(Stop::BadInput(missing.to_owned()));
        }
        let client = Client::builder().timeout(TIMEOUT).build();
        let client = client.map_err(|error| Stop::Failed(error.to_string()))?;
        Ok(Remote { client, address: address.trim_end_matches('/').to_owned(), key: key.to_owned() })
    }

    pub(super) fn address(&self) -> &str {
        &self.address
    }

    /// Reads what is at a path, which may have a query.
    pub(super) async fn get(&self, path: &str) -> Result<Value, Stop> {
        self.call(self.client.get(format!("{}{path}", self.address))).await
    }

    /// Posts a body, and gives the answer's.
    pub(super) async fn post(&self, path: &str, body: &Value) -> Result<Value, Stop> {
        self.call(self.client.post(format!("{}{path}", self.address)).json(body)).await
    }

    /// Takes something away.
    pub(super) async fn delete(&self, path: &str) -> Result<(), Stop> {
        self.call(self.client.delete(format!("{}{path}", self.address))).await.map(drop)
    }

    async fn call(&self, request: RequestBuilder) -> Result<Value, Stop> {
        let unreachable =
            |error: reqwest::Error| Stop::Failed(format!("{} does not answer: {error}", self.address));
        let response = request.bearer_auth(&self.key).send().await.map_err(unreachable)?;
        let status = response.status();
        if status == StatusCode::NO_CONTENT {
            return Ok(Value::Null);
        }
        if status.is_success() {
            return response.json().await.map_err(unreachable);
        }
        let said = match response.json::<Problem>().await {
            Ok(problem) => described(&problem),
            Err(_) => "it does not say why".to_owned(),
        };
        Err(refused(status, &said))
    }
}

fn refused(status: StatusCode, said: &str) -> Stop {
    let message = format!("the service answers {status}: {said}");
    match status {
        StatusCode::BAD_REQUEST
        | StatusCode::UNAUTHORIZED
        | StatusCode::FORBIDDEN
        | StatusCode::NOT_FOUND
        | StatusCode::CONFLICT
        | StatusCode::PAYLOAD_TOO_LARGE
        | StatusCode::UNPROCESSABLE_ENTITY => Stop::BadInput(message),
        _ => Stop::Failed(message),
    }
}

fn described(problem: &Problem) -> String {
    let faults = problem.errors.iter().map(|Fault { path, message }| format!("\n       {path} {message}"));
    format!("{}{}", problem.detail, faults.collect::<String>())
}
