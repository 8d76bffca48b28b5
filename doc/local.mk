# doc: man pages and guides.
EXTRA_DIST += %D%/capture.txt %D%/blocks.md %D%/connectors.md %D%/workflow-document.md %D%/screens.md
EXTRA_DIST += %D%/functions.md %D%/mapping.md
EXTRA_DIST += %D%/openapi.yaml %D%/sync.md %D%/management-api.md %D%/executor.md

dist_man_MANS += %D%/tailor.1 %D%/tailord.8
