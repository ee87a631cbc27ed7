//! Takes tables out of a wasm file's data that only functions knew which nothing calls any
//! more: what `core::unicode` says of all characters is random to a compressor.
//!
//! Where a table ends is not written anywhere. It ends at the latest where anything else
//! begins that is pointed to, by a number in the code or by a word of the data.

use std::collections::BTreeSet;
use std::ops::Range;

use walrus::ir::{Instr, InstrSeq, Value, Visitor, dfs_in_order};
use walrus::{FunctionId, Module};

use crate::hush::Memory;

/// What seems longer has something behind it that is not seen.
const LONGEST: u32 = 1_024;

/// Where tables are that these functions alone know. They must still have their bodies.
pub fn known(module: &Module, functions: &[FunctionId]) -> Vec<Range<u32>> {
    let (mut theirs, mut others) = (BTreeSet::new(), BTreeSet::new());
    for (id, function) in module.funcs.iter_local() {
        let numbers = if functions.contains(&id) {
            &mut theirs
        } else {
            &mut others
        };
        dfs_in_order(&mut Numbers(numbers), function, function.entry_block());
    }
    others.extend(Memory::read(module).words());
    let table = |from: &u32| {
        let after = from.saturating_add(1)..;
        let next = |all: &BTreeSet<u32>| all.range(after.clone()).next().copied();
        let to = next(&theirs).into_iter().chain(next(&others)).min();
        to.filter(|to| to - from <= LONGEST).map(|to| *from..to)
    };
    theirs.difference(&others).filter_map(table).collect()
}

/// Blanks them.
pub fn forget(module: &mut Module, tables: Vec<Range<u32>>) {
    let mut memory = Memory::read(module);
    for table in tables {
        memory.blank(table);
    }
    memory.write(module);
}

/// All numbers of a function that may be addresses.
struct Numbers<'a>(&'a mut BTreeSet<u32>);

impl<'a> Visitor<'a> for Numbers<'_> {
    fn start_instr_seq(&mut self, seq: &'a InstrSeq) {
        let numbers = seq.instrs.iter().filter_map(|(instr, _)| match instr {
            Instr::Const(constant) => match constant.value {
                Value::I32(value) => u32::try_from(value).ok(),
                _ => None,
            },
            Instr::Load(load) => u32::try_from(load.arg.offset).ok(),
            Instr::Store(store) => u32::try_from(store.arg.offset).ok(),
            _ => None,
        });
        self.0.extend(numbers);
    }
}

#[cfg(test)]
mod tests {
    use walrus::ir::Value;
    use walrus::{ConstExpr, DataKind, FunctionBuilder, FunctionId, Module};

    use super::{forget, known};

    const BEGIN: i32 = 1 << 20;

    fn knows(module: &mut Module, numbers: &[i32]) -> FunctionId {
        let mut builder = FunctionBuilder::new(&mut module.types, &[], &[]);
        for number in numbers {
            builder.func_body().i32_const(BEGIN + number).drop();
        }
        builder.finish(Vec::new(), &mut module.funcs)
    }

    #[test]
    fn a_table_goes_as_far_as_nothing_else_is_pointed_to() {
        let mut module = Module::default();
        let memory = module.memories.add_local(false, false, 32, None, None);
        // Two tables, one of which somebody else knows, too; a text that a word points to.
        let mut data = [7; 44].to_vec();
        data.extend((BEGIN + 32).to_le_bytes());
        data.extend([7; 4]);
        let offset = ConstExpr::Value(Value::I32(BEGIN));
        let id = module
            .data
            .add(DataKind::Active { memory, offset }, data.clone());
        let closed = knows(&mut module, &[8, 16, 20]);
        knows(&mut module, &[0, 16]);
        let tables = known(&module, &[closed]);
        forget(&mut module, tables);
        let mut left = data;
        left[8..16].fill(0);
        left[20..32].fill(0);
        assert_eq!(module.data.get(id).value, left);
    }
}
