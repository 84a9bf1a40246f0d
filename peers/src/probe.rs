//! A subject tried out in a process of its own, which may hang, panic or run out of memory without harm to the run.
//!
//! The program starts itself again with a hidden command; the child says what it found in one line of JSON for each stage, so that
//! the parent knows how far it came. The child's address space is limited, and the parent waits so long for each stage and no longer.

use std::io::{self, BufRead, BufReader, Read, Write};
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{self, Receiver, RecvTimeoutError};
use std::time::{Duration, Instant};
use std::{env, thread};

use annulus_clock::nanoseconds;
use annulus_core::Digest;
use clap::Args;
use rand::Rng;
use rlimit::Resource;
use serde::{Deserialize, Serialize};

use crate::cell::{Algorithm, Cell};
use crate::error::Error;
use crate::keys::{Chunk, Purpose, below, generator};
use crate::memory::{self, Heap};
use crate::plan::{MEMORY_LIMIT, Plan};
use crate::registry;
use crate::stats;
use crate::subject::{Applied, Change, Entry, Subject};

/// How many look-ups go into a checksum.
const CHECKED: usize = 64;

/// The keys of a sample, where there is time: this number a node, and at least this number.
const KEYS_A_NODE: u64 = 100;
const KEYS: u64 = 10_000;

/// How long the parent waits for each stage after the build.
const STAGE: Duration = Duration::from_secs(60);

/// Whom to try, and how thoroughly: the arguments of the hidden command.
#[derive(Args, Clone, Debug)]
pub(crate) struct Request {
    #[arg(long)]
    algorithm: Algorithm,
    #[arg(long)]
    nodes: u32,
    #[arg(long)]
    subject: String,
    #[arg(long)]
    seed: u64,
    #[arg(long)]
    budget_millis: u64,
}

/// What building took.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
pub(crate) struct Build {
    pub(crate) nanoseconds: f64,
    pub(crate) repetitions: u64,
    /// Bytes that stay on the heap, by the system allocator's own books: its headers and its rounding are in it.
    pub(crate) live_bytes: u64,
    /// How much the memory of the process rose at the most.
    pub(crate) peak_bytes: u64,
}

/// How the keys fell.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
pub(crate) struct Answers {
    /// Over the first answers to digests and to keys: the same for every instance that answers alike.
    pub(crate) checksum: u64,
    pub(crate) keys: u64,
    /// Nodes that had none of the keys.
    pub(crate) starved: u64,
    /// Keys whose answer was no node.
    pub(crate) strays: u64,
    /// Of loads for their weight.
    pub(crate) max_over_mean: f64,
}

/// What one node more and one node less took.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
pub(crate) struct Changes {
    pub(crate) how: Applied,
    pub(crate) add_nanoseconds: f64,
    pub(crate) remove_nanoseconds: f64,
    pub(crate) repetitions: u64,
    /// Of the sampled keys, those that a node still had which was gone.
    pub(crate) at_removed: u64,
    pub(crate) keys: u64,
}

#[derive(Debug, Serialize, Deserialize)]
enum Stage {
    Refused(String),
    Built(Build),
    Answered(Answers),
    Changed(Changes),
}

/// What became of a probe.
#[derive(Clone, Debug, Default)]
pub(crate) struct Outcome {
    pub(crate) build: Option<Build>,
    pub(crate) answers: Option<Answers>,
    pub(crate) changes: Option<Changes>,
    /// Why it did not come to its end.
    pub(crate) failure: Option<String>,
    /// Whether it was still building when the patience was over: with more nodes it need not be tried.
    pub(crate) builds_too_long: bool,
}

impl Outcome {
    /// Whether look-ups can be timed without fear for the run.
    pub(crate) fn serves(&self) -> bool {
        self.answers.is_some()
    }
}

/// Tries `entry` in a process of its own.
pub(crate) fn run(entry: &Entry, cell: Cell, plan: &Plan) -> Result<Outcome, Error> {
    let program = env::current_exe().map_err(Error::io("find this program to start it again"))?;
    let mut command = Command::new(program);
    command.arg("probe");
    command.args(["--algorithm", &cell.algorithm.to_string(), "--nodes", &cell.nodes.to_string(), "--subject", entry.name]);
    command.args(["--seed", &plan.seed.to_string(), "--budget-millis", &plan.probing.as_millis().to_string()]);
    command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().map_err(Error::io("start this program again"))?;
    let stages = stages(&mut child);
    let complaints = complaints(&mut child);
    let mut outcome = Outcome::default();
    let ended_itself = listen(&stages, &mut outcome, plan.patience);
    if !ended_itself {
        // It may have ended meanwhile, which is as good.
        let _ = child.kill();
    }
    let status = child.wait().map_err(Error::io("wait for a probe"))?;
    if ended_itself && !status.success() && outcome.failure.is_none() {
        let complaint = complaints.and_then(|thread| thread.join().ok()).unwrap_or_default();
        outcome.failure = Some(format!("{}: {}", outcome.doing(), reason(&complaint, &status.to_string())));
    }
    Ok(outcome)
}

impl Outcome {
    /// What the stage that did not end was about.
    fn doing(&self) -> &'static str {
        match (self.build.is_some(), self.answers.is_some()) {
            (false, _) => "building",
            (true, false) => "looking up",
            (true, true) => "adding and removing nodes",
        }
    }
}

/// The child's stages, as they come.
fn stages(child: &mut Child) -> Receiver<Stage> {
    let (sender, receiver) = mpsc::channel();
    if let Some(output) = child.stdout.take() {
        thread::spawn(move || {
            for line in BufReader::new(output).lines().map_while(Result::ok) {
                // What a peer prints is not for us.
                let Ok(stage) = serde_json::from_str(&line) else { continue };
                if sender.send(stage).is_err() {
                    break;
                }
            }
        });
    }
    receiver
}

/// What the child complains about, read as it comes so that it never waits for a reader.
fn complaints(child: &mut Child) -> Option<thread::JoinHandle<String>> {
    let mut errors = child.stderr.take()?;
    Some(thread::spawn(move || {
        let mut bytes = Vec::new();
        // A child that was killed leaves half a complaint, which is enough.
        let _ = errors.read_to_end(&mut bytes);
        String::from_utf8_lossy(&bytes).into_owned()
    }))
}

/// Takes in what the child says until it ends, and says whether it did so by itself.
fn listen(stages: &Receiver<Stage>, outcome: &mut Outcome, patience: Duration) -> bool {
    loop {
        let wait = if outcome.build.is_none() { patience } else { STAGE };
        match stages.recv_timeout(wait) {
            Ok(Stage::Refused(reason)) => outcome.failure = Some(reason),
            Ok(Stage::Built(build)) => outcome.build = Some(build),
            Ok(Stage::Answered(answers)) => outcome.answers = Some(answers),
            Ok(Stage::Changed(changes)) => outcome.changes = Some(changes),
            Err(RecvTimeoutError::Disconnected) => return true,
            Err(RecvTimeoutError::Timeout) => {
                outcome.builds_too_long = outcome.build.is_none();
                outcome.failure = Some(format!("{} takes more than {} s", outcome.doing(), wait.as_secs()));
                return false;
            }
        }
    }
}

/// The line of a complaint that tells most.
fn reason(complaint: &str, status: &str) -> String {
    if complaint.contains("memory allocation of") {
        return format!("needs more than {} GiB", MEMORY_LIMIT >> 30);
    }
    let mut lines = complaint.lines().skip_while(|line| !line.contains("panicked at"));
    match (lines.next(), lines.next()) {
        (Some(_), Some(message)) => format!("panics: {message}"),
        _ => status.to_owned(),
    }
}

/// The child: builds, looks up, changes, and says so.
pub(crate) fn child(request: &Request) -> Result<(), Error> {
    let cell = Cell::new(request.algorithm, request.nodes);
    let entry = registry::entries(cell.algorithm)
        .into_iter()
        .find(|entry| entry.name == request.subject)
        .ok_or_else(|| Error::UnknownSubject { name: request.subject.clone(), algorithm: cell.algorithm })?;
    Resource::AS.set(MEMORY_LIMIT, MEMORY_LIMIT).map_err(Error::io("limit the memory of a probe"))?;
    let budget = Duration::from_millis(request.budget_millis);
    registry::prepare();
    let mut subject = match build(&entry, cell, budget) {
        Ok((subject, build)) => {
            say(&Stage::Built(build))?;
            subject
        }
        Err(refusal) => return say(&Stage::Refused(refusal)),
    };
    say(&Stage::Answered(answers(subject.as_ref(), cell, request.seed, budget)))?;
    if let Some(changes) = changes(subject.as_mut(), cell, request.seed, budget) {
        say(&Stage::Changed(changes))?;
    }
    Ok(())
}

fn say(stage: &Stage) -> Result<(), Error> {
    let line = serde_json::to_string(stage).expect("plain data becomes JSON");
    writeln!(io::stdout(), "{line}").and_then(|()| io::stdout().flush()).map_err(Error::io("answer the parent"))
}

/// Builds once for the books, then again while the budget lasts for the clock.
fn build(entry: &Entry, cell: Cell, budget: Duration) -> Result<(Box<dyn Subject>, Build), String> {
    // Reading the books and the status takes memory itself, which is at hand after a few times.
    for _ in 0..4 {
        let _ = (Heap::now(), memory::resident(), memory::peak());
    }
    let (resident, heap) = (memory::resident(), Heap::now());
    let started = Instant::now();
    let mut subject = (entry.build)(cell)?;
    let mut times = vec![nanoseconds(started.elapsed())];
    let live_bytes = Heap::now().since(&heap);
    let peak_bytes = memory::peak().saturating_sub(resident);
    while started.elapsed() < budget && times.len() < 101 {
        drop(subject);
        let again = Instant::now();
        subject = (entry.build)(cell)?;
        times.push(nanoseconds(again.elapsed()));
    }
    let build = Build { nanoseconds: stats::median(&times), repetitions: times.len() as u64, live_bytes, peak_bytes };
    Ok((subject, build))
}

/// Over the first answers to digests and to keys.
pub(crate) fn checksum(subject: &dyn Subject, seed: u64) -> u64 {
    let mut rng = generator(seed, Purpose::Checking);
    let mut chunk = Chunk::default();
    let answers = chunk.digests(CHECKED, &mut rng).iter().map(|&digest| subject.owner(digest)).collect::<Vec<_>>();
    let keys = chunk.keys(CHECKED, &mut rng);
    answers.into_iter().chain(keys.into_iter().map(|key| subject.owner_of_key(key))).fold(0, annulus_core::mix)
}

fn answers(subject: &dyn Subject, cell: Cell, seed: u64, budget: Duration) -> Answers {
    let checksum = checksum(subject, seed);
    let mut held = vec![0_u64; crate::cell::position(cell.nodes)];
    let (mut keys, mut strays) = (0, 0);
    let mut rng = generator(seed, Purpose::Checking);
    let started = Instant::now();
    let enough = (KEYS_A_NODE * u64::from(cell.nodes)).max(KEYS);
    while keys < enough && (keys == 0 || started.elapsed() < budget * 4) {
        for _ in 0..32 {
            let owner = usize::try_from(subject.owner(Digest::of_hash(rng.next_u64()))).ok();
            match owner.and_then(|owner| held.get_mut(owner)) {
                Some(held) => *held += 1,
                None => strays += 1,
            }
            keys += 1;
        }
    }
    let weight = |node| f64::from(cell.weight(node));
    let total: f64 = cell.members().map(weight).sum();
    let loads = held.iter().zip(cell.members()).map(|(&held, node)| stats::float(held) * total / weight(node));
    let most = loads.fold(0.0, f64::max);
    let starved = held.iter().filter(|&&keys| keys == 0).count() as u64;
    Answers { checksum, keys, starved, strays, max_over_mean: most / stats::float(keys) }
}

/// One node joins and another leaves, again and again: the number of nodes stays.
fn changes(subject: &mut dyn Subject, cell: Cell, seed: u64, budget: Duration) -> Option<Changes> {
    let mut members: Vec<u32> = cell.members().collect();
    let mut rng = generator(seed, Purpose::Leaving);
    let (mut additions, mut removals) = (Vec::new(), Vec::new());
    let mut how = Applied::Nothing;
    let mut gone = 0;
    let started = Instant::now();
    for newcomer in (cell.nodes..).take(1_000) {
        let (applied, took) = timed(subject, Change::Add(newcomer));
        if applied == Applied::Nothing {
            return None;
        }
        how = applied;
        additions.push(took);
        members.push(newcomer);
        // Any but the newcomer.
        gone = members.swap_remove(below(&mut rng, members.len() - 1));
        removals.push(timed(subject, Change::Remove(gone)).1);
        if started.elapsed() > budget {
            break;
        }
    }
    let mut chunk = Chunk::default();
    let checking = Instant::now();
    let keys = chunk.keys(2_000, &mut rng).into_iter().take_while(|_| checking.elapsed() < budget * 4);
    let owners: Vec<u64> = keys.map(|key| subject.owner_of_key(key)).collect();
    Some(Changes {
        how,
        add_nanoseconds: stats::median(&additions),
        remove_nanoseconds: stats::median(&removals),
        repetitions: additions.len() as u64,
        at_removed: owners.iter().filter(|&&owner| owner == u64::from(gone)).count() as u64,
        keys: owners.len() as u64,
    })
}

fn timed(subject: &mut dyn Subject, change: Change) -> (Applied, f64) {
    let started = Instant::now();
    let applied = subject.apply(change);
    (applied, nanoseconds(started.elapsed()))
}
