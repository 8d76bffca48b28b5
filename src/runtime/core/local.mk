# The core: the one thread that owns tailord's store, and its ticks.
# Nothing here knows what a request or a run means; others hand it jobs
# through core.h and never touch core_private.h.
libruntime_a_SOURCES += \
	%D%/background.c %D%/core.c %D%/core.h %D%/core_private.h %D%/damage.c \
	%D%/do_job.c %D%/effects.c %D%/finish.c %D%/jobs.c \
	%D%/time.c
