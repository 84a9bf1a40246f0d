//! What others see of updates: metrics and spans, each behind its feature, and nothing without.

use std::time::Duration;

#[cfg(feature = "metrics")]
use crate::{Fingerprint, Owned};

/// A publication, as it is reported.
#[cfg_attr(not(any(feature = "metrics", feature = "tracing")), allow(dead_code, reason = "nobody is told"))]
pub(crate) struct Publication {
    pub(crate) router: &'static str,
    pub(crate) version: u64,
    pub(crate) merged: usize,
    pub(crate) consumers: usize,
    pub(crate) took: Duration,
}

/// A span around the work of updates, entered until it is dropped.
pub(crate) struct Span {
    #[cfg(feature = "tracing")]
    _entered: tracing::span::EnteredSpan,
}

#[cfg_attr(not(feature = "tracing"), expect(unused_variables))]
pub(crate) fn span(router: &'static str) -> Span {
    Span {
        #[cfg(feature = "tracing")]
        _entered: tracing::info_span!("update", router).entered(),
    }
}

/// An update was published.
#[cfg_attr(not(any(feature = "metrics", feature = "tracing")), expect(unused_variables))]
pub(crate) fn published(publication: &Publication) {
    #[cfg(any(feature = "metrics", feature = "tracing"))]
    let Publication { router, version, merged, consumers, took } = *publication;
    #[cfg(feature = "tracing")]
    tracing::info!(router, version, merged, consumers, ?took, "published");
    #[cfg(feature = "metrics")]
    {
        metrics::counter!("annulus_updates_total", "router" => router).increment(merged as u64);
        metrics::histogram!("annulus_update_seconds", "router" => router).record(took.as_secs_f64());
        metrics::gauge!("annulus_version", "router" => router).set(number(version));
        metrics::gauge!("annulus_consumers", "router" => router).set(number(consumers as u64));
    }
}

/// An update was not published.
#[cfg_attr(not(any(feature = "metrics", feature = "tracing")), expect(unused_variables))]
pub(crate) fn failed(router: &'static str, error: &crate::UpdateError) {
    #[cfg(feature = "tracing")]
    tracing::warn!(router, %error, "not published");
    #[cfg(feature = "metrics")]
    {
        let reason = match error {
            crate::UpdateError::Refused(_) => "refused",
            crate::UpdateError::Behind(_) => "behind",
            crate::UpdateError::Interrupted => "interrupted",
        };
        metrics::counter!("annulus_update_failures_total", "router" => router, "reason" => reason).increment(1);
    }
}

/// How many copies there are, how many of them readers hold, and how many were made.
#[cfg_attr(not(feature = "metrics"), expect(unused_variables))]
pub(crate) fn copies(router: &'static str, copies: usize, held: usize, clones: u64) {
    #[cfg(feature = "metrics")]
    {
        metrics::gauge!("annulus_copies", "router" => router).set(number(copies as u64));
        metrics::gauge!("annulus_held_copies", "router" => router).set(number(held as u64));
        metrics::counter!("annulus_clones_total", "router" => router).absolute(clones);
    }
}

/// Tells the recorder what each metric of this crate is, for its `HELP` lines. Call it once, after the recorder is installed.
///
/// ```
/// annulus_router::describe();
/// ```
///
/// | metric | kind | is |
/// |---|---|---|
/// | `annulus_updates_total` | counter | updates that were published |
/// | `annulus_update_failures_total` | counter | updates that were not, by `reason`: `refused`, `behind`, `interrupted` |
/// | `annulus_update_seconds` | histogram | the time to apply the updates of one publication |
/// | `annulus_version` | gauge | the published version |
/// | `annulus_consumers` | gauge | the consumers in it |
/// | `annulus_copies` | gauge | the copies of the ring |
/// | `annulus_held_copies` | gauge | the former copies that readers and snapshots hold |
/// | `annulus_clones_total` | counter | how often a ring was cloned |
/// | `annulus_owned_share` | gauge | the share of keys of each `consumer`, by [`report`] |
/// | `annulus_fingerprint` | gauge | the upper 52 bits of the fingerprint, by [`report`] |
///
/// Each has the label `router`: the name of [`Settings::named`](crate::Settings::named). Requests are not counted here, since a
/// counter that all threads write would cost more than a look-up. Count refusals and [`tries`](crate::Permit::tries) above 1 where
/// you handle them.
#[cfg(feature = "metrics")]
pub fn describe() {
    metrics::describe_counter!("annulus_updates_total", "updates that were published");
    metrics::describe_counter!("annulus_update_failures_total", "updates that were not published, by reason");
    metrics::describe_histogram!("annulus_update_seconds", metrics::Unit::Seconds, "time to apply the updates of a publication");
    metrics::describe_gauge!("annulus_version", "the published version of the ring");
    metrics::describe_gauge!("annulus_consumers", "the consumers in the published ring");
    metrics::describe_gauge!("annulus_copies", "the copies of the ring");
    metrics::describe_gauge!("annulus_held_copies", "the former copies that readers and snapshots hold");
    metrics::describe_counter!("annulus_clones_total", "how often a ring was cloned");
    metrics::describe_gauge!("annulus_owned_share", "the share of all keys that a consumer owns");
    metrics::describe_gauge!("annulus_fingerprint", "the upper 52 bits of the fingerprint; equal on routers that agree");
}

#[cfg(feature = "metrics")]
#[expect(clippy::cast_precision_loss, reason = "counts are far below 2^52")]
fn number(count: u64) -> f64 {
    count as f64
}

/// Sets the gauge `annulus_owned_share` of each consumer, and `annulus_fingerprint`, of the router of this name.
///
/// ```
/// use annulus::HashRing;
/// use annulus_router::{Fingerprint, Owned, report};
///
/// let caches = HashRing::from_consumers(["a", "b"])?;
/// report("caches", &Owned::of(&caches), &Fingerprint::of(&caches)); // after each change, or once a minute
/// # Ok::<(), annulus::ChangeError>(())
/// ```
///
/// A gauge is a double, so it has the upper 52 bits of the fingerprint: equal gauges on all routers mean that they agree, but
/// once in 2⁵² times. Consumers that are gone should be set to zero by the recorder's own idle timeout.
#[cfg(feature = "metrics")]
pub fn report(router: &'static str, owned: &Owned, fingerprint: &Fingerprint) {
    for (name, share) in owned.iter() {
        metrics::gauge!("annulus_owned_share", "router" => router, "consumer" => name.to_string()).set(share);
    }
    metrics::gauge!("annulus_fingerprint", "router" => router).set(number(fingerprint.bits() >> 12));
}
