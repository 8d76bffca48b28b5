# Drafts and versions: making, editing, listing, comparing, trying them.
# A released version never changes here or anywhere.
libmanager_a_SOURCES += \
	%D%/draft.c %D%/draft.h %D%/edit.c %D%/editing.c %D%/editing.h \
	%D%/foreign.c %D%/foreign.h %D%/fork.c %D%/fork.h %D%/fork_other.c %D%/fork_private.h \
	%D%/idle_rows.c %D%/idle_rows.h %D%/kept.c %D%/kept.h \
	%D%/load.c %D%/log.c %D%/parts.h %D%/previewing.c %D%/previewing.h \
	%D%/sending.c %D%/sending.h \
	%D%/state.c %D%/version.c %D%/version.h %D%/version_rows.h \
	%D%/warnings.c %D%/warnings.h %D%/written.c %D%/written.h
