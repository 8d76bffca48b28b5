# Dates and times: ISO 8601, dates as people write them, time zones, cron expressions.
# Reads the system's zone files; knows no clock.
libmapping_a_SOURCES += \
	%D%/cron.c %D%/cron.h %D%/zone.c %D%/zone.h
