//! What is compressed tells so by its first bytes, whatever its name says.

use std::io::{BufReader, Cursor, Read};

/// The content of `.gz` and `.zst`, and anything else as it is.
///
/// # Errors
/// The first bytes cannot be read, or the decompressor cannot be set up.
pub fn decompressed(mut raw: impl Read + Send + 'static) -> std::io::Result<Box<dyn Read + Send>> {
    let mut start = Vec::new();
    raw.by_ref().take(4).read_to_end(&mut start)?;
    let kind = start.clone();
    let whole = Cursor::new(start).chain(raw);
    Ok(match kind.as_slice() {
        [0x1F, 0x8B, ..] => Box::new(flate2::read::MultiGzDecoder::new(BufReader::with_capacity(1 << 16, whole))),
        [0x28, 0xB5, 0x2F, 0xFD] => Box::new(zstd::Decoder::new(whole)?),
        _ => Box::new(whole),
    })
}
