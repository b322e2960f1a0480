// Shows the description of the API, with a form for each request.
window.ui = SwaggerUIBundle({
  url: "/openapi.json",
  dom_id: "#swagger-ui",
  tryItOutEnabled: true,
  displayRequestDuration: true,
  validatorUrl: null, // no page of anybody else's is asked
});
