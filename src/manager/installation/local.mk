# Installations as the console lists them, and what is asked of them.
# The list is a window: no query here reads all rows.
libmanager_a_SOURCES += \
	%D%/filter.c %D%/filter_text.c %D%/installation.c \
	%D%/installation.h %D%/list.c %D%/query_private.h %D%/request.c %D%/request_runs.c \
	%D%/rows_private.h %D%/status.c %D%/status.h
