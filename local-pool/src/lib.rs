//! local-pool
