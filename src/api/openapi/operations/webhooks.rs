//! The secret that messages are signed with, and the messages.

use super::super::{Operation, examples};
use crate::api::error::Code;
use crate::api::webhooks::{DeliveryListView, DeliveryView, ListParameters, WebhookBody, WebhookView};
use crate::notify::State;

pub(in crate::api) fn read_webhook(operation: Operation<'_>) -> Operation<'_> {
    operation
        .named("read_webhook", "Read the secret that messages are signed with")
        .explained("It is 404 before there is one.")
        .gives::<WebhookView>(200, "The secret.", examples::WEBHOOK)
        .fails_with(&[Code::NotFound])
}

pub(in crate::api) fn create_webhook(operation: Operation<'_>) -> Operation<'_> {
    operation
        .named("create_webhook", "Make the secret that messages are signed with")
        .explained("The one that is there stays. An address that answered 410 can be enabled again.")
        .may_take::<WebhookBody>("The address to enable.", examples::WEBHOOK_BODY)
        .gives::<WebhookView>(200, "The secret that was there.", examples::WEBHOOK)
        .gives::<WebhookView>(201, "A new secret.", examples::WEBHOOK)
        .fails_with(&[Code::Conflict])
}

pub(in crate::api) fn rotate_secret(operation: Operation<'_>) -> Operation<'_> {
    operation
        .named("rotate_secret", "Make a new secret")
        .explained("For a while messages are signed with the old one too.")
        .gives::<WebhookView>(200, "The new secret.", examples::WEBHOOK)
        .fails_with(&[Code::NotFound, Code::Conflict])
}

pub(in crate::api) fn list_deliveries(operation: Operation<'_>) -> Operation<'_> {
    operation
        .named("list_deliveries", "List own messages")
        .explained("Newest first.")
        .query::<ListParameters>()
        .parameter::<State>("status", "Only messages that stand there.", "dead")
        .page()
        .gives::<DeliveryListView<'_>>(200, "A page of them.", examples::DELIVERY_LIST)
        .leads_to(200, "replay_delivery", "/items/0/id")
}

pub(in crate::api) fn replay_delivery(operation: Operation<'_>) -> Operation<'_> {
    operation
        .named("replay_delivery", "Send a message again")
        .id_of("delivery")
        .gives::<DeliveryView<'_>>(202, "The message, to be sent.", examples::DELIVERY)
        .fails_with(&[Code::Conflict])
}
