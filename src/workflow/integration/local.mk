# The integration file: an integration with its workflows as one JSON file.
# What `integration add` reads and `integration export` writes.
libworkflow_a_SOURCES += \
	%D%/integration_file.c %D%/integration_file.h
