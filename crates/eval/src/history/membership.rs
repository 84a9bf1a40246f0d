//! Who is there at a time.

use std::collections::HashMap;

use super::error::Problem;
use super::row::{Change, Event};

/// A node that is there.
#[derive(Clone, Debug, PartialEq)]
pub struct Node {
    /// Its name.
    pub name: String,
    /// Its capacity; 0 of one that is drained.
    pub capacity: f64,
    /// Its zone, where one is given.
    pub zone: Option<String>,
    /// The line that let it join.
    pub line: u64,
}

/// The nodes that are there, in the order in which they joined.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Membership {
    /// By the number of their joining, which only grows.
    nodes: std::collections::BTreeMap<u64, Node>,
    numbers: HashMap<String, u64>,
    joined: u64,
}

impl Membership {
    /// The nodes in the order in which they joined, drained ones too.
    pub fn nodes(&self) -> impl Iterator<Item = &Node> {
        self.nodes.values()
    }

    /// The nodes that hold keys: those that are not drained.
    pub fn placed(&self) -> impl Iterator<Item = &Node> {
        self.nodes().filter(|node| node.capacity > 0.0)
    }

    /// The node of this name.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&Node> {
        self.nodes.get(self.numbers.get(name)?)
    }

    /// How many nodes there are, drained ones too.
    #[must_use]
    pub fn len(&self) -> usize {
        self.nodes.len()
    }

    /// Whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.nodes.is_empty()
    }

    /// Lets an event happen.
    ///
    /// # Errors
    /// A node that joins and is there, or that something else happens to and is not; nothing happened then.
    pub fn apply(&mut self, event: &Event) -> Result<(), Problem> {
        let unknown = |event: &'static str, node: &str| Problem::Unknown { event, node: node.to_owned() };
        match &event.change {
            Change::Join { capacity, zone } => {
                if let Some(there) = self.get(&event.node) {
                    return Err(Problem::Duplicate { node: event.node.clone(), line: there.line });
                }
                let node = Node { name: event.node.clone(), capacity: *capacity, zone: zone.clone(), line: event.line };
                self.numbers.insert(event.node.clone(), self.joined);
                self.nodes.insert(self.joined, node);
                self.joined += 1;
            }
            Change::Leave => {
                let number = self.numbers.remove(&event.node).ok_or_else(|| unknown("leave", &event.node))?;
                self.nodes.remove(&number);
            }
            Change::Weight { capacity, zone } => {
                let number = self.numbers.get(&event.node).ok_or_else(|| unknown("weight", &event.node))?;
                let Some(node) = self.nodes.get_mut(number) else { return Err(unknown("weight", &event.node)) };
                node.capacity = *capacity;
                if zone.is_some() {
                    node.zone.clone_from(zone);
                }
            }
        }
        Ok(())
    }
}
