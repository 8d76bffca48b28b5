# workflow: the workflow document, its block kinds, validation, connectors.
EXTRA_DIST += %D%/ask.h %D%/connector.h %D%/diff.h %D%/document.h %D%/edit.h \
	%D%/integration_file.h %D%/kinds.def %D%/kinds.h %D%/material.h \
	%D%/problem.h %D%/schema.h %D%/summary.h %D%/validate.h
