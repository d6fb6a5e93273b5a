//! The way to Firestore: one connection with its credentials, and the calls that are made over it,
//! each with a time limit. The crate `firestore` brings connection and credentials; the calls are the
//! messages of the interface itself, because masks, preconditions and read times matter here.

use std::fmt;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;

use ::firestore::gcloud_sdk::google::firestore::v1 as proto;
use ::firestore::gcloud_sdk::tonic::{Code, Request, Status, Streaming};
use ::firestore::gcloud_sdk::{GCP_DEFAULT_SCOPES, GoogleAuthHeaders, prost_types};
use ::firestore::{FirestoreDb, FirestoreDbOptions, FirestoreResult};
use futures_util::stream;
use proto::batch_get_documents_response::Result as Got;
use proto::structured_aggregation_query as counting;
use proto::value::ValueType;

use super::{Settings, credentials, wire};
use crate::store::Error;

const SERVICE: &str = "https://firestore.googleapis.com";
/// Times that a read is made; a connection that was closed while nobody used it costs one.
const READS: usize = 2;
/// What a count is called in its answer.
const COUNT: &str = "count";
/// A document that is never written.
const NOBODY: &str = "ping/ping";

/// A connection to a database.
pub(super) struct Link {
    db: FirestoreDb,
    timeout: Duration,
    /// The latest moment that an answer spoke of, in microseconds, by the clock of the service.
    seen: AtomicI64,
}

/// What a call that failed has done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Effect {
    /// Nothing: what is there is not what was expected, or others wrote it at the same time.
    NoneRaced,
    /// Nothing: it was refused.
    NoneRefused,
    /// Nobody knows: the answer was lost.
    Unknown,
}

impl Link {
    pub(super) async fn open(settings: &Settings) -> Result<Link, Error> {
        let failed = |error| Error::unavailable("connect to Firestore", error);
        let timeout = settings.timeout();
        let db = match tokio::time::timeout(timeout, Box::pin(connect(settings))).await {
            Ok(connected) => connected.map_err(failed)?,
            Err(_) => return Err(Error::unavailable("connect to Firestore", late(timeout))),
        };
        Ok(Link { db, timeout, seen: AtomicI64::new(0) })
    }

    /// Names a document of the database by its path within it.
    pub(super) fn name(&self, path: fmt::Arguments<'_>) -> String {
        format!("{}/{path}", self.db.get_documents_path())
    }

    /// Gives the folder of all collections.
    pub(super) fn root(&self) -> String {
        self.db.get_documents_path().clone()
    }

    /// Gives the latest moment that an answer spoke of: everything before it has happened.
    pub(super) fn seen(&self) -> prost_types::Timestamp {
        wire::to_moment(self.seen.load(Ordering::Acquire))
    }

    pub(super) fn note(&self, moment: Option<&prost_types::Timestamp>) {
        if let Some(moment) = moment {
            self.seen.fetch_max(wire::microseconds(moment), Ordering::AcqRel);
        }
    }

    /// Asks for an answer, whatever it is.
    pub(super) async fn ping(&self) -> Result<(), Error> {
        let name = self.name(format_args!("{NOBODY}"));
        self.documents(vec![name], None).await.map(drop)
    }

    /// Reads documents by their names, as far as they are there, in any order; with a mask only these
    /// fields of them.
    pub(super) async fn documents(
        &self,
        names: Vec<String>,
        mask: Option<&[&str]>,
    ) -> Result<Vec<proto::Document>, Error> {
        if names.is_empty() {
            return Ok(Vec::new());
        }
        let field_paths = mask.map(|fields| fields.iter().map(|field| (*field).to_owned()).collect());
        let request = proto::BatchGetDocumentsRequest {
            database: self.db.get_database_path().clone(),
            documents: names,
            mask: field_paths.map(|field_paths| proto::DocumentMask { field_paths }),
            ..proto::BatchGetDocumentsRequest::default()
        };
        self.reading(|| async {
            let mut answers = self.db.client().get().batch_get_documents(request.clone()).await?.into_inner();
            let mut found = Vec::new();
            while let Some(answer) = answers.message().await? {
                self.note(answer.read_time.as_ref());
                if let Some(Got::Found(document)) = answer.result {
                    found.push(document);
                }
            }
            Ok(found)
        })
        .await
    }

    /// Reads the documents that answer a query, in its order.
    pub(super) async fn query(&self, query: proto::StructuredQuery) -> Result<Vec<proto::Document>, Error> {
        let request = proto::RunQueryRequest {
            parent: self.root(),
            query_type: Some(proto::run_query_request::QueryType::StructuredQuery(query)),
            ..proto::RunQueryRequest::default()
        };
        self.reading(|| async {
            let mut answers = self.db.client().get().run_query(request.clone()).await?.into_inner();
            let mut found = Vec::new();
            while let Some(answer) = answers.message().await? {
                self.note(answer.read_time.as_ref());
                found.extend(answer.document);
            }
            Ok(found)
        })
        .await
    }

    /// Counts the documents that answer a query.
    pub(super) async fn count(&self, query: proto::StructuredQuery) -> Result<u64, Error> {
        let count = counting::aggregation::Operator::Count(counting::aggregation::Count::default());
        let aggregation = counting::Aggregation { alias: COUNT.to_owned(), operator: Some(count) };
        let query = proto::StructuredAggregationQuery {
            aggregations: vec![aggregation],
            query_type: Some(counting::QueryType::StructuredQuery(query)),
        };
        let request = proto::RunAggregationQueryRequest {
            parent: self.root(),
            query_type: Some(proto::run_aggregation_query_request::QueryType::StructuredAggregationQuery(
                query,
            )),
            ..proto::RunAggregationQueryRequest::default()
        };
        self.reading(|| async {
            let mut answers =
                self.db.client().get().run_aggregation_query(request.clone()).await?.into_inner();
            let mut counted = 0;
            while let Some(answer) = answers.message().await? {
                self.note(answer.read_time.as_ref());
                let value = answer.result.as_ref().and_then(|result| result.aggregate_fields.get(COUNT));
                if let Some(ValueType::IntegerValue(count)) =
                    value.and_then(|value| value.value_type.as_ref())
                {
                    counted = u64::try_from(*count).unwrap_or(0);
                }
            }
            Ok(counted)
        })
        .await
    }

    /// Makes all writes or none, once. Gives the moment of the commit in microseconds.
    pub(super) async fn commit(&self, writes: Vec<proto::Write>) -> Result<i64, Status> {
        let database = self.db.get_database_path().clone();
        let request = proto::CommitRequest { database, writes, ..proto::CommitRequest::default() };
        let committing = async { self.db.client().get().commit(request).await };
        let answer = self.in_time(Box::pin(committing)).await?.into_inner();
        self.note(answer.commit_time.as_ref());
        Ok(answer.commit_time.as_ref().map_or(0, wire::microseconds))
    }

    /// Opens a stream of what happens to a target from now on.
    pub(super) async fn listen(
        &self,
        target: proto::Target,
    ) -> Result<Streaming<proto::ListenResponse>, Status> {
        let request = proto::ListenRequest {
            database: self.db.get_database_path().clone(),
            target_change: Some(proto::listen_request::TargetChange::AddTarget(target)),
            ..proto::ListenRequest::default()
        };
        // The stream lasts as long as its requests do.
        let requests = stream::StreamExt::chain(stream::iter([request]), stream::pending());
        let opening = async { self.db.client().get().listen(Request::new(requests)).await };
        Ok(self.in_time(Box::pin(opening)).await?.into_inner())
    }

    async fn in_time<T>(&self, call: impl Future<Output = Result<T, Status>>) -> Result<T, Status> {
        tokio::time::timeout(self.timeout, call).await.unwrap_or_else(|_| Err(late(self.timeout)))
    }

    async fn reading<T, F>(&self, read: impl Fn() -> F) -> Result<T, Error>
    where
        F: Future<Output = Result<T, Status>>,
    {
        let mut made = 1;
        loop {
            match self.in_time(Box::pin(read())).await {
                Ok(read) => return Ok(read),
                Err(status) if made < READS && status.code() != Code::DeadlineExceeded => {
                    tracing::debug!(%status, "a read is made again");
                }
                Err(status) => return Err(Error::unavailable("read from Firestore", status)),
            }
            made += 1;
        }
    }
}

async fn connect(settings: &Settings) -> FirestoreResult<FirestoreDb> {
    let (url, auth) = if settings.emulator_host.is_empty() {
        let auth = GoogleAuthHeaders::from_adc_with_scopes(GCP_DEFAULT_SCOPES.clone()).await?;
        (SERVICE.to_owned(), auth)
    } else {
        let auth = GoogleAuthHeaders::from(credentials::of_the_emulator());
        (format!("http://{}", settings.emulator_host), auth)
    };
    let options = FirestoreDbOptions::new(settings.project.clone())
        .with_database_id(settings.database.clone())
        .with_firebase_api_url(url);
    FirestoreDb::with_options_auth(options, auth).await
}

fn late(timeout: Duration) -> Status {
    Status::deadline_exceeded(format!("no answer within {timeout:?}"))
}

/// Says what a commit that ended so has done.
pub(super) fn effect(status: &Status) -> Effect {
    match status.code() {
        Code::AlreadyExists | Code::FailedPrecondition | Code::NotFound | Code::Aborted => Effect::NoneRaced,
        Code::InvalidArgument
        | Code::OutOfRange
        | Code::PermissionDenied
        | Code::Unauthenticated
        | Code::ResourceExhausted
        | Code::Unimplemented => Effect::NoneRefused,
        Code::Ok
        | Code::Cancelled
        | Code::Unknown
        | Code::DeadlineExceeded
        | Code::Internal
        | Code::Unavailable
        | Code::DataLoss => Effect::Unknown,
    }
}

impl fmt::Debug for Link {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Link").field("database", self.db.get_database_path()).finish_non_exhaustive()
    }
}
