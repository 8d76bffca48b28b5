# Dates and times: ISO 8601, dates as people write them, time zones.
# Reads the system's zone files; knows no clock.
libmapping_a_SOURCES += \
	%D%/zone.c %D%/zone.h
