//! A checkpoint: the few lines that vouch for every event up to one, and when one is made.
//!
//! Five lines: the origin (`liangjian/` and the first 16 digits of the hash of event 1), the number of events, the
//! root of their tree in base64, `time` and the time of the last of them, `hash` and the function of the tree. All
//! of it follows from the log, so every byte of a checkpoint can be recomputed by whoever has the log.

use crate::merkle::{Frontier, Node, TreeHash};
use base64::{Engine as _, engine::general_purpose::STANDARD as BASE64};
use chrono::{DateTime, TimeDelta, Utc};

/// With so many events that no checkpoint vouches for, one is made.
const WAITING_MAX: u64 = 10;
/// So long an event waits at most for a checkpoint.
const WAIT_SECONDS_MAX: i64 = 60;

/// What a checkpoint says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Checkpoint {
    /// Which log it is.
    pub origin: String,
    /// For how many events it vouches, from the first.
    pub size: u64,
    /// The root of their tree.
    pub root: Node,
    /// When the last of them was recorded, as the log writes it.
    pub time: String,
    /// The function of the tree.
    pub hash: TreeHash,
}

impl Checkpoint {
    /// The checkpoint over a whole tree: its first event has this hash, its last this time.
    pub fn over(tree: &Frontier, first_hash: &str, time: &str) -> Self {
        let (hash, size, root) = (tree.hash(), tree.size(), tree.root());
        Self { origin: origin(first_hash), size, root, time: time.to_owned(), hash }
    }

    /// The one text of it; what is signed.
    pub fn text(&self) -> String {
        let (origin, size, root) = (&self.origin, self.size, base64(&self.root));
        format!("{origin}\n{size}\n{root}\ntime {}\nhash {}\n", self.time, self.hash.name())
    }

    /// Reads such a text; says what is wrong with another one.
    pub fn parse(text: &str) -> Result<Self, String> {
        let read = || {
            let mut lines = text.lines();
            let origin = lines.next()?.to_owned();
            let size = lines.next()?.parse().ok().filter(|size| i64::try_from(*size).is_ok())?;
            let root = node(lines.next()?)?;
            let time = lines.next()?.strip_prefix("time ")?.to_owned();
            let hash = TreeHash::of_name(lines.next()?.strip_prefix("hash ")?)?;
            Some(Self { origin, size, root, time, hash })
        };
        match read() {
            Some(checkpoint) if checkpoint.text() == text => Ok(checkpoint),
            _ => Err("it is no checkpoint as this program writes them".to_owned()),
        }
    }

    /// What this one, which somebody holds, says otherwise than the log does.
    pub fn difference(&self, log: &Self) -> Option<String> {
        let otherwise = |what: &str, own: &str, of_log: &str| {
            (own != of_log).then(|| format!("its {what} is {own}, that of the log {of_log}"))
        };
        let (own, of_log) = (base64(&self.root), base64(&log.root));
        otherwise("origin", &self.origin, &log.origin)
            .or_else(|| otherwise("root", &own, &of_log))
            .or_else(|| otherwise("time", &self.time, &log.time))
    }
}

/// Whether a checkpoint is to be made: for this many waiting events, the first of them recorded then.
pub fn is_due(waiting: u64, since: Option<DateTime<Utc>>, now: DateTime<Utc>) -> bool {
    // Before or after: a clock that was set back would let the event wait until it has caught up.
    let waited = |since: DateTime<Utc>| (now - since).abs() >= TimeDelta::seconds(WAIT_SECONDS_MAX);
    waiting >= WAITING_MAX || (waiting > 0 && since.is_some_and(waited))
}

/// Whether between these two sizes a checkpoint is missing.
pub fn is_gap(size: u64, next: u64) -> bool {
    next.saturating_sub(size) > WAITING_MAX
}

/// The name of the log whose first event has this hash.
pub fn origin(first_hash: &str) -> String {
    format!("liangjian/{}", first_hash.chars().take(16).collect::<String>())
}

/// A node as it stands in checkpoints and proofs.
pub fn base64(bytes: &[u8]) -> String {
    BASE64.encode(bytes)
}

/// The bytes of base64 with its padding.
pub fn bytes_of(text: &str) -> Option<Vec<u8>> {
    BASE64.decode(text).ok()
}

/// Reads a node.
pub fn node(text: &str) -> Option<Node> {
    bytes_of(text)?.try_into().ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::noon;

    #[test]
    fn a_checkpoint_is_due_after_ten_events_or_sixty_seconds_and_never_for_nothing() {
        let cases = [
            (0, None, 0, false),
            (0, Some(0), 999, false),
            (1, Some(0), 59, false),
            // Clocks that leap: nothing waits longer for it, and nothing is made for nothing.
            (1, Some(86_400), 90, true),
            (1, Some(0), 1_000_000_000, true),
            (0, None, 1_000_000_000, false),
            (1, Some(0), 60, true),
            (9, Some(100), 90, false),
            (10, Some(100), 90, true),
            (11, None, 0, true),
        ];
        for (waiting, since, now, due) in cases {
            assert_eq!(is_due(waiting, since.map(noon), noon(now)), due, "{waiting} {since:?} {now}");
        }
    }

    #[test]
    fn a_checkpoint_is_read_back_and_any_other_text_is_refused() {
        let mut tree = Frontier::new(TreeHash::Sm3);
        tree.push(TreeHash::Sm3.leaf(b"one"));
        let checkpoint = Checkpoint::over(&tree, &"ab".repeat(32), "2026-01-01T12:00:00.000000Z");
        let text = checkpoint.text();
        assert!(text.starts_with("liangjian/abababababababab\n1\n"), "{text}");
        assert_eq!(Checkpoint::parse(&text), Ok(checkpoint));
        for (from, to) in
            [("\n1\n", "\n01\n"), ("\n1\n", "\n+1\n"), ("sm3", "md5"), ("time ", "time"), ("=", "")]
        {
            assert!(Checkpoint::parse(&text.replace(from, to)).is_err(), "{from} {to}");
        }
        assert!(Checkpoint::parse(&format!("{text}more\n")).is_err());
        assert!(Checkpoint::parse(text.trim_end()).is_err());
    }
}
