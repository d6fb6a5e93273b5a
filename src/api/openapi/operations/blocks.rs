//! Who is kept out, for administrators.

use serde_json::json;

use super::super::{Operation, examples};
use crate::api::blocks::{BlockBody, BlockListView, BlockParameters};
use crate::api::error::Code;
use crate::audit::Block;

pub(in crate::api) fn list_blocks(operation: Operation<'_>) -> Operation<'_> {
    operation
        .named("list_blocks", "List blocks")
        .explained("Newest first, those of the service itself too.")
        .query::<BlockParameters>()
        .page()
        .gives::<BlockListView>(200, "A page of them.", examples::BLOCK_LIST)
        .leads_to(200, "lift_block", "/items/0/block_id")
}

pub(in crate::api) fn create_block(operation: Operation<'_>) -> Operation<'_> {
    operation
        .named("create_block", "Block an address, a network or a key")
        .explained("One of `address` and `key_id` is given. Neither the caller's own address nor the key of the call can be blocked.")
        .takes::<BlockBody>("What is to be kept out.", examples::NEW_BLOCK)
        .gives::<Block>(201, "The block.", examples::BLOCK)
        .leads_to(201, "lift_block", "/block_id")
        .fails_with(&[Code::Conflict])
}

pub(in crate::api) fn lift_block(operation: Operation<'_>) -> Operation<'_> {
    let schema = json!({ "type": "string" });
    operation
        .named("lift_block", "Lift a block")
        .explained("It ends on every instance within a second.")
        .place(
            "id",
            "The id of the block: its network with `_` before the length, or its key.",
            schema,
            "192.0.2.0_24",
        )
        .gives_nothing(204, "It is lifted.")
}
