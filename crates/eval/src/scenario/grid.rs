//! Which algorithms are measured at which sizes.

use crate::registry::{Algorithm, Registry};

use super::{Scenario, ScenarioError};

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
