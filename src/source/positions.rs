//! Converts between byte offsets and code points of the submitted text, by marks at every 64th.

/// Code points between two marks: a conversion walks at most this far.
const STEP: usize = 64;

/// Byte offsets of every [`STEP`]th code point.
#[derive(Clone, Debug)]
pub(super) struct Positions {
    marks: Vec<usize>,
    characters: u32,
}

impl Positions {
    pub(super) fn of(text: &str) -> Self {
        let marks = text.char_indices().step_by(STEP).map(|(at, _)| at).collect();
        Positions { marks, characters: count(text) }
    }

    /// Code points in all.
    pub(super) fn characters(&self) -> u32 {
        self.characters
    }

    /// The byte offset of a code point; the length of the text for those beyond its end.
    pub(super) fn byte_at(&self, text: &str, character: u32) -> usize {
        let character = usize::try_from(character).unwrap_or(usize::MAX);
        let Some(mark) = self.marks.get(character / STEP).copied() else { return text.len() };
        let rest = text.get(mark..).unwrap_or_default();
        rest.char_indices().nth(character % STEP).map_or(text.len(), |(at, _)| mark + at)
    }

    /// How many code points stand before a byte offset.
    pub(super) fn character_at(&self, text: &str, byte: usize) -> u32 {
        let marks_before = self.marks.partition_point(|mark| *mark <= byte);
        let Some(last) = marks_before.checked_sub(1) else { return 0 };
        let mark = self.marks.get(last).copied().unwrap_or_default();
        let before = u32::try_from(last * STEP).unwrap_or(u32::MAX);
        before.saturating_add(count(text.get(mark..byte).unwrap_or_default()))
    }
}

fn count(text: &str) -> u32 {
    u32::try_from(text.chars().count()).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bytes_and_code_points_convert_both_ways() {
        let text = "aé👩‍🔬中".repeat(100);
        let positions = Positions::of(&text);
        for (number, (byte, _)) in text.char_indices().enumerate() {
            let number = u32::try_from(number).unwrap();
            assert_eq!(positions.byte_at(&text, number), byte);
            assert_eq!(positions.character_at(&text, byte), number);
        }
        assert_eq!(positions.byte_at(&text, u32::MAX), text.len());
        assert_eq!(positions.character_at(&text, text.len()), positions.characters());
    }
}
