//! Where no connection is made, whatever the address looked like, and how little an answer can do.

use std::net::IpAddr;
use std::sync::Mutex;

use reqwest::dns::Resolve as _;

use super::*;
use crate::notify::address::Loopback;
use crate::notify::resolver::CheckedResolver;

/// Answers each question with the next of these addresses, and counts on: the last one stays.
fn answering(answers: &[&str]) -> (Lookup, Arc<Mutex<Vec<String>>>) {
    let answers: Vec<IpAddr> = answers.iter().map(|ip| ip.parse().unwrap()).collect();
    let asked: Arc<Mutex<Vec<String>>> = Arc::default();
    let questions = Arc::clone(&asked);
    let lookup: Lookup = Arc::new(move |name| {
        let mut questions = questions.lock().unwrap();
        let answer = answers[questions.len().min(answers.len() - 1)];
        questions.push(name);
        Box::pin(async move { Ok(vec![answer]) })
    });
    (lookup, asked)
}

#[tokio::test]
async fn a_name_that_answers_publicly_first_and_with_loopback_then_is_refused_the_second_time() {
    let (lookup, _) = answering(&["8.8.8.8", "127.0.0.1"]);
    let resolver = CheckedResolver { lookup, loopback: Loopback::Allowed };
    let first = resolver.resolve("rebound.example".parse().unwrap()).await.map(Iterator::collect::<Vec<_>>);
    assert_eq!(first.unwrap(), ["8.8.8.8:0".parse().unwrap()]);
    let second = resolver.resolve("rebound.example".parse().unwrap()).await;
    assert!(second.err().unwrap().is::<Refusal>());
}

#[tokio::test]
async fn no_connection_is_made_to_what_a_name_resolves_to_inside() {
    for inside in ["127.0.0.1", "10.0.0.1", "169.254.169.254", "::1", "::ffff:127.0.0.1", "fd00:ec2::254"] {
        let (lookup, asked) = answering(&[inside]);
        let bench = Bench::with(config(), lookup);
        let mut receiver = Receiver::answering(&[OK]).await;
        let port = receiver.url.rsplit(':').next().unwrap();
        bench.tell(&format!("https://rebound.example:{port}")).await;
        bench.round().await;
        let message = bench.only().await;
        assert_eq!((message.state, message.last_problem), (State::Pending, Some(Problem::AddressRefused)));
        assert_eq!(*asked.lock().unwrap(), ["rebound.example"]);
        assert!(receiver.is_untouched(), "{inside}");
    }
}

#[tokio::test]
async fn the_connection_goes_to_the_address_that_was_checked_and_nobody_asks_again() {
    let (lookup, asked) = answering(&["127.0.0.1", "10.0.0.1"]);
    let bench = Bench::with(config(), lookup);
    let mut receiver = Receiver::answering(&[OK]).await;
    bench.tell(&receiver.url.replace("127.0.0.1", "localhost")).await;
    bench.round().await;
    receiver.next().await;
    assert_eq!(bench.only().await.state, State::Delivered);
    assert_eq!(asked.lock().unwrap().len(), 1);
}

#[tokio::test]
async fn an_address_that_was_accepted_under_other_settings_is_refused_when_it_is_sent() {
    let bench = Bench::with(Config::default(), system());
    let mut receiver = Receiver::answering(&[OK]).await;
    bench.tell(&receiver.url).await;
    bench.tell(&receiver.url.replace("http://", "https://")).await;
    bench.round().await;
    let refused = bench.all().await;
    assert!(refused.iter().all(|message| message.last_problem == Some(Problem::AddressRefused)));
    assert!(receiver.is_untouched());
}

#[tokio::test]
async fn a_redirect_is_a_failure_and_is_not_followed() {
    let bench = Bench::new();
    let mut elsewhere = Receiver::answering(&[OK]).await;
    for status in [301, 302, 303, 307, 308] {
        let answer =
            format!("HTTP/1.1 {status} Moved\r\nlocation: {}\r\ncontent-length: 0\r\n\r\n", elsewhere.url);
        let answers: &'static [&'static str] = vec![&*answer.leak()].leak();
        let mut receiver = Receiver::answering(answers).await;
        bench.tell(&receiver.url).await;
        bench.round().await;
        receiver.next().await;
        let message =
            bench.all().await.into_iter().find(|message| message.last_status == Some(status)).unwrap();
        assert_eq!((message.state, message.last_problem), (State::Pending, Some(Problem::Redirect)));
    }
    assert!(elsewhere.is_untouched());
}

#[tokio::test]
async fn an_endless_answer_is_not_read_and_nothing_of_it_is_kept() {
    let bench = Bench::new();
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}/", listener.local_addr().unwrap());
    let endless = tokio::spawn(async move {
        let (mut stream, _) = listener.accept().await.unwrap();
        read_request(&mut stream).await;
        stream.write_all(b"HTTP/1.1 200 OK\r\nx-canary: canary\r\n\r\n").await.unwrap();
        // Ends when the other side has closed.
        while stream.write_all(&[b'x'; 4096]).await.is_ok() {}
    });
    bench.tell(&url).await;
    bench.round().await;
    endless.await.unwrap();
    let message = bench.only().await;
    assert_eq!((message.state, message.last_status), (State::Delivered, Some(200)));
    assert!(!format!("{message:?}").contains("canary"));
}

#[tokio::test]
async fn a_receiver_that_does_not_answer_or_is_not_there_fails_in_its_time() {
    let bench = Bench::with(Config { timeout: SignedDuration::from_millis(100), ..config() }, system());
    let silent = Receiver::answering(&[SILENCE]).await;
    let begun = std::time::Instant::now();
    bench.tell(&silent.url).await;
    bench.round().await;
    assert_eq!(bench.only().await.last_problem, Some(Problem::TimedOut));
    assert!(begun.elapsed() < Duration::from_secs(5), "the setting bounds it");
    let closed = TcpListener::bind("127.0.0.1:0").await.unwrap().local_addr().unwrap();
    bench.tell(&format!("http://{closed}/")).await;
    bench.round().await;
    assert!(bench.all().await.iter().any(|message| message.last_problem == Some(Problem::Unreachable)));
}
