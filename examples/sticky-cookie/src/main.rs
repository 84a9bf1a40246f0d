//! Sessions that may never move while their server lives: its name goes into a cookie.
//!
//! Consistent hashing moves few sessions when servers change, but not none. With the name in a cookie a session moves only when
//! its own server is gone. Hashing still places new sessions, and those whose server left, and all routers agree on both.

use annulus_rendezvous::{ChangeError, Member, Rendezvous};

/// The server of a request: that of the cookie if it is there and up, else the first by hash that is up. Put its name in the answer's
/// cookie.
fn route<'r>(
    servers: &'r Rendezvous<&'static str>,
    session: &str,
    cookie: Option<&str>,
    is_up: impl Fn(&str) -> bool,
) -> Option<Member<'r, &'static str>> {
    let stays = cookie.and_then(|name| servers.roster().find(name)).filter(|server| is_up(server.name));
    stays.or_else(|| servers.find(session, |server| is_up(server.name)))
}

fn main() -> Result<(), ChangeError> {
    let mut servers =
        Rendezvous::from_consumers([("web-1", "10.0.0.1:443"), ("web-2", "10.0.0.2:443"), ("web-3", "10.0.0.3:443")])?;
    let up = |_: &str| true;
    let sessions: Vec<String> = (0..1_000).map(|i| format!("session-{i}")).collect();
    let cookies: Vec<String> =
        sessions.iter().filter_map(|session| route(&servers, session, None, up)).map(|server| server.name.to_owned()).collect();

    // Two servers join: without cookies two sessions in five would move, with them none does.
    servers.extend([("web-4", "10.0.0.4:443"), ("web-5", "10.0.0.5:443")])?;
    let moved = |cookie: bool| {
        let now =
            sessions.iter().zip(&cookies).filter_map(|(session, name)| route(&servers, session, cookie.then_some(name), up));
        now.zip(&cookies).filter(|(now, before)| now.name != *before).count()
    };
    println!("two servers join: {} of 1,000 sessions would move by hash alone, {} with cookies", moved(false), moved(true));
    assert!((330..470).contains(&moved(false)) && moved(true) == 0);

    // A server is down: its sessions go to their next by hash, and a cookie with a name that never was is as none.
    let down = route(&servers, "session-1", Some("web-2"), |name| name != "web-2").expect("four are up");
    assert_ne!(down.name, "web-2");
    let stranger = route(&servers, "session-1", Some("mallory"), up).map(|server| server.name);
    assert_eq!(stranger, servers.owner("session-1").map(|server| server.name));
    Ok(())
}
