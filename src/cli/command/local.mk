# The commands, one file a noun, and how rows of the manager are printed.
# They call the same operations as the console.
libcli_a_SOURCES += \
	%D%/access.c %D%/whoami.c %D%/audit.c %D%/block.c %D%/block_rows.c \
	%D%/checked_rows.c %D%/checked_rows.h \
	%D%/complete.c \
	%D%/block_rows.h \
	%D%/draft.c %D%/fork.c %D%/formula.c %D%/help.c %D%/installation.c \
	%D%/integration.c %D%/mapping.c %D%/mapping_help.c \
	%D%/mapping_sheet.c %D%/outcome.c \
	%D%/outcome.h %D%/plan.c %D%/plan.h %D%/preview.c %D%/raise_format.c %D%/reading.c \
	%D%/reading.h %D%/release.c %D%/request.c %D%/rows.c %D%/rows.h \
	%D%/run.c %D%/run_end.c %D%/run_end.h %D%/run_list.c %D%/run_listing.c \
	%D%/run_listing.h %D%/run_many.c %D%/run_many.h \
	%D%/run_place.c %D%/run_place.h \
	%D%/run_pages.c %D%/run_pages.h %D%/runtime.c %D%/sample.c \
	%D%/sheet.c %D%/sheet_file.c %D%/sheet_file.h \
	%D%/sheet_gives.c %D%/sheet_gives.h %D%/status.c %D%/store.c \
	%D%/table.c %D%/user.c %D%/version.c %D%/workflow.c
