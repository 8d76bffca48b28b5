# workflow: the workflow document, its block kinds, validation, connectors.
noinst_LIBRARIES += libworkflow.a
libworkflow_a_SOURCES = \
	%D%/ask.h \
	%D%/block.c \
	%D%/connector.h \
	%D%/diff.h \
	%D%/document.c %D%/document.h \
	%D%/edit.h \
	%D%/integration_file.h \
	%D%/kinds.c %D%/kinds.def %D%/kinds.h \
	%D%/material.h \
	%D%/problem.c %D%/problem.h \
	%D%/schema.h \
	%D%/shape.c %D%/shape.h %D%/shape_value.c \
	%D%/summary.h \
	%D%/validate.h
WORKFLOW_LIBS = libworkflow.a $(MAPPING_LIBS) $(VALUE_LIBS)
