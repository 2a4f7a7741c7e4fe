//! What a WebP file says twice and its decoder believes twice: how large its lossy parts are.
//!
//! The container names the size of the canvas and of each frame, and a lossy stream names its own. The decoder
//! makes room for the one and fills it with the other: at best a small file takes 400 MB, at worst it panics.

/// Whether every lossy stream of the file is as large as the container says. What is no WebP file, or broken in
/// another way, is for the decoder to tell.
pub(super) fn agrees(file: &[u8]) -> bool {
    let mut canvas = None;
    chunks(file.get(12..).unwrap_or_default()).all(|(name, length, body)| match name {
        b"VP8X" => {
            canvas = canvas.or(size(body, 4));
            true
        }
        b"VP8 " => canvas.is_none_or(|canvas| lossy(body) == Some(canvas)),
        // The decoder does not round the length up, as the format has it, and would see other frames than this.
        b"ANMF" => length % 2 == 0 && frame_agrees(body),
        _ => true,
    })
}

fn frame_agrees(frame: &[u8]) -> bool {
    let mut parts = chunks(frame.get(16..).unwrap_or_default());
    let stream = match parts.next() {
        Some((b"VP8 ", _, stream)) => Some(stream),
        // What follows is decoded whatever its name is.
        Some((b"ALPH", ..)) => parts.next().map(|(.., stream)| stream),
        _ => None,
    };
    stream.is_none_or(|stream| lossy(stream).is_some() && lossy(stream) == size(frame, 6))
}

/// Each with its name, the length that it claims, and its bytes, which may be fewer.
fn chunks(mut bytes: &[u8]) -> impl Iterator<Item = (&[u8; 4], usize, &[u8])> {
    std::iter::from_fn(move || {
        let (name, rest) = bytes.split_first_chunk()?;
        let (length, rest) = rest.split_first_chunk()?;
        let length = u32::from_le_bytes(*length) as usize;
        // What is cut short is looked at, too: the decoder begins with it.
        let body = &rest[..length.min(rest.len())];
        bytes = rest.get(length.saturating_add(length % 2)..).unwrap_or_default();
        Some((name, length, body))
    })
}

/// Two sides of three bytes, each less by one.
fn size(body: &[u8], at: usize) -> Option<(u32, u32)> {
    let side = |at: usize| {
        let bytes = body.get(at..at + 3)?;
        Some(u32::from_le_bytes([bytes[0], bytes[1], bytes[2], 0]) + 1)
    };
    Some((side(at)?, side(at + 3)?))
}

/// The size that a VP8 key frame has in its header, after three bytes and a mark of three.
fn lossy(body: &[u8]) -> Option<(u32, u32)> {
    let side =
        |at: usize| Some(u32::from(u16::from_le_bytes(body.get(at..at + 2)?.try_into().ok()?) & 0x3fff));
    Some((side(6)?, side(8)?))
}
