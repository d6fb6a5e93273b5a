//! `/usage`: how a caller stands within its limits, and what its jobs of the day have cost.

use axum::extract::{Request, State};
use axum::http::header;
use axum::response::{IntoResponse, Response};
use axum::{Extension, Json};
use jiff::Timestamp;
use jiff::tz::TimeZone;
use schemars::JsonSchema;
use serde::Serialize;

use super::Api;
use super::client::ClientAddress;
use super::error::ApiError;
use super::limits;
use crate::auth::{Principal, Tier};
use crate::id::KeyId;
use crate::money::Money;
use crate::quota::Entry;
use crate::record::{ListQuery, Owner, PAGE, Viewer};

/// Pages of jobs that are summed: as many jobs as the highest tier may have accepted of it on a day by
/// default.
const MOST_PAGES: usize = 50;

/// How a caller stands.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "Usage")]
pub(super) struct UsageView {
    /// The key that was presented.
    key_id: KeyId,
    /// Its tier: `free`, `pro` or `enterprise`.
    tier: Tier,
    /// Each limit; none where the service limits nobody.
    limits: Vec<LimitView>,
    spending: SpendingView,
}

/// How a caller stands within one limit.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "UsageOfLimit")]
struct LimitView {
    /// `address` and `key` for calls that make jobs, `day` for jobs of a day, `reads` for all other calls.
    name: &'static str,
    /// How much there is of it in a window.
    limit: u32,
    /// How much of that is left.
    remaining: u32,
    /// The length of the window.
    window_seconds: u64,
    /// When there will be more than what remains; `null` where all of it does. Of a day it is its end.
    #[schemars(with = "Option<String>", extend("format" = "date-time"))]
    more_at: Option<Timestamp>,
}

/// What the jobs have cost that were created today, in UTC, and are still kept.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "Spending")]
struct SpendingView {
    jobs_today: usize,
    today_usd: Money,
    /// Whether these are all of them: no more than the newest 5000 are summed.
    is_complete: bool,
}

/// Shows how the caller stands. Every key may ask for its own.
pub(super) async fn show_usage(
    State(api): State<Api>,
    Extension(principal): Extension<Principal>,
    request: Request,
) -> Result<Response, ApiError> {
    let caller = limits::caller(&principal, ClientAddress::of(request.extensions()));
    let standing = api.quota.usage(&caller).await?;
    let now = Timestamp::now();
    let view = UsageView {
        key_id: principal.key,
        tier: principal.tier,
        limits: standing.entries.iter().map(|entry| LimitView::new(entry, now)).collect(),
        spending: spending(&api, Owner(principal.key), now).await?,
    };
    Ok(([(header::CACHE_CONTROL, "no-store")], Json(view)).into_response())
}

/// Sums the jobs of the day, page by page.
async fn spending(api: &Api, owner: Owner, now: Timestamp) -> Result<SpendingView, ApiError> {
    let today = now.to_zoned(TimeZone::UTC).start_of_day().map_or(now, |day| day.timestamp());
    // What was created in the very first moment of the day is of the day.
    let before = today.as_microsecond().saturating_sub(1);
    let created_after = Timestamp::from_microsecond(before).ok();
    let mut query = ListQuery { created_after, limit: PAGE, ..ListQuery::default() };
    let mut sum = SpendingView { jobs_today: 0, today_usd: Money::default(), is_complete: false };
    for _ in 0..MOST_PAGES {
        let page = api.jobs.list(Viewer::Owner(owner), query.clone()).await?;
        sum.jobs_today = sum.jobs_today.saturating_add(page.items.len());
        let cost: Money = page.items.iter().map(|job| job.metadata.cost_usd).sum();
        sum.today_usd = [sum.today_usd, cost].into_iter().sum();
        match page.next_cursor {
            Some(cursor) => query.cursor = Some(cursor),
            None => return Ok(SpendingView { is_complete: true, ..sum }),
        }
    }
    Ok(sum)
}

impl LimitView {
    fn new(entry: &Entry, now: Timestamp) -> LimitView {
        let is_whole = entry.left == entry.most;
        let more_at = now.saturating_add(entry.more_in).ok();
        LimitView {
            name: entry.rule.as_str(),
            limit: entry.most,
            remaining: entry.left,
            window_seconds: entry.per.as_secs(),
            more_at: more_at.filter(|_| !is_whole),
        }
    }
}
