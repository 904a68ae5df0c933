//! Lines of a stream whose writer cannot be trusted to end them.

use tokio::io::{AsyncBufRead, AsyncBufReadExt as _};

/// The next line, of which no more than `longest` bytes are kept; None at the end of the stream, or when it breaks.
pub(super) async fn next(stream: &mut (impl AsyncBufRead + Unpin), longest: usize) -> Option<Vec<u8>> {
    let (mut line, mut any) = (Vec::new(), false);
    loop {
        let available = stream.fill_buf().await.ok()?;
        if available.is_empty() {
            return any.then_some(line);
        }
        any = true;
        let end = available.iter().position(|byte| *byte == b'\n');
        let text = &available[..end.unwrap_or(available.len())];
        line.extend_from_slice(&text[..text.len().min(longest - line.len())]);
        let used = text.len() + usize::from(end.is_some());
        stream.consume(used);
        if end.is_some() {
            return Some(line);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_long_line_is_cut_and_the_next_one_is_whole() {
        let mut stream = tokio::io::BufReader::with_capacity(4, "0123456789\n\nab\nlast".as_bytes());
        let mut lines = Vec::new();
        while let Some(line) = next(&mut stream, 6).await {
            lines.push(String::from_utf8(line).unwrap());
        }
        assert_eq!(lines, ["012345", "", "ab", "last"]);
    }
}
