/* What tests of questions find in a small store, and what another session does
 * while a question is open. */
#ifndef TAILOR_TEST_CONSOLE_MEANWHILE_H
#define TAILOR_TEST_CONSOLE_MEANWHILE_H

struct small_store;

/* What is there: drafts, versions, requests of EnterpriseCo. */
void with_a_draft(struct small_store *s);
void with_two_drafts(struct small_store *s);
void with_bobs_draft(struct small_store *s);
void with_a_kept_text(struct small_store *s);
void with_own_versions(struct small_store *s);
void with_a_waiting_version(struct small_store *s);
void with_bobs_conflicts(struct small_store *s);
void was_resumed(struct small_store *s);
void was_paused(struct small_store *s);
void withdrawn_and_back(struct small_store *s);

/* What another session does. */
void it_is_edited(struct small_store *s);
void bob_edits_it(struct small_store *s);
void bob_edits_the_carried(struct small_store *s);
void another_text_is_kept(struct small_store *s);
void another_is_released(struct small_store *s);

/* What it changes and changes back: all is as before then. */
void paused_and_resumed(struct small_store *s);
void resumed_and_paused(struct small_store *s);
void withdrawn_and_back(struct small_store *s);
void live_and_back(struct small_store *s);
void discarded_and_restored(struct small_store *s);
void taken_and_back(struct small_store *s);
void kept_again(struct small_store *s);
void edited_and_undone(struct small_store *s);

#endif
