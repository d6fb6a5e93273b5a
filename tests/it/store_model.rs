//! A random walk over every store, held against a plain map that says what should happen.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use content_factory::clock::Clock;
use content_factory::store::{Collection, Document, Query, Write};
use jiff::SignedDuration;
use proptest::prelude::*;

use crate::store_contract::{Adapter, adapters, job, local_adapters};

const JOBS: Collection = Collection::Jobs;

/// One step of the random walk; ids and versions come from a small range so that they often meet.
#[derive(Clone, Debug)]
enum Step {
    Commit(Vec<(u8, Expect, bool)>),
    Query { owner: u8, limit: usize, descending: bool },
    Pass(u64),
}

#[derive(Clone, Copy, Debug)]
enum Expect {
    Any,
    Absent,
    Version(u64),
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let expect = prop_oneof![Just(Expect::Any), Just(Expect::Absent), (1_u64..4).prop_map(Expect::Version)];
    let commit = proptest::collection::vec((0_u8..6, expect, any::<bool>()), 0..4).prop_map(Step::Commit);
    let query = (0_u8..2, 1_usize..4, any::<bool>()).prop_map(|(owner, limit, descending)| Step::Query {
        owner,
        limit,
        descending,
    });
    proptest::collection::vec(
        prop_oneof![6 => commit, 2 => query, 1 => (0_u64..30).prop_map(Step::Pass)],
        1..40,
    )
}

/// The model: id to version, owner, number and the second in which it expires.
type Model = BTreeMap<u8, (u64, u8, i64, u64)>;

fn model_commit(model: &mut Model, writes: &[(u8, Expect, bool)], number: i64, now: u64) -> Option<Vec<u64>> {
    model.retain(|_, (_, _, _, expires)| *expires > now);
    let (mut after, mut versions) = (model.clone(), Vec::new());
    for (id, expect, put) in writes {
        let current = model.get(id).map_or(0, |(version, ..)| *version);
        let met = match expect {
            Expect::Any => true,
            Expect::Absent => current == 0,
            Expect::Version(version) => current == *version,
        };
        if !met {
            return None;
        }
        versions.push(if *put { current + 1 } else { 0 });
        match put {
            true => after.insert(*id, (current + 1, id % 2, number / 3, now + 40)),
            false => after.remove(id),
        };
    }
    *model = after;
    Some(versions)
}

fn model_write(step: &(u8, Expect, bool), number: i64, clock: &Clock) -> Write {
    let (id, expect, put) = step;
    let write = match put {
        true => job(&id.to_string(), &(id % 2).to_string(), number / 3)
            .expire_at(clock.now() + SignedDuration::from_secs(40)),
        false => Write::delete(JOBS, id.to_string()),
    };
    match expect {
        Expect::Any => write,
        Expect::Absent => write.absent(),
        Expect::Version(version) => write.at_version(*version),
    }
}

async fn walk(adapter: &Adapter, steps: &[Step]) -> Result<(), TestCaseError> {
    let Adapter { name, store, clock, .. } = adapter;
    let (mut model, mut now) = (Model::new(), 0);
    for (number, step) in (0_i64..).zip(steps) {
        match step {
            Step::Pass(seconds) => {
                now += seconds;
                clock.advance(Duration::from_secs(*seconds));
            }
            Step::Commit(writes) => {
                let mut named = BTreeSet::new();
                let legal = |(id, expect, put): &(u8, Expect, bool)| {
                    named.insert(*id) && (*put || !matches!(expect, Expect::Absent))
                };
                let writes: Vec<_> = writes.iter().copied().filter(legal).collect();
                let expected = model_commit(&mut model, &writes, number, now);
                let batch = writes.iter().map(|step| model_write(step, number, clock)).collect();
                prop_assert_eq!(store.commit(batch).await.ok(), expected, "{} at {}", name, number);
            }
            Step::Query { owner, limit, descending } => {
                model.retain(|_, (_, _, _, expires)| *expires > now);
                let found = model.iter().filter(|(_, (_, of, ..))| of == owner);
                let mut expected: Vec<_> =
                    found.map(|(id, (version, _, at, _))| (*at, id.to_string(), *version)).collect();
                expected.sort();
                if *descending {
                    expected.reverse();
                }
                let query = match descending {
                    true => Query::descending(JOBS, "created_at"),
                    false => Query::ascending(JOBS, "created_at"),
                };
                let page = store.query(query.equal("owner", owner.to_string()).limit(*limit)).await.unwrap();
                let read = |document: &Document| {
                    let at = document.timestamp("created_at").unwrap().as_second();
                    (at, document.id.clone(), document.version)
                };
                let found: Vec<_> = page.documents.iter().map(read).collect();
                prop_assert_eq!(page.next.is_some(), expected.len() > *limit, "{}", name);
                expected.truncate(*limit);
                prop_assert_eq!(found, expected, "{} at {}", name, number);
            }
        }
    }
    Ok(())
}

fn walk_over(adapters: impl Future<Output = Vec<Adapter>>, steps: &[Step]) -> Result<(), TestCaseError> {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap();
    runtime.block_on(async {
        for adapter in adapters.await {
            walk(&adapter, steps).await?;
        }
        Ok(())
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn random_operations_give_what_a_plain_map_gives(steps in steps()) {
        walk_over(async { local_adapters() }, &steps)?;
    }
}

proptest! {
    // Every case opens a database and makes some hundred calls.
    #![proptest_config(ProptestConfig { cases: 6, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn random_operations_give_the_same_on_every_store(steps in steps()) {
        walk_over(adapters(), &steps)?;
    }
}
