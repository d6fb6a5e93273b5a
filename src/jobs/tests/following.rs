//! Following a job: nothing is lost or repeated, and who follows slowly keeps nobody waiting.

use super::*;
use crate::jobs::{Following, Happening};

/// Writes each piece when the test says so.
fn in_turn() -> (Script, Arc<tokio::sync::Semaphore>) {
    let turns = Arc::new(tokio::sync::Semaphore::new(0));
    let theirs = Arc::clone(&turns);
    let script = Script::new(move |kind| {
        let turns = Arc::clone(&theirs);
        async move {
            turns.acquire().await.unwrap().forget();
            Ok(pieces::draft(kind))
        }
    });
    (script, turns)
}

async fn rest(following: &mut Following) -> Vec<Happening> {
    let mut happenings = Vec::new();
    while let Some(happening) = following.next().await.unwrap() {
        happenings.push(happening);
    }
    happenings
}

fn number(happening: &Happening) -> Option<u64> {
    match happening {
        Happening::Event(event, _) => Some(event.number),
        Happening::Parts(..) => None,
    }
}

fn percent(happening: &Happening) -> Option<u8> {
    match happening {
        Happening::Event(_, progress) => progress.as_ref().map(|progress| progress.percent),
        Happening::Parts(_, progress) => Some(progress.percent),
    }
}

fn numbers(happenings: &[Happening]) -> Vec<u64> {
    happenings.iter().filter_map(number).collect()
}

#[tokio::test]
async fn who_follows_from_the_start_gets_every_event_once_in_order_and_the_percent_never_goes_back() {
    let (script, turns) = in_turn();
    let bench = Bench::new(script).await;
    let job = bench.submit(owner()).await;
    let mut following = bench.jobs.follow(Viewer::Owner(job.owner), job.id, 0).await.unwrap();
    turns.add_permits(8);
    let happenings = rest(&mut following).await;
    let stored = bench.jobs.get(Viewer::Admin, job.id).await.unwrap();
    assert_eq!(numbers(&happenings), (1..=stored.last_event()).collect::<Vec<_>>());
    let percents: Vec<u8> = happenings.iter().filter_map(percent).collect();
    assert!(percents.is_sorted(), "{percents:?}");
    assert_eq!(percent(happenings.last().unwrap()), Some(100));
}

#[tokio::test]
async fn who_comes_back_goes_on_after_the_event_it_had() {
    let (script, turns) = in_turn();
    let bench = Bench::new(script).await;
    let job = bench.submit(owner()).await;
    let mut first = bench.jobs.follow(Viewer::Admin, job.id, 0).await.unwrap();
    let mut got = vec![first.next().await.unwrap().unwrap(), first.next().await.unwrap().unwrap()];
    drop(first);
    turns.add_permits(8);
    bench.jobs.wait(job.id, LONG).await.unwrap();
    let last = got.last().and_then(number).unwrap();
    let mut second = bench.jobs.follow(Viewer::Admin, job.id, last).await.unwrap();
    got.extend(rest(&mut second).await);
    let stored = bench.jobs.get(Viewer::Admin, job.id).await.unwrap();
    assert_eq!(numbers(&got), (1..=stored.last_event()).collect::<Vec<_>>());
}

#[tokio::test]
async fn a_thousand_who_follow_and_do_not_read_keep_no_job_waiting_and_still_get_everything() {
    let bench = Bench::new(willing()).await;
    let job = bench.submit(owner()).await;
    let mut followers = Vec::new();
    for _ in 0..1000 {
        followers.push(bench.jobs.follow(Viewer::Admin, job.id, 0).await.unwrap());
    }
    let ended = bench.jobs.wait(job.id, LONG).await.unwrap();
    let all: Vec<_> = (1..=ended.last_event()).collect();
    for mut follower in followers {
        assert_eq!(numbers(&rest(&mut follower).await), all);
    }
}

#[tokio::test]
async fn a_job_of_somebody_else_cannot_be_followed_and_a_deleted_one_ends() {
    let (script, _turns) = in_turn();
    let bench = Bench::new(script).await;
    let job = bench.submit(owner()).await;
    let stranger = bench.jobs.follow(Viewer::Owner(owner()), job.id, 0).await;
    assert!(matches!(stranger, Err(Error::NotFound)));
    let mut following = bench.jobs.follow(Viewer::Admin, job.id, 0).await.unwrap();
    bench.jobs.delete(Viewer::Admin, job.id).await.unwrap();
    assert!(!numbers(&rest(&mut following).await).is_empty(), "what was read is given, and then it ends");
}

#[tokio::test]
async fn a_service_that_stops_lets_go_of_those_who_follow() {
    let (script, _turns) = in_turn();
    let bench = Bench::new(script).await;
    let job = bench.submit(owner()).await;
    let mut following = bench.jobs.follow(Viewer::Admin, job.id, 0).await.unwrap();
    bench.stop.cancel();
    assert!(!numbers(&rest(&mut following).await).is_empty(), "what was read is given, and then it ends");
}

#[tokio::test]
async fn who_claims_to_have_more_than_there_is_gets_the_newest() {
    let bench = Bench::new(willing()).await;
    let job = bench.run().await;
    let last = job.events.last().unwrap().number;
    for (claimed, given) in [(last + 80, vec![last]), (last, vec![]), (last - 1, vec![last])] {
        let mut following = bench.jobs.follow(Viewer::Admin, job.id, claimed).await.unwrap();
        assert_eq!(numbers(&rest(&mut following).await), given, "{claimed} of {last}");
    }
}
