# Connectors (descriptions of apps) and the schemas they use.
# Documents name a connector by its hash.
libworkflow_a_SOURCES += \
	%D%/connector.c %D%/connector.h %D%/connector_check.c \
	%D%/connector_private.h %D%/schema.c %D%/schema.h %D%/schema_type.c
