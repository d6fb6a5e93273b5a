// Shows the document of the service that gives this page. Nothing else is asked: no validator, no fonts.
// A key that is typed in stays in the memory of the page.
SwaggerUIBundle({
  url: "openapi.json",
  dom_id: "#document",
  deepLinking: true,
  validatorUrl: null,
  persistAuthorization: false,
  docExpansion: "list",
  defaultModelsExpandDepth: 0,
  tryItOutEnabled: false,
});
