# What is installed: installations, which version is live, triggers, the feed.
# Everything that moves a live version stands in live.c.
libruntime_a_SOURCES += \
	%D%/activate.c %D%/asks.c %D%/asks.h %D%/checking.c %D%/checking.h %D%/disconnect.c %D%/feed.c %D%/feed.h %D%/install.c %D%/install.h \
	%D%/live.c %D%/live.h %D%/lookup.c %D%/lookup.h %D%/name.c \
	%D%/name.h %D%/parsed.c %D%/parsed.h %D%/reading.c %D%/reading.h %D%/trigger.c %D%/trigger.h \
	%D%/user_end.c %D%/user_end.h
