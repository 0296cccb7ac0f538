//! Accepts connections: only so many at once, and none that sends its request too slowly or never ends.

use axum::Router;
use hyper::server::conn::http1;
use hyper_util::{
    rt::{TokioIo, TokioTimer},
    server::graceful::GracefulShutdown,
    service::TowerToHyperService,
};
use std::{future::Future, pin::pin, sync::Arc, time::Duration};
use tokio::{
    net::{TcpListener, TcpStream},
    select,
    sync::Semaphore,
    time::{sleep, timeout},
};

/// Connections open at once; more wait to be accepted. Half of the files a process may usually open.
const CONNECTIONS_MAX: usize = 512;
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

/// Serves until `stop` resolves, then gives answers under way some time to end.
pub async fn serve(listener: TcpListener, router: Router, stop: impl Future<Output = ()>) {
    let mut server = http1::Builder::new();
    server.timer(TokioTimer::new()).header_read_timeout(HEAD_TIME_MAX).max_buf_size(HEAD_BYTES_MAX);
    let ending = GracefulShutdown::new();
    let places = Arc::new(Semaphore::new(CONNECTIONS_MAX));
    let mut stop = pin!(stop);
    loop {
        let accepting = async {
            let place = Arc::clone(&places).acquire_owned().await.expect("it is never closed");
            (place, accept(&listener).await)
        };
        let (place, stream) = select! {
            accepted = accepting => accepted,
            () = &mut stop => break,
        };
        let service = TowerToHyperService::new(router.clone());
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

async fn accept(listener: &TcpListener) -> TcpStream {
    loop {
        match listener.accept().await {
            Ok((stream, _)) => return stream,
            Err(_) => sleep(REFUSAL_PAUSE).await,
        }
    }
}
