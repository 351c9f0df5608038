// Draws the browsable description of the API from its document.

const place = document.getElementById("operations");

SwaggerUIBundle({
  url: place.dataset.document,
  domNode: place,
  deepLinking: true,
  defaultModelsExpandDepth: 0,
  displayOperationId: true,
  tryItOutEnabled: false,
  validatorUrl: null,
});
