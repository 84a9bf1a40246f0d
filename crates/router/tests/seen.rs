//! What metrics and spans tell of updates.
#![cfg(all(feature = "metrics", feature = "tracing"))]
#![allow(missing_docs)]

use std::{
    collections::{BTreeMap, BTreeSet},
    fmt,
    sync::{Arc, Mutex},
};

use annulus::HashRing;
use annulus_router::{Changes, Fingerprint, Owned, Settings, Shared, report};
use metrics::{Counter, CounterFn, Gauge, GaugeFn, Histogram, HistogramFn, Key, KeyName, Metadata, Recorder, SharedString, Unit};
use tracing::{
    Event, Subscriber,
    field::{Field, Visit},
    span::{Attributes, Id, Record},
};

/// The last value of each metric, or the sum of a counter; and which metrics were described.
#[derive(Default)]
struct Values(Mutex<BTreeMap<String, Arc<Value>>>, Mutex<BTreeSet<String>>);

#[derive(Default)]
struct Value(Mutex<f64>);

impl Values {
    fn at(&self, key: &Key) -> Arc<Value> {
        let labels: Vec<_> = key.labels().map(|label| format!("{}={}", label.key(), label.value())).collect();
        let name = format!("{} {}", key.name(), labels.join(" "));
        Arc::clone(self.0.lock().unwrap().entry(name).or_default())
    }

    fn of(&self, name: &str) -> Option<f64> {
        self.0.lock().unwrap().get(name).map(|value| *value.0.lock().unwrap())
    }
}

impl CounterFn for Value {
    fn increment(&self, by: u64) {
        *self.0.lock().unwrap() += f64::from(u32::try_from(by).unwrap());
    }
    fn absolute(&self, value: u64) {
        *self.0.lock().unwrap() = f64::from(u32::try_from(value).unwrap());
    }
}

impl GaugeFn for Value {
    fn increment(&self, by: f64) {
        *self.0.lock().unwrap() += by;
    }
    fn decrement(&self, by: f64) {
        *self.0.lock().unwrap() -= by;
    }
    fn set(&self, value: f64) {
        *self.0.lock().unwrap() = value;
    }
}

impl HistogramFn for Value {
    fn record(&self, value: f64) {
        *self.0.lock().unwrap() = value;
    }
}

impl Recorder for Values {
    fn describe_counter(&self, name: KeyName, _: Option<Unit>, _: SharedString) {
        self.1.lock().unwrap().insert(name.as_str().to_owned());
    }
    fn describe_gauge(&self, name: KeyName, unit: Option<Unit>, text: SharedString) {
        self.describe_counter(name, unit, text);
    }
    fn describe_histogram(&self, name: KeyName, unit: Option<Unit>, text: SharedString) {
        self.describe_counter(name, unit, text);
    }
    fn register_counter(&self, key: &Key, _: &Metadata<'_>) -> Counter {
        Counter::from_arc(self.at(key))
    }
    fn register_gauge(&self, key: &Key, _: &Metadata<'_>) -> Gauge {
        Gauge::from_arc(self.at(key))
    }
    fn register_histogram(&self, key: &Key, _: &Metadata<'_>) -> Histogram {
        Histogram::from_arc(self.at(key))
    }
}

/// Two updates, one of them refused.
fn updates() -> Shared<HashRing<u16>> {
    let ring = HashRing::from_consumers([("a", 1), ("b", 2)]).unwrap();
    let shared = Shared::with(ring, (), Settings::new().without_thread().named("caches"));
    shared.update(Changes::new().add("c", 3)).unwrap();
    shared.update(Changes::new().add("c", 4)).unwrap_err();
    shared
}

#[test]
fn updates_are_counted() {
    let values = Values::default();
    metrics::with_local_recorder(&values, || {
        annulus_router::describe();
        let shared = updates();
        report("caches", &Owned::of(shared.snapshot().ring()), &Fingerprint::of(shared.snapshot().ring()));
    });
    assert_eq!(values.of("annulus_updates_total router=caches"), Some(1.0));
    assert_eq!(values.of("annulus_update_failures_total router=caches reason=refused"), Some(1.0));
    assert_eq!(values.of("annulus_version router=caches"), Some(1.0));
    assert_eq!(values.of("annulus_consumers router=caches"), Some(3.0));
    assert_eq!(values.of("annulus_copies router=caches"), Some(2.0));
    assert_eq!(values.of("annulus_held_copies router=caches"), Some(0.0));
    assert!(values.of("annulus_clones_total router=caches") >= Some(1.0));
    assert!(values.of("annulus_update_seconds router=caches") > Some(0.0));
    assert!(values.of("annulus_fingerprint router=caches") > Some(0.0));
    let names: BTreeSet<_> = values.0.lock().unwrap().keys().map(|key| key.split(' ').next().unwrap().to_owned()).collect();
    assert_eq!(*values.1.lock().unwrap(), names, "each metric is described");
    let owned = ["a", "b", "c"].map(|name| values.of(&format!("annulus_owned_share router=caches consumer={name}")).unwrap());
    assert!((owned.iter().sum::<f64>() - 1.0).abs() < 1e-9);
}

/// What was told, one line for each span and event.
#[derive(Clone, Default)]
struct Lines(Arc<Mutex<Vec<String>>>);

struct Fields(String);

impl Visit for Fields {
    fn record_debug(&mut self, field: &Field, value: &dyn fmt::Debug) {
        self.0 += &format!(" {field}={value:?}");
    }
}

impl Lines {
    fn push(&self, kind: &str, record: impl FnOnce(&mut Fields)) {
        let mut fields = Fields(kind.into());
        record(&mut fields);
        self.0.lock().unwrap().push(fields.0);
    }
}

impl Subscriber for Lines {
    fn enabled(&self, _: &tracing::Metadata<'_>) -> bool {
        true
    }
    fn new_span(&self, span: &Attributes<'_>) -> Id {
        self.push(span.metadata().name(), |fields| span.record(fields));
        Id::from_u64(1)
    }
    fn record(&self, _: &Id, _: &Record<'_>) {}
    fn record_follows_from(&self, _: &Id, _: &Id) {}
    fn event(&self, event: &Event<'_>) {
        self.push("event", |fields| event.record(fields));
    }
    fn enter(&self, _: &Id) {}
    fn exit(&self, _: &Id) {}
}

#[test]
fn updates_are_spans() {
    let lines = Lines::default();
    tracing::subscriber::with_default(lines.clone(), || drop(updates()));
    let lines = lines.0.lock().unwrap();
    assert_eq!(lines.iter().filter(|line| *line == "update router=\"caches\"").count(), 2, "{lines:?}");
    assert!(lines.iter().any(|line| line.contains("published") && line.contains("version=1")), "{lines:?}");
    assert!(lines.iter().any(|line| line.contains("not published") && line.contains("\"c\" was refused")), "{lines:?}");
}
