//! `/docs`: the document as a page. It is Swagger UI, embedded as its makers publish it, started by a script
//! of our own; nothing on it comes from elsewhere, and it runs under a policy without inline scripts or
//! styles. `web/docs/` holds the files, and whose they are.

use axum::extract::Path;
use axum::extract::rejection::PathRejection;
use axum::http::{HeaderMap, HeaderValue, header};
use axum::response::Response;

use crate::api::caching::{self, Audience};
use crate::api::error::{ApiError, Code};

/// What the page may do: run and show what comes from here, ask this service. Its style sheet holds pictures
/// as `data:`. Swagger UI sets styles through the object model, which needs no permission.
const POLICY: HeaderValue = HeaderValue::from_static(
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; \
     frame-ancestors 'none'; base-uri 'none'; form-action 'none'",
);

/// A file that the page is made of.
pub(in crate::api) struct File {
    pub(super) name: &'static str,
    pub(super) media_type: &'static str,
    content: &'static [u8],
}

const PAGE: &[u8] = include_bytes!("../../../web/docs/index.html");
const HTML: &str = "text/html; charset=utf-8";

impl File {
    /// All files but the page itself.
    pub(super) const ALL: [File; 5] = [
        File {
            name: "init.js",
            media_type: "text/javascript; charset=utf-8",
            content: include_bytes!("../../../web/docs/init.js"),
        },
        File {
            name: "swagger-ui-bundle.js",
            media_type: "text/javascript; charset=utf-8",
            content: include_bytes!("../../../web/docs/swagger-ui-bundle.js"),
        },
        File {
            name: "swagger-ui.css",
            media_type: "text/css; charset=utf-8",
            content: include_bytes!("../../../web/docs/swagger-ui.css"),
        },
        File {
            name: "LICENSE",
            media_type: "text/plain; charset=utf-8",
            content: include_bytes!("../../../web/docs/LICENSE"),
        },
        File {
            name: "NOTICE",
            media_type: "text/plain; charset=utf-8",
            content: include_bytes!("../../../web/docs/NOTICE"),
        },
    ];

    /// The beginning of what it holds.
    pub(super) fn example(&self) -> &'static str {
        let text = std::str::from_utf8(self.content).unwrap_or_default();
        text.lines().find(|line| (1..80).contains(&line.len())).unwrap_or_default()
    }
}

/// `GET /docs`.
pub(in crate::api) async fn show_page(headers: HeaderMap) -> Response {
    let mut response = caching::bytes(&headers, Audience::Everybody, HTML, PAGE.to_vec());
    response.headers_mut().insert(header::CONTENT_SECURITY_POLICY, POLICY);
    response
}

/// `GET /docs/{file}`.
pub(in crate::api) async fn read_file(
    name: Result<Path<String>, PathRejection>,
    headers: HeaderMap,
) -> Result<Response, ApiError> {
    let is_named = |file: &File| name.as_ref().is_ok_and(|name| file.name == name.0);
    let file = File::ALL.into_iter().find(is_named);
    let file = file.ok_or_else(|| ApiError::new(Code::NotFound, "the page has no such file"))?;
    Ok(caching::bytes(&headers, Audience::Everybody, file.media_type, file.content.to_vec()))
}
