//! The parameters behind the question mark of a path. Each is taken by its name, and everything that is
//! wrong with any of them is told at once, each fault under the name of its parameter: a value that does
//! not fit, a name that stands more than once, and names that nothing has taken.

use axum::extract::{self, FromRequestParts};
use axum::http::request::Parts;

use super::error::ApiError;
use crate::content::Violation;

/// What a handler gets of its parameters.
pub(super) struct Parameters<T>(pub(super) T);

/// Parameters of a route.
pub(super) trait FromQuery: Sized {
    /// Takes every parameter that there is, by its name.
    fn read(query: &mut Query) -> Self;
}

/// The parameters of a request while they are taken, and what was wrong with them so far.
pub(super) struct Query {
    pairs: Vec<(String, String)>,
    /// The names that were asked for.
    taken: Vec<String>,
    faults: Vec<Violation>,
}

/// Entries of a page where none are asked for, and at most.
pub(super) const DEFAULT_LIMIT: usize = 20;
pub(super) const MAX_LIMIT: usize = 100;
/// Faults that are listed, and characters of a name that is not known: an answer is not to grow with
/// the nonsense of a caller.
const MAX_FAULTS: usize = 20;
const MAX_NAME: usize = 64;

/// Names the parameters that are read, by reading them where there are none.
pub(super) fn names_of<T: FromQuery>() -> Vec<String> {
    let mut query = Query { pairs: Vec::new(), taken: Vec::new(), faults: Vec::new() };
    T::read(&mut query);
    query.taken
}

impl Query {
    /// Takes a parameter and reads it; `wanted` says to the caller what it must be. `None` where it is
    /// not there, or at fault.
    pub(super) fn take<T>(
        &mut self,
        name: &str,
        wanted: &str,
        read: impl FnOnce(&str) -> Option<T>,
    ) -> Option<T> {
        self.taken.push(name.to_owned());
        let mut given = self.pairs.extract_if(.., |(own, _)| own == name);
        let value = given.next();
        let is_repeated = given.count() > 0;
        if is_repeated {
            self.refuse(name, "stands more than once");
            return None;
        }
        let (_, text) = value?;
        let value = read(&text);
        if value.is_none() {
            self.refuse(name, wanted);
        }
        value
    }

    /// Takes a parameter that may be any text.
    pub(super) fn text(&mut self, name: &str) -> Option<String> {
        self.take(name, "must be a text", |text| Some(text.to_owned()))
    }

    /// Takes how many entries a page is to have, `limit`.
    pub(super) fn page_size(&mut self) -> usize {
        let fits = |limit: &usize| (1..=MAX_LIMIT).contains(limit);
        let read = |text: &str| text.parse().ok().filter(fits);
        self.take("limit", &format!("must be from 1 to {MAX_LIMIT}"), read).unwrap_or(DEFAULT_LIMIT)
    }

    /// Notes that a parameter is at fault.
    pub(super) fn refuse(&mut self, name: &str, message: impl Into<String>) {
        self.faults.push(Violation::new(name, message));
    }

    /// Says everything that was wrong.
    fn finish(mut self) -> Result<(), ApiError> {
        let mut unknown: Vec<String> = Vec::new();
        for (name, _) in &self.pairs {
            let name: String = name.chars().take(MAX_NAME).collect();
            if !unknown.contains(&name) && unknown.len() <= MAX_FAULTS {
                unknown.push(name);
            }
        }
        self.faults.extend(unknown.iter().map(|name| Violation::new(name, "is no parameter here")));
        if self.faults.len() > MAX_FAULTS {
            self.faults.truncate(MAX_FAULTS);
            self.faults.push(Violation::new("", "there are more faults than are listed"));
        }
        if self.faults.is_empty() { Ok(()) } else { Err(ApiError::invalid(self.faults)) }
    }
}

impl<T: FromQuery, S: Sync> FromRequestParts<S> for Parameters<T> {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, ApiError> {
        let pairs = extract::Query::<Vec<(String, String)>>::try_from_uri(&parts.uri);
        let pairs = pairs.map_err(|rejection| ApiError::invalid_parameter("", rejection.body_text()))?;
        let mut query = Query { pairs: pairs.0, taken: Vec::new(), faults: Vec::new() };
        let parameters = T::read(&mut query);
        query.finish().map(|()| Parameters(parameters))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    struct Page(usize, Option<String>);

    impl FromQuery for Page {
        fn read(query: &mut Query) -> Page {
            Page(query.page_size(), query.text("cursor"))
        }
    }

    async fn read(query: &str) -> Result<(usize, Option<String>), Vec<(String, String)>> {
        let request = axum::http::Request::builder().uri(format!("/list?{query}")).body(()).unwrap();
        match Parameters::<Page>::from_request_parts(&mut request.into_parts().0, &()).await {
            Ok(Parameters(Page(limit, cursor))) => Ok((limit, cursor)),
            Err(error) => Err(error.errors.into_iter().map(|fault| (fault.path, fault.message)).collect()),
        }
    }

    #[tokio::test]
    async fn what_is_not_there_has_its_default_and_values_are_decoded() {
        assert_eq!(read("").await, Ok((20, None)));
        assert_eq!(read("limit=100&cursor=a%20b%26c").await, Ok((100, Some("a b&c".to_owned()))));
        assert_eq!(read("cursor=").await, Ok((20, Some(String::new()))));
    }

    #[tokio::test]
    async fn a_flood_of_unknown_names_makes_a_short_answer() {
        let flood: String = (0..500).map(|number| format!("{number}{}&", "x".repeat(100))).collect();
        let faults = read(&flood).await.unwrap_err();
        assert_eq!(faults.len(), MAX_FAULTS + 1);
        assert!(faults.iter().all(|(name, _)| name.chars().count() <= MAX_NAME));
        assert_eq!(read("a&a&a").await.unwrap_err().len(), 1, "a name that stands often is told once");
    }
}
