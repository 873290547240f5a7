//! What stands between the network and the routes: limits of size, time, number and rate, headers, and counting.
//!
//! A body is read whole, within a time and within a budget of memory that all requests share, before it counts as work:
//! so neither slow nor large bodies keep other requests from being answered. What is too much is told so with 503 and
//! `Retry-After`; nothing queues without end.

use std::collections::HashMap;
use std::net::{IpAddr, SocketAddr};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::extract::{ConnectInfo, DefaultBodyLimit, MatchedPath, Request, State as Extract};
use axum::http::header::{CONTENT_LENGTH, HeaderValue, RETRY_AFTER};
use axum::http::{HeaderName, Method, StatusCode};
use axum::middleware::{Next, from_fn, from_fn_with_state};
use axum::response::{IntoResponse as _, Response};
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::net::TcpListener;
use tokio::sync::Semaphore;
use tower::Service as _;
use tower_http::catch_panic::CatchPanicLayer;

use crate::error::{Refusal, StartError};
use crate::state::Shared;

/// Memory for bodies that are being read or worked on, in KiB, as a multiple of the largest body.
const BODIES: usize = 16;

/// How long a request may wait for its turn.
const TURN: Duration = Duration::from_millis(500);

/// How long a client may take to send the head of a request.
const HEAD: Duration = Duration::from_secs(30);

/// Paths that answer whatever the load.
const ALWAYS: [&str; 3] = ["/health", "/ready", "/metrics"];

/// Sent with every answer.
const HEADERS: [(&str, &str); 6] = [
    (
        "content-security-policy",
        "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self' data:; connect-src 'self'; \
         form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
    ),
    ("x-content-type-options", "nosniff"),
    ("referrer-policy", "no-referrer"),
    ("cross-origin-opener-policy", "same-origin"),
    ("permissions-policy", "camera=(), geolocation=(), microphone=()"),
    ("cache-control", "no-store"),
];

struct Limits {
    state: Shared,
    work: Semaphore,
    memory: Semaphore,
    rates: Mutex<HashMap<IpAddr, Bucket>>,
}

/// The routes with everything around them, outermost last.
pub(crate) fn layers(routes: Router<Shared>, state: &Shared) -> Router<Shared> {
    let limits = Arc::new(Limits {
        work: Semaphore::new(state.config.concurrency),
        memory: Semaphore::new(kib(state.config.body_limit).saturating_mul(BODIES)),
        rates: Mutex::default(),
        state: state.clone(),
    });
    routes
        // The limit is ours, below.
        .layer(DefaultBodyLimit::disable())
        .layer(from_fn_with_state(limits, admit))
        .layer(CatchPanicLayer::custom(|_| {
            Refusal::new(StatusCode::INTERNAL_SERVER_ERROR, "the request could not be worked on").into_response()
        }))
        .layer(from_fn(headers))
        .layer(from_fn_with_state(state.clone(), count))
}

async fn headers(request: Request, next: Next) -> Response {
    let mut response = next.run(request).await;
    for (name, value) in HEADERS {
        response.headers_mut().entry(HeaderName::from_static(name)).or_insert(HeaderValue::from_static(value));
    }
    response
}

async fn count(Extract(state): Extract<Shared>, request: Request, next: Next) -> Response {
    let route = request.extensions().get::<MatchedPath>().map_or("unmatched", MatchedPath::as_str).to_owned();
    let method = request.method().clone();
    let started = Instant::now();
    state.metrics.in_flight.inc();
    let response = next.run(request).await;
    state.metrics.in_flight.dec();
    let took = started.elapsed();
    let status = response.status().as_u16();
    state.metrics.answered(&route, status, took);
    // The route's pattern, never the path: a path may hold what a person typed.
    tracing::debug!(%method, route, status, micros = took.as_micros(), "answered");
    response
}

async fn admit(Extract(limits): Extract<Arc<Limits>>, request: Request, next: Next) -> Response {
    if ALWAYS.contains(&request.uri().path()) {
        return next.run(request).await;
    }
    if !within_rate(&limits, &request) {
        return busy(&limits, StatusCode::TOO_MANY_REQUESTS, "too many requests from this address", "60");
    }
    if matches!(*request.method(), Method::GET | Method::HEAD | Method::OPTIONS) {
        return match tokio::time::timeout(limits.state.config.timeout, next.run(request)).await {
            Ok(response) => response,
            Err(_) => too_long(),
        };
    }
    let limit = limits.state.config.body_limit;
    let declared = request.headers().get(CONTENT_LENGTH).and_then(|value| value.to_str().ok()?.parse::<usize>().ok());
    if declared.is_some_and(|length| length > limit) {
        return too_large(limit);
    }
    let budget = u32::try_from(kib(declared.unwrap_or(limit))).unwrap_or(u32::MAX);
    let Ok(_memory) = limits.memory.try_acquire_many(budget) else {
        return busy(&limits, StatusCode::SERVICE_UNAVAILABLE, "too many large requests at once", "1");
    };
    let (parts, body) = request.into_parts();
    let bytes = match tokio::time::timeout(limits.state.config.timeout, to_bytes(body, limit)).await {
        Ok(Ok(bytes)) => bytes,
        Ok(Err(_)) => return too_large(limit),
        Err(_) => return too_long(),
    };
    let Ok(Ok(_turn)) = tokio::time::timeout(TURN, limits.work.acquire()).await else {
        return busy(&limits, StatusCode::SERVICE_UNAVAILABLE, "too many requests at once", "1");
    };
    let request = Request::from_parts(parts, Body::from(bytes));
    match tokio::time::timeout(limits.state.config.timeout, next.run(request)).await {
        Ok(response) => response,
        Err(_) => too_long(),
    }
}

fn kib(bytes: usize) -> usize {
    bytes.div_ceil(1024).max(1)
}

fn busy(limits: &Limits, status: StatusCode, message: &str, after: &'static str) -> Response {
    limits.state.metrics.overloaded.inc();
    let mut response = Refusal::new(status, format!("{message}; try again later")).into_response();
    response.headers_mut().insert(RETRY_AFTER, HeaderValue::from_static(after));
    response
}

fn too_large(limit: usize) -> Response {
    Refusal::new(StatusCode::PAYLOAD_TOO_LARGE, format!("the body is not readable or has more than {limit} bytes"))
        .into_response()
}

fn too_long() -> Response {
    Refusal::new(StatusCode::REQUEST_TIMEOUT, "the request took too long").into_response()
}

/// A token bucket: full at the rate of a minute, refilled steadily.
struct Bucket {
    tokens: f64,
    filled: Instant,
}

/// How many addresses are remembered; beyond, those with full buckets are forgotten.
const ADDRESSES: usize = 100_000;

/// Whether the sender may ask. Who is on the same machine may always.
fn within_rate(limits: &Limits, request: &Request) -> bool {
    let Some(ConnectInfo(address)) = request.extensions().get::<ConnectInfo<SocketAddr>>() else { return true };
    let address = address.ip();
    let rate = f64::from(limits.state.config.rate);
    if address.is_loopback() || rate == 0.0 {
        return true;
    }
    let now = Instant::now();
    let refilled = |bucket: &Bucket| (bucket.tokens + (now - bucket.filled).as_secs_f64() * rate / 60.0).min(rate);
    let mut rates = limits.rates.lock().unwrap_or_else(PoisonError::into_inner);
    if rates.len() >= ADDRESSES {
        rates.retain(|_, bucket| refilled(bucket) < rate);
    }
    let bucket = rates.entry(address).or_insert(Bucket { tokens: rate, filled: now });
    bucket.tokens = refilled(bucket);
    bucket.filled = now;
    let allowed = bucket.tokens >= 1.0;
    if allowed {
        bucket.tokens -= 1.0;
    }
    allowed
}

/// Accepts connections until told to stop, then lets those in flight end.
///
/// Connections are served one task each by `hyper`, because `axum::serve` sets no time for the head of a request.
pub(crate) async fn serve(
    listener: TcpListener,
    router: Router,
    stop: impl Future<Output = ()>,
    grace: Duration,
) -> Result<(), StartError> {
    let mut connections = router.into_make_service_with_connect_info::<SocketAddr>();
    let graceful = hyper_util::server::graceful::GracefulShutdown::new();
    let mut http = hyper::server::conn::http1::Builder::new();
    http.timer(TokioTimer::new()).header_read_timeout(HEAD).max_buf_size(64 * 1024);
    tokio::pin!(stop);
    loop {
        let (stream, address) = tokio::select! {
            accepted = listener.accept() => match accepted {
                Ok(accepted) => accepted,
                Err(error) => {
                    // Out of file descriptors, most often: those in use are given back as requests end.
                    tracing::warn!(%error, "a connection could not be accepted");
                    tokio::time::sleep(Duration::from_millis(50)).await;
                    continue;
                }
            },
            () = &mut stop => break,
        };
        // Small answers are sent at once.
        let _ = stream.set_nodelay(true);
        let Ok(service) = connections.call(address).await;
        let service = hyper_util::service::TowerToHyperService::new(service);
        let connection = graceful.watch(http.serve_connection(TokioIo::new(stream), service));
        tokio::spawn(async move {
            if let Err(error) = connection.await {
                tracing::debug!(%error, "a connection ended early");
            }
        });
    }
    tokio::select! {
        () = graceful.shutdown() => {}
        () = tokio::time::sleep(grace) => tracing::warn!("some requests were still in flight"),
    }
    Ok(())
}
