//! Calendar dates with the precision recorded.
