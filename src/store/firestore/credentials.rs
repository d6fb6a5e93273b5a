//! What the emulator takes for credentials: a fixed token that lets its bearer do everything.

use ::firestore::gcloud_sdk::HeaderMap;
use ::firestore::gcloud_sdk::google_cloud_auth::credentials::{
    CacheableResource, Credentials, CredentialsProvider, EntityTag,
};
use ::firestore::gcloud_sdk::google_cloud_auth::errors::CredentialsError;
use ::firestore::gcloud_sdk::tonic::Extensions;
use reqwest::header::{AUTHORIZATION, HeaderValue};

// Source: what Google's own clients send to the emulator, 2026-11-28.
const OWNER: &str = "Bearer owner";

#[derive(Debug)]
struct EmulatorOwner {
    tag: EntityTag,
}

/// Gives credentials that only the emulator accepts.
pub(super) fn of_the_emulator() -> Credentials {
    Credentials::from(EmulatorOwner { tag: EntityTag::new() })
}

impl CredentialsProvider for EmulatorOwner {
    async fn headers(
        &self,
        extensions: Extensions,
    ) -> Result<CacheableResource<HeaderMap>, CredentialsError> {
        if extensions.get::<EntityTag>() == Some(&self.tag) {
            return Ok(CacheableResource::NotModified);
        }
        let data = HeaderMap::from_iter([(AUTHORIZATION, HeaderValue::from_static(OWNER))]);
        Ok(CacheableResource::New { entity_tag: self.tag.clone(), data })
    }

    async fn universe_domain(&self) -> Option<String> {
        None
    }
}
