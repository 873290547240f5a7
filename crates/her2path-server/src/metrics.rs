//! Numbers for Prometheus: requests by route and status, how long they took, and what was refused.

use std::time::Duration;

use prometheus_client::encoding::EncodeLabelSet;
use prometheus_client::encoding::text::encode;
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::metrics::histogram::Histogram;
use prometheus_client::registry::Registry;

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Request {
    route: String,
    status: u16,
}

/// All that is counted.
#[derive(Debug)]
pub(crate) struct Metrics {
    registry: Registry,
    requests: Family<Request, Counter>,
    seconds: Histogram,
    pub(crate) in_flight: Gauge,
    pub(crate) assessments: Counter,
    pub(crate) overloaded: Counter,
    pub(crate) audit_dropped: Counter,
}

impl Metrics {
    pub(crate) fn new() -> Self {
        let mut registry = Registry::with_prefix("her2path");
        let requests = Family::<Request, Counter>::default();
        // A millisecond is an assessment; ten seconds is the limit of a request.
        let seconds = Histogram::new([0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.5, 1.0, 10.0]);
        let (in_flight, assessments) = (Gauge::default(), Counter::default());
        let (overloaded, audit_dropped) = (Counter::default(), Counter::default());
        registry.register("requests", "Requests answered, by route and status", requests.clone());
        registry.register("request_seconds", "Time from the request to its answer", seconds.clone());
        registry.register("requests_in_flight", "Requests being worked on", in_flight.clone());
        registry.register("assessments", "Assessments made", assessments.clone());
        registry.register("overloaded", "Requests answered with 503", overloaded.clone());
        registry.register("audit_dropped", "Entries of the audit trail that could not wait", audit_dropped.clone());
        Self { registry, requests, seconds, in_flight, assessments, overloaded, audit_dropped }
    }

    pub(crate) fn answered(&self, route: &str, status: u16, took: Duration) {
        self.requests.get_or_create(&Request { route: route.to_owned(), status }).inc();
        self.seconds.observe(took.as_secs_f64());
    }

    /// In the OpenMetrics text format.
    pub(crate) fn text(&self) -> String {
        let mut text = String::new();
        match encode(&mut text, &self.registry) {
            Ok(()) => text,
            Err(_) => String::new(),
        }
    }
}
