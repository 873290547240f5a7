//! Resources that cannot matter by what they say, and are needed all the same.
//!
//! Two kinds: another version of a resource that was kept (which version counts, the reader decides, so it has to see
//! all), and an Observation that dates a kept Condition's stage. Both are found by the hash of type and id: what was
//! skipped under a name that was also kept or wanted. They are rare, so the input is then read a second time for them
//! alone. A collision of hashes keeps a resource too many, which changes nothing.

use std::collections::BTreeSet;

use crate::buckets::Buckets;
use crate::codec::Take;
use crate::error::CohortError;
use crate::sorting::BUCKETS;

/// Names that were skipped, and kept or wanted.
pub(crate) fn find(names: &Buckets<'_>) -> Result<BTreeSet<u64>, CohortError> {
    let mut needed = BTreeSet::new();
    for bucket in 0..BUCKETS {
        let bytes = names.take(bucket)?;
        let mut take = Take(&bytes);
        let (mut skipped, mut asked) = (Vec::new(), Vec::new());
        while let Some((name, seen)) = take.u64().zip(take.u8()) {
            if seen == 0 { skipped.push(name) } else { asked.push(name) }
        }
        asked.sort_unstable();
        asked.dedup();
        needed.extend(skipped.into_iter().filter(|name| asked.binary_search(name).is_ok()));
    }
    Ok(needed)
}
