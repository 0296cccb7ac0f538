//! Accepts connections: only so many at once, and none that sends its request too slowly or never ends.
//!
//! Whoever comes when all places are taken is told so at once, instead of waiting for an answer that never comes.

use axum::Router;
use hyper::server::conn::http1;
use hyper_util::{
    rt::{TokioIo, TokioTimer},
    server::graceful::GracefulShutdown,
    service::TowerToHyperService,
};
use std::{future::Future, io, net::SocketAddr, pin::pin, sync::Arc, time::Duration};
use tokio::{
    io::AsyncWriteExt as _,
    net::{TcpListener, TcpStream},
    select,
    sync::Semaphore,
    time::{sleep, timeout},
};

/// Connections open at once.
const CONNECTIONS_MAX: usize = 1024;
/// Connections beyond these that are being told to come back; more wait to be accepted.
const REFUSALS_MAX: usize = 256;
/// Files a process needs beside its connections.
const OTHER_FILES_MAX: u64 = 256;
/// How long the head of a request may take; an idle connection is closed after it too.
const HEAD_TIME_MAX: Duration = Duration::from_secs(15);
/// How long one connection may live, whatever it does.
const CONNECTION_TIME_MAX: Duration = Duration::from_mins(5);
/// Bytes of a request's head.
const HEAD_BYTES_MAX: usize = 64 << 10;
/// How long answers under way may take after the service was told to stop.
const FAREWELL_TIME_MAX: Duration = Duration::from_secs(10);
/// Pause after the system could not hand over a connection (no file left to open).
const REFUSAL_PAUSE: Duration = Duration::from_millis(50);
/// How long a refusal may take to be sent.
const REFUSAL_TIME_MAX: Duration = Duration::from_secs(1);

/// The answer to a connection there is no place for. It cannot be a page: nobody has read who asks for what.
const REFUSAL: &str = "HTTP/1.1 503 Service Unavailable\r\ncontent-type: text/plain; charset=utf-8\r\n\
                       retry-after: 5\r\ncache-control: no-store\r\nx-content-type-options: nosniff\r\n\
                       connection: close\r\n\r\nToo many people are here at once. Please try again in some seconds.\n";

/// Serves until `stop` resolves, then gives answers under way some time to end.
pub async fn serve(listener: TcpListener, router: Router, stop: impl Future<Output = ()>) {
    serve_so_many(listener, router, stop, CONNECTIONS_MAX).await;
}

async fn serve_so_many(
    listener: TcpListener,
    router: Router,
    stop: impl Future<Output = ()>,
    connections: usize,
) {
    let mut server = http1::Builder::new();
    server.timer(TokioTimer::new()).header_read_timeout(HEAD_TIME_MAX).max_buf_size(HEAD_BYTES_MAX);
    let ending = GracefulShutdown::new();
    let places = Arc::new(Semaphore::new(connections));
    let refusals = Arc::new(Semaphore::new(REFUSALS_MAX));
    let mut stop = pin!(stop);
    loop {
        let accepting = async {
            let refusal = Arc::clone(&refusals).acquire_owned().await.expect("it is never closed");
            (refusal, accept(&listener).await)
        };
        let (refusal, (stream, peer)) = select! {
            accepted = accepting => accepted,
            () = &mut stop => break,
        };
        let Ok(place) = Arc::clone(&places).try_acquire_owned() else {
            tokio::spawn(async move {
                let _ = timeout(REFUSAL_TIME_MAX, refuse(stream)).await;
                drop(refusal);
            });
            continue;
        };
        let service = TowerToHyperService::new(web::seen_from(&router, peer.ip()));
        let connection = server.serve_connection(TokioIo::new(stream), service);
        let connection = ending.watch(connection);
        tokio::spawn(async move {
            // A client that breaks off is no concern of the service.
            let _ = timeout(CONNECTION_TIME_MAX, connection).await;
            drop(place);
        });
    }
    drop(listener);
    let _ = timeout(FAREWELL_TIME_MAX, ending.shutdown()).await;
}

/// Lets the process open as many files as its connections need, where the system allows it.
pub fn make_room() {
    // Where it does not, the pause after a refusal of the system keeps the service going.
    let _ = rlimit::increase_nofile_limit((CONNECTIONS_MAX + REFUSALS_MAX) as u64 + OTHER_FILES_MAX);
}

async fn accept(listener: &TcpListener) -> (TcpStream, SocketAddr) {
    loop {
        match listener.accept().await {
            Ok(accepted) => return accepted,
            Err(_) => sleep(REFUSAL_PAUSE).await,
        }
    }
}

/// Tells a visitor to come back, and waits until the visitor has heard it.
async fn refuse(mut stream: TcpStream) -> io::Result<()> {
    stream.write_all(REFUSAL.as_bytes()).await?;
    stream.shutdown().await?;
    // What was sent is read and dropped: closing over unread bytes would cut off the answer.
    let mut dropped = [0; 4096];
    loop {
        stream.readable().await?;
        match stream.try_read(&mut dropped) {
            Ok(0) => return Ok(()),
            Ok(_) => {}
            Err(error) if error.kind() == io::ErrorKind::WouldBlock => {}
            Err(error) => return Err(error),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use chrono::NaiveDate;
    use std::path::Path;
    use store::{Location, Store};
    use tempfile::TempDir;
    use tokio::{io::AsyncReadExt as _, sync::oneshot};

    /// Asks over one connection and reads what comes until it is closed.
    async fn ask(host: SocketAddr) -> String {
        ask_for(host, "/", "").await
    }

    /// The same for a page, with a cookie.
    async fn ask_for(host: SocketAddr, path: &str, cookie: &str) -> String {
        let mut stream = TcpStream::connect(host).await.unwrap();
        let request =
            format!("GET {path} HTTP/1.1\r\nhost: {host}\r\ncookie: {cookie}\r\nconnection: close\r\n\r\n");
        stream.write_all(request.as_bytes()).await.unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).await.unwrap();
        answer
    }

    #[tokio::test]
    async fn who_finds_no_place_is_told_at_once_and_finds_one_later() {
        let listener = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
        let host = listener.local_addr().unwrap();
        let router = Router::new().fallback(|| async { "served" });
        let (stop, stopped) = oneshot::channel::<()>();
        let stopped = async { drop(stopped.await) };
        let serving = tokio::spawn(serve_so_many(listener, router, stopped, 1));
        let idle = TcpStream::connect(host).await.unwrap();
        // The idle connection has the one place as soon as it is accepted.
        let refused = ask(host).await;
        assert!(refused.starts_with("HTTP/1.1 503 ") && refused.contains("retry-after: 5\r\n"), "{refused}");
        drop(idle);
        while !ask(host).await.ends_with("served") {
            tokio::task::yield_now().await;
        }
        stop.send(()).unwrap();
        serving.await.unwrap();
    }

    /// The whole service, of which no request gets a seat.
    async fn full_house(folder: &TempDir) -> Arc<web::Service> {
        let editions = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../editions");
        let tree = edition::Tree::from_directory(&editions).unwrap();
        let city = web::City {
            edition: Arc::new(edition::load(&tree, "wenzhou").edition),
            store: Store::open(&Location::Sqlite(folder.path().to_owned())).await.unwrap(),
            today: || NaiveDate::from_ymd_opt(2026, 11, 21).unwrap(),
            books: web::Books::default(),
            voices: web::Voices::default(),
            host: crate::machine::measuring_host(folder.path().to_owned()),
        };
        let bounds = web::Bounds { seats: 0, line: 4, ..web::Bounds::default() };
        web::Service::with_routes(city, web::ROUTES, web::Gate::new(bounds))
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn in_a_full_house_everybody_is_told_within_a_second_and_the_guard_hears_that_it_lives() {
        let folder = TempDir::new().unwrap();
        let service = full_house(&folder).await;
        let listener = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
        let host = listener.local_addr().unwrap();
        let (stop, stopped) = oneshot::channel::<()>();
        let serving = tokio::spawn(serve(listener, service.pages(), async { drop(stopped.await) }));
        let told = |path: &'static str, cookie: &'static str, status: &'static str, words: &'static str| {
            tokio::spawn(async move {
                let answer = timeout(Duration::from_secs(1), ask_for(host, path, cookie)).await.unwrap();
                assert!(answer.starts_with(&format!("HTTP/1.1 {status} ")), "{path}: {answer}");
                assert!(answer.contains(words), "{path}: {answer}");
                assert_eq!(answer.contains("retry-after: 5\r\n"), status == "503", "{path}: {answer}");
            })
        };
        let mut asked = Vec::new();
        // Four wait in line in vain, the others are sent away at once.
        for _ in 0..10 {
            asked.push(told("/", "", "503", "访问的人太多"));
            asked.push(told("/calculator", "__Host-lang=en", "503", "Too many people are here"));
            asked.push(told("/healthz", "", "200", "\"ok\""));
        }
        for one in asked {
            one.await.unwrap();
        }
        stop.send(()).unwrap();
        serving.await.unwrap();
    }
}
