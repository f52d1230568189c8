//! Connections: taken up to a number, and given up when their other end is too slow. A head that
//! does not arrive, a keep-alive that nobody uses and an answer that nobody reads end within half a
//! minute; bodies are watched in `pace.rs`.

use super::Peer;
use crate::platform::House;
use axum::Router;
use axum::extract::ConnectInfo;
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
use std::io;
use std::pin::{Pin, pin};
use std::sync::Arc;
use std::task::{Context, Poll, ready};
use std::time::Duration;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::{TcpListener, TcpStream, UnixListener, UnixStream};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::time::Sleep;
use tokio_util::sync::CancellationToken;
use tower::Service;

/// Connections at once; a few kilobytes each while they wait.
const AT_ONCE: u64 = 2_048;
/// Open files that are not connections: database, media, backups, calls to the outside.
const OTHER_FILES: u64 = 200;
/// For a head to arrive whole, and for an unused connection to be used again.
const HEAD_TIME: Duration = Duration::from_secs(20);
/// The longest head, in bytes.
const HEAD_MAX: usize = 16 << 10;
/// How long an answer may stand still because nobody reads it.
const READ_TIME: Duration = Duration::from_secs(25);
/// For answers under way when the server stops.
const LAST_WORDS: Duration = Duration::from_secs(10);

/// Where connections come from.
pub trait Listen {
    type Stream: AsyncRead + AsyncWrite + Unpin + Send + 'static;
    fn take(&self) -> impl Future<Output = io::Result<(Self::Stream, Peer)>> + Send;
}

impl Listen for TcpListener {
    type Stream = TcpStream;
    async fn take(&self) -> io::Result<(TcpStream, Peer)> {
        let (stream, from) = self.accept().await?;
        Ok((stream, Peer(Some(from.ip()))))
    }
}

impl Listen for UnixListener {
    type Stream = UnixStream;
    async fn take(&self) -> io::Result<(UnixStream, Peer)> {
        Ok((self.accept().await?.0, Peer(None)))
    }
}

/// Serves whoever comes until the house is told to stop. Answers under way are waited for with the
/// other tasks of the house.
pub async fn serve(house: &House, router: Router, listener: impl Listen) {
    let router: Router = router.with_state(());
    let (stop, room) = (house.tasks.stopping(), Arc::new(Semaphore::new(places())));
    loop {
        let next = async {
            let place = Arc::clone(&room).acquire_owned().await.map_err(io::Error::other)?;
            listener.take().await.map(|(stream, peer)| (stream, peer, place))
        };
        let taken = tokio::select! {
            () = stop.cancelled() => return,
            taken = next => taken,
        };
        match taken {
            Ok((stream, peer, place)) => {
                let router = router.clone();
                house.tasks.start(|stop| connection(stream, peer, router, place, stop));
            }
            Err(error) if is_of_the_peer(&error) => {}
            Err(error) => {
                tracing::warn!(%error, "no connection can be taken");
                tokio::time::sleep(Duration::from_millis(200)).await;
            }
        }
    }
}

/// As many as the limit of open files leaves room for, once it is raised as far as we may.
fn places() -> usize {
    let limit = getrlimit(Resource::Nofile);
    let _ = setrlimit(Resource::Nofile, Rlimit { current: limit.maximum, ..limit });
    let files = getrlimit(Resource::Nofile).current.unwrap_or(u64::MAX);
    usize::try_from(files.saturating_sub(OTHER_FILES).clamp(64, AT_ONCE)).unwrap_or(64)
}

/// The other side left before it was taken.
fn is_of_the_peer(error: &io::Error) -> bool {
    matches!(error.kind(), io::ErrorKind::ConnectionRefused | io::ErrorKind::ConnectionAborted | io::ErrorKind::ConnectionReset)
}

async fn connection<S>(stream: S, peer: Peer, router: Router, _place: OwnedSemaphorePermit, stop: CancellationToken)
where
    S: AsyncRead + AsyncWrite + Unpin + Send + 'static,
{
    let service = service_fn(move |mut request: hyper::Request<Incoming>| {
        request.extensions_mut().insert(ConnectInfo(peer));
        router.clone().call(request)
    });
    let mut http = http1::Builder::new();
    http.timer(TokioTimer::new()).header_read_timeout(HEAD_TIME).max_buf_size(HEAD_MAX);
    let mut served = pin!(http.serve_connection(TokioIo::new(Drained::new(stream, READ_TIME)), service));
    tokio::select! {
        // What goes wrong here went wrong on the way: nobody is left to be told.
        _ = served.as_mut() => return,
        () = stop.cancelled() => {}
    }
    served.as_mut().graceful_shutdown();
    let _ = tokio::time::timeout(LAST_WORDS, served).await;
}

/// A stream whose writes fail once nothing was taken from it for as long as `patience`.
struct Drained<S> {
    stream: S,
    patience: Duration,
    stands_still: Option<Pin<Box<Sleep>>>,
}

impl<S: AsyncWrite + Unpin> Drained<S> {
    fn new(stream: S, patience: Duration) -> Drained<S> {
        Drained { stream, patience, stands_still: None }
    }

    fn watched<T>(&mut self, cx: &mut Context<'_>, moved: Poll<io::Result<T>>) -> Poll<io::Result<T>> {
        if moved.is_ready() {
            self.stands_still = None;
            return moved;
        }
        let patience = self.patience;
        let wait = self.stands_still.get_or_insert_with(|| Box::pin(tokio::time::sleep(patience)));
        ready!(wait.as_mut().poll(cx));
        Poll::Ready(Err(io::ErrorKind::TimedOut.into()))
    }
}

impl<S: AsyncRead + Unpin> AsyncRead for Drained<S> {
    fn poll_read(mut self: Pin<&mut Self>, cx: &mut Context<'_>, buffer: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_read(cx, buffer)
    }
}

impl<S: AsyncWrite + Unpin> AsyncWrite for Drained<S> {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        let moved = Pin::new(&mut self.stream).poll_write(cx, bytes);
        self.watched(cx, moved)
    }

    fn poll_write_vectored(mut self: Pin<&mut Self>, cx: &mut Context<'_>, pieces: &[io::IoSlice<'_>]) -> Poll<io::Result<usize>> {
        let moved = Pin::new(&mut self.stream).poll_write_vectored(cx, pieces);
        self.watched(cx, moved)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        let moved = Pin::new(&mut self.stream).poll_flush(cx);
        self.watched(cx, moved)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(cx)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use tokio::io::AsyncWriteExt;

    #[tokio::test]
    async fn an_answer_that_nobody_reads_is_given_up() {
        let (ours, _theirs) = tokio::io::duplex(8);
        let error = Drained::new(ours, Duration::from_millis(20)).write_all(b"more than eight bytes").await.unwrap_err();
        assert_eq!(error.kind(), io::ErrorKind::TimedOut);
    }
}
