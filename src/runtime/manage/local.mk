# Handlers of the management API, which only the console's sync and fetch call.
# doc/management-api.md is their contract.
libruntime_a_SOURCES += \
	%D%/documents.c %D%/manage.c %D%/manage.h %D%/runs.c %D%/state.c
