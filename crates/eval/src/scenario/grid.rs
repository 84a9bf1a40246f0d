//! Which algorithms are measured at which sizes.

use crate::algorithm::{Algorithm, Registry};

use super::error::ScenarioError;
use super::fields::Scenario;

/// Algorithms that are measured at one number of nodes.
#[derive(Clone, Debug)]
pub struct Size {
    /// The number of nodes.
    pub nodes: u64,
    /// The algorithms, each once.
    pub algorithms: Vec<Algorithm>,
}

impl Scenario {
    /// Which algorithms are measured at which sizes, each with its parameters.
    ///
    /// # Errors
    /// An algorithm or a parameter that the registry does not know; one that is asked for twice at one size.
    pub fn grid(&self, registry: &Registry) -> Result<Vec<Size>, ScenarioError> {
        let all: Vec<String> = registry.iter().map(|algorithm| algorithm.key().to_owned()).collect();
        let head = if self.algorithms.is_empty() { &all } else { &self.algorithms };
        let mut grid = Vec::new();
        self.extend(&mut grid, registry, "algorithms", head, &self.nodes)?;
        for sweep in &self.sweeps {
            self.extend(&mut grid, registry, "sweep.algorithms", &sweep.algorithms, &sweep.nodes)?;
        }
        Ok(grid)
    }

    fn extend(
        &self,
        grid: &mut Vec<Size>,
        registry: &Registry,
        field: &'static str,
        texts: &[String],
        nodes: &[u64],
    ) -> Result<(), ScenarioError> {
        let resolve =
            |text: &String| registry.resolve(text).map_err(|reason| self.error(field, format!("has `{text}`: {reason}")));
        let resolve = |text| resolve(text).map(|algorithm| algorithm.or_memory_limit(self.memory.0));
        let algorithms = texts.iter().map(resolve).collect::<Result<Vec<_>, _>>()?;
        for &nodes in nodes {
            let position = grid.iter().position(|size| size.nodes == nodes).unwrap_or_else(|| {
                grid.push(Size { nodes, algorithms: Vec::new() });
                grid.len() - 1
            });
            let size = &mut grid[position];
            for algorithm in &algorithms {
                let is_new = size.algorithms.iter().all(|known| known.key() != algorithm.key());
                self.require(is_new, field, format!("names {} twice at {nodes} nodes", algorithm.key()))?;
                size.algorithms.push(algorithm.clone());
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use annulus::RingKernel;
    use annulus_core::{Census, Kernel, Weight};

    use super::*;
    use crate::algorithm::Law;

    #[test]
    fn the_limit_of_a_scenario_is_that_of_every_algorithm_without_its_own() {
        let text = "nodes = [3]\nalgorithms = [\"ring\", \"jump:memory=7\"]\nmemory = \"16GB\"\n\
            [[sweep]]\nalgorithms = [\"maglev\"]\nnodes = [3]\n";
        let limits = |text: &str| -> Vec<u64> {
            let grid = Scenario::parse("mine.toml", text).unwrap().grid(&Registry::builtin()).unwrap();
            grid[0].algorithms.iter().map(Algorithm::memory_limit).collect()
        };
        assert_eq!(limits(text), [16_000_000_000, 7, 16_000_000_000]);
        assert_eq!(limits(&text.replace("memory = \"16GB\"\n", "")), [256_000_000, 7, 256_000_000]);
        let wrong = Scenario::parse("mine.toml", &text.replace("16GB", "16gb")).unwrap_err().to_string();
        assert!(
            wrong.starts_with("scenario mine.toml: line 3: `16gb` is no size of memory; write a whole number with B"),
            "{wrong}"
        );
    }

    /// What a ring is predicted to take of nodes of these weights.
    fn ring_bytes(points: u64, weights: impl Iterator<Item = u32>) -> u64 {
        let census: Census = weights.filter_map(Weight::new).collect();
        RingKernel::with_points(u32::try_from(points).unwrap()).unwrap().heap_bytes(&census)
    }

    #[test]
    fn the_embedded_scenarios_ask_for_the_memory_that_their_rings_need() {
        for name in ["quick", "standard", "full", "million"] {
            let scenario = Scenario::load(name).unwrap();
            for Size { nodes: size, algorithms } in scenario.grid(&Registry::builtin()).unwrap() {
                let is_weighted =
                    scenario.weights.as_ref().is_some_and(|plan| plan.nodes.is_empty() || plan.nodes.contains(&size));
                // Some join, and a table that has grown may be larger than a new one.
                let nodes = usize::try_from(size).unwrap() * 5 / 4 + 50;
                for algorithm in algorithms {
                    let Law::Arcs { points } = algorithm.law() else { continue };
                    let equal = ring_bytes(points, std::iter::repeat_n(1, nodes));
                    let unequal = if is_weighted { ring_bytes(points, (1..=10).cycle().take(nodes)) } else { 0 };
                    assert!(
                        equal.max(unequal) < algorithm.memory_limit(),
                        "{name}: {} at {nodes}: {equal}, {unequal}",
                        algorithm.key()
                    );
                }
            }
        }
        let million = Scenario::load("million").unwrap();
        let of_points = |points| ring_bytes(points, std::iter::repeat_n(1, 1_000_001));
        // As its comments say.
        assert_eq!([40, 160].map(|points| of_points(points) / 10_000_000), [73, 295]);
        assert!(of_points(160) < million.memory.0);
    }
}
