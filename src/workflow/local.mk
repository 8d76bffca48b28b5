# workflow: the workflow document, its block kinds, validation, connectors.
