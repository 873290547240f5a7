//! Work on large records, apart from the threads that answer: few at a time, and counted for as long as they are worked on.
//!
//! A client that goes away, or a request that has taken too long, does not end the work on its record, so the permit belongs
//! to the work and not to the request. What is small is worked on where it is asked for.

use axum::http::StatusCode;
use her2path::fhir::{Input, read_all};

use crate::error::Refusal;
use crate::state::State;

/// More bytes than this are worked on apart.
const HEAVY: usize = 256 * 1024;

/// The most resources of one patient: no record of care comes near.
pub(crate) const MOST_RESOURCES: usize = 20_000;

/// Works on so many bytes.
///
/// # Errors
/// When as many large records are worked on as there are processors, or the work broke off.
pub(crate) async fn work<R: Send + 'static>(
    state: &State,
    bytes: usize,
    work: impl FnOnce() -> R + Send + 'static,
) -> Result<R, Refusal> {
    if bytes <= HEAVY {
        return Ok(work());
    }
    let busy = |_| Refusal::new(StatusCode::SERVICE_UNAVAILABLE, "too many large records at once; try again later");
    let permit = state.large_records.clone().try_acquire_owned().map_err(busy)?;
    let worked = tokio::task::spawn_blocking(move || {
        let result = work();
        drop(permit);
        result
    });
    let broken = |_| Refusal::new(StatusCode::INTERNAL_SERVER_ERROR, "the request could not be worked on");
    worked.await.map_err(broken)
}

/// Refuses a patient with more resources than any record of care has.
///
/// # Errors
/// When there is one; the limit is said.
pub(crate) fn within_limit<'i>(inputs: impl IntoIterator<Item = Input<'i>>) -> Result<(), Refusal> {
    let inputs: Vec<Input<'i>> = inputs.into_iter().collect();
    // A resource has at least its type: so many do not fit into less.
    if inputs.iter().map(|input| input.bytes.len()).sum::<usize>() <= HEAVY {
        return Ok(());
    }
    let (records, _) = read_all(inputs);
    let most = records.iter().map(|record| record.resources().count()).max().unwrap_or_default();
    if most <= MOST_RESOURCES {
        return Ok(());
    }
    let why =
        format!("a patient has {most} resources; at most {MOST_RESOURCES} are assessed, send those of the cancer");
    Err(Refusal::new(StatusCode::UNPROCESSABLE_ENTITY, why))
}
