# The screens over lists and questions, and the session that opens them.
# A new screen is one file here and one row of ../app/views.def.
libui_a_SOURCES += \
	%D%/asked.c %D%/asked.h %D%/audit.c %D%/audit_words.def %D%/base_draft.c %D%/carry.c %D%/clip.c %D%/clip.h %D%/conflict_values.c %D%/conflict_values.h %D%/console.c \
	%D%/console.h %D%/diff.c %D%/diff_canvas.c %D%/diff_canvas.h %D%/drafts.c %D%/fetching.c %D%/fetching.h \
	%D%/installation.c %D%/installation_rows.c %D%/installation_rows.h \
	%D%/installation_source.c %D%/installation_source.h \
	%D%/installations.c %D%/memory_file.c %D%/memory_file.h %D%/pause.c %D%/pause.h %D%/release.c \
	%D%/release_draw.c %D%/release_note.c %D%/release_plan.c %D%/releases.c %D%/release_private.h \
	%D%/release_lines.c %D%/release_lines.h %D%/run.c %D%/run_blocks.c %D%/run_blocks.h %D%/run_samples.c %D%/run_samples.h %D%/runtimes.c \
	%D%/screens.c %D%/shown_canvas.c %D%/shown_canvas.h %D%/standing.c %D%/standing.h %D%/screens.h %D%/tour.c %D%/unfinished.c %D%/unfinished.h %D%/version_table.c %D%/version_table.h \
	%D%/versions.c
