# the tests of src/workflow; cases/ holds them as data
EXTRA_PROGRAMS += test-workflow
test_workflow_SOURCES = %D%/main.c %D%/workflow.h %D%/agreed.c %D%/bare.c %D%/branch_cases.c %D%/breaks.c %D%/carry.c \
	%D%/carry_examples.c %D%/carry_laws.c %D%/carry_model.c %D%/carry_model.h %D%/cases.c \
	%D%/connector.c %D%/curl.c %D%/document.c %D%/edit.c \
	%D%/jobs.c %D%/material.c %D%/preview.c %D%/rename.c %D%/secrets.c %D%/selection.c %D%/selection_model.c %D%/selection_model.h \
	%D%/sends.c %D%/summary.c %D%/validate.c %D%/warn.c \
	tests/unit/ui/canvas/random.c
test_workflow_LDADD = $(WORKFLOW_LIBS)
TEST_SUITES += test-workflow
EXTRA_DIST += %D%/cases/documents.json %D%/cases/edits.json %D%/cases/plain.txt %D%/cases/secrets.txt \
	%D%/cases/validate.json
TEST_SUITES += tests/unit/workflow/blocks-page
EXTRA_DIST += %D%/blocks-page
