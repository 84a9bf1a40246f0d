//! A memcached router that goes on to the next server when one fails.
//!
//! Each key has an order of preference: its owner, then who would own it if the owner left. Asking the next one therefore finds
//! what the others will find there too. No key moves for good: when the server is back, so are its keys.

use std::{
    io::{self, BufRead, BufReader, Write},
    net::{TcpListener, TcpStream},
    thread,
    time::Duration,
};

use annulus_ring::HashRing;

/// Tries a key's servers in order of preference, at most three, and returns the first answer and whose it is.
fn get<'r>(servers: &'r HashRing<String>, key: &str) -> io::Result<(&'r str, Option<String>)> {
    let mut last = io::Error::other("there is no server");
    for server in servers.candidates(key).take(3) {
        match ask(server.info, key) {
            Ok(value) => return Ok((server.name, value)),
            Err(error) => last = error, // down, or too slow: the next one
        }
    }
    Err(last)
}

/// One `get` of the memcached text protocol.
fn ask(address: &str, key: &str) -> io::Result<Option<String>> {
    let address = address.parse().map_err(io::Error::other)?;
    let mut stream = TcpStream::connect_timeout(&address, Duration::from_millis(200))?;
    stream.set_read_timeout(Some(Duration::from_millis(200)))?;
    write!(stream, "get {key}\r\n")?;
    let mut lines = BufReader::new(stream).lines();
    match lines.next().transpose()?.as_deref() {
        Some("END") => Ok(None),
        Some(value) if value.starts_with("VALUE ") => lines.next().transpose(),
        other => Err(io::Error::other(format!("not memcached: {other:?}"))),
    }
}

/// A server that answers each `get` with its own name: enough of memcached for this example.
fn serve(name: &'static str) -> io::Result<String> {
    let listener = TcpListener::bind("127.0.0.1:0")?;
    let address = listener.local_addr()?.to_string();
    thread::spawn(move || {
        for stream in listener.incoming().flatten() {
            let mut line = String::new();
            let key = BufReader::new(&stream).read_line(&mut line).ok().and_then(|_| line.trim().strip_prefix("get "));
            if let Some(key) = key {
                let _ = write!(&stream, "VALUE {key} 0 {}\r\n{name}\r\nEND\r\n", name.len());
            }
        }
    });
    Ok(address)
}

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut servers = HashRing::new();
    for name in ["cache-a", "cache-b", "cache-c"] {
        servers.add_consumer(name, serve(name)?)?;
    }
    let (owner, value) = get(&servers, "user:42")?;
    println!("user:42 is answered by {owner}");
    assert_eq!(value.as_deref(), Some(owner));

    // The owner fails: nobody listens at this address any more.
    let owner = owner.to_owned();
    let unused = TcpListener::bind("127.0.0.1:0")?.local_addr()?.to_string();
    *servers.consumer_mut(&owner).ok_or("it is there")? = unused;
    let (next, _) = get(&servers, "user:42")?;
    println!("with {owner} down, by {next}");
    assert_eq!(Some(next), servers.candidates("user:42").nth(1).map(|member| member.name));

    // Where it is known who is down, they are not even asked. A flag that changes goes into the data: `HashRing<Server>` with an
    // `AtomicBool`, or an `Arc<Server>` where the ring is cloned.
    let down = [owner.as_str()];
    let serves = servers.find("user:42", |server| !down.contains(&server.name)).ok_or("two are up")?;
    assert_eq!(serves.name, next);

    // A retry that goes on later cannot hold on to the ring, so it keeps a list. The ring may change between attempts.
    let mut attempts = servers.candidate_list("user:42");
    let first = attempts.find(&servers, |server| !down.contains(&server.name)).ok_or("two are up")?.name.to_owned();
    servers.remove_consumer(&first);
    servers.add_consumer("cache-d", serve("cache-d")?)?;
    let second = attempts.find(&servers, |server| !down.contains(&server.name)).ok_or("two are up")?.name;
    println!("{first} failed and was removed; {second} is tried next");
    assert!(second != first && second != owner);
    Ok(())
}
