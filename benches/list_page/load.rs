//! Connections that ask for one page again and again.

use std::time::{Duration, Instant};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

const CONNECTIONS: usize = 8;

/// One request, ready to be written: where, and its bytes.
#[derive(Clone)]
pub struct Ask {
    pub address: String,
    pub request: String,
}

/// A page as it came, and how to ask for it again.
pub struct Page {
    pub ask: Ask,
    pub body: String,
}

impl Page {
    pub async fn fetch(ask: Ask) -> Page {
        let mut stream = TcpStream::connect(&ask.address).await.unwrap();
        let mut buffer = Vec::new();
        let body = answer(&mut stream, &ask.request, &mut buffer).await;
        let body = String::from_utf8(buffer[body..].to_vec()).unwrap();
        Page { ask, body }
    }

    pub fn rows(&self) -> usize {
        self.body.matches("<tr data-row").count()
    }
}

/// Answers per second over `span`, by all connections together.
pub async fn rate(ask: &Ask, span: Duration) -> f64 {
    let start = Instant::now();
    let asking = (0..CONNECTIONS).map(|_| async {
        let mut stream = TcpStream::connect(&ask.address).await.unwrap();
        let (mut count, mut buffer) = (0_u32, Vec::new());
        while start.elapsed() < span {
            answer(&mut stream, &ask.request, &mut buffer).await;
            count += 1;
        }
        count
    });
    let answers: u32 = futures_util::future::join_all(asking).await.into_iter().sum();
    f64::from(answers) / start.elapsed().as_secs_f64()
}

/// Reads one whole answer of 200 into `buffer`; answers where its body begins.
async fn answer(stream: &mut TcpStream, request: &str, buffer: &mut Vec<u8>) -> usize {
    buffer.clear();
    stream.write_all(request.as_bytes()).await.unwrap();
    let mut whole = None;
    loop {
        assert!(stream.read_buf(buffer).await.unwrap() > 0, "the server hung up");
        if whole.is_none()
            && let Some(end) = buffer.windows(4).position(|four| four == b"\r\n\r\n")
        {
            let head = String::from_utf8_lossy(&buffer[..end]).to_ascii_lowercase();
            assert!(head.starts_with("http/1.1 200"), "{head}");
            let length = head.lines().find_map(|line| line.strip_prefix("content-length:")).expect("a length");
            whole = Some((end + 4, length.trim().parse::<usize>().unwrap()));
        }
        if let Some((body, length)) = whole
            && buffer.len() >= body + length
        {
            return body;
        }
    }
}

/// Keeps this process on one core, where there are more.
pub fn stay_on(core: usize) {
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    let mut set = rustix::thread::CpuSet::new();
    set.set(core % cores);
    let _ = rustix::thread::sched_setaffinity(None, &set);
}
