# workflow: the workflow document, its block kinds, validation, connectors.
noinst_LIBRARIES += libworkflow.a
libworkflow_a_SOURCES = %D%/problem.c %D%/problem.h
include src/workflow/document/local.mk
include src/workflow/integration/local.mk
include src/workflow/validate/local.mk
include src/workflow/connector/local.mk
include src/workflow/edit/local.mk
include src/workflow/carry/local.mk
include src/workflow/preview/local.mk
include src/workflow/warn/local.mk
WORKFLOW_LIBS = libworkflow.a $(MAPPING_LIBS) $(VALUE_LIBS)
# Writes doc/blocks.md: ./blocks-page > ../doc/blocks.md
noinst_PROGRAMS += blocks-page
blocks_page_SOURCES = %D%/document/blocks_page.c
blocks_page_LDADD = libworkflow.a
