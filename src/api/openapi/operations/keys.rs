//! API keys, for administrators.

use super::super::{Operation, examples};
use crate::api::error::Code;
use crate::api::keys::{KeyListView, KeyView, ListParameters, MintedView, NewKeyBody, RotationBody};

pub(in crate::api) fn create_key(operation: Operation<'_>) -> Operation<'_> {
    operation
        .named("create_key", "Make an API key")
        .explained("The key itself is in this answer and nowhere else.")
        .takes::<NewKeyBody>("What the key is to be.", examples::NEW_KEY)
        .gives::<MintedView>(201, "The key, with its secret.", examples::MINTED_KEY)
        .located(201)
        .leads_to(201, "read_key", "/key_id")
        .leads_to(201, "rotate_key", "/key_id")
        .leads_to(201, "revoke_key", "/key_id")
}

pub(in crate::api) fn list_keys(operation: Operation<'_>) -> Operation<'_> {
    operation
        .named("list_keys", "List API keys")
        .explained("Newest first, those that were revoked too.")
        .query::<ListParameters>()
        .parameter::<String>("owner", "Only keys of that owner.", "biology")
        .page()
        .gives::<KeyListView>(200, "A page of them.", examples::KEY_LIST)
        .leads_to(200, "read_key", "/items/0/key_id")
}

pub(in crate::api) fn read_key(operation: Operation<'_>) -> Operation<'_> {
    operation
        .named("read_key", "Read an API key")
        .explained("Without its secret, which is kept nowhere.")
        .id_of("key")
        .gives::<KeyView>(200, "The key.", examples::KEY)
}

pub(in crate::api) fn rotate_key(operation: Operation<'_>) -> Operation<'_> {
    operation
        .named("rotate_key", "Change the secret of an API key")
        .explained("The one before goes on for a while.")
        .id_of("key")
        .may_take::<RotationBody>("For how long the secret before goes on.", examples::ROTATION)
        .gives::<MintedView>(200, "The key, with its new secret.", examples::MINTED_KEY)
        .fails_with(&[Code::Conflict])
}

pub(in crate::api) fn revoke_key(operation: Operation<'_>) -> Operation<'_> {
    operation
        .named("revoke_key", "End an API key")
        .explained("It is valid nowhere a second later. Again is no fault. The key that the call is made with cannot be ended.")
        .id_of("key")
        .gives_nothing(204, "It has ended.")
        .fails_with(&[Code::Conflict])
}
