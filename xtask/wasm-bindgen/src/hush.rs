//! Takes the words of panics, and the places in the source that they name, out of a
//! wasm file's data once nothing can say them any more.
//!
//! What is taken out becomes zeros, which take no room when compressed; all other data
//! stays where it is. A text goes only if nothing else points into it: no number in the
//! code that still runs, and no word of the data.

use std::collections::{BTreeSet, HashSet};
use std::ops::Range;

use walrus::ir::{Instr, InstrSeq, Value, Visitor, dfs_in_order};
use walrus::{ConstExpr, DataKind, FunctionId, Module};

/// Bytes of a text that is worth a look, and no longer than any is.
const TEXT: Range<usize> = 4..400;
/// How many of ten bytes of a text can be read; templates have a few others between.
const READABLE: usize = 8;
/// `core::panic::Location`: a file's address and length, a line and a column.
const PLACE: usize = 4 * WORD;
const WORD: usize = size_of::<u32>();
/// No file of the source has that many lines, no line that many columns.
const MOST_LINES: u32 = 100_000;
const MOST_COLUMNS: u32 = 2_000;

/// Blanks what only these functions say. They must still have their bodies.
pub fn hush(module: &mut Module, silent: &[FunctionId]) {
    let mut memory = Memory::read(module);
    memory.blank_places();
    let numbers = Numbers::read(module, &silent.iter().copied().collect());
    let words: BTreeSet<u32> = memory.words().collect();
    for (from, length) in &numbers.silent {
        let Some(text) = memory.text(*from, *length) else {
            continue;
        };
        let inside = *from..*from + u32::try_from(text.len()).unwrap_or_default();
        let meant = |all: &BTreeSet<u32>| all.range(inside.clone()).next().is_some();
        if !meant(&numbers.alive) && !meant(&words) {
            memory.blank(inside);
        }
    }
    memory.write(module);
}

/// Numbers in the code that may be addresses.
#[derive(Default)]
struct Numbers<'a> {
    functions: HashSet<FunctionId>,
    /// Whether the function at hand is silent itself.
    within: bool,
    /// What is only given to a silent function or is in one, with the number behind it:
    /// where it is the length of a text, one follows the other.
    silent: BTreeSet<(u32, Option<u32>)>,
    alive: BTreeSet<u32>,
    module: Option<&'a Module>,
}

impl<'a> Numbers<'a> {
    fn read(module: &'a Module, functions: &HashSet<FunctionId>) -> Self {
        let mut numbers = Self {
            functions: functions.clone(),
            module: Some(module),
            ..Self::default()
        };
        for (id, function) in module.funcs.iter_local() {
            numbers.within = functions.contains(&id);
            dfs_in_order(&mut numbers, function, function.entry_block());
        }
        numbers
    }

    /// Whether what is put down here is an argument of a call of a silent function.
    fn is_said(&self, rest: &[(Instr, walrus::ir::InstrLocId)]) -> bool {
        let plain = |instr: &Instr| matches!(instr, Instr::Const(_) | Instr::LocalGet(_));
        let Some(at) = rest.iter().position(|(instr, _)| !plain(instr)) else {
            return false;
        };
        let Some((Instr::Call(call), _)) = rest.get(at) else {
            return false;
        };
        let parameters = self.module.map_or(0, |module| {
            let kind = module.funcs.get(call.func).ty();
            module.types.get(kind).params().len()
        });
        self.functions.contains(&call.func) && at <= parameters
    }
}

impl<'a> Visitor<'a> for Numbers<'a> {
    fn start_instr_seq(&mut self, seq: &'a InstrSeq) {
        for (at, (instr, _)) in seq.instrs.iter().enumerate() {
            match instr {
                Instr::Const(_) => {
                    let rest = seq.instrs.get(at..).unwrap_or_default();
                    let Some(number) = number(instr) else {
                        continue;
                    };
                    if self.within || self.is_said(rest) {
                        let next = rest.get(1).and_then(|(next, _)| self::number(next));
                        self.silent.insert((number, next));
                    } else {
                        self.alive.insert(number);
                    }
                }
                Instr::Load(load) if !self.within => {
                    self.alive.extend(u32::try_from(load.arg.offset));
                }
                Instr::Store(store) if !self.within => {
                    self.alive.extend(u32::try_from(store.arg.offset));
                }
                _ => {}
            }
        }
    }
}

fn number(instr: &Instr) -> Option<u32> {
    match instr {
        Instr::Const(constant) => match constant.value {
            Value::I32(value) => u32::try_from(value).ok(),
            _ => None,
        },
        _ => None,
    }
}

/// The data segments: where each begins, and its bytes.
struct Memory(Vec<(walrus::DataId, u32, Vec<u8>)>);

impl Memory {
    fn read(module: &Module) -> Self {
        let segments = module.data.iter().filter_map(|data| {
            let DataKind::Active { offset, .. } = &data.kind else {
                return None;
            };
            let ConstExpr::Value(Value::I32(at)) = offset else {
                return None;
            };
            Some((data.id(), u32::try_from(*at).ok()?, data.value.clone()))
        });
        Self(segments.collect())
    }

    fn write(self, module: &mut Module) {
        for (id, _, bytes) in self.0 {
            module.data.get_mut(id).value = bytes;
        }
    }

    /// What is there from this address on, as far as the segment goes.
    fn from(&self, address: u32) -> Option<&[u8]> {
        self.0.iter().find_map(|(_, begin, bytes)| {
            let at = usize::try_from(address.checked_sub(*begin)?).ok()?;
            bytes.get(at..)
        })
    }

    /// The text at this address: that long, or else up to the next zero.
    fn text(&self, address: u32, length: Option<u32>) -> Option<&[u8]> {
        let bytes = self.from(address)?;
        let to_zero = || bytes.iter().position(|byte| *byte == 0);
        let told = length.and_then(|length| usize::try_from(length).ok());
        let fits = |length: &usize| bytes.get(..*length).is_some_and(is_text);
        let length = told.filter(fits).or_else(to_zero)?;
        bytes.get(..length).filter(|text| is_text(text))
    }

    fn blank(&mut self, addresses: Range<u32>) {
        for (_, begin, bytes) in &mut self.0 {
            let at = |address: u32| address.checked_sub(*begin).map(|at| at as usize);
            if let (Some(from), Some(to)) = (at(addresses.start), at(addresses.end))
                && let Some(text) = bytes.get_mut(from..to)
            {
                text.fill(0);
            }
        }
    }

    /// All words at their proper places, each with its address.
    fn placed(&self) -> impl Iterator<Item = (u32, u32)> {
        self.0.iter().flat_map(|(_, begin, bytes)| {
            let first = begin.next_multiple_of(WORD as u32);
            let skipped = (first - begin) as usize;
            let (words, _) = bytes.get(skipped..).unwrap_or_default().as_chunks();
            let words = words.iter().map(|word| u32::from_le_bytes(*word));
            (first..).step_by(WORD).zip(words)
        })
    }

    fn words(&self) -> impl Iterator<Item = u32> {
        self.placed().map(|(_, word)| word)
    }

    /// Blanks all places in the source.
    fn blank_places(&mut self) {
        let words: Vec<(u32, u32)> = self.placed().collect();
        for place in words.windows(PLACE / WORD) {
            if let [(at, file), (_, length), (_, line), (_, column)] = *place
                && line < MOST_LINES
                && column < MOST_COLUMNS
                && self.names_a_file(file, length)
            {
                self.blank(at..at + PLACE as u32);
            }
        }
    }

    fn names_a_file(&self, address: u32, length: u32) -> bool {
        let length = usize::try_from(length).unwrap_or_default();
        let text = self.from(address).and_then(|bytes| bytes.get(..length));
        text.is_some_and(|text| text.ends_with(b".rs") && is_text(text))
    }
}

fn is_text(bytes: &[u8]) -> bool {
    let readable = bytes
        .iter()
        .filter(|byte| matches!(byte, b' '..=b'~' | b'\n'));
    TEXT.contains(&bytes.len()) && readable.count() * 10 >= bytes.len() * READABLE
}

#[cfg(test)]
mod tests {
    use walrus::ir::Value;
    use walrus::{ConstExpr, DataKind, FunctionBuilder, FunctionId, Module, ValType};

    use super::hush;

    /// Where the data begins.
    const BEGIN: i32 = 1 << 20;
    /// Said by a panic alone; said and shown; said and pointed to by a table; said without
    /// a length; a file's name.
    const TEXTS: [&[u8]; 5] = [
        b"all is lost:",
        b"main submit.",
        b"from a table",
        b"no length: \xc0\0\0\0\0",
        b"src/a/file.rs\0\0\0",
    ];

    /// Where this text begins.
    fn at(text: usize) -> i32 {
        let before: usize = TEXTS.iter().take(text).map(|text| text.len()).sum();
        BEGIN + i32::try_from(before).unwrap()
    }

    fn function(
        module: &mut Module,
        parameters: usize,
        calls: &[(FunctionId, &[i32])],
    ) -> FunctionId {
        let kinds = vec![ValType::I32; parameters];
        let mut builder = FunctionBuilder::new(&mut module.types, &kinds, &[]);
        let mut body = builder.func_body();
        for (called, arguments) in calls {
            for argument in *arguments {
                body.i32_const(*argument);
            }
            body.call(*called);
        }
        let parameters = kinds.iter().map(|kind| module.locals.add(*kind)).collect();
        builder.finish(parameters, &mut module.funcs)
    }

    #[test]
    fn only_what_nobody_but_a_panic_says_is_taken_out() {
        let mut module = Module::default();
        let memory = module.memories.add_local(false, false, 32, None, None);
        let mut data = TEXTS.concat();
        for word in [at(2), 12, at(4), 13, 40, 7] {
            data.extend(word.to_le_bytes());
        }
        let offset = ConstExpr::Value(Value::I32(BEGIN));
        let kind = DataKind::Active { memory, offset };
        let id = module.data.add(kind, data.clone());
        let show = function(&mut module, 2, &[]);
        let panic = function(&mut module, 2, &[]);
        let template = function(&mut module, 1, &[]);
        let calls: [(FunctionId, &[i32]); 5] = [
            (panic, &[at(0), 12]),
            (panic, &[at(1), 12]),
            (panic, &[at(2), 12]),
            (template, &[at(3)]),
            (show, &[at(1), 12]),
        ];
        function(&mut module, 0, &calls);
        hush(&mut module, &[panic, template]);
        let mut left = data;
        left[..12].fill(0);
        left[36..48].fill(0);
        // The place in the source, behind the table's first two words.
        left[TEXTS.concat().len() + 8..].fill(0);
        assert_eq!(module.data.get(id).value, left);
    }
}
