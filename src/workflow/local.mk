# workflow: the workflow document, its block kinds, validation, connectors.
noinst_LIBRARIES += libworkflow.a
libworkflow_a_SOURCES = \
	%D%/ask.c %D%/ask.h \
	%D%/block.c \
	%D%/connector.c %D%/connector.h \
	%D%/connector_check.c %D%/connector_check.h \
	%D%/diff.h \
	%D%/document.c %D%/document.h \
	%D%/edit.h \
	%D%/integration_file.h \
	%D%/kinds.c %D%/kinds.def %D%/kinds.h \
	%D%/material.c %D%/material.h \
	%D%/problem.c %D%/problem.h \
	%D%/schema.c %D%/schema.h %D%/schema_type.c \
	%D%/shape.c %D%/shape.h %D%/shape_value.c \
	%D%/summary.h \
	%D%/texts.c %D%/texts.h \
	%D%/validate.h
WORKFLOW_LIBS = libworkflow.a $(MAPPING_LIBS) $(VALUE_LIBS)
