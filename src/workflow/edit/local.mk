# Edits as JSON Patches, differences in words, and summaries.
# Makes patches; applying and keeping them is the manager's work.
libworkflow_a_SOURCES += \
	%D%/diff.c %D%/diff.h %D%/diff_private.h %D%/diff_rows.c %D%/edit.c \
	%D%/edit.h %D%/fields.c %D%/patch.c %D%/patch_private.h %D%/summary.c \
	%D%/summary.h
