# Releases: the plan, its refusals, and the request for a runtime.
# Only a runtime's answer (../exchange) moves a live version.
libmanager_a_SOURCES += \
	%D%/asked.c %D%/authors.c %D%/changes.c %D%/checked.c %D%/checked.h %D%/checked_private.h \
	%D%/load.c %D%/others.c %D%/parts.h %D%/plan.c %D%/pointer.c %D%/proof.c \
	%D%/proof.h %D%/queue.c %D%/release.c %D%/release.h %D%/repeated.c \
	%D%/triggers.c %D%/upgrade.c
