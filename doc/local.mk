# doc: man pages and guides.
EXTRA_DIST += %D%/audit.md %D%/testing.md %D%/user-guide.md %D%/mapping.md %D%/functions.md %D%/blocks.md
EXTRA_DIST += %D%/workflow-document.md %D%/connectors.md %D%/api.md
EXTRA_DIST += %D%/management-api.md %D%/openapi.yaml %D%/operating.md
EXTRA_DIST += %D%/sync.md %D%/architecture.md %D%/recipes.md %D%/screens.md
EXTRA_DIST += %D%/journal-design.md %D%/executor.md %D%/dependencies.md %D%/glossary.md %D%/capture.txt

dist_man_MANS += %D%/tailor.1 %D%/tailord.8
