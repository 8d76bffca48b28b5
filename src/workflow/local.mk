# workflow: the workflow document, its block kinds, validation, connectors.
noinst_LIBRARIES += libworkflow.a
libworkflow_a_SOURCES = \
	%D%/ask.c %D%/ask.h \
	%D%/block.c \
	%D%/connector.c %D%/connector.h \
	%D%/connector_check.c %D%/connector_check.h \
	%D%/diff.c %D%/diff.h %D%/diff_parts.h %D%/diff_rows.c \
	%D%/document.c %D%/document.h \
	%D%/edit.c %D%/edit.h %D%/edit_fields.c %D%/edit_patch.c \
	%D%/edit_patch.h \
	%D%/integration_file.c %D%/integration_file.h \
	%D%/kinds.c %D%/kinds.def %D%/kinds.h \
	%D%/material.c %D%/material.h \
	%D%/preview.c %D%/preview.h %D%/preview_all.c \
	%D%/preview_map.c %D%/preview_parts.h %D%/preview_run.c \
	%D%/preview_walk.c \
	%D%/problem.c %D%/problem.h \
	%D%/schema.c %D%/schema.h %D%/schema_type.c \
	%D%/shape.c %D%/shape.h %D%/shape_value.c \
	%D%/summary.c %D%/summary.h \
	%D%/texts.c %D%/texts.h \
	%D%/validate.c %D%/validate.h %D%/validate_kinds.c \
	%D%/validate_mapping.c %D%/validate_parts.h %D%/validate_texts.c
WORKFLOW_LIBS = libworkflow.a $(MAPPING_LIBS) $(VALUE_LIBS)
# Writes doc/blocks.md: ./blocks-page > ../doc/blocks.md
noinst_PROGRAMS += blocks-page
blocks_page_SOURCES = %D%/blocks_page.c
blocks_page_LDADD = libworkflow.a
