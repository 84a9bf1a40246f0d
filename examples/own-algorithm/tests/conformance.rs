//! Every law of consistent hashing, each a test.

use own_algorithm::WeylProbe;

annulus_core::conformance!(WeylProbe);
